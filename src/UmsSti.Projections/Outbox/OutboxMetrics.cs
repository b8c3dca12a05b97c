using System.Diagnostics;
using System.Diagnostics.Metrics;
using UmsSti.Projections.Reactors;

namespace UmsSti.Projections.Outbox;

/// <summary>What dashboards see of reactors and the outbox.</summary>
internal sealed class OutboxMetrics : IDisposable
{
    private readonly Meter _meter = new(ProjectionMetrics.MeterName);
    private readonly Counter<long> _tries;
    private readonly Histogram<double> _durations;
    private IReadOnlyList<OutboxTotal> _totals = [];

    public OutboxMetrics(Func<IReadOnlyList<ReactorStatus>> reactors, Func<IEnumerable<(string Channel, bool IsTripped)>> breakers)
    {
        _tries = _meter.CreateCounter<long>("outbox.tries", "{try}", "Deliveries tried, by how they ended.");
        _durations = _meter.CreateHistogram<double>("outbox.duration", "s", "Time of one delivery.");
        _meter.CreateObservableGauge("outbox.pending", () => Each(OutboxState.Pending), "{row}", "Rows that wait.");
        _meter.CreateObservableGauge("outbox.dead", () => Each(OutboxState.Dead), "{row}", "Rows that were given up and wait for an operator.");
        _meter.CreateObservableGauge(
            "outbox.breaker.open", () => breakers().Select(each => new Measurement<int>(each.IsTripped ? 1 : 0, new KeyValuePair<string, object?>("channel", each.Channel))), "1", "The peer is not there.");
        _meter.CreateObservableGauge(
            "reactor.lag", () => reactors().Select(each => new Measurement<long>(each.Lag, new KeyValuePair<string, object?>("reactor", each.Name))), "{event}", "Events not reacted to yet.");
        _meter.CreateObservableGauge(
            "reactor.failed_events", () => reactors().Select(each => new Measurement<long>(each.Failed, new KeyValuePair<string, object?>("reactor", each.Name))), "{event}", "Events a reactor could not make sense of.");
    }

    /// <summary>The counts that are shown from now on.</summary>
    public void Publish(IReadOnlyList<OutboxTotal> totals) => Volatile.Write(ref _totals, totals);

    public void Tried(string channel, DeliveryOutcome outcome, TimeSpan took)
    {
        var tags = new TagList { { "channel", channel }, { "outcome", NameOf(outcome) } };
        _tries.Add(1, tags);
        _durations.Record(took.TotalSeconds, tags);
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Each(OutboxState state) =>
        Volatile.Read(ref _totals).Where(total => total.State == state).Select(total => new Measurement<long>(total.Count, new KeyValuePair<string, object?>("channel", total.Channel)));

    private static string NameOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Expanded => "expanded",
        DeliveryOutcome.Skipped => "skipped",
        DeliveryOutcome.Cancelled => "cancelled",
        DeliveryOutcome.Refused => "refused",
        DeliveryOutcome.PeerDown => "peer-down",
        _ => "retry",
    };
}
