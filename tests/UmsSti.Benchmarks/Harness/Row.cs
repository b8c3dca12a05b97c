namespace UmsSti.Benchmarks.Harness;

/// <summary>How a row is judged.</summary>
public enum Judge
{
    /// <summary>Nothing is asked; the figure is for information.</summary>
    Nothing,

    /// <summary>ours / baseline is at least the limit.</summary>
    RatioAtLeast,

    /// <summary>ours / baseline is at most the limit.</summary>
    RatioAtMost,

    /// <summary>ours is at least the limit, in the row's unit.</summary>
    AtLeast,

    /// <summary>ours is at most the limit, in the row's unit.</summary>
    AtMost,

    /// <summary>ours - baseline is at most the limit, in the row's unit.</summary>
    DifferenceAtMost,
}

/// <summary>What a row has to reach.</summary>
public sealed record Target(Judge Judge, double Limit)
{
    public static readonly Target None = new(Judge.Nothing, 0);

    public static Target RatioAtLeast(double limit) => new(Judge.RatioAtLeast, limit);

    public static Target RatioAtMost(double limit) => new(Judge.RatioAtMost, limit);

    public static Target AtLeast(double limit) => new(Judge.AtLeast, limit);

    public static Target AtMost(double limit) => new(Judge.AtMost, limit);

    public static Target DifferenceAtMost(double limit) => new(Judge.DifferenceAtMost, limit);
}

/// <summary>One line of the table: every sample of both sides, and what is asked of them.</summary>
public sealed record Row
{
    /// <summary>The benchmark that measured it (what <c>--only</c> takes).</summary>
    public required string Benchmark { get; init; }

    /// <summary>What was done.</summary>
    public required string Work { get; init; }

    /// <summary>What the other side did; empty when there is none.</summary>
    public string Against { get; init; } = "";

    public required string Unit { get; init; }

    public required Target Target { get; init; }

    public IReadOnlyList<double> Ours { get; init; } = [];

    public IReadOnlyList<double> Baseline { get; init; } = [];

    /// <summary>Sizes and settings of this row.</summary>
    public required string Settings { get; init; }

    /// <summary>Why there is no figure; null when there is one.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>When, and whether with the small sizes.</summary>
    public DateTimeOffset MeasuredAt { get; init; }

    public bool Quick { get; init; }

    /// <summary>Ratios of the repetitions, each of two runs that stood side by side; of the medians when the counts differ.</summary>
    public IReadOnlyList<double> Ratios() => (Ours.Count, Baseline.Count) switch
    {
        (0, _) or (_, 0) => [],
        var (ours, baseline) when ours == baseline => [.. Ours.Zip(Baseline, (a, b) => a / b)],
        _ => [Statistics.Median(Ours) / Statistics.Median(Baseline)],
    };

    /// <summary>Whether the target was reached; null when nothing was asked or nothing measured.</summary>
    public bool? Met()
    {
        if (NotMeasured is not null || Ours.Count == 0)
            return null;
        var ours = Statistics.Median(Ours);
        return Target.Judge switch
        {
            Judge.RatioAtLeast => Statistics.Median(Ratios()) >= Target.Limit,
            Judge.RatioAtMost => Statistics.Median(Ratios()) <= Target.Limit,
            Judge.AtLeast => ours >= Target.Limit,
            Judge.AtMost => ours <= Target.Limit,
            Judge.DifferenceAtMost => ours - Statistics.Median(Baseline) <= Target.Limit,
            _ => null,
        };
    }
}
