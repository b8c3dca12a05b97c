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

        var appends = _request.Appends;
        var streams = session.Scratch(appends.Length);
        for (var i = 0; i < appends.Length; i++)
        {
            var state = streams[i] = session.Stream(appends[i].Stream);
            if (appends[i].ExpectedVersion != ExpectedVersion.Any && appends[i].ExpectedVersion != state.Version)
                return AppendResult.NewConflict(appends[i].Stream, state.Version);
        }

        var before = session.Head;
        for (var i = 0; i < appends.Length; i++)
        {
            foreach (var e in appends[i].Events)
                session.Insert(appends[i].Stream, streams[i], e);
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
