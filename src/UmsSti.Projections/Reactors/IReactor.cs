using UmsSti.Application;
using UmsSti.Kernel;

namespace UmsSti.Projections.Reactors;

/// <summary>Where a reactor begins that has no checkpoint on a log that holds events already (a new reactor, or <c>outbox.db</c> was lost).</summary>
public enum ReactorStart
{
    /// <summary>With the next event: nobody wants ten years of mail again.</summary>
    Head,

    /// <summary>With the first event: for effects that change nothing when they are repeated (the steps of processes).</summary>
    Beginning,
}

/// <summary>
/// Turns events into effects. Pure: no clock, no ids, no IO (design section 8). Effects are in the outbox as soon as the reactor's
/// checkpoint has passed the event, each once; channels deliver them. Never runs in a rebuild or replay of read models (ES-18).
/// </summary>
public interface IReactor
{
    /// <summary>Names its checkpoint for good.</summary>
    string Name { get; }

    /// <summary>The log it reads.</summary>
    SourceLog Log { get; }

    /// <summary>See <see cref="ReactorStart"/>.</summary>
    ReactorStart Start { get; }

    /// <summary>Whether it wants the events of a stream; the others are passed over undecoded.</summary>
    bool Wants(StreamName stream);

    /// <summary>The effects of one event, none for an event of a name it does not know. What it throws is kept as a failed event, and it goes on.</summary>
    IReadOnlyList<Effect> React(RecordedEvent recorded);
}

/// <summary>An event a reactor could not make sense of (RM-16). It has gone on without it.</summary>
/// <param name="Reactor">Its name.</param>
/// <param name="Position">Of the event.</param>
/// <param name="EventId">Of the event.</param>
/// <param name="EventType">Of the event.</param>
/// <param name="Error">What it said.</param>
/// <param name="FailedAt">When, the last time.</param>
/// <param name="RetryCount">How often it was tried again.</param>
public sealed record FailedReaction(string Reactor, long Position, long EventId, string EventType, string Error, DateTimeOffset FailedAt, int RetryCount);

/// <summary>How one reactor is doing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">The last event it has reacted to.</param>
/// <param name="Head">Where its log stands.</param>
/// <param name="Failed">Events it could not make sense of.</param>
/// <param name="Error">Why it stands still; null when it does not.</param>
public sealed record ReactorStatus(string Name, long Position, long Head, long Failed, string? Error)
{
    /// <summary>Events between the two.</summary>
    public long Lag => Head - Position;
}
