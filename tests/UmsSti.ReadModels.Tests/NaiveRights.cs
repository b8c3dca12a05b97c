using UmsSti.ReadModels.Permissions;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>What a random history adds up to, kept as plain dictionaries and looked up the slow way.</summary>
internal sealed class NaiveRights
{
    private static readonly string[] Users = ["u1", "u2", "u3", "u4"];
    private static readonly string[] TeamIds = ["t1", "t2", "t3"];
    private static readonly string[] RoleIds = ["r1", "r2"];

    private readonly Dictionary<string, (string Type, string State)> _people = [];
    private readonly Dictionary<string, string> _teams = [];
    private readonly Dictionary<(string User, string Team), (string State, string Role)> _members = [];
    private readonly Dictionary<(string User, string Team, string Permission), GrantRow> _grants = [];
    private readonly Dictionary<(string User, string Team, string Role), RoleAssignmentRow> _assigned = [];
    private readonly Dictionary<string, (bool IsActive, string[] Permissions)> _roles = [];
    private long _position;

    /// <summary>One random event, applied to the rows and to this.</summary>
    public void Step(Random random, WriteSession session, RightsRows rows)
    {
        _position++;
        var (user, team) = (Pick(random, Users), Pick(random, TeamIds));
        switch (random.Next(7))
        {
            case 0:
                var draft = rows.FindTeam(session, team) ?? rows.AddTeam(team);
                (draft.State, draft.Version, draft.Position) = (_teams[team] = Pick(random, Rights.States), draft.Version + 1, _position);
                break;
            case 1:
                DefineRole(random, session, rows);
                break;
            case 2 or 3:
                var member = Member(session, rows, user, team);
                (member.State, member.Role) = _members[(user, team)] = (Pick(random, Rights.States), Pick(random, Rights.Roles));
                (member.Version, member.Position) = (member.Version + 1, _position);
                break;
            case 4:
                var inside = Member(session, rows, user, team);
                if (inside.State == "")
                    (inside.State, inside.Role) = _members[(user, team)] = ("pending", "member");
                Give(random, inside.Rights, user, team);
                (inside.Version, inside.Position) = (inside.Version + 1, _position);
                break;
            default:
                var person = rows.FindPrincipal(session, user) ?? rows.AddPrincipal(user);
                (person.Type, person.State) = _people[user] = (Pick(random, Rights.Types), Pick(random, Rights.States));
                Give(random, person.Rights, user, "");
                (person.Version, person.Position) = (person.Version + 1, _position);
                break;
        }
    }

    public void AssertAgrees(PermissionSnapshot index, long now)
    {
        foreach (var user in Users)
            foreach (var team in TeamIds)
            {
                var person = index.Find(user, team, now, out var inTeam);
                if (_people.TryGetValue(user, out var known))
                    Assert.Equal(
                        new PersonFacts(true, Code(Rights.Types, known.Type), Code(Rights.States, known.State), Grants(user, "", now), RolesOf(user, "", now)), person);
                Assert.Equal(_teams.TryGetValue(team, out var state) ? Code(Rights.States, state) : RightsVocabulary.Unknown, inTeam.TeamState);
                Assert.Equal(_members.TryGetValue((user, team), out var member), inTeam.IsMember);
                if (inTeam.IsMember)
                    Assert.Equal(
                        (Code(Rights.States, member.State), Code(Rights.Roles, member.Role), Grants(user, team, now), RolesOf(user, team, now)),
                        (inTeam.State, inTeam.Role, inTeam.Grants, inTeam.Roles));
                Assert.Equal(_people.ContainsKey(user), index.TryFind(user, team, out _, out var found));
                if (_people.ContainsKey(user))
                {
                    var asked = inTeam.IsMember ? (inTeam.State, inTeam.TeamState, inTeam.Role) : ((byte, byte, byte)?)null;
                    Assert.Equal(asked, found is { } at ? (at.State, at.TeamState, at.Role) : null);
                }
            }
        foreach (var user in Users)
            Assert.Equal(
                _members.Where(pair => pair.Key.User == user && pair.Value.State == "active").Select(pair => pair.Key.Team).Order(), index.TeamsOf(user).Order());
    }

    public async Task AssertAgrees(RightsDirectory directory, DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        foreach (var user in _people.Keys)
            foreach (var team in TeamIds)
            {
                var rights = (await directory.OfAsync(user, team, now, People.Ct))!;
                Assert.Equal(Grants(user, team, at), Mask(rights.Grants.Select(grant => grant.Permission)));
                Assert.Equal(
                    RolesOf(user, team, at),
                    rights.Roles.Aggregate(0UL, (mask, role) => mask | (Mask(role.Permissions) & ~(role.Assignment.IsDropped ? Mask(["gdpr.manage"]) : 0))));
            }
    }

    private void DefineRole(Random random, WriteSession session, RightsRows rows)
    {
        var id = Pick(random, RoleIds);
        var role = rows.FindRole(session, id) ?? rows.Define(id, null);
        _roles[id] = (random.Next(4) > 0, [.. Rights.Permissions.Where(_ => random.Next(2) == 0)]);
        role.IsActive = _roles[id].IsActive;
        role.Permissions = role.Permissions.Clear().Union(_roles[id].Permissions);
        (role.Version, role.Position) = (role.Version + 1, _position);
    }

    private Memberships.MemberDraft Member(WriteSession session, RightsRows rows, string user, string team)
    {
        var member = rows.FindMember(session, team, user) ?? rows.AddMember(_position, team, user);
        (member.UpdatedAt, member.UpdatedBy) = (People.Start, "u1");
        return member;
    }

    private void Give(Random random, GivenRights rights, string user, string team)
    {
        DateTimeOffset? until = random.Next(2) == 0 ? null : People.Start.AddMilliseconds(random.Next(4));
        if (random.Next(2) == 0)
        {
            var grant = Rights.Grant(Pick(random, Rights.Permissions), random.Next(4) > 0, until, _position);
            _grants[(user, team, grant.Permission)] = grant;
            rights.Set(grant);
        }
        else
        {
            var assigned = Rights.Assign(Pick(random, RoleIds), random.Next(4) > 0, random.Next(2) == 0, until, _position);
            _assigned[(user, team, assigned.RoleId)] = assigned;
            rights.Set(assigned);
        }
    }

    private ulong Grants(string user, string team, long now) => Mask(_grants
        .Where(pair => pair.Key.User == user && pair.Key.Team == team && pair.Value.IsWorking && (pair.Value.ExpiresAt is not { } end || now < end.ToUnixTimeMilliseconds()))
        .Select(pair => pair.Key.Permission));

    private ulong RolesOf(string user, string team, long now) => _assigned
        .Where(pair => pair.Key.User == user && pair.Key.Team == team && pair.Value.IsWorking && (pair.Value.ExpiresAt is not { } end || now < end.ToUnixTimeMilliseconds()))
        .Aggregate(0UL, (mask, pair) => mask | (RoleMask(pair.Key.Role) & ~(pair.Value.IsDropped ? Mask(["gdpr.manage"]) : 0)));

    private ulong RoleMask(string role) => _roles.TryGetValue(role, out var known) && known.IsActive ? Mask(known.Permissions) : 0;

    private static ulong Mask(IEnumerable<string> permissions) => permissions.Aggregate(0UL, (mask, name) => mask | 1UL << Array.IndexOf(Rights.Permissions, name));

    private static byte Code(string[] names, string name) => (byte)Array.IndexOf(names, name);

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
