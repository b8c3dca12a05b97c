namespace UmsSti.ReadModels.Permissions;

/// <summary>One person in one snapshot. Numbers are those of <see cref="RightsVocabulary"/>. Allocates nothing.</summary>
public readonly struct PersonEntry
{
    private readonly PermissionSnapshot _snapshot;
    private readonly IndexedPerson _person;

    internal PersonEntry(PermissionSnapshot snapshot, IndexedPerson person) => (_snapshot, _person) = (snapshot, person);

    public byte Type => _person.Type;

    public byte State => _person.State;

    /// <summary>What he was given outside teams.</summary>
    public GivenEntry Given => new(_snapshot, _person.Rights);

    /// <summary>His membership of a team, in any state (PE-01). False when there is none.</summary>
    public bool TryInTeam(ReadOnlySpan<char> teamId, out MemberEntry member)
    {
        var team = CompactId.TryParse(teamId, out var id) ? _snapshot.Teams.Find(id) : null;
        var place = team is null ? -1 : _person.PlaceOf(team.Number);
        if (place < 0)
        {
            member = default;
            return false;
        }
        var membership = _person.Memberships[place];
        member = new MemberEntry(membership.State, team!.State, membership.Role, new GivenEntry(_snapshot, membership.Rights));
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
