namespace UmsSti.Store.Sqlite;

/// <summary>What a connection is opened with (DB-02). Cache in KiB, mapping in bytes, checkpoint in pages, timeout in ms.</summary>
internal sealed record ConnectionSettings(
    Synchronous Synchronous,
    long CacheKibibytes,
    long MmapBytes,
    int WalAutoCheckpointPages,
    int BusyTimeoutMilliseconds,
    bool SecureDelete = false);
