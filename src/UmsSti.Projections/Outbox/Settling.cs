namespace UmsSti.Projections.Outbox;

/// <summary>What a row becomes after a try: pure, so that the rules of repeating stand in one place.</summary>
/// <param name="State">Its next state.</param>
/// <param name="Attempts">Tries that came to an end, the one that delivered too; none counts in which the peer was away.</param>
/// <param name="NextAt">When it is tried next.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct Settled(OutboxState State, int Attempts, DateTimeOffset NextAt, string? Reason)
{
    /// <summary>The next state of a row.</summary>
    /// <param name="item">The row.</param>
    /// <param name="outcome">How the try ended.</param>
    /// <param name="peerBackAt">When the peer may be tried again, after it was absent.</param>
    /// <param name="now">The time.</param>
    /// <param name="chance">From 0 (inclusive) to 1 (exclusive).</param>
    /// <param name="options">Limits and waits.</param>
    public static Settled Of(OutboxItem item, DeliveryOutcome outcome, DateTimeOffset peerBackAt, DateTimeOffset now, double chance, OutboxOptions options) => outcome switch
    {
        DeliveryOutcome.Delivered delivered => new(OutboxState.Delivered, item.Attempts + 1, item.NextAt, delivered.Note),
        DeliveryOutcome.Expanded expanded => new(OutboxState.Delivered, item.Attempts + 1, item.NextAt, $"to {expanded.Recipients.Count} recipients"),
        DeliveryOutcome.Skipped skipped => new(OutboxState.Skipped, item.Attempts, item.NextAt, skipped.Reason),
        DeliveryOutcome.Cancelled cancelled => new(OutboxState.Cancelled, item.Attempts, item.NextAt, cancelled.Reason),
        DeliveryOutcome.Refused refused => new(OutboxState.Dead, item.Attempts + 1, item.NextAt, refused.Reason),
        DeliveryOutcome.Again again => new(OutboxState.Pending, 0, now, again.Reason),
        DeliveryOutcome.Retry retry => AfterFailure(item, retry, now, chance, options),
        DeliveryOutcome.PeerDown down when now - item.CreatedAt >= options.MaxPeerWait =>
            new(OutboxState.Dead, item.Attempts, item.NextAt, $"the peer was away for too long: {down.Reason}"),
        // Behind the rows that have not been tried: if it is this row that brings the peer down, it does not stand in their way.
        DeliveryOutcome.PeerDown down => new(OutboxState.Pending, item.Attempts, Later(peerBackAt, now), down.Reason),
        _ => throw new InvalidOperationException("A delivery ended in no known way."),
    };

    private static Settled AfterFailure(OutboxItem item, DeliveryOutcome.Retry retry, DateTimeOffset now, double chance, OutboxOptions options)
    {
        var attempts = item.Attempts + 1;
        if (attempts >= options.MaxTries)
            return new(OutboxState.Dead, attempts, item.NextAt, $"{retry.Reason} (after {attempts} tries)");
        var wait = options.RetryDelays[attempts - 1];
        wait += wait * options.JitterPart * (2 * chance - 1);
        if (retry.After is { } asked && asked > wait)
            wait = asked < options.MaxRetryAfter ? asked : options.MaxRetryAfter;
        return new(OutboxState.Pending, attempts, now + wait, retry.Reason);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
