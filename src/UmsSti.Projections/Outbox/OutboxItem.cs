namespace UmsSti.Projections.Outbox;

/// <summary>Where a row of the outbox stands. The lower-case names are stored and shown.</summary>
public enum OutboxState
{
    /// <summary>Waits for its time.</summary>
    Pending,

    /// <summary>Handed to its channel; after a crash it is pending again, so this is the window in which it may repeat with the same id.</summary>
    Sending,

    /// <summary>The peer has taken it.</summary>
    Delivered,

    /// <summary>Given up after the last try or a refusal for good; waits for an operator.</summary>
    Dead,

    /// <summary>It cannot be delivered any more: its subject was erased.</summary>
    Cancelled,

    /// <summary>It need not be delivered: switched off, not wanted, superseded, or an operator's decision.</summary>
    Skipped,
}

/// <summary>One thing to be delivered. Holds ids and names, nothing personal.</summary>
/// <param name="Id">Its number, ascending.</param>
/// <param name="Key">Idempotency key; what the peer sees as message id is made from it.</param>
/// <param name="Reactor">Who asked for it.</param>
/// <param name="Channel">Who delivers it.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Recipient">An id, a group, or what else the channel delivers to.</param>
/// <param name="Parameters">What the kind needs beside the event.</param>
/// <param name="Log">The log of the event.</param>
/// <param name="Position">Position of the event.</param>
/// <param name="EventId">Id of the event.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">Tries that came to an end, the one that delivered too; none counts in which the peer was away.</param>
/// <param name="NextAt">When it is tried next.</param>
/// <param name="CreatedAt">When it was asked for, or for when.</param>
/// <param name="ChangedAt">When its state changed last.</param>
/// <param name="Reason">Why it waits, is dead, was cancelled or skipped.</param>
public sealed record OutboxItem(
    long Id, string Key, string Reactor, string Channel, string Kind, string Recipient, IReadOnlyDictionary<string, string> Parameters,
    SourceLog Log, long Position, long EventId, OutboxState State, int Attempts,
    DateTimeOffset NextAt, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt, string? Reason);

/// <summary>How many rows of a channel are in a state, and since when the oldest is there.</summary>
public sealed record OutboxTotal(string Channel, OutboxState State, long Count, DateTimeOffset OldestAt);
