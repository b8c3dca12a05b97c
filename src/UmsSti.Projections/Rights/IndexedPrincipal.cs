using UmsSti.Domain;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Projections.Rights;

/// <summary>A person of the permission index as the domain judges him. Sees one snapshot; answers without allocating.</summary>
internal sealed class IndexedPrincipal : IKnownPrincipal
{
    private static readonly Holding[] Nothing = [];
    private static readonly UserType[] UserTypes = UserType.All;
    private static readonly UserState[] UserStates = UserState.All;
    private static readonly TeamState[] TeamStates = TeamState.All;
    private static readonly MembershipState[] MemberStates = MembershipState.All;
    private static readonly TeamRole[] TeamRoles = TeamRole.All;
    private static readonly Func<GivenEntry, Holding[]> Make = HoldingsOf;

    private PersonEntry _person;
    private string? _team; // whose membership is known already
    private MemberEntry? _inTeam;

    /// <summary>The names the index is made with: those of the domain, in the order they are read back here.</summary>
    public static RightsVocabulary Vocabulary { get; } = new(
        [.. Permission.All.Select(permission => permission.Name)], [.. PermissionModule.elevated.ToArray().Select(permission => permission.Name)],
        [.. UserTypes.Select(type => type.Name)], [.. UserStates.Select(state => state.Name)], [.. TeamStates.Select(state => state.Name)],
        [.. MemberStates.Select(state => state.Name)], [.. TeamRoles.Select(role => role.Name)]);

    public UserId Id { get; private set; }

    public UserType Type => UserTypes[_person.Type];

    public UserState State => UserStates[_person.State];

    public Holding[] Holdings => _person.Given.Made(Make) ?? Nothing;

    /// <summary>Makes it another person's.</summary>
    public void Become(UserId id, in PersonEntry person) => (Id, _person, _team) = (id, person, null);

    /// <summary>Makes it another person's, whose membership of a team was found together with him.</summary>
    public void Become(UserId id, in PersonEntry person, TeamId team, in MemberEntry? inTeam)
    {
        (Id, _person) = (id, person);
        (_team, _inTeam) = (team.Value, inTeam);
    }

    public bool TryInTeam(TeamId team, out TeamStanding standing)
    {
        var found = ReferenceEquals(_team, team.Value) ? _inTeam : _person.TryInTeam(team.Value, out var other) ? other : null;
        if (found is not { } member || member.TeamState == RightsVocabulary.Unknown)
        {
            standing = default;
            return false;
        }
        standing = new TeamStanding(MemberStates[member.State], TeamStates[member.TeamState], TeamRoles[member.Role], member.Given.Made(Make) ?? Nothing);
        return true;
    }

    // Grants first, then roles, as the domain's own holdings are.
    private static Holding[] HoldingsOf(GivenEntry given) =>
    [
        .. given.Grants.SelectMany(
            grant => PermissionSet.FromBits(grant.Mask).ToArray(),
            (grant, permission) => new Holding(PermissionSet.Of([permission]), Ticks(grant.ExpiresAt), HoldingModule.allowedByGrant(permission))),
        .. given.Roles.OrderBy(role => role.RoleId, StringComparer.Ordinal).Select(role => new Holding(
            PermissionSet.FromBits(role.Mask), Ticks(role.ExpiresAt),
            Decision.NewAllowed(Fact.NewRole(RoleId.TryParse(role.RoleId, out var id) ? id : throw new InvalidOperationException($"'{role.RoleId}' is no id of a role."))))),
    ];

    private static long Ticks(long? unixMilliseconds) =>
        unixMilliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at).UtcTicks : long.MaxValue;
}
