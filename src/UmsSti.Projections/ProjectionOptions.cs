namespace UmsSti.Projections;

/// <summary>Limits and waits of the projection runtime, checked once at start.</summary>
public sealed record ProjectionOptions
{
    /// <summary>Events read from the log at once, and the most that go into one transaction.</summary>
    public int BatchEvents { get; init; } = 4_096;

    /// <summary>Events read, and written through, at once while generations are built. Few, so that what is read and decoded ahead does not grow old in memory.</summary>
    public int RebuildBatchEvents { get; init; } = 512;

    /// <summary>How long a projector of the gathered pace lets events come together once it is woken.</summary>
    public TimeSpan GatherTime { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Decoded batches that may wait for the rows to be written; the source then pauses.</summary>
    public int ReadAheadBatches { get; init; } = 2;

    /// <summary>Rows kept in memory between batches, for each projector.</summary>
    public int CachedRows { get; init; } = 8_192;

    /// <summary>Rows of all models together that may change in memory before they are written, while generations are built.</summary>
    public int RebuildCachedRows { get; init; } = 1_000_000;

    /// <summary>Memory of those rows, bytes; whichever limit is reached first counts.</summary>
    public long RebuildCachedBytes { get; init; } = 100_000_000;

    /// <summary>Bytes allocated, mostly garbage at once, after which a rebuild has them collected.</summary>
    public long RebuildGarbageBytes { get; init; } = 24_000_000;

    /// <summary>Rows of a generation that is being built written in one transaction, so that other projectors get their turn.</summary>
    public int RebuildSliceRows { get; init; } = 10_000;

    /// <summary>Events of a log that hold nothing for a projector after which its checkpoint is saved all the same.</summary>
    public int IdleCheckpointEvents { get; init; } = 10_000;

    /// <summary>Waits before the second, third, ... try of a stream that failed; after the last it is parked.</summary>
    public IReadOnlyList<TimeSpan> StreamRetryDelays { get; init; } = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400)];

    /// <summary>Waits before a projector that fell over starts again; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> RestartDelays { get; init; } =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    /// <summary>How long a strong read waits for a position.</summary>
    public TimeSpan ConsistencyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Events a projector may be behind the live tail when the tail pauses to let it join.</summary>
    public int JoinLagEvents { get; init; } = 10_000;

    /// <summary>
    /// Events a model may be behind at the start and still catch up batch by batch; beyond that, when they are also more than
    /// a <see cref="CatchUpShare"/>th of the log, it is built anew beside the old rows, which is several times faster.
    /// </summary>
    public int CatchUpEvents { get; init; } = 20_000;

    /// <summary>See <see cref="CatchUpEvents"/>: a rebuild reads the whole log, about so many times faster than catching up.</summary>
    public int CatchUpShare { get; init; } = 5;

    /// <summary>Events a new generation may be behind when the old one pauses for the swap.</summary>
    public int SwapLagEvents { get; init; } = 1_000;

    /// <summary>Rebuilds whose outcome is remembered.</summary>
    public int RememberedRebuilds { get; init; } = 100;

    /// <summary>Where a test lets the process die; nowhere in production.</summary>
    public IFaultPoints FaultPoints { get; init; } = NoFaultPoints.Instance;

    /// <summary>Throws <see cref="ArgumentException"/> naming the first setting that makes no sense.</summary>
    public void Validate()
    {
        Require(BatchEvents >= 1, nameof(BatchEvents));
        Require(RebuildBatchEvents >= 1, nameof(RebuildBatchEvents));
        Require(GatherTime >= TimeSpan.Zero, nameof(GatherTime));
        Require(ReadAheadBatches >= 1, nameof(ReadAheadBatches));
        Require(CachedRows >= 1, nameof(CachedRows));
        Require(RebuildCachedRows >= 1, nameof(RebuildCachedRows));
        Require(RebuildCachedBytes >= 1, nameof(RebuildCachedBytes));
        Require(RebuildGarbageBytes >= 1, nameof(RebuildGarbageBytes));
        Require(RebuildSliceRows >= 1, nameof(RebuildSliceRows));
        Require(IdleCheckpointEvents >= 1, nameof(IdleCheckpointEvents));
        Require(StreamRetryDelays.All(delay => delay >= TimeSpan.Zero), nameof(StreamRetryDelays));
        Require(RestartDelays.Count > 0 && RestartDelays.All(delay => delay >= TimeSpan.Zero), nameof(RestartDelays));
        Require(ConsistencyTimeout > TimeSpan.Zero, nameof(ConsistencyTimeout));
        Require(JoinLagEvents >= 0, nameof(JoinLagEvents));
        Require(CatchUpEvents >= 0, nameof(CatchUpEvents));
        Require(CatchUpShare >= 1, nameof(CatchUpShare));
        Require(SwapLagEvents >= 0, nameof(SwapLagEvents));
        Require(RememberedRebuilds >= 1, nameof(RememberedRebuilds));
    }

    private static void Require(bool holds, string setting)
    {
        if (!holds)
            throw new ArgumentException($"Projections: setting {setting} is out of range.");
    }
}
