using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace UmsSti.Store.Sqlite;

/// <summary>The items of one commit: taken within the limits, staged together or one by one, told their outcome.</summary>
internal sealed class Batch<TSession>(GroupWriterLimits limits, ILogger logger)
    where TSession : class, IWriteSession
{
    private readonly List<IWorkItem<TSession>> _items = [];

    public int Count => _items.Count;

    public void Add(IWorkItem<TSession> item) => _items.Add(item);

    /// <summary>Takes items from a chain as far as the limits allow, at least one; whoever gave up is dropped. Returns how many left the chain.</summary>
    public int TakeFrom(ref IWorkItem<TSession>? oldest)
    {
        var rows = 0;
        var bytes = 0L;
        var taken = 0;
        while (oldest is { } item)
        {
            if (_items.Count > 0
                && (_items.Count >= limits.MaxBatchItems || rows + item.Rows > limits.MaxBatchRows || bytes + item.Bytes > limits.MaxBatchBytes))
            {
                break;
            }

            oldest = item.Next;
            item.Next = null;
            taken++;
            if (item.DropIfCancelled())
                continue;
            _items.Add(item);
            rows += item.Rows;
            bytes += item.Bytes;
        }

        return taken;
    }

    /// <summary>Stages and commits everything; returns the time the commit took. Throws when the file does not take it.</summary>
    public TimeSpan Commit(TSession session)
    {
        try
        {
            session.Begin();
            foreach (var item in _items)
                item.Stage(session);
        }
        catch (Exception e) when (e is not SqliteFault { ConcernsTheFile: true })
        {
            session.Abandon();
            StageOneByOne(session);
        }

        var started = Stopwatch.GetTimestamp();
        session.Commit();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Tells every caller the staged outcome. A listener that throws (metrics) does not keep the others waiting.</summary>
    public void Complete()
    {
        foreach (var item in _items)
        {
            try
            {
                item.Complete();
            }
            catch (Exception e)
            {
                logger.LogError(e, "A listener failed after an answer.");
            }
        }

        _items.Clear();
    }

    /// <summary>Tells every caller that nothing was stored.</summary>
    public void Fail(Exception reason)
    {
        foreach (var item in _items)
            item.Fail(reason);
        _items.Clear();
    }

    /// <summary>The careful way, after one item went wrong: each has its own savepoint, and only the bad one is refused.</summary>
    private void StageOneByOne(TSession session)
    {
        session.Begin();
        foreach (var item in _items)
        {
            session.Database.Execute("SAVEPOINT item");
            try
            {
                item.Stage(session);
            }
            catch (Exception e) when (e is not SqliteFault { ConcernsTheFile: true })
            {
                logger.LogError(e, "A write was refused; the others of its batch go on.");
                session.Database.Execute("ROLLBACK TO item");
                session.Reload();
                item.Refuse(e);
            }

            session.Database.Execute("RELEASE item");
        }
    }
}
