namespace UmsSti.ReadModels.Teams;

/// <summary>One team as lists and pages show it (<c>api.md</c>, Teams; RM-05). Times are UTC.</summary>
public sealed record TeamRow
{
    public required string Id { get; init; }

    /// <summary>Short name for addresses; freed when the team is purged, then still shown.</summary>
    public required string Slug { get; init; }

    public required string Name { get; init; }
    public required string Type { get; init; }
    public required string State { get; init; }
    public string? ParentId { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary>Levels from the root, which is at 1 (TM-10); 0 when it is no longer in the tree.</summary>
    public required int Level { get; init; }

    /// <summary>Active memberships.</summary>
    public required long MemberCount { get; init; }

    public required bool IsInMaintenance { get; init; }
    public required bool IsMembershipClosed { get; init; }

    /// <summary>JSON object of texts, UTF-8; ready to be written into an answer.</summary>
    public required ReadOnlyMemory<byte> Settings { get; init; }

    /// <summary>JSON object of texts, UTF-8; ready to be written into an answer.</summary>
    public required ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>JSON array of user ids, UTF-8; ready to be written into an answer.</summary>
    public required ReadOnlyMemory<byte> Executives { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }
    public DateTimeOffset? ArchivedAt { get; init; }
    public string? ArchivedBy { get; init; }
    public string? ArchiveReason { get; init; }

    /// <summary>Events of the team's stream that are in the row (the ETag).</summary>
    public required long Version { get; init; }

    /// <summary>Log position of the last of them.</summary>
    public required long Position { get; init; }
}

/// <summary>Who gave a setting its value, and when (TM-22).</summary>
public sealed record TeamSettingRow(string Key, string Value, DateTimeOffset SetAt, string SetBy);

/// <summary>One change of a team's state (RM-08).</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Position">Log position of the event.</param>
/// <param name="Event">Its stored name.</param>
/// <param name="From">The state before; null at the creation.</param>
/// <param name="To">The state after.</param>
/// <param name="Actor">A user id or "system:{job}".</param>
/// <param name="Reason">What was said about it.</param>
public sealed record TeamStateChange(DateTimeOffset At, long Position, string Event, string? From, string To, string Actor, string? Reason);
