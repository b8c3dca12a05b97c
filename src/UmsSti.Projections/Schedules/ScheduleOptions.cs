namespace UmsSti.Projections.Schedules;

/// <summary>When schedules run and how much at once (<c>Ums:Schedules:*</c>), checked once at start.</summary>
public sealed record ScheduleOptions
{
    /// <summary>False: nothing runs by itself; operators still can.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How often verification links that ran out are looked for.</summary>
    public TimeSpan VerificationEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Days between the end of a link and the archive (OP-24).</summary>
    public int VerificationGraceDays { get; init; } = 7;

    /// <summary>How often suspensions that have reached their end are looked for.</summary>
    public TimeSpan SuspensionEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often users nobody has seen for long are looked for (US-22).</summary>
    public TimeSpan InactivityEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often processes that wait are looked at.</summary>
    public TimeSpan ProcessesEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often rights and memberships that give nothing any more are looked for.</summary>
    public TimeSpan RightsEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Candidates a run acts on; the rest is left to the next.</summary>
    public int ItemsPerRun { get; init; } = 10_000;

    /// <summary>Candidates read at once; between two pages the lease is looked at.</summary>
    public int PageItems { get; init; } = 200;

    /// <summary>How long a run that gives no sign keeps others out.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Wait before a run that failed is repeated.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest sleep between two looks at the clock, so that a clock that was set is noticed.</summary>
    public TimeSpan LongestSleep { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Runs whose progress is remembered.</summary>
    public int RememberedRuns { get; init; } = 100;

    /// <summary>Throws <see cref="ArgumentException"/> naming the first setting that makes no sense.</summary>
    public void Validate()
    {
        Require(IsInterval(VerificationEvery), nameof(VerificationEvery));
        Require(VerificationGraceDays is >= 0 and <= 3650, nameof(VerificationGraceDays));
        Require(IsInterval(SuspensionEvery), nameof(SuspensionEvery));
        Require(IsInterval(InactivityEvery), nameof(InactivityEvery));
        Require(IsInterval(ProcessesEvery), nameof(ProcessesEvery));
        Require(IsInterval(RightsEvery), nameof(RightsEvery));
        Require(ItemsPerRun >= 1, nameof(ItemsPerRun));
        Require(PageItems is >= 1 and <= ReadModels.Dues.DueDates.MaxLimit, nameof(PageItems));
        Require(Lease >= TimeSpan.FromSeconds(1), nameof(Lease));
        Require(RetryAfter >= TimeSpan.FromSeconds(1), nameof(RetryAfter));
        Require(LongestSleep >= TimeSpan.FromSeconds(1), nameof(LongestSleep));
        Require(RememberedRuns >= 1, nameof(RememberedRuns));
    }

    private static bool IsInterval(TimeSpan every) => every >= TimeSpan.FromMinutes(1) && every <= TimeSpan.FromDays(31);

    private static void Require(bool holds, string setting)
    {
        if (!holds)
            throw new ArgumentException($"Schedules: setting {setting} is out of range.");
    }
}
