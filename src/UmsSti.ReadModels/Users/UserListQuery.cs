namespace UmsSti.ReadModels.Users;

/// <summary>What a page of the directory is to hold. Everything is optional but the limit.</summary>
public sealed record UserListQuery
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    /// <summary>Items of a page when the caller does not say.</summary>
    public const int DefaultLimit = 50;

    public string? Type { get; init; }
    public string? State { get; init; }

    /// <summary>Words of name or address; each may be the beginning of a word, all must match.</summary>
    public string? Search { get; init; }

    /// <summary>Only active members of this team, by the rows of memberships.</summary>
    public string? Team { get; init; }

    /// <summary><c>createdAt</c>, <c>name</c> or <c>lastLoginAt</c>, descending with a '-' before it.</summary>
    public string Sort { get; init; } = "createdAt";

    /// <summary>1-200.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Where the page before ended, as it was given out.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page: its users, the cursor of the next one (null at the end), and how many users match in all.</summary>
public sealed record UserPage(IReadOnlyList<UserRow> Items, string? NextCursor, long Total);
