namespace UmsSti.ReadModels.History;

/// <summary>One change of a user's state (US-24).</summary>
public sealed record StateChange
{
    /// <summary>Position of the event in the domain log.</summary>
    public required long Position { get; init; }

    /// <summary>Version of the user's stream after it.</summary>
    public required long Version { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Id of the event; sealed text is bound to it.</summary>
    public required long EventId { get; init; }

    /// <summary>Stored name of the event.</summary>
    public required string Type { get; init; }

    /// <summary>Null: there was no user yet.</summary>
    public string? FromSubState { get; init; }

    public string? FromState { get; init; }

    public required string ToSubState { get; init; }

    public required string ToState { get; init; }

    /// <summary>Who did it: a user id, "anonymous" or "system:{job}".</summary>
    public required string Actor { get; init; }

    /// <summary>Sealed with the user's key; null when none was given.</summary>
    public string? Reason { get; init; }

    /// <summary>The command that caused it.</summary>
    public required string CommandId { get; init; }

    /// <summary>Ties together everything one request caused.</summary>
    public required string CorrelationId { get; init; }
}

/// <summary>One page, oldest first: its changes, the cursor of the next one (null at the end), and how many there are in all.</summary>
public sealed record StateChangePage(IReadOnlyList<StateChange> Items, string? NextCursor, long Total);
