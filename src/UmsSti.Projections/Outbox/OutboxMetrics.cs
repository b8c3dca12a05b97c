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
    private readonly IReadOnlyList<string> _channels;
    private IReadOnlyList<OutboxTotal> _totals = [];

    /// <summary>Each of the channels has its series from the start, so that an alert can tell nothing from none.</summary>
    public OutboxMetrics(
        IReadOnlyList<string> channels, Func<IReadOnlyList<ReactorStatus>> reactors, Func<IEnumerable<(string Channel, bool IsTripped)>> breakers, TimeProvider time)
    {
        _channels = channels;
        _tries = _meter.CreateCounter<long>("outbox.tries", "{try}", "Deliveries tried, by how they ended.");
        _durations = _meter.CreateHistogram<double>("outbox.duration", "s", "Time of one delivery.");
        _meter.CreateObservableGauge("outbox.pending", () => Each(OutboxState.Pending, total => total?.Count ?? 0), "{row}", "Rows that wait.");
        _meter.CreateObservableGauge("outbox.dead_letters", () => Each(OutboxState.Dead, total => total?.Count ?? 0), "{row}", "Rows that were given up and wait for an operator.");
        _meter.CreateObservableGauge(
            "outbox.oldest_pending", () => Each(OutboxState.Pending, total => total is null ? 0 : Math.Max(0, (time.GetUtcNow() - total.OldestAt).TotalSeconds)), "s", "How long the oldest row that waits has been there.");
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

    // A channel that is configured no more may still have rows.
    private IEnumerable<Measurement<T>> Each<T>(OutboxState state, Func<OutboxTotal?, T> value)
        where T : struct
    {
        var totals = Volatile.Read(ref _totals);
        return _channels.Union(totals.Select(total => total.Channel)).Select(channel => new Measurement<T>(
            value(totals.FirstOrDefault(total => total.Channel == channel && total.State == state)), new KeyValuePair<string, object?>("channel", channel)));
    }

    private static string NameOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Expanded => "expanded",
        DeliveryOutcome.Skipped => "skipped",
        DeliveryOutcome.Cancelled => "cancelled",
        DeliveryOutcome.Refused => "refused",
        DeliveryOutcome.Again => "again",
        DeliveryOutcome.PeerDown => "peer-down",
        _ => "retry",
    };
}
