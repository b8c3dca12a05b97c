namespace UmsSti.ReadModels.Permissions;

/// <summary>One permission given to a person in one scope (RM-02). Kept when it was taken back.</summary>
public sealed record GrantRow
{
    /// <summary>Canonical name.</summary>
    public required string Permission { get; init; }

    public required string Level { get; init; }
    public required string State { get; init; }

    /// <summary>Whether it gives its permission now, expiry apart: the projector asks the domain.</summary>
    public required bool IsWorking { get; init; }

    /// <summary>Taken at the suspension of an admin, and not revoked yet (XR-04).</summary>
    public bool IsDropped { get; init; }

    /// <summary>Null: until taken back.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public required string GivenBy { get; init; }
    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>Null: not said, or erased.</summary>
    public string? Reason { get; init; }

    public string? RevokedBy { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevocationReason { get; init; }

    /// <summary>Log position of the event that made it so.</summary>
    public required long Position { get; init; }
}

/// <summary>One role assigned to a person in one scope, besides that of his membership (RM-03). Kept when it was taken back.</summary>
public sealed record RoleAssignmentRow
{
    public required string RoleId { get; init; }
    public required string State { get; init; }

    /// <summary>Whether it gives the permissions of its role now, expiry apart: the projector asks the domain.</summary>
    public required bool IsWorking { get; init; }

    /// <summary>Gives nothing elevated any more (XR-04).</summary>
    public bool IsDropped { get; init; }

    /// <summary>Null: until taken back.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public required string GivenBy { get; init; }
    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>Null: not said, or erased.</summary>
    public string? Reason { get; init; }

    public string? RevokedBy { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? RevocationReason { get; init; }

    /// <summary>Log position of the event that made it so.</summary>
    public required long Position { get; init; }
}
