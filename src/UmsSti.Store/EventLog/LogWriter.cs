using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>
/// The one writer of a log: takes what is waiting (bounded), stages it in one transaction, commits once, publishes the head,
/// answers each caller. A bad append fails alone; a disk that does not take the commit fails the whole batch, and the next batch tries again.
/// </summary>
internal sealed class LogWriter
{
    private readonly string _path;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly LogMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Action<long> _publish;
    private readonly WorkQueue _queue;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IWorkItem> _batch = [];
    private IWorkItem? _oldest;
    private IWorkItem? _latest;
    private LogSession? _session;
    private long _published;
    private volatile bool _closing;
    private int _housekeeping;

    public LogWriter(
        LogSession session, EventLogOptions options, TimeProvider time, LogMetrics metrics, ILogger logger, Action<long> publish)
    {
        _session = session;
        _path = session.Database.Path;
        _options = options;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _publish = publish;
        _published = session.Head;
        _queue = new WorkQueue(options.MaxQueuedAppends, options.WriterSpin);
        _thread = new Thread(Run) { Name = $"writer of {Path.GetFileName(_path)}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Leaves work for the next commit.</summary>
    /// <exception cref="LogUnavailableException">Too much is waiting, or the log is closing.</exception>
    public void Enqueue(IWorkItem item)
    {
        bool added;
        try
        {
            added = !_closing && _queue.TryAdd(item);
        }
        catch (ObjectDisposedException closed)
        {
            throw new LogUnavailableException("The log is closing.", closed);
        }

        if (added)
            return;
        throw new LogUnavailableException(
            _closing ? "The log is closing." : $"The log is busy: {_options.MaxQueuedAppends} appends are waiting.", null);
    }

    /// <summary>Asks for housekeeping (expired commands, checkpoint, statistics) as soon as nothing is waiting.</summary>
    public void RequestHousekeeping()
    {
        Interlocked.Exchange(ref _housekeeping, 1);
        _queue.Nudge();
    }

    /// <summary>Writes what is waiting, moves the WAL into the file, closes it.</summary>
    public Task Close()
    {
        _closing = true;
        _queue.Nudge();
        return _ended.Task;
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                CollectWaiting();
                if (_oldest is not null)
                    WriteBatch();
                else if (_closing)
                    break;
                else if (Interlocked.Exchange(ref _housekeeping, 0) == 1)
                    KeepHouse();
                else
                    _queue.Wait();
            }

            Append(_queue.Close());
            while (_oldest is not null)
                WriteBatch();
            _session?.Database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
            _session?.Dispose();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            // The last resort: nobody may wait for ever on a writer that is gone.
            _closing = true;
            Append(_queue.Close());
            for (var item = _oldest; item is not null; item = item.Next)
                item.Fail(new LogUnavailableException("The writer ended.", e));
            _ended.SetException(e);
        }
    }

    private void CollectWaiting() => Append(_queue.TakeAll());

    private void Append(IWorkItem? chain)
    {
        if (chain is null)
            return;
        if (_oldest is null)
            _oldest = chain;
        else
            _latest!.Next = chain;
        while (chain.Next is not null)
            chain = chain.Next;
        _latest = chain;
    }

    private void WriteBatch()
    {
        TakeBatch();
        if (_batch.Count == 0)
            return;
        var headBefore = _published;
        try
        {
            Commit();
        }
        catch (Exception e)
        {
            FailBatch(e);
            return;
        }

        var head = _session!.Head;
        if (head > _published)
        {
            _published = head;
            _publish(head);
        }

        foreach (var item in _batch)
            item.Complete();
        _batch.Clear();
    }

    private void TakeBatch()
    {
        var events = 0;
        var bytes = 0;
        var taken = 0;
        while (_oldest is { } item)
        {
            if (_batch.Count > 0
                && (_batch.Count >= _options.MaxBatchAppends
                    || events + item.Events > _options.MaxBatchEvents
                    || (long)bytes + item.Bytes > _options.MaxBatchBytes))
            {
                break;
            }

            _oldest = item.Next;
            item.Next = null;
            taken++;
            if (item.DropIfCancelled())
                continue;
            _batch.Add(item);
            events += item.Events;
            bytes += item.Bytes;
        }

        _queue.Taken(taken);
    }

    private void Commit()
    {
        var session = Session();
        try
        {
            session.Begin();
            foreach (var item in _batch)
                item.Stage(session);
        }
        catch (Exception e) when (e is not SqliteFault { ConcernsTheFile: true })
        {
            session.Abandon();
            StageOneByOne(session);
        }

        var started = _metrics.MeasuresCommits ? Stopwatch.GetTimestamp() : 0;
        session.Commit();
        _metrics.Committed(started, _batch.Count, session.Head - _published);
    }

    /// <summary>The careful way, after one item of the batch went wrong: each has its own savepoint, and only the bad one is refused.</summary>
    private void StageOneByOne(LogSession session)
    {
        session.Begin();
        foreach (var item in _batch)
        {
            session.Database.Execute("SAVEPOINT item");
            try
            {
                item.Stage(session);
            }
            catch (Exception e) when (e is not SqliteFault { ConcernsTheFile: true })
            {
                _logger.LogError(e, "An append was refused; the others of its batch go on.");
                session.Database.Execute("ROLLBACK TO item");
                session.Reload();
                item.Refuse(e);
            }

            session.Database.Execute("RELEASE item");
        }
    }

    private void FailBatch(Exception reason)
    {
        _logger.LogError(reason, "{Count} appends could not be written; the next one tries again.", _batch.Count);
        Recover(reason);
        var answer = reason as LogUnavailableException
            ?? new LogUnavailableException($"The log cannot be written now: {reason.Message}", reason);
        foreach (var item in _batch)
            item.Fail(answer);
        _batch.Clear();
    }

    /// <summary>Rolls back and makes the session's knowledge equal to the file; a session that cannot do that is opened anew.</summary>
    private void Recover(Exception reason)
    {
        if (_session is null)
            return;
        try
        {
            _session.Abandon();
            if (reason is SqliteFault { Code: not (raw.SQLITE_FULL or raw.SQLITE_BUSY) })
                CloseSession();
        }
        catch (SqliteFault)
        {
            CloseSession();
        }
    }

    private void CloseSession()
    {
        _session?.Dispose();
        _session = null;
    }

    private LogSession Session()
    {
        if (_session is not null)
            return _session;
        var session = LogSession.Open(_path, _options, _time);
        if (session.Head < _published)
        {
            session.Dispose();
            throw new LogUnavailableException(
                $"'{_path}' now ends at position {session.Head}, but {_published} was acknowledged: it was changed from outside; restart on a good file.", null);
        }

        return _session = session;
    }

    private void KeepHouse()
    {
        try
        {
            var session = Session();
            while (session.PruneCommands())
            {
                if (_queue.IsEmpty && !_closing)
                    continue;
                Interlocked.Exchange(ref _housekeeping, 1);
                return;
            }

            session.Database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            session.Database.Execute("PRAGMA optimize");
        }
        catch (Exception e) when (e is SqliteFault or LogUnavailableException or StoreStartException)
        {
            _logger.LogWarning(e, "Housekeeping of the log was put off to the next hour.");
            Recover(e);
        }
    }
}
