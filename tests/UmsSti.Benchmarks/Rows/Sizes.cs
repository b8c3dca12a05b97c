using UmsSti.Benchmarks.Harness;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Sizes that several rows share, so that they share the seeded folder too.</summary>
internal static class Sizes
{
    /// <summary>People of the standard folder; 10 events each, so 1,000,000 events in a full run.</summary>
    public static int People(Run run) => run.Options.Size(100_000, 2_000);
}
