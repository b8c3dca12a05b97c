using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Sorts the events of a page by who wants them, and decodes each once for all consumers that share its decoder.</summary>
internal sealed class BatchMaker
{
    private readonly IReadOnlyList<IEventConsumer> _consumers;
    private readonly Dictionary<string, Lane[]>.AlternateLookup<ReadOnlySpan<char>> _lanes;

    public BatchMaker(IReadOnlyList<IEventConsumer> consumers)
    {
        _consumers = consumers;
        var lanes = consumers
            .SelectMany((consumer, place) => consumer.Reads.Select(read => (Category: read.Key, Decoder: read.Value, Place: place)))
            .GroupBy(read => read.Category, StringComparer.Ordinal)
            .ToDictionary(
                category => category.Key,
                category => category.GroupBy(read => read.Decoder).Select(lane => new Lane(lane.Key, [.. lane.Select(read => read.Place)])).ToArray(),
                StringComparer.Ordinal);
        _lanes = lanes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Consumers whose decoder for a category is one and the same.</summary>
    private sealed record Lane(EventDecoder Decoder, int[] Consumers);

    /// <summary>A batch of a page that is not empty.</summary>
    public Batch Make(long after, RecordedEvent[] page)
    {
        var deliveries = new List<Delivery>[_consumers.Count];
        for (var i = 0; i < deliveries.Length; i++)
            deliveries[i] = [];
        foreach (var recorded in page)
            if (_lanes.TryGetValue(CategoryOf(recorded.Stream.Value), out var lanes))
                foreach (var lane in lanes)
                    Deliver(Decode(lane.Decoder, recorded), lane.Consumers, deliveries);
        return new Batch(after, page[^1], _consumers, deliveries);
    }

    private static void Deliver(in Delivery delivery, int[] places, List<Delivery>[] deliveries)
    {
        foreach (var place in places)
            deliveries[place].Add(delivery);
    }

    private static Delivery Decode(EventDecoder decoder, RecordedEvent recorded)
    {
        try
        {
            return new Delivery(recorded, decoder.Decode(recorded), null);
        }
        catch (Exception fault)
        {
            return new Delivery(recorded, null, fault); // the sink decides what becomes of the stream
        }
    }

    // "User-0190c1e2-..." -> "User"
    private static ReadOnlySpan<char> CategoryOf(string stream) => stream.AsSpan(0, stream.IndexOf('-'));
}
