using System.Runtime.InteropServices;
using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>One event for a consumer, decoded ahead; when that failed, <paramref name="Fault"/> says how.</summary>
internal readonly record struct Delivery(RecordedEvent Recorded, object? Decoded, Exception? Fault);

/// <summary>A stretch of a log after <see cref="After"/> up to <see cref="Position"/>, with the events of it each consumer wants.</summary>
internal sealed class Batch(long after, RecordedEvent last, IReadOnlyList<IEventConsumer> consumers, List<Delivery>[] deliveries)
{
    public long After => after;

    public long Position => last.Position;

    /// <summary>Id of the event at <see cref="Position"/>.</summary>
    public long EventId => last.EventId;

    /// <summary>What is in it for one consumer, in log order. Throws when the batch was not prepared for it.</summary>
    public ReadOnlySpan<Delivery> Of(IEventConsumer consumer)
    {
        for (var i = 0; i < consumers.Count; i++)
            if (ReferenceEquals(consumers[i], consumer))
                return CollectionsMarshal.AsSpan(deliveries[i]);
        throw new InvalidOperationException($"The batch was not prepared for {consumer.Name}.");
    }
}
