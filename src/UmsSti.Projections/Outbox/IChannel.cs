namespace UmsSti.Projections.Outbox;

/// <summary>Delivers the rows of the outbox that name it: mail, one webhook endpoint, the steps of processes.</summary>
public interface IChannel
{
    /// <summary>As effects name it.</summary>
    string Name { get; }

    /// <summary>Deliveries under way at once; for one recipient it is always one.</summary>
    int MaxConcurrent { get; }

    /// <summary>
    /// Tries once. Called again for the same row after a failure or a crash, so what reaches the peer carries an id made from the row's key.
    /// An exception counts as <see cref="DeliveryOutcome.Retry"/>.
    /// </summary>
    Task<DeliveryOutcome> Deliver(OutboxItem item, CancellationToken ct);
}

/// <summary>How one try ended. Reasons are stored and shown, so they name nobody.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The peer has taken it.</summary>
    public sealed record Delivered(string? Note = null) : DeliveryOutcome;

    /// <summary>It was for a group: each of these gets a row of his own.</summary>
    public sealed record Expanded(IReadOnlyList<string> Recipients) : DeliveryOutcome;

    /// <summary>It need not be delivered.</summary>
    public sealed record Skipped(string Reason) : DeliveryOutcome;

    /// <summary>It cannot be delivered any more.</summary>
    public sealed record Cancelled(string Reason) : DeliveryOutcome;

    /// <summary>Refused for good: no further try.</summary>
    public sealed record Refused(string Reason) : DeliveryOutcome;

    /// <summary>This row failed and may succeed later; <paramref name="After"/> is what the peer asked for.</summary>
    public sealed record Retry(string Reason, TimeSpan? After = null) : DeliveryOutcome;

    /// <summary>Part of it is done and the rest is done next, at once: a new row as far as tries are concerned.</summary>
    public sealed record Again(string Reason) : DeliveryOutcome;

    /// <summary>The peer is not there or takes nothing from anybody: no fault of this row, so no try is counted.</summary>
    public sealed record PeerDown(string Reason, TimeSpan? After = null) : DeliveryOutcome;
}
