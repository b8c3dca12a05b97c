namespace UmsSti.Projections.Outbox;

/// <summary>Limits and waits of reactors and the outbox, checked once at start.</summary>
public sealed record OutboxOptions
{
    /// <summary>Events a reactor reads from the log at once, and the most whose effects go into one transaction.</summary>
    public int BatchEvents { get; init; } = 1_024;

    /// <summary>How long a reactor lets events come together once it is woken.</summary>
    public TimeSpan GatherTime { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Events without an effect after which a reactor's checkpoint is saved all the same.</summary>
    public int IdleCheckpointEvents { get; init; } = 1_000;

    /// <summary>Waits before a reactor or a channel that fell over goes on; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> RestartDelays { get; init; } =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    /// <summary>Waits before the second, third, ... try of a row; after the last try it is dead. Four waits are five tries (RE-03).</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(25), TimeSpan.FromHours(2)];

    /// <summary>Part of a wait that is left to chance, so that rows that failed together do not come back together.</summary>
    public double JitterPart { get; init; } = 0.2;

    /// <summary>Failures in a row after which a peer that answers is left alone for a while (RE-08).</summary>
    public int BreakerFailures { get; init; } = 5;

    /// <summary>How long a peer is left alone after its first, second, ... absence in a row; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> BreakerDelays { get; init; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>How long a row waits for a peer that is never there before it is dead.</summary>
    public TimeSpan MaxPeerWait { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Longest wait a peer may ask for.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Longest single try.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Due rows looked at for fairness: a recipient with more than this ahead of others holds them up.</summary>
    public int FairnessWindowRows { get; init; } = 1_000;

    /// <summary>How long deliveries that are under way may go on when the program stops.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long rows that are done are kept; until then a repeated event cannot make them again.</summary>
    public TimeSpan FinishedRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Between two rounds of deleting rows that are done.</summary>
    public TimeSpan HousekeepingInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Age of the counts that metrics show, at most.</summary>
    public TimeSpan CountInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rows deleted in one transaction.</summary>
    public int PruneSliceRows { get; init; } = 1_000;

    /// <summary>Tries of one row.</summary>
    public int MaxTries => RetryDelays.Count + 1;

    /// <summary>Throws <see cref="ArgumentException"/> naming the first setting that makes no sense.</summary>
    public void Validate()
    {
        Require(BatchEvents >= 1, nameof(BatchEvents));
        Require(GatherTime >= TimeSpan.Zero, nameof(GatherTime));
        Require(IdleCheckpointEvents >= 1, nameof(IdleCheckpointEvents));
        Require(RestartDelays.Count > 0 && RestartDelays.All(delay => delay >= TimeSpan.Zero), nameof(RestartDelays));
        Require(RetryDelays.All(delay => delay >= TimeSpan.Zero), nameof(RetryDelays));
        Require(JitterPart is >= 0 and <= 1, nameof(JitterPart));
        Require(BreakerFailures >= 1, nameof(BreakerFailures));
        Require(BreakerDelays.Count > 0 && BreakerDelays.All(delay => delay > TimeSpan.Zero), nameof(BreakerDelays));
        Require(MaxPeerWait > TimeSpan.Zero, nameof(MaxPeerWait));
        Require(MaxRetryAfter > TimeSpan.Zero, nameof(MaxRetryAfter));
        Require(DeliveryTimeout > TimeSpan.Zero, nameof(DeliveryTimeout));
        Require(FairnessWindowRows >= 1, nameof(FairnessWindowRows));
        Require(StopGrace >= TimeSpan.Zero, nameof(StopGrace));
        Require(FinishedRetention > TimeSpan.Zero, nameof(FinishedRetention));
        Require(HousekeepingInterval > TimeSpan.Zero, nameof(HousekeepingInterval));
        Require(CountInterval > TimeSpan.Zero, nameof(CountInterval));
        Require(PruneSliceRows >= 1, nameof(PruneSliceRows));
    }

    private static void Require(bool holds, string setting)
    {
        if (!holds)
            throw new ArgumentException($"Outbox: setting {setting} is out of range.");
    }
}
