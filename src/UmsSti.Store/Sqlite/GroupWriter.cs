using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using UmsSti.Kernel;

namespace UmsSti.Store.Sqlite;

/// <summary>
/// The one writer of a file: takes what is waiting (bounded), stages it in one transaction, commits once, tells what was committed,
/// answers each caller. A bad item fails alone; a disk that does not take the commit fails the whole batch, and the next batch tries again.
/// A caller who comes alone with little, after another who came alone, commits on its own thread: that saves waking two threads, a third
/// of the time of a commit on a good disk. Whoever writes holds the turn.
/// </summary>
internal sealed class GroupWriter<TSession>
    where TSession : class, IWriteSession
{
    /// <summary>Part of a commit's time that is spent at most on letting the answered callers come back before the next commit.</summary>
    private const double GatherShare = 0.25;

    /// <summary>Time that is spent on that at most, whatever a commit takes.</summary>
    private static readonly TimeSpan MaxGather = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Rows a caller commits on its own thread at most. More take longer than waking a thread, and whoever brings them has the next ones
    /// to prepare meanwhile.
    /// </summary>
    private const int MaxRowsOnCallersThread = 16;

    private readonly string _path;
    private readonly Func<TSession> _reopen;
    private readonly GroupWriterLimits _limits;
    private readonly Action<TSession, int, TimeSpan> _committed;
    private readonly ILogger _logger;
    private readonly WorkQueue<TSession> _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _turn = new();
    private readonly Batch<TSession> _batch;
    private IWorkItem<TSession>? _oldest;
    private IWorkItem<TSession>? _latest;
    private TimeSpan _commitTime;
    private TSession? _session;
    private TaskCompletionSource? _housekeeping;
    private volatile bool _closing;
    private volatile bool _lonely = true;
    private volatile bool _failing;
    private long _failedAt;

    /// <param name="session">The open session; the writer owns it from now on.</param>
    /// <param name="reopen">Opens another one after the disk failed; may throw to refuse, and is asked again by the next batch.</param>
    /// <param name="limits">Limits of queue and batch.</param>
    /// <param name="committed">Told after each commit, before any caller is answered: session, items, time the commit took.</param>
    /// <param name="logger">Where refused batches are reported.</param>
    public GroupWriter(
        TSession session, Func<TSession> reopen, GroupWriterLimits limits, Action<TSession, int, TimeSpan> committed, ILogger logger)
    {
        _session = session;
        _path = session.Database.Path;
        _reopen = reopen;
        _limits = limits;
        _committed = committed;
        _logger = logger;
        _batch = new Batch<TSession>(limits, logger);
        _queue = new WorkQueue<TSession>(limits.MaxQueuedItems, limits.Spin);
        new Thread(Run) { Name = $"writer of {Path.GetFileName(_path)}", IsBackground = true }.Start();
    }

    /// <summary>Whether the last batch could not be written, and that was less than so long ago.</summary>
    public bool FailedWithin(TimeSpan span) => _failing && Stopwatch.GetElapsedTime(Interlocked.Read(ref _failedAt)) < span;

    /// <summary>Commits an item here and now when its caller is alone, else leaves it for the next commit.</summary>
    /// <exception cref="LogUnavailableException">Too much is waiting, or the store is closing.</exception>
    public void Write(IWorkItem<TSession> item)
    {
        if (!_limits.CommitOnCallersThread || !_lonely || item.Rows > MaxRowsOnCallersThread || !WroteHere(item))
            Enqueue(item);
    }

    /// <summary>Leaves work for the next commit.</summary>
    /// <exception cref="LogUnavailableException">Too much is waiting, or the store is closing.</exception>
    public void Enqueue(IWorkItem<TSession> item)
    {
        bool added;
        try
        {
            added = !_closing && _queue.TryAdd(item);
        }
        catch (ObjectDisposedException closed)
        {
            throw new LogUnavailableException("The store is closing.", closed);
        }

        if (added)
            return;
        throw new LogUnavailableException(
            _closing ? "The store is closing." : $"The store is busy: {_limits.MaxQueuedItems} writes are waiting.", null);
    }

    /// <summary>Does something small in the next commit.</summary>
    public Task<TResult> Do<TResult>(Func<TSession, TResult> action, CancellationToken ct)
    {
        var item = new FunctionItem<TSession, TResult>(action, ct);
        Enqueue(item);
        return item.Task;
    }

    /// <summary>Asks for housekeeping as soon as nothing is waiting. Completes when it was done, or was put off because the disk failed.</summary>
    public Task RequestHousekeeping()
    {
        if (_closing)
            return Task.CompletedTask;
        var wish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        wish = Interlocked.CompareExchange(ref _housekeeping, wish, null) ?? wish;
        _queue.Nudge();
        return wish.Task;
    }

    /// <summary>Writes what is waiting, moves the WAL into the file, closes it.</summary>
    public Task Close()
    {
        _closing = true;
        _queue.Nudge();
        return _ended.Task;
    }

    /// <summary>Commits one item on its caller's thread; false when somebody else has the turn or is waiting for it.</summary>
    private bool WroteHere(IWorkItem<TSession> item)
    {
        if (!_queue.IsEmpty || !Monitor.TryEnter(_turn))
            return false;
        try
        {
            if (_closing)
                return false;
            _batch.Add(item);
            WriteBatch();
            return true;
        }
        finally
        {
            Monitor.Exit(_turn);
        }
    }

    private void Run()
    {
        try
        {
            while (!_closing || !_queue.IsEmpty)
            {
                lock (_turn)
                    WriteWaiting();
                if (!_closing && _queue.IsEmpty && Volatile.Read(ref _housekeeping) is null)
                    _queue.Wait();
            }

            lock (_turn)
                End();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            // The last resort: nobody may wait for ever on a writer that is gone.
            _closing = true;
            lock (_turn)
                Append(_queue.Close());
            for (var item = _oldest; item is not null; item = item.Next)
                item.Fail(new LogUnavailableException("The writer ended.", e));
            _ended.SetException(e);
        }
        finally
        {
            Interlocked.Exchange(ref _housekeeping, null)?.TrySetResult();
        }
    }

    /// <summary>Writes until nothing is waiting; then keeps house, if that is wished.</summary>
    private void WriteWaiting()
    {
        Append(_queue.TakeAll());
        while (_oldest is not null)
        {
            _queue.Taken(_batch.TakeFrom(ref _oldest));
            var answered = _batch.Count;
            WriteBatch();
            Gather(answered);
            Append(_queue.TakeAll());
        }

        if (!_closing && Volatile.Read(ref _housekeeping) is not null)
            KeepHouse();
    }

    /// <summary>
    /// Callers who were just answered often come again at once. Without this, half of them would wait for each commit while the
    /// other half is in it, and every commit would carry half of what it could.
    /// </summary>
    private void Gather(int answered)
    {
        var expected = answered + _queue.Count;
        if (expected < 2 || _closing)
            return;
        _queue.SpinUntil(expected, _commitTime * GatherShare < MaxGather ? _commitTime * GatherShare : MaxGather);
    }

    private void End()
    {
        Append(_queue.Close());
        while (_oldest is not null)
        {
            _queue.Taken(_batch.TakeFrom(ref _oldest));
            WriteBatch();
        }

        try
        {
            _session?.Finish();
        }
        catch (SqliteFault fault)
        {
            _logger.LogWarning(fault, "{File} was closed with a write-ahead log beside it; nothing is lost.", Path.GetFileName(_path));
        }

        _session?.Dispose();
    }

    private void Append(IWorkItem<TSession>? chain)
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
        if (_batch.Count == 0)
            return;
        _lonely = _batch.Count == 1;
        try
        {
            _commitTime = _batch.Commit(_session ??= _reopen());
        }
        catch (Exception e)
        {
            FailBatch(e);
            return;
        }

        Tell();
        if (_failing)
            _logger.LogInformation("{File} is written again.", Path.GetFileName(_path));
        _failing = false;
        AfterBatch();
    }

    /// <summary>
    /// Tells everybody about the commit. It holds whatever happens here: a listener that throws (metrics) must neither turn it into a
    /// failure nor keep the other callers waiting.
    /// </summary>
    private void Tell()
    {
        try
        {
            _committed(_session!, _batch.Count, _commitTime);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "A listener failed after a commit.");
        }

        _batch.Complete();
    }

    private void AfterBatch()
    {
        try
        {
            _session!.AfterBatch();
        }
        catch (SqliteFault fault)
        {
            _logger.LogWarning(fault, "The write-ahead log of {File} could not be moved into the file now.", Path.GetFileName(_path));
        }
    }

    private void FailBatch(Exception reason)
    {
        // Said once, not once a commit: a full disk lasts.
        if (!_failing)
            _logger.LogError(reason, "{File} cannot be written; reads go on, and every further write tries again.", Path.GetFileName(_path));
        Interlocked.Exchange(ref _failedAt, Stopwatch.GetTimestamp());
        _failing = true;
        Recover(reason);
        var answer = reason as LogUnavailableException
            ?? new LogUnavailableException($"'{_path}' cannot be written now: {reason.Message}", reason);
        _batch.Fail(answer);
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
        catch (SqliteFault fault)
        {
            _logger.LogWarning(fault, "The connection to {File} is opened anew.", Path.GetFileName(_path));
            CloseSession();
        }
    }

    private void CloseSession()
    {
        _session?.Dispose();
        _session = null;
    }

    private void KeepHouse()
    {
        try
        {
            var session = _session ??= _reopen();
            while (session.KeepHouse())
            {
                // Callers come first: the rest is done when nothing waits again.
                if (!_queue.IsEmpty || _closing)
                    return;
            }
        }
        catch (Exception e) when (e is SqliteFault or LogUnavailableException or StoreStartException)
        {
            _logger.LogWarning(e, "Housekeeping of {File} was put off.", Path.GetFileName(_path));
            Recover(e);
        }

        Interlocked.Exchange(ref _housekeeping, null)?.TrySetResult();
    }
}
