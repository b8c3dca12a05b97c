using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels;

/// <summary>
/// <c>readmodel.db</c>: everything derived. One connection writes, one transaction at a time; a bounded pool reads.
/// Nothing here is the truth: the file may be deleted, and is then built again from the logs.
/// </summary>
public sealed class ReadModelDatabase : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Connection _writer;
    private readonly WriteSession _session;
    private readonly WalKeeper _wal;

    private ReadModelDatabase(ReadModelOptions options, Connection writer)
    {
        Options = options;
        _writer = writer;
        _session = new WriteSession(writer);
        _wal = new WalKeeper(options, writer);
        Readers = new ReadPool(options);
        Generations = new Generations(this);
        SearchIndex = new UserSearchIndex(this);
    }

    /// <summary>The settings it was opened with.</summary>
    public ReadModelOptions Options { get; }

    /// <summary>Which tables answer, which are being built.</summary>
    public Generations Generations { get; }

    /// <summary>The full-text index over users.</summary>
    public UserSearchIndex SearchIndex { get; }

    /// <summary>What is to be cleared away.</summary>
    public Housekeeping Housekeeping { get; } = new();

    internal ReadPool Readers { get; }

    /// <summary>Opens or creates the file. Throws <see cref="ReadModelStartException"/> with one clear line when it cannot be used.</summary>
    public static ReadModelDatabase Open(ReadModelOptions options, TimeProvider time)
    {
        options.Validate();
        Connection? writer = null;
        try
        {
            writer = Connection.Open(options, readOnly: false);
            SchemaScripts.Apply(writer, options.Path, time.GetUtcNow());
            var database = new ReadModelDatabase(options, writer);
            database.Generations.Start(writer);
            return database;
        }
        catch (ReadModelException failure)
        {
            writer?.Dispose();
            throw new ReadModelStartException($"Read model {options.Path} cannot be opened: {failure.Message}", failure);
        }
        catch
        {
            writer?.Dispose();
            throw;
        }
    }

    /// <summary>Runs work in one transaction; everything of it becomes visible at once, or nothing when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<WriteSession, T> work, CancellationToken ct)
    {
        await _writing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return InTransaction(work);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Runs work in one transaction; everything of it becomes visible at once, or nothing when it throws.</summary>
    public Task WriteAsync(Action<WriteSession> work, CancellationToken ct) => WriteAsync(session => { work(session); return true; }, ct);

    /// <summary>The streams a projector holds back in the generation that answers.</summary>
    public async Task<IReadOnlyList<ParkedStream>> ParkedAsync(string projector, string model, CancellationToken ct)
    {
        using var lease = await Readers.Rent(ct).ConfigureAwait(false);
        return ParkedStreams.List(lease.Connection, projector, Generations.Active(model));
    }

    /// <summary>The events a projector was told to go on without, in log order.</summary>
    public async Task<IReadOnlyList<SkippedPlace>> SkippedAsync(string projector, CancellationToken ct)
    {
        using var lease = await Readers.Rent(ct).ConfigureAwait(false);
        return SkippedEvents.List(lease.Connection, projector);
    }

    /// <summary>Moves what is in the WAL into the file and empties it, as far as readers let it (DB-04).</summary>
    public async Task CheckpointAsync(CancellationToken ct)
    {
        await _writing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            _writer.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes every connection. Waits for the transaction that is running.</summary>
    public void Dispose()
    {
        _writing.Wait();
        Readers.Dispose();
        _wal.Dispose();
        _writer.Dispose();
        _writing.Dispose();
    }

    private T InTransaction<T>(Func<WriteSession, T> work)
    {
        _writer.Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work(_session);
            _writer.Execute("COMMIT");
            _session.Committed();
            _wal.AfterCommit();
            return result;
        }
        catch
        {
            _session.RolledBack();
            RollBack();
            throw;
        }
    }

    // Some failures (a full disk) have already rolled back; SQLite then has no transaction to end.
    private void RollBack()
    {
        if (!_writer.IsAutocommit)
            _writer.Execute("ROLLBACK");
    }
}
