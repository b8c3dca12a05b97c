namespace UmsSti.ReadModels.Security;

/// <summary>Something security wants to hear of.</summary>
public sealed record SecurityRow
{
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>1: domain log, 2: activity log.</summary>
    public required int Log { get; init; }

    /// <summary>Its position in that log.</summary>
    public required long Position { get; init; }

    /// <summary>Id of the event; sealed text is bound to it.</summary>
    public required long EventId { get; init; }

    /// <summary>Kind of security event, kebab-case.</summary>
    public required string Type { get; init; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>The user whose account or behaviour it is about; null for nobody's.</summary>
    public string? UserId { get; init; }

    /// <summary>Who did it: a user id, "anonymous" or "system:{job}".</summary>
    public required string Actor { get; init; }

    /// <summary>Address and user agent of the caller, sealed; null when unknown.</summary>
    public string? Client { get; init; }

    /// <summary>Whose key opens them.</summary>
    public string? ClientSubject { get; init; }

    /// <summary>Ties together everything one request caused.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>JSON object without personal data, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Detail { get; init; }

    /// <summary>What became of it; null while it is open. Read with the row and not written with it.</summary>
    public SecurityResolution? Resolution { get; init; }
}

/// <summary>Which security events are asked for. Everything may be left out.</summary>
public sealed record SecurityQuery
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    public string? Severity { get; init; }
    public string? Type { get; init; }
    public string? User { get; init; }

    /// <summary>Settled ones, or open ones.</summary>
    public bool? IsResolved { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Newest first, or oldest first.</summary>
    public bool NewestFirst { get; init; } = true;
}

/// <summary>One page in the asked order: its rows, the cursor of the next one (null at the end), and how many there are in all (null beyond 100,000).</summary>
public sealed record SecurityPage(IReadOnlyList<SecurityRow> Items, string? NextCursor, long? Total);
