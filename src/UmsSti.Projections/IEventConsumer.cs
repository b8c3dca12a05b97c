using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Whoever takes the events of some categories of one log, in log order: a projector, a reactor.</summary>
public interface IEventConsumer
{
    /// <summary>Names its checkpoint for good.</summary>
    string Name { get; }

    SourceLog Log { get; }

    /// <summary>Categories of streams it wants, each with what reads its events; everything else is passed over.</summary>
    IReadOnlyDictionary<string, EventDecoder> Reads { get; }
}

internal static class EventConsumers
{
    /// <summary>What reads the events of a stream for this consumer; null when it does not want them.</summary>
    public static EventDecoder? DecoderOf(this IEventConsumer consumer, StreamName stream)
    {
        foreach (var (category, decoder) in consumer.Reads)
            if (stream.IsIn(category))
                return decoder;
        return null;
    }

    /// <summary>Decodes an event of a stream it wants.</summary>
    public static object? Decode(this IEventConsumer consumer, RecordedEvent recorded) =>
        (consumer.DecoderOf(recorded.Stream) ?? throw new InvalidOperationException($"{consumer.Name} does not read '{recorded.Stream.Value}'.")).Decode(recorded);
}
