using UmsSti.Store.Sqlite;

namespace UmsSti.Store;

/// <summary>Settings and limits of the vault. Validated when it is opened.</summary>
public sealed record VaultOptions
{
    /// <summary>Bytes of a master key.</summary>
    public const int MasterKeyBytes = 32;

    /// <summary>
    /// The master key, base64 of 32 bytes. When null it is read from <c>vault.key</c> beside the vault, which the first start creates.
    /// </summary>
    public string? MasterKey { get; init; }

    /// <summary>Memory for unwrapped data keys, in bytes; at most 384 a key, so the default holds those of 170,000 people.</summary>
    public long KeyCacheBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Writes that may wait; one more is refused as busy.</summary>
    public int MaxQueuedWrites { get; init; } = 16_384;

    /// <summary>Writes a commit takes at most.</summary>
    public int MaxBatchWrites { get; init; } = 1_024;

    /// <summary>Connections for reading, opened when first needed.</summary>
    public int ReaderConnections { get; init; } = 2;

    /// <summary>Reads that may wait for a connection; one more is refused as busy.</summary>
    public int MaxQueuedReads { get; init; } = 4_096;

    /// <summary>Password hashes kept of a user, the one in force among them.</summary>
    public int PasswordHistory { get; init; } = 5;

    /// <summary>Expired tokens deleted at a time, while nothing else is to be written.</summary>
    public int PruneSlice { get; init; } = 500;

    /// <summary>Time between two rounds of housekeeping.</summary>
    public TimeSpan HousekeepingInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Page cache of each connection, KiB.</summary>
    public long CacheKibibytes { get; init; } = 8_000;

    /// <summary>How long a connection waits for a lock.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    // FULL always: a key must be durable before the first event sealed with it, and a destroyed one must stay destroyed.
    internal ConnectionSettings Settings => new(
        Synchronous.Full, CacheKibibytes, MmapBytes: 0, WalAutoCheckpointPages: 1_000, (int)BusyTimeout.TotalMilliseconds, SecureDelete: true);

    internal GroupWriterLimits WriterLimits => new(
        MaxQueuedWrites, MaxBatchWrites, MaxBatchRows: int.MaxValue, MaxBatchBytes: int.MaxValue, Spin: TimeSpan.Zero, CommitOnCallersThread: false);

    /// <summary>Throws <see cref="StoreStartException"/> naming the first setting that cannot be.</summary>
    public void Validate()
    {
        Positive(KeyCacheBytes, nameof(KeyCacheBytes));
        Positive(MaxQueuedWrites, nameof(MaxQueuedWrites));
        Positive(MaxBatchWrites, nameof(MaxBatchWrites));
        Positive(ReaderConnections, nameof(ReaderConnections));
        Positive(MaxQueuedReads, nameof(MaxQueuedReads));
        Positive(PasswordHistory, nameof(PasswordHistory));
        Positive(PruneSlice, nameof(PruneSlice));
        Positive(HousekeepingInterval.Ticks, nameof(HousekeepingInterval));
        Positive(CacheKibibytes, nameof(CacheKibibytes));
        Positive(BusyTimeout.Ticks, nameof(BusyTimeout));
    }

    private static void Positive(long value, string name)
    {
        if (value < 1)
            throw new StoreStartException($"Setting {nameof(VaultOptions)}.{name} must be above zero.");
    }
}
