using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>One event for a projector, decoded ahead; when that failed, <paramref name="Fault"/> says how.</summary>
internal readonly record struct Delivery(RecordedEvent Recorded, object? Decoded, Exception? Fault);

/// <summary>A stretch of the log after <paramref name="After"/> up to <paramref name="Position"/>, with the events of it a projector wants.</summary>
internal sealed record Batch(long After, long Position, long EventId, IReadOnlyList<Delivery> Deliveries);
