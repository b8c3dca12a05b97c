using UmsSti.Store.Sqlite;

namespace UmsSti.Store;

/// <summary>Settings and limits of one log. Validated when the log is opened.</summary>
public sealed record EventLogOptions
{
    /// <summary>When a commit waits for the disk.</summary>
    public Synchronous Synchronous { get; init; } = Synchronous.Full;

    /// <summary>
    /// Pages in the WAL at which they are moved into the file, beside the writer (by SQLite's own checkpoint a commit would wait for
    /// that, and at its 1,000 pages group commit is halved; so <c>wal_autocheckpoint</c> is 0).
    /// </summary>
    public int WalCheckpointPages { get; init; } = 10_000;

    /// <summary>Appends that may wait; one more is refused as busy.</summary>
    public int MaxQueuedAppends { get; init; } = 16_384;

    /// <summary>Appends a commit takes at most.</summary>
    public int MaxBatchAppends { get; init; } = 1_024;

    /// <summary>Events a commit takes at most (a single larger append still goes through, alone).</summary>
    public int MaxBatchEvents { get; init; } = 4_096;

    /// <summary>Bytes of data and metadata a commit takes at most (a single larger append still goes through, alone).</summary>
    public int MaxBatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of data and metadata of one append at most; a larger one is an argument error.</summary>
    public int MaxAppendBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Streams whose version the writer remembers (about 200 bytes each).</summary>
    public int CachedStreams { get; init; } = 65_536;

    /// <summary>Connections for reading, opened when first needed.</summary>
    public int ReaderConnections { get; init; } = 4;

    /// <summary>Reads that may wait for a connection; one more is refused as busy.</summary>
    public int MaxQueuedReads { get; init; } = 4_096;

    /// <summary>How long an answered command is remembered.</summary>
    public TimeSpan CommandRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Remembered commands indexed in memory before they are written as one segment (about 100 bytes each; older ones cost 2).</summary>
    public int CommandsPerSegment { get; init; } = 65_536;

    /// <summary>Remembered commands pruned at a time, while the writer has nothing else to do.</summary>
    public int PruneSlice { get; init; } = 500;

    /// <summary>Time between passive checkpoints and <c>PRAGMA optimize</c> (DB-04: at least hourly).</summary>
    public TimeSpan HousekeepingInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the writer looks for the next append before it lets its thread rest.</summary>
    public TimeSpan WriterSpin { get; init; } = TimeSpan.FromMicroseconds(50);

    /// <summary>
    /// Whether a caller who comes alone with at most 16 events commits on its own thread, which is held until the disk has taken the
    /// commit (never more than one thread at a time). Saves a third of the time at one caller; changes nothing at many.
    /// </summary>
    public bool CommitOnCallersThread { get; init; } = true;

    /// <summary>Page cache of the writer, KiB (DB-02).</summary>
    public long WriterCacheKibibytes { get; init; } = 64_000;

    /// <summary>
    /// Memory mapping of each connection, bytes. Off, where DB-02 asks for 256 MB: every mapping counts as resident memory, a disk error
    /// in one ends the process instead of failing a read, and the raw API is fast enough without.
    /// </summary>
    public long MmapBytes { get; init; }

    /// <summary>Page cache of each reader, KiB. Smaller than DB-02: every reader has its own, and the system's cache lies under it.</summary>
    public long ReaderCacheKibibytes { get; init; } = 8_000;

    /// <summary>How long a connection waits for a lock.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal ConnectionSettings WriterSettings => new(
        Synchronous, WriterCacheKibibytes, MmapBytes, WalAutoCheckpointPages: 0, (int)BusyTimeout.TotalMilliseconds);

    internal ConnectionSettings ReaderSettings => new(
        Synchronous, ReaderCacheKibibytes, MmapBytes, WalAutoCheckpointPages: 0, (int)BusyTimeout.TotalMilliseconds);

    internal GroupWriterLimits WriterLimits => new(MaxQueuedAppends, MaxBatchAppends, MaxBatchEvents, MaxBatchBytes, WriterSpin, CommitOnCallersThread);

    /// <summary>Throws <see cref="StoreStartException"/> naming the first setting that cannot be.</summary>
    public void Validate()
    {
        Positive(WalCheckpointPages, nameof(WalCheckpointPages));
        Positive(MaxQueuedAppends, nameof(MaxQueuedAppends));
        Positive(MaxBatchAppends, nameof(MaxBatchAppends));
        Positive(MaxBatchEvents, nameof(MaxBatchEvents));
        Positive(MaxBatchBytes, nameof(MaxBatchBytes));
        Positive(MaxAppendBytes, nameof(MaxAppendBytes));
        Positive(CachedStreams, nameof(CachedStreams));
        Positive(ReaderConnections, nameof(ReaderConnections));
        Positive(MaxQueuedReads, nameof(MaxQueuedReads));
        Positive(CommandsPerSegment, nameof(CommandsPerSegment));
        Positive(PruneSlice, nameof(PruneSlice));
        Positive(CommandRetention.Ticks, nameof(CommandRetention));
        Positive(HousekeepingInterval.Ticks, nameof(HousekeepingInterval));
        Positive(BusyTimeout.Ticks, nameof(BusyTimeout));
        Positive(WriterCacheKibibytes, nameof(WriterCacheKibibytes));
        Positive(ReaderCacheKibibytes, nameof(ReaderCacheKibibytes));
        NotNegative(MmapBytes, nameof(MmapBytes));
        NotNegative(WriterSpin.Ticks, nameof(WriterSpin));
        if (!Enum.IsDefined(Synchronous))
            throw new StoreStartException($"Setting {nameof(EventLogOptions)}.{nameof(Synchronous)} is {Synchronous}: use Full or Normal.");
    }

    private static void Positive(long value, string name)
    {
        if (value < 1)
            throw new StoreStartException($"Setting {nameof(EventLogOptions)}.{name} must be above zero.");
    }

    private static void NotNegative(long value, string name)
    {
        if (value < 0)
            throw new StoreStartException($"Setting {nameof(EventLogOptions)}.{name} must not be negative.");
    }
}
