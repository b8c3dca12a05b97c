namespace UmsSti.Benchmarks.Harness;

/// <summary>One measurement, which yields one or more rows of the table.</summary>
public interface IBenchmark
{
    /// <summary>What <c>--only</c> takes.</summary>
    string Name { get; }

    /// <summary>Measures and reports rows to the run.</summary>
    Task Measure(Run run, CancellationToken ct);
}
