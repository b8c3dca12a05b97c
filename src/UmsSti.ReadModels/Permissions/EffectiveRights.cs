using UmsSti.ReadModels.Memberships;

namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// Where the rights of a person in one scope come from (PE-44, QY-03). What a type, a state or the role of a membership gives
/// is the domain's to say: it is told which they are.
/// </summary>
public sealed record EffectiveRights
{
    public required string UserId { get; init; }
    public required string UserType { get; init; }
    public required string UserState { get; init; }

    /// <summary>Null: outside teams.</summary>
    public string? TeamId { get; init; }

    /// <summary>Null: outside teams, or there is no such team.</summary>
    public string? TeamState { get; init; }

    /// <summary>The membership of this very team, whatever its state; null when there is none.</summary>
    public MemberRow? Membership { get; init; }

    /// <summary>The grants that give their permission at the time asked for, by name.</summary>
    public required IReadOnlyList<GrantRow> Grants { get; init; }

    /// <summary>The roles that give permissions at the time asked for, by id.</summary>
    public required IReadOnlyList<EffectiveRole> Roles { get; init; }
}

/// <summary>An assigned role and the permissions it gives; a retired or undefined one gives none.</summary>
public sealed record EffectiveRole(RoleAssignmentRow Assignment, RoleRow? Role)
{
    /// <summary>What the role holds, before what a dropped assignment no longer gives.</summary>
    public IReadOnlyList<string> Permissions => Role is { IsActive: true } ? Role.Permissions : [];
}

/// <summary>One person in the matrix of a team.</summary>
/// <param name="Member">The membership, whatever its state.</param>
/// <param name="Grants">What is granted to him in the team and has not run out.</param>
/// <param name="Roles">What is assigned to him in the team and has not run out.</param>
public sealed record MatrixRow(MemberRow Member, IReadOnlyList<GrantRow> Grants, IReadOnlyList<EffectiveRole> Roles);

/// <summary>One page of a team's matrix; <see cref="NextCursor"/> is null at the end.</summary>
public sealed record MatrixPage(IReadOnlyList<MatrixRow> Items, string? NextCursor, long Total);

/// <summary>PE-40. Violations must be none: each is a right that would reach where no membership of that very team is.</summary>
public sealed record IsolationReport
{
    public required long Teams { get; init; }
    public required long Users { get; init; }
    public required long SystemUsers { get; init; }

    /// <summary>Active ones.</summary>
    public required long Memberships { get; init; }

    public required long UsersInSeveralTeams { get; init; }
    public required long TeamsWithoutMembers { get; init; }

    /// <summary>At most <see cref="RightsDirectory.MaxViolations"/>.</summary>
    public required IReadOnlyList<IsolationViolation> Violations { get; init; }
}

/// <summary>A right that is where it must not be.</summary>
/// <param name="Rule"><c>without-membership</c>, <c>role-of-another-scope</c> or <c>team-permission-outside-teams</c>.</param>
/// <param name="Kind"><c>permission</c> or <c>role</c>.</param>
/// <param name="UserId">Who holds it.</param>
/// <param name="TeamId">Where; null outside teams.</param>
/// <param name="Subject">The permission or role.</param>
/// <param name="Position">Log position of the event that made it so.</param>
public sealed record IsolationViolation(string Rule, string Kind, string UserId, string? TeamId, string Subject, long Position);
