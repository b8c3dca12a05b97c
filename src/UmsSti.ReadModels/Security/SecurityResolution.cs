namespace UmsSti.ReadModels.Security;

/// <summary>That somebody looked into a security event and settled it.</summary>
public sealed record SecurityResolution
{
    /// <summary>Log of the security event. 1: domain log, 2: activity log.</summary>
    public required int Log { get; init; }

    /// <summary>Position of the security event in that log.</summary>
    public required long Position { get; init; }

    /// <summary>When it was settled, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who settled it: a user id or "system:{job}". His key opens the note.</summary>
    public required string By { get; init; }

    /// <summary>Id of what is on record about it; the note is bound to it.</summary>
    public required long EventId { get; init; }

    /// <summary>Where that stands in the activity log; of several the first one holds.</summary>
    public required long RecordedAt { get; init; }

    /// <summary>What was found, sealed; null when it was erased before it was stored.</summary>
    public string? Note { get; init; }
}
