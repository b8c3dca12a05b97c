using UmsSti.Benchmarks.Harness;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Every benchmark, in the order of the table.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<IBenchmark> All =
    [
        new AppendRows(writers: 64, target: 0.6, fullSize: 200_000, quickSize: 6_400),
        new AppendRows(writers: 256, target: 0.6, fullSize: 300_000, quickSize: 12_800),
        new AppendRows(writers: 1, target: 0.85, fullSize: 10_000, quickSize: 500),
        new BulkAppendRow(),
        new DeciderRow(),
        new MemoryLogRows(),
        new SequentialReadRow(),
        new HttpRows("GET", target: 0.5, p99LimitMilliseconds: null),
        new HttpRows("PATCH", target: 0.1, p99LimitMilliseconds: 50),
        new RebuildRows(),
        new RebuildGrowthRow(),
        new LagRows(),
        new GrowthRows(),
        new StartRow(),
        new MemoryRows(),
        new DiskRow(),
        new CryptoRows(),
        new PermissionCheckRows(),
        new CheckHttpRow(),
        new HierarchyRows(),
        new MoveRow(),
        new TeamShapeRows(),
        new TeamStartRow(),
    ];
}
