namespace UmsSti.ReadModels.Memberships;

/// <summary>One person in one team (RM-07, TM-41). Times are UTC.</summary>
public sealed record MemberRow
{
    /// <summary>The state in which a membership gives anything (PE-02).</summary>
    public const string Active = "active";

    /// <summary>Set aside: by an administrator, or because the person or the team was archived (XR-01, XR-02).</summary>
    public const string Inactive = "inactive";

    public required string TeamId { get; init; }
    public required string UserId { get; init; }

    /// <summary>As the directory of users shows him now; null when it does not know him yet.</summary>
    public string? Name { get; init; }

    /// <summary>As the directory of users shows him now; null when it does not know him yet.</summary>
    public string? Email { get; init; }

    public required string Role { get; init; }
    public string? PreviousRole { get; init; }
    public required string State { get; init; }

    /// <summary>Beginning of the newest period; null when he never was a member.</summary>
    public DateTimeOffset? JoinedAt { get; init; }

    public DateTimeOffset? LeftAt { get; init; }
    public string? AddedBy { get; init; }
    public string? InvitedBy { get; init; }
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>End of an open invitation.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? RemovedBy { get; init; }
    public string? RemovalReason { get; init; }
    public DateTimeOffset? RoleChangedAt { get; init; }
    public string? RoleChangedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }

    /// <summary>Events of the membership's stream that are in the row (the ETag).</summary>
    public required long Version { get; init; }

    /// <summary>Log position of the last of them.</summary>
    public required long Position { get; init; }
}
