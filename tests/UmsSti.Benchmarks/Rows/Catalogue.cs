using UmsSti.Benchmarks.Harness;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Every benchmark, in the order of the table.</summary>
public static class Catalogue
{
    public static readonly IReadOnlyList<IBenchmark> All =
    [
    ];
}
