using Microsoft.FSharp.Core;
using UmsSti.Domain;
using GivenFact = UmsSti.Domain.Rights.Events.Event;
using MembershipFact = UmsSti.Domain.Membership.Events.Event;
using RoleFact = UmsSti.Domain.Role.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;
using TeamFold = UmsSti.Domain.Team.Fold;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>A random history of a few people, teams, memberships and roles; also facts that do not fit. Only the tree is kept sound.</summary>
public sealed class TeamHistory(World world, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<TeamId, TeamId?> _parents = [];
    private readonly Dictionary<TeamId, TeamFold.State> _states = [];
    private readonly HashSet<string> _begun = [];
    private int _step;

    public static IReadOnlyList<UserId> People { get; } = [.. Enumerable.Range(0, 5).Select(number => UserId.Parse($"0190a000-0000-7000-8000-{number:x12}"))];

    public static IReadOnlyList<TeamId> Teams { get; } = [.. Enumerable.Range(0, 4).Select(number => TeamId.Parse($"01J00000000000000000{number:D6}"))];

    public static IReadOnlyList<RoleId> Roles { get; } = [RoleId.TryParse("global.auditor", out var one) ? one : default!, RoleId.TryParse($"{Teams[0].Value}.keeper", out var two) ? two : default!];

    /// <summary>People and teams that are there before anything else happens.</summary>
    public async Task Begin()
    {
        for (var number = 0; number < People.Count; number++)
        {
            var id = People[number].Value;
            await world.Append(id, number == 0
                ? UserFact.NewAdminRegistrationInitiated(new(Text("a@example.org"), Text("Ada"), [], "2001", At))
                : Histories.Registered("User " + number, $"{number}@example.org", number == 1 ? "system" : "standard"));
            await world.Append(id, number == 0 ? UserFact.NewAdminUserActivated(new("2001", At)) : UserFact.NewUserActivated(new("admin", "2001", At)));
        }
        foreach (var team in Teams)
            await Create(team);
        foreach (var role in Roles)
            await Happen();
    }

    /// <summary>One more thing happens.</summary>
    public Task Happen()
    {
        _step++;
        var (user, team, role) = (People[_random.Next(People.Count)], Teams[_random.Next(Teams.Count)], Roles[_random.Next(Roles.Count)]);
        return _random.Next(12) switch
        {
            0 => world.Append(user.Value, _random.Next(3) == 0 ? UserFact.NewUserSuspended(new(Text("reason"), null, By, At)) : UserFact.NewUserUnsuspended(new(Text("note"), By, At))),
            1 => _random.Next(8) == 0 ? world.Append(user.Value, UserFact.NewUserArchived(new(null, By, At)), UserFact.NewUserPurged(new("retention", By, At))) : world.Append(user.Value, UserFact.NewUserReactivated(new(By, At))),
            2 or 3 => world.Append(user.Value, UserFact.NewRights(Any())),
            4 => Tell(team, AnyOf(team)),
            5 => Define(role),
            _ => Member(team, user),
        };
    }

    private string By => People[_step % People.Count].Value;

    private DateTimeOffset At => World.Start.AddMinutes(_step);

    private Task Create(TeamId team)
    {
        var parent = _parents.Count == 0 ? null : (TeamId?)Teams[_random.Next(_parents.Count)];
        _parents[team] = parent;
        return Tell(team,
            TeamFact.NewTeamCreated(new("Team " + team.Value, "t" + team.Value.ToLowerInvariant(), parent is null ? "organization" : "project", Optional(parent?.Value), Teams[0].Value,
                [new("description", "about")], [new("visibility", "private")], By, At)),
            TeamFact.NewTeamActivated(new(By, At)));
    }

    private Task Tell(TeamId team, params TeamFact[] facts)
    {
        _states[team] = facts.Aggregate(_states.GetValueOrDefault(team, TeamFold.initial), TeamFold.evolve);
        return world.TeamFacts(team, By, facts);
    }

    private TeamFact AnyOf(TeamId team)
    {
        switch (_random.Next(12))
        {
            case 0: return TeamFact.NewTeamUpdated(new([new("name", null, Optional("Renamed " + _step)), new("description", null, null)], By, At));
            case 1: return TeamFact.NewTeamSuspended(new("reason", By, At));
            case 2: return TeamFact.NewTeamSuspensionLifted(new(Optional("note"), By, At));
            case 3: return TeamFact.NewTeamDeactivated(new(Optional("reason"), By, At));
            case 4: return TeamFact.NewTeamReactivated(new(By, At));
            case 5: return _random.Next(4) == 0 ? TeamFact.NewTeamArchived(new("reason", By, At)) : TeamFact.NewTeamMaintenanceStarted(new(By, At));
            case 6: return TeamFact.NewTeamSettingChanged(new("visibility", null, _random.Next(2) == 0 ? null : Optional("public"), By, At));
            case 7: return TeamFact.NewTeamOwnerAssigned(new(By, By, At));
            case 8: return TeamFact.NewTeamOwnerReleased(new(By, By, At));
            case 9: return TeamFact.NewTeamMembershipClosed(new(By, At));
            case 10: return _parents.ContainsValue(team) ? TeamFact.NewTeamReactivated(new(By, At)) : TeamFact.NewTeamPurged(new(By, At));
            default: return Move(team);
        }
    }

    // Below the root, where no team is below itself.
    private TeamFact Move(TeamId team)
    {
        var target = Teams[0];
        return _parents[team] is null || IsGone(team) || IsGone(target)
            ? TeamFact.NewTeamMembershipOpened(new(By, At))
            : Moved(team, target);
    }

    private TeamFact Moved(TeamId team, TeamId target)
    {
        var old = _parents[team]!.Value;
        _parents[team] = target;
        return TeamFact.NewTeamHierarchyChanged(new(Optional(old.Value), target.Value, [team.Value], null, By, At));
    }

    // What an archived team is asked for changes nothing, so that the map here would tell otherwise.
    private bool IsGone(TeamId team) => Domain.Team.Queries.tryDetails(_states[team])?.Value.State.IsLive == false;

    private async Task Define(RoleId role)
    {
        RoleFact fact = _begun.Add(role.Value)
            ? RoleFact.NewRoleDefined(new("custom", Optional("what for"), role.Team.IsSome ? ["team.move", "team.view"] : ["audit.view", "gdpr.manage"], By, At))
            : _random.Next(9) switch
            {
                0 => RoleFact.NewRoleRetired(new(null, By, At)),
                < 3 => RoleFact.NewRoleDescriptionChanged(new(null, By, At)),
                < 6 => RoleFact.NewRolePermissionAdded(new(Name(), By, At)),
                _ => RoleFact.NewRolePermissionRemoved(new(Name(), By, At)),
            };
        await world.RoleFacts(role, By, fact);
    }

    private Task Member(TeamId team, UserId user)
    {
        var isFirst = _begun.Add($"{team.Value}_{user.Value}");
        var role = TeamRole.All[_random.Next(TeamRole.All.Length)].Name;
        var reason = Optional(Text("reason " + _step));
        MembershipFact fact = isFirst && _random.Next(3) > 0 ? MembershipFact.NewTeamMemberAdded(new(role, By, At)) : _random.Next(isFirst ? 2 : 20) switch
        {
            0 => MembershipFact.NewTeamInvitationSent(new(role, null, At.AddDays(7), By, At)),
            1 => MembershipFact.NewMembershipRequested(new(role, By, At)),
            2 or 3 => MembershipFact.NewTeamMemberAdded(new(role, By, At)),
            4 => MembershipFact.NewTeamInvitationAccepted(new(By, At)),
            5 => MembershipFact.NewTeamInvitationDeclined(new(reason, By, At)),
            6 => MembershipFact.NewTeamInvitationExpired(new(By, At)),
            7 => MembershipFact.NewMembershipRequestApproved(new(role, By, At)),
            8 => MembershipFact.NewMembershipRequestRejected(new(reason, By, At)),
            9 => MembershipFact.NewTeamMemberRoleChanged(new("member", role, By, At)),
            10 => MembershipFact.NewMemberDeactivated(new(reason, By, At)),
            11 => MembershipFact.NewMemberReactivated(new(By, At)),
            12 => MembershipFact.NewMemberSuspended(new(reason, By, At)),
            13 => MembershipFact.NewMemberSuspensionLifted(new(By, At)),
            14 => _random.Next(2) == 0 ? MembershipFact.NewMemberLeft(new(reason, By, At)) : MembershipFact.NewTeamMemberRemoved(new(reason, By, At)),
            _ => MembershipFact.NewRights(Any()),
        };
        return world.MemberFacts(team, user, By, fact);
    }

    private GivenFact Any()
    {
        var (name, role) = (Name(), Roles[_random.Next(Roles.Count)].Value);
        var until = _random.Next(2) == 0 ? null : FSharpOption<DateTimeOffset>.Some(World.Start.AddMinutes(_random.Next(400)));
        return _random.Next(18) switch
        {
            < 4 => GivenFact.NewUserPermissionGranted(new(name, AccessLevel.All[_random.Next(3)].Name, until, Optional(Text("because")), By, At)),
            4 => GivenFact.NewUserPermissionRevoked(new(name, Text("over"), By, At)),
            5 => GivenFact.NewPermissionRequested(new(name, "full_access", until, Text("please"), By, At)),
            6 => GivenFact.NewPermissionRequestApproved(new(name, By, At)),
            7 => GivenFact.NewPermissionSuspended(new(name, Text("wait"), By, At)),
            8 => GivenFact.NewPermissionSuspensionLifted(new(name, Text("go on"), By, At)),
            9 => GivenFact.NewPermissionLevelChanged(new(name, "full_access", AccessLevel.All[_random.Next(3)].Name, By, At)),
            10 => GivenFact.NewPermissionsExpired(new([name], [role], By, At)),
            < 14 => GivenFact.NewUserRoleAssigned(new(role, until, _random.Next(4) == 0, By, At)),
            14 => GivenFact.NewUserRoleRevoked(new(role, Text("over"), By, At)),
            15 => GivenFact.NewRoleAssignmentActivated(new(role, By, At)),
            16 => GivenFact.NewRoleAssignmentSuspended(new(role, Text("wait"), By, At)),
            _ => GivenFact.NewRoleAssignmentSuspensionLifted(new(role, Text("go on"), By, At)),
        };
    }

    private string Name() => Permission.All[_random.Next(Permission.All.Length)].Name;

    private static Personal Text(string text) => Personal.NewKnown(text);

    private static FSharpOption<T>? Optional<T>(T? value)
        where T : class => value is null ? null : FSharpOption<T>.Some(value);
}
