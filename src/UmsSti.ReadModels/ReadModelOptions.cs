namespace UmsSti.ReadModels;

/// <summary>Settings of the read-model database, checked once at start.</summary>
public sealed record ReadModelOptions
{
    /// <summary>The file, usually <c>readmodel.db</c> in the data folder. The folder must exist.</summary>
    public required string Path { get; init; }

    /// <summary>Connections that answer queries, at most.</summary>
    public int ReadConnections { get; init; } = 4;

    /// <summary>Page cache of the writing connection, KiB (DB-02).</summary>
    public int WriterCacheKiB { get; init; } = 64_000;

    /// <summary>
    /// Page cache of the writing connection while generations are built, KiB: rows are appended, or written in the order of their keys,
    /// and what is missed is in the system's cache.
    /// </summary>
    public int BuildCacheKiB { get; init; } = 16_000;

    /// <summary>Memory of the sort of a new index before it goes on in a file, KiB; twice that is used, and as much page cache meanwhile.</summary>
    public int SortKiB { get; init; } = 16_000;

    /// <summary>Page cache of each reading connection, KiB. Small: what is not in it is in the system's cache.</summary>
    public int ReaderCacheKiB { get; init; } = 8_000;

    /// <summary>
    /// How much of the file each connection maps into memory, bytes. None, although DB-02 asks for 256 MB: every connection
    /// counts the pages it has touched as its own, and a page that cannot be read ends the process instead of the query (ADR 2).
    /// </summary>
    public long MappedBytes { get; init; }

    /// <summary>How long a connection waits for a lock held by another process, milliseconds (DB-02).</summary>
    public int BusyTimeoutMilliseconds { get; init; } = 30_000;

    /// <summary>WAL pages after which they are moved into the file, beside the writer. Ten times SQLite's default: small ones halve the rate of commits.</summary>
    public int WalCheckpointPages { get; init; } = 10_000;

    /// <summary>WAL size kept after a checkpoint, bytes.</summary>
    public long WalSizeLimitBytes { get; init; } = 67_108_864;

    /// <summary>Rows a generation that is no longer asked loses per transaction.</summary>
    public int DropSliceRows { get; init; } = 5_000;

    /// <summary>Rows the full-text index takes in per transaction while a generation is built.</summary>
    public int SearchFillRows { get; init; } = 10_000;

    /// <summary>Rows whose text may wait for the full-text index; a search takes them in first.</summary>
    public int SearchBacklogRows { get; init; } = 512;

    /// <summary>Matches up to which a search sorts what it found instead of walking the rows in order.</summary>
    public int SortedMatches { get; init; } = 2_000;

    /// <summary>Throws <see cref="ReadModelStartException"/> naming the first setting that makes no sense.</summary>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Path), nameof(Path), "must name a file");
        Require(ReadConnections is >= 1 and <= 64, nameof(ReadConnections), "must be 1-64");
        Require(WriterCacheKiB >= 1_000, nameof(WriterCacheKiB), "must be at least 1000");
        Require(BuildCacheKiB >= 1_000, nameof(BuildCacheKiB), "must be at least 1000");
        Require(SortKiB >= 1_000, nameof(SortKiB), "must be at least 1000");
        Require(ReaderCacheKiB >= 1_000, nameof(ReaderCacheKiB), "must be at least 1000");
        Require(MappedBytes >= 0, nameof(MappedBytes), "must not be negative");
        Require(BusyTimeoutMilliseconds >= 0, nameof(BusyTimeoutMilliseconds), "must not be negative");
        Require(WalCheckpointPages >= 1, nameof(WalCheckpointPages), "must be at least 1");
        Require(WalSizeLimitBytes >= 0, nameof(WalSizeLimitBytes), "must not be negative");
        Require(DropSliceRows >= 1, nameof(DropSliceRows), "must be at least 1");
        Require(SearchFillRows >= 1, nameof(SearchFillRows), "must be at least 1");
        Require(SearchBacklogRows >= 1, nameof(SearchBacklogRows), "must be at least 1");
        Require(SortedMatches >= 1, nameof(SortedMatches), "must be at least 1");
    }

    private static void Require(bool holds, string setting, string rule)
    {
        if (!holds)
            throw new ReadModelStartException($"Read model: setting {setting} {rule}.");
    }
}
