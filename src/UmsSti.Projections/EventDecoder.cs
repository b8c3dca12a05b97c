using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Reads the events of one codec. Consumers that share one instance get each event decoded once, together.</summary>
/// <param name="decode">The event, or null when its name is not known. Throws when the body is not what the name promises. Safe for all threads.</param>
public sealed class EventDecoder(Func<ITimelineEvent, object?> decode)
{
    /// <summary>For consumers that want events as they are stored: nothing is opened, decoded is always null.</summary>
    public static readonly EventDecoder None = new(static _ => null);

    /// <summary>Decodes with a codec of the application.</summary>
    public static EventDecoder Of<TFact, TContext>(IEventCodec<TFact, TContext> codec) => new(recorded =>
        codec.Decode(recorded) is { IsSome: true } known ? known.Value : null);

    /// <summary>The event, or null when its name is not known. Throws when the body is not what the name promises.</summary>
    public object? Decode(ITimelineEvent recorded) => decode(recorded);
}
