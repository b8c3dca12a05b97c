namespace UmsSti.ReadModels.Permissions;

/// <summary>
/// All rights as they were after one batch of events. Never changed: whoever holds it sees one state, takes no lock and
/// allocates nothing. A decision takes one snapshot and asks it everything.
/// </summary>
public sealed class PermissionSnapshot
{
    internal PermissionSnapshot(
        IndexTable<IndexedPerson> people, IndexTable<IndexedTeam> teams, string[] teamIds, ulong[] roleMasks, RoleNumbers roleNumbers, byte active,
        long position, long revision)
    {
        (People, Teams, TeamIds, RoleMasks, RoleNumbers) = (people, teams, teamIds, roleMasks, roleNumbers);
        (Active, Position, Revision) = (active, position, revision);
    }

    /// <summary>Log position of the newest event that is in it. Events that change no right do not move it.</summary>
    public long Position { get; }

    /// <summary>Grows by one with every change.</summary>
    public long Revision { get; }

    /// <summary>How many people it knows.</summary>
    public int KnownPeople => People.Count;

    /// <summary>How many teams it knows.</summary>
    public int KnownTeams => Teams.Count;

    internal IndexTable<IndexedPerson> People { get; }
    internal IndexTable<IndexedTeam> Teams { get; }

    /// <summary>By number; may be longer than the teams known here.</summary>
    internal string[] TeamIds { get; }

    /// <summary>By number of the role; a retired one has no bit.</summary>
    internal ulong[] RoleMasks { get; }

    internal RoleNumbers RoleNumbers { get; }

    internal byte Active { get; }

    /// <summary>The person with an id, to be asked more than one thing. False when there is none.</summary>
    public bool TryFind(ReadOnlySpan<char> userId, out PersonEntry entry)
    {
        if (!CompactId.TryParse(userId, out var id))
        {
            entry = default;
            return false;
        }
        var page = People.Locate(id, out var place);
        entry = new PersonEntry(this, page, place);
        return !page[place].IsEmpty && page[place].State != RightsVocabulary.Unknown; // a membership may be known before its person
    }

    /// <summary>
    /// The person with an id and his membership of a team, in any state; its default when there is none. False when there is no such
    /// person. Made for checks: the person is fetched while the team is looked up.
    /// </summary>
    public bool TryFind(ReadOnlySpan<char> userId, ReadOnlySpan<char> teamId, out PersonEntry entry, out MemberEntry? inTeam)
    {
        entry = default;
        inTeam = null;
        if (!CompactId.TryParse(userId, out var id))
            return false;
        People.WillFind(id);
        ref readonly var team = ref Teams.Find(CompactId.TryParse(teamId, out var wanted) ? wanted : default);
        var page = People.Locate(id, out var place);
        ref readonly var person = ref page[place];
        if (person.IsEmpty || person.State == RightsVocabulary.Unknown)
            return false;
        entry = new PersonEntry(this, page, place);
        if (!team.IsEmpty && person.TryInTeam(team.Number, out var membership))
            inTeam = new MemberEntry(membership.State, team.State, membership.Role, new GivenEntry(this, membership.Rights));
        return true;
    }

    /// <summary>What is known of a person at a time, Unix milliseconds.</summary>
    public PersonFacts Find(ReadOnlySpan<char> userId, long now)
    {
        if (!CompactId.TryParse(userId, out var id))
            return Nobody;
        ref readonly var person = ref People.Find(id);
        return person.IsEmpty ? Nobody : Facts(person, now);
    }

    /// <summary>What is known of a person and of him in a team at a time, Unix milliseconds.</summary>
    public PersonFacts Find(ReadOnlySpan<char> userId, ReadOnlySpan<char> teamId, long now, out TeamFacts inTeam)
    {
        inTeam = NoTeam;
        var isUser = CompactId.TryParse(userId, out var id);
        ref readonly var person = ref People.Find(isUser ? id : default);
        if (CompactId.TryParse(teamId, out var wanted))
        {
            ref readonly var team = ref Teams.Find(wanted);
            if (!team.IsEmpty)
                inTeam = Facts(person, team, now);
        }
        return person.IsEmpty ? Nobody : Facts(person, now);
    }

    /// <summary>The teams a person has an active membership of: what he may see of teams (PE-02).</summary>
    public IReadOnlySet<string> TeamsOf(string userId)
    {
        var teams = new HashSet<string>(StringComparer.Ordinal);
        if (!CompactId.TryParse(userId, out var id))
            return teams;
        foreach (var membership in People.Find(id).Memberships())
            if (membership.State == Active)
                teams.Add(TeamIds[membership.Team]);
        return teams;
    }

    private static PersonFacts Nobody => new(false, RightsVocabulary.Unknown, RightsVocabulary.Unknown, 0, 0);

    private static TeamFacts NoTeam => new(false, RightsVocabulary.Unknown, false, RightsVocabulary.Unknown, RightsVocabulary.Unknown, 0, 0);

    private PersonFacts Facts(in IndexedPerson person, long now) => person.Rights is { } rights
        ? new(true, person.Type, person.State, rights.Grants(now), rights.Roles(RoleMasks, now))
        : new(true, person.Type, person.State, 0, 0);

    private TeamFacts Facts(in IndexedPerson person, in IndexedTeam team, long now)
    {
        if (!person.TryInTeam(team.Number, out var membership))
            return NoTeam with { IsTeamKnown = true, TeamState = team.State };
        return membership.Rights is { } rights
            ? new(true, team.State, true, membership.State, membership.Role, rights.Grants(now), rights.Roles(RoleMasks, now))
            : new(true, team.State, true, membership.State, membership.Role, 0, 0);
    }
}
