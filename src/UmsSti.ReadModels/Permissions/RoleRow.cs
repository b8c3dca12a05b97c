namespace UmsSti.ReadModels.Permissions;

/// <summary>One role definition (PE-21). Times are UTC.</summary>
public sealed record RoleRow
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Null: a global role.</summary>
    public string? TeamId { get; init; }

    public string? Description { get; init; }
    public required bool IsSystem { get; init; }

    /// <summary>False once retired.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Canonical names, in ordinal order.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }

    /// <summary>Events of the role's stream that are in the row (the ETag).</summary>
    public required long Version { get; init; }

    /// <summary>Log position of the last of them.</summary>
    public required long Position { get; init; }
}
