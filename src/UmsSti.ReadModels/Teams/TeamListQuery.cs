namespace UmsSti.ReadModels.Teams;

/// <summary>What a page of teams is to hold. Everything is optional but the limit.</summary>
public sealed record TeamListQuery
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    /// <summary>Items of a page when the caller does not say.</summary>
    public const int DefaultLimit = 50;

    public string? Type { get; init; }
    public string? State { get; init; }

    /// <summary>Only teams directly below this one.</summary>
    public string? Parent { get; init; }

    /// <summary>Words of name or slug; each may be the beginning of a word, all must match.</summary>
    public string? Search { get; init; }

    /// <summary>Only these teams: those the caller may see. Null: all.</summary>
    public IReadOnlyCollection<string>? Scope { get; init; }

    /// <summary><c>name</c> or <c>createdAt</c>, descending with a '-' before it.</summary>
    public string Sort { get; init; } = "name";

    /// <summary>1-200.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Where the page before ended, as it was given out.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page: its teams, the cursor of the next one (null at the end), and how many teams match in all.</summary>
public sealed record TeamPage(IReadOnlyList<TeamRow> Items, string? NextCursor, long Total);

/// <summary>One page of a team's states, oldest first; <see cref="NextCursor"/> is null at the end.</summary>
public sealed record TeamStatePage(IReadOnlyList<TeamStateChange> Items, string? NextCursor);
