namespace UmsSti.ReadModels.Memberships;

/// <summary>What a page of a team's memberships is to hold. Everything is optional but the limit.</summary>
public sealed record MemberListQuery
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    /// <summary>Items of a page when the caller does not say.</summary>
    public const int DefaultLimit = 50;

    public string? Role { get; init; }

    /// <summary>Null: every state, also of those who left.</summary>
    public string? State { get; init; }

    /// <summary><c>joinedAt</c>, descending with a '-' before it.</summary>
    public string Sort { get; init; } = "joinedAt";

    /// <summary>1-200.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Where the page before ended, as it was given out.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page: its memberships, the cursor of the next one (null at the end), and how many match in all.</summary>
public sealed record MemberPage(IReadOnlyList<MemberRow> Items, string? NextCursor, long Total);
