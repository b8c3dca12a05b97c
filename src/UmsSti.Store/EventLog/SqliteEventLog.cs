using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Kernel;
using UmsSti.Store.EventLog;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store;

/// <summary>
/// An event log in one SQLite file: <c>events.db</c> (the domain log) and <c>activity.db</c> (the activity log) are both this. One
/// writer thread with group commit, a pool of readers, a hash chain over everything stored (ADR 2; file format in docs/contracts.md).
/// </summary>
public sealed class SqliteEventLog : IEventLog, ICommandMemory, ISnapshotStore, IAsyncDisposable
{
    /// <summary>Events at the end of the log among which the newest event id is looked for.</summary>
    private const int NewestIdWindow = 20_000;

    /// <summary>How long a failed write says that the next would fail too.</summary>
    private static readonly TimeSpan FailureIsNews = TimeSpan.FromMinutes(1);

    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogMetrics _metrics;
    private readonly HeadSignal _head;
    private readonly ReaderPool<LogReader> _readers;
    private readonly GroupWriter<LogSession> _writer;
    private readonly ITimer _housekeeping;
    private volatile CommandIndex _commands;
    private int _disposed;

    private SqliteEventLog(string path, LogSession session, EventLogOptions options, TimeProvider time, ILogger logger)
    {
        Path = path;
        _logger = logger;
        _options = options;
        _time = time;
        _head = new HeadSignal(session.Head);
        _commands = session.Commands;
        NewestEventId = session.NewestEventId(NewestIdWindow);
        Warnings = [.. Pragmas.Mismatches(session.Database, options.WriterSettings)
            .Select(pragma => $"'{path}': {pragma.Name} is {pragma.Actual}, {pragma.Wanted} was asked for")];
        foreach (var warning in Warnings)
            logger.LogWarning("A setting of the store did not take effect: {Warning}", warning);
        _metrics = new LogMetrics(System.IO.Path.GetFileNameWithoutExtension(path), () => Head);
        _readers = new ReaderPool<LogReader>(() => LogReader.Open(path, options), options.ReaderConnections, options.MaxQueuedReads);
        _writer = new GroupWriter<LogSession>(session, Reopen, options.WriterLimits, Committed, logger);
        _housekeeping = time.CreateTimer(
            _ => _writer.RequestHousekeeping(), null, options.HousekeepingInterval, options.HousekeepingInterval);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Settings that did not take effect, one line each (DB-03); empty when all did.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The largest event id near the head when the log was opened; 0 for an empty log. Seeds the id generator.</summary>
    public long NewestEventId { get; }

    /// <inheritdoc />
    public long Head => _head.Head;

    internal EventLogOptions Options => _options;

    internal CommandIndex CommandIndex => _commands;

    /// <summary>Opens the log of that name in a folder this process owns; creates it when it is not there.</summary>
    /// <exception cref="StoreStartException">The file cannot be used; one line says why.</exception>
    public static SqliteEventLog Open(
        DataFolder folder, string fileName, EventLogOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        options.Validate();
        time ??= TimeProvider.System;
        logger ??= NullLogger.Instance;
        var path = folder.File(fileName);
        try
        {
            return new SqliteEventLog(path, LogSession.Open(path, options, time, logger), options, time, logger);
        }
        catch (SqliteFault fault)
        {
            throw new StoreStartException($"'{path}' cannot be opened ({fault.Message}): {Remedy(fault)}.", fault);
        }
    }

    /// <inheritdoc />
    public Task<RecordedEvent[]> LoadStream(StreamName stream, long fromIndex, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromIndex);
        return _readers.Read(
            (stream, fromIndex, Head), static (reader, q, ct) => reader.LoadStream(q.stream, q.fromIndex, q.Head, ct), ct);
    }

    /// <inheritdoc />
    public Task<RecordedEvent[]> ReadAll(long afterPosition, int maxCount, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCount);
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<RecordedEvent[]>(ct);
        var upTo = Math.Min(Head, afterPosition + maxCount);
        return upTo <= afterPosition
            ? Task.FromResult(Array.Empty<RecordedEvent>())
            : _readers.Read((afterPosition, upTo), static (reader, q, ct) => reader.ReadAll(q.afterPosition, q.upTo, ct), ct);
    }

    /// <summary>
    /// False for a minute after a write failed, unless a later one succeeded. Only for a minute: where nobody tries, nobody knows.
    /// </summary>
    public bool TakesWrites => !_writer.FailedWithin(FailureIsNews);

    /// <inheritdoc />
    public Task<long> AwaitBeyond(long position, CancellationToken ct)
    {
        var head = Head;
        return head > position ? Task.FromResult(head) : _head.AwaitBeyond(position, ct);
    }

    /// <summary>
    /// See <see cref="IEventLog.Append"/>. A cancelled token takes the append back only as long as the writer has not begun with it.
    /// </summary>
    public Task<AppendResult> Append(AppendRequest request, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
            return Task.FromCanceled<AppendResult>(ct);
        var (events, bytes) = AppendLimits.Check(request, _options.MaxAppendBytes);
        var item = new AppendItem(request, events, bytes, _metrics, ct);
        _writer.Write(item);
        return item.Task;
    }

    /// <inheritdoc />
    public Task<RememberedCommand?> Find(string commandId, CancellationToken ct)
    {
        AppendLimits.CheckCommandId(commandId);
        var notBefore = (_time.GetUtcNow() - _options.CommandRetention).ToUnixTimeMilliseconds();
        return _readers.Read(
            (_commands, commandId, notBefore), static (reader, q, _) => reader.FindCommand(q._commands, q.commandId, q.notBefore), ct);
    }

    /// <inheritdoc />
    public Task<Snapshot?> Load(StreamName stream, CancellationToken ct) =>
        _readers.Read(stream, static (reader, stream, _) => reader.LoadSnapshot(stream), ct);

    /// <inheritdoc />
    public Task Save(StreamName stream, Snapshot snapshot, CancellationToken ct)
    {
        if (snapshot.Data.Length > _options.MaxAppendBytes)
            throw new ArgumentException($"A snapshot holds at most {_options.MaxAppendBytes} bytes.", nameof(snapshot));
        var item = new SnapshotItem(stream, snapshot, ct);
        _writer.Enqueue(item);
        return item.Task;
    }

    /// <summary>Writes what is waiting, ends every read, moves the WAL into the file and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _housekeeping.DisposeAsync().ConfigureAwait(false);
        await _readers.Close().ConfigureAwait(false);
        await _writer.Close().ConfigureAwait(false);
        _head.Close();
    }

    /// <summary>Does something with the writer's connection, in its next commit.</summary>
    internal Task OnWriter(Action<LogSession> action) => _writer.Do(
        session =>
        {
            action(session);
            return true;
        },
        CancellationToken.None);

    /// <summary>Does something with one of the readers.</summary>
    internal Task<T> OnReader<T>(Func<LogReader, T> action) =>
        _readers.Read(action, static (reader, action, _) => action(reader), CancellationToken.None);

    /// <summary>Runs on the writer's thread, after each commit and before its callers are answered.</summary>
    private void Committed(LogSession session, int appends, TimeSpan commit)
    {
        var events = session.Head - Head;
        if (events > 0)
            _head.MoveTo(session.Head);
        _metrics.Committed(commit, appends, events);
    }

    /// <summary>Another connection after the disk failed. A file that lost acknowledged events is not written to again.</summary>
    private LogSession Reopen()
    {
        var session = LogSession.Open(Path, _options, _time, _logger);
        if (session.Head >= Head)
        {
            _commands = session.Commands;
            return session;
        }

        var found = session.Head;
        session.Dispose();
        throw new LogUnavailableException(
            $"'{Path}' ends at position {found}, but {Head} was acknowledged: it was changed from outside; restart on a good file.", null);
    }

    private static string Remedy(SqliteFault fault) => fault switch
    {
        { IsDamage: true } => "the file is damaged or no log; restore it from a backup",
        { Code: SQLitePCL.raw.SQLITE_FULL } => "free some disk space",
        { Code: SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM } =>
            "give this account the right to write it",
        _ => "check the disk and the rights of this account",
    };
}
