namespace UmsSti.ReadModels.Permissions;

/// <summary>One person in one snapshot. Numbers are those of <see cref="RightsVocabulary"/>. Allocates nothing.</summary>
public readonly struct PersonEntry
{
    private readonly PermissionSnapshot _snapshot;
    private readonly IndexedPerson[] _page;
    private readonly int _place;

    internal PersonEntry(PermissionSnapshot snapshot, IndexedPerson[] page, int place) => (_snapshot, _page, _place) = (snapshot, page, place);

    public byte Type => _page[_place].Type;

    public byte State => _page[_place].State;

    /// <summary>What he was given outside teams.</summary>
    public GivenEntry Given => new(_snapshot, _page[_place].Rights);

    /// <summary>His membership of a team, in any state (PE-01). False when there is none.</summary>
    public bool TryInTeam(ReadOnlySpan<char> teamId, out MemberEntry member)
    {
        member = default;
        if (!CompactId.TryParse(teamId, out var id))
            return false;
        ref readonly var team = ref _snapshot.Teams.Find(id);
        if (team.IsEmpty || !_page[_place].TryInTeam(team.Number, out var membership))
            return false;
        member = new MemberEntry(membership.State, team.State, membership.Role, new GivenEntry(_snapshot, membership.Rights));
        return true;
    }
}

/// <summary>One person in one team.</summary>
/// <param name="State">Number of the membership's state.</param>
/// <param name="TeamState">Number of the team's state.</param>
/// <param name="Role">Number of the membership's role.</param>
/// <param name="Given">What he was given in the team besides the role.</param>
public readonly record struct MemberEntry(byte State, byte TeamState, byte Role, GivenEntry Given);

/// <summary>What somebody was given in one scope, without what gives nothing.</summary>
public readonly struct GivenEntry
{
    private readonly PermissionSnapshot _snapshot;
    private readonly IndexedRights? _rights;

    internal GivenEntry(PermissionSnapshot snapshot, IndexedRights? rights) => (_snapshot, _rights) = (snapshot, rights);

    /// <summary>Every grant: the bits of its permissions, and until when it gives them in Unix milliseconds; null for no end.</summary>
    public IEnumerable<(ulong Mask, long? ExpiresAt)> Grants => _rights?.AllGrants() ?? [];

    /// <summary>Every assigned role that gives something: its id, the bits of its permissions, and until when; null for no end.</summary>
    public IEnumerable<(string RoleId, ulong Mask, long? ExpiresAt)> Roles => _rights?.AllRoles(_snapshot) ?? [];

    /// <summary>What a reader makes of it, made once as long as neither it nor a role changes; null where nothing was given.</summary>
    public TMade? Made<TMade>(Func<GivenEntry, TMade> make)
        where TMade : class => _rights?.Made(this, _snapshot.RoleMasks, make);
}
