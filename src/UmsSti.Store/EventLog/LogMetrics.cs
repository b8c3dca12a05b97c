using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace UmsSti.Store.EventLog;

/// <summary>The instruments of one log (field names of OpenTelemetry style). Nothing is measured while nobody listens.</summary>
internal sealed class LogMetrics
{
    private readonly KeyValuePair<string, object?> _log;

    public LogMetrics(string logName, Func<long> head)
    {
        _log = new KeyValuePair<string, object?>("log", logName);
        StoreMeter.ObservePosition(() => new Measurement<long>(head(), _log));
    }

    public bool MeasuresAppends => StoreMeter.AppendDuration.Enabled;

    public void Appended(long startedAt) =>
        StoreMeter.AppendDuration.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds, _log);

    public void Committed(TimeSpan commit, int appends, long events)
    {
        StoreMeter.FsyncDuration.Record(commit.TotalSeconds, _log);
        StoreMeter.BatchSize.Record(appends, _log);
        if (events > 0)
            StoreMeter.EventsAppended.Add(events, _log);
    }
}
