using System.Diagnostics.Metrics;

namespace UmsSti.Projections;

/// <summary>What dashboards see of the projectors. Tag <c>projection</c> is the projector, or the model of a rebuild.</summary>
internal sealed class ProjectionMetrics : IDisposable
{
    public const string MeterName = "UmsSti.Projections";

    private readonly Meter _meter = new(MeterName);

    /// <summary>This host's own; a process may have several.</summary>
    public Meter Meter => _meter;

    public ProjectionMetrics(ProjectionMonitor monitor, Rebuilds rebuilds)
    {
        _meter.CreateObservableGauge("projection.lag", () => Each(monitor, status => status.Lag), "{event}", "Events not applied yet.");
        _meter.CreateObservableGauge("projection.lag.time", () => Each(monitor, status => status.LagSeconds), "s", "How long it has been behind.");
        _meter.CreateObservableGauge("projection.missing", () => Each(monitor, status => status.Missing), "{event}", "Events passed by without being applied.");
        _meter.CreateObservableGauge("projection.dead_letters", () => Each(monitor, status => (long)status.Parked), "{stream}", "Streams held back.");
        _meter.CreateObservableCounter("projection.batches", () => Count(monitor, stats => stats.Batches), "{batch}", "Batches with rows committed.");
        _meter.CreateObservableCounter("projection.restarts", () => Count(monitor, stats => stats.Restarts), "{restart}", "Times it fell over and began again.");
        _meter.CreateObservableGauge(
            "projection.rebuild.progress",
            () => rebuilds.Running().Select(rebuild => new Measurement<double>(
                rebuild.Progress is { Total: > 0 } progress ? (double)progress.Done / progress.Total : 0, new KeyValuePair<string, object?>("projection", rebuild.Model))),
            "1", "Part of a rebuild that is done.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Count(ProjectionMonitor monitor, Func<Stats, long> value) =>
        monitor.Runners.Select(runner => new Measurement<long>(value(runner.Stats), new KeyValuePair<string, object?>("projection", runner.Projector.Name)));

    private static IEnumerable<Measurement<T>> Each<T>(ProjectionMonitor monitor, Func<ProjectionStatus, T> value) where T : struct =>
        monitor.Statuses().Select(status => new Measurement<T>(value(status), new KeyValuePair<string, object?>("projection", status.Name)));
}
