namespace UmsSti.ReadModels.Audit;

/// <summary>One fact of a log, as the audit view keeps it. What identifies a person stands sealed or not at all.</summary>
public sealed record AuditRow
{
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>1: domain log, 2: activity log.</summary>
    public required int Log { get; init; }

    /// <summary>Its position in that log.</summary>
    public required long Position { get; init; }

    /// <summary>Id of the event; sealed text is bound to it.</summary>
    public required long EventId { get; init; }

    /// <summary>Stored name of the event.</summary>
    public required string Type { get; init; }

    /// <summary>What was done, as a word of the audit vocabulary.</summary>
    public required string Action { get; init; }

    /// <summary><c>success</c>, <c>denied</c> or <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Who: a user id, "anonymous" or "system:{job}".</summary>
    public required string Actor { get; init; }

    /// <summary>Whom the actor acted for; null for himself.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The user it is about; null when it is about none.</summary>
    public string? Subject { get; init; }

    /// <summary>Kind of the thing it was done to.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Id of that thing.</summary>
    public required string ResourceId { get; init; }

    /// <summary>A stable word; sealed text when <see cref="SealedBy"/> is set.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose key opens the reason; null when it is a word.</summary>
    public string? SealedBy { get; init; }

    /// <summary>Address and user agent of the caller, sealed; null when unknown.</summary>
    public string? Client { get; init; }

    /// <summary>Whose key opens them.</summary>
    public string? ClientSubject { get; init; }

    /// <summary>The command that caused it.</summary>
    public required string CommandId { get; init; }

    /// <summary>Ties together everything one request caused.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>What made the actor ask; null for a request of his own.</summary>
    public string? CausationId { get; init; }

    /// <summary>JSON object without personal data, UTF-8; ready to be written into an answer.</summary>
    public required ReadOnlyMemory<byte> Detail { get; init; }
}

/// <summary>One page in the asked order: its rows, the cursor of the next one (null at the end), and how many there are in all (null beyond 100,000).</summary>
public sealed record AuditPage(IReadOnlyList<AuditRow> Items, string? NextCursor, long? Total);
