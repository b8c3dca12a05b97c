using System.Diagnostics;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>One append.</summary>
internal sealed class AppendItem : WorkItem<LogSession, AppendResult>
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
        Rows = Math.Max(1, events);
        Bytes = bytes;
    }

    public override int Rows { get; }

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
internal sealed class SnapshotItem(StreamName stream, Snapshot snapshot, CancellationToken ct) : WorkItem<LogSession, bool>(ct)
{
    private readonly byte[] _checksum = SnapshotRows.Checksum(snapshot);

    public override int Bytes => snapshot.Data.Length;

    protected override bool Apply(LogSession session)
    {
        session.SaveSnapshot(stream, snapshot, _checksum);
        return true;
    }
}
