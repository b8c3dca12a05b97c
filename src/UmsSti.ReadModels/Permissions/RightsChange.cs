namespace UmsSti.ReadModels.Permissions;

/// <summary>One change of a membership, a grant or an assignment (RM-08, TM-42, PE-43).</summary>
public sealed record RightsChange
{
    /// <summary><c>membership</c>, <c>permission</c> or <c>role</c>.</summary>
    public required string Kind { get; init; }

    public required string UserId { get; init; }

    /// <summary>Null: outside teams.</summary>
    public string? TeamId { get; init; }

    /// <summary>The permission or role; null for a membership.</summary>
    public string? Subject { get; init; }

    /// <summary>What happened: <c>added</c>, <c>removed</c>, <c>role_changed</c>, <c>granted</c>, <c>revoked</c>, <c>expired</c>, ...</summary>
    public required string Action { get; init; }

    public string? OldRole { get; init; }
    public string? NewRole { get; init; }
    public string? OldState { get; init; }
    public string? NewState { get; init; }

    /// <summary>A user id or "system:{job}".</summary>
    public required string Actor { get; init; }

    /// <summary>Null: not said, or erased.</summary>
    public string? Reason { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Log position of the event.</summary>
    public required long Position { get; init; }

    /// <summary>Place among the facts of one event, from 0.</summary>
    public int Ordinal { get; init; }
}

/// <summary>One page of a history, oldest first; <see cref="NextCursor"/> is null at the end.</summary>
public sealed record RightsChangePage(IReadOnlyList<RightsChange> Items, string? NextCursor);
