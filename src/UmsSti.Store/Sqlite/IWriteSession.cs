namespace UmsSti.Store.Sqlite;

/// <summary>The writer's connection to one file, with what it knows of that file. Used by the writer's thread only.</summary>
internal interface IWriteSession : IDisposable
{
    Database Database { get; }

    void Begin();

    void Commit();

    /// <summary>Ends an open transaction without effect, and makes all knowledge equal to the file again.</summary>
    void Abandon();

    /// <summary>Makes all knowledge equal to the file (within an open transaction: to what that holds).</summary>
    void Reload();

    /// <summary>Does what may wait until the callers of a commit are answered.</summary>
    void AfterBatch();

    /// <summary>Moves the WAL into the file before the session is disposed for good.</summary>
    void Finish();

    /// <summary>Does one slice of housekeeping outside any transaction; false when nothing is left to do.</summary>
    bool KeepHouse();
}

/// <summary>
/// Limits of a writer: items that may wait, what one commit takes at most, how long it looks for work before resting, and whether a
/// lonely caller commits on its own thread.
/// </summary>
internal sealed record GroupWriterLimits(
    int MaxQueuedItems, int MaxBatchItems, int MaxBatchRows, int MaxBatchBytes, TimeSpan Spin, bool CommitOnCallersThread);
