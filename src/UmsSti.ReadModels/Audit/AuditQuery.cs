namespace UmsSti.ReadModels.Audit;

/// <summary>Which facts are asked for. Everything may be left out.</summary>
public sealed record AuditQuery
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    public string? Actor { get; init; }

    /// <summary>The user it is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Stored name of the event.</summary>
    public string? Type { get; init; }

    public string? Outcome { get; init; }

    /// <summary>Id of the thing it was done to.</summary>
    public string? Resource { get; init; }

    /// <summary>Kind of the thing it was done to.</summary>
    public string? ResourceType { get; init; }

    public string? Correlation { get; init; }

    /// <summary>1: domain log, 2: activity log.</summary>
    public int? Log { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Newest first, or oldest first.</summary>
    public bool NewestFirst { get; init; } = true;
}
