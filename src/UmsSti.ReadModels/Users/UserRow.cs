namespace UmsSti.ReadModels.Users;

/// <summary>One user as the directory shows it (<c>api.md</c>, Users). Times are UTC.</summary>
public sealed record UserRow
{
    /// <summary>Shown in place of a value that was erased.</summary>
    public const string Anonymized = "[ANONYMIZED]";

    public required string Id { get; init; }
    public required string Type { get; init; }
    public required string State { get; init; }
    public required string SubState { get; init; }
    public required string Email { get; init; }
    public required bool EmailVerified { get; init; }
    public required string Name { get; init; }

    /// <summary>JSON object of texts, UTF-8; ready to be written into an answer.</summary>
    public required ReadOnlyMemory<byte> Profile { get; init; }

    /// <summary>JSON object of texts, UTF-8; ready to be written into an answer.</summary>
    public required ReadOnlyMemory<byte> Preferences { get; init; }

    public string? ActiveTeamId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }
    public DateTimeOffset? LastLoginAt { get; init; }

    /// <summary>Events of the user's stream that are in the row (the ETag).</summary>
    public required long Version { get; init; }

    /// <summary>Log position of the last of them.</summary>
    public required long Position { get; init; }

    public DateTimeOffset? EmailVerifiedAt { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public string? ActivatedBy { get; init; }
    public DateTimeOffset? DeactivatedAt { get; init; }
    public string? DeactivatedBy { get; init; }
    public string? DeactivationReason { get; init; }
    public DateTimeOffset? SuspendedUntil { get; init; }
}
