using System.Diagnostics;
using UmsSti.Kernel;

namespace UmsSti.Store.EventLog;

/// <summary>
/// Something the writer does in the next commit. It is its own task: one allocation an append. Continuations never run on the
/// writer's thread.
/// </summary>
internal abstract class WorkItem<TResult>(CancellationToken ct)
    : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously), IWorkItem
{
    private TResult? _staged;
    private Exception? _refusal;

    public IWorkItem? Next { get; set; }

    public virtual int Events => 0;

    public virtual int Bytes => 0;

    public bool DropIfCancelled() => ct.IsCancellationRequested && TrySetCanceled(ct);

    public void Stage(LogSession session) => _staged = Apply(session);

    public void Refuse(Exception reason) => _refusal = reason;

    public virtual void Complete()
    {
        if (_refusal is null)
            TrySetResult(_staged!);
        else
            TrySetException(_refusal);
    }

    public void Fail(Exception reason) => TrySetException(reason);

    /// <summary>Does the work inside the open transaction. May run again, from the start, after a roll-back.</summary>
    protected abstract TResult Apply(LogSession session);
}

/// <summary>What the queue and the writer see of a <see cref="WorkItem{TResult}"/>.</summary>
internal interface IWorkItem
{
    /// <summary>The neighbour in the queue.</summary>
    IWorkItem? Next { get; set; }

    /// <summary>Events it brings.</summary>
    int Events { get; }

    /// <summary>Bytes of data and metadata it brings.</summary>
    int Bytes { get; }

    /// <summary>Whether the caller gave up before the writer took it; it is cancelled then.</summary>
    bool DropIfCancelled();

    /// <summary>Does the work inside the open transaction; the outcome is told after the commit.</summary>
    void Stage(LogSession session);

    /// <summary>Only this item goes wrong, the batch goes on; told after the commit.</summary>
    void Refuse(Exception reason);

    /// <summary>Tells the caller the staged outcome, after the commit.</summary>
    void Complete();

    /// <summary>Tells the caller that nothing of it was stored.</summary>
    void Fail(Exception reason);
}

/// <summary>One append.</summary>
internal sealed class AppendItem : WorkItem<AppendResult>
{
    private readonly AppendRequest _request;
    private readonly LogMetrics _metrics;
    private readonly long _commandKey;
    private readonly long _started;

    public AppendItem(AppendRequest request, int events, int bytes, LogMetrics metrics, CancellationToken ct)
        : base(ct)
    {
        _request = request;
        _metrics = metrics;
        _commandKey = request.Command is null ? 0 : CommandRows.Key(request.Command.CommandId);
        _started = metrics.MeasuresAppends ? Stopwatch.GetTimestamp() : 0;
        Events = events;
        Bytes = bytes;
    }

    public override int Events { get; }

    public override int Bytes { get; }

    public override void Complete()
    {
        base.Complete();
        if (_started != 0)
            _metrics.Appended(_started);
    }

    protected override AppendResult Apply(LogSession session)
    {
        var command = _request.Command;
        if (command is not null && session.FindCommand(command.CommandId, _commandKey) is { } known)
            return AppendResult.NewAlreadyRemembered(known);

        foreach (var append in _request.Appends)
        {
            var actual = session.Stream(append.Stream).Version;
            if (append.ExpectedVersion != ExpectedVersion.Any && append.ExpectedVersion != actual)
                return AppendResult.NewConflict(append.Stream, actual);
        }

        var before = session.Head;
        foreach (var append in _request.Appends)
        {
            if (append.Events.Length == 0)
                continue;
            var state = session.Stream(append.Stream);
            foreach (var e in append.Events)
                session.Insert(append.Stream, state, e);
        }

        var last = session.Head;
        if (command is not null)
            session.Remember(command, _commandKey, last);
        return AppendResult.NewAppended(last > before ? before + 1 : last, last);
    }
}

/// <summary>One snapshot to save.</summary>
internal sealed class SnapshotItem(StreamName stream, Snapshot snapshot, CancellationToken ct) : WorkItem<bool>(ct)
{
    private readonly byte[] _checksum = SnapshotRows.Checksum(snapshot);

    public override int Bytes => snapshot.Data.Length;

    protected override bool Apply(LogSession session)
    {
        session.SaveSnapshot(stream, snapshot, _checksum);
        return true;
    }
}

/// <summary>Something done with the writer's connection, for tests and housekeeping.</summary>
internal sealed class SessionItem(Action<LogSession> action) : WorkItem<bool>(CancellationToken.None)
{
    protected override bool Apply(LogSession session)
    {
        action(session);
        return true;
    }
}
