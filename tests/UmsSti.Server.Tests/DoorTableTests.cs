using Microsoft.AspNetCore.Routing;
using UmsSti.Domain;
using UmsSti.Server.Http;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>
/// Every route about teams and rights for every kind of caller, out of one table: who passes the door, who is refused, and for whom the
/// team is not there. Commands are tried as dry runs, so each caller meets the same state. A route that is not in the table fails.
/// </summary>
public sealed class DoorTableTests : IAsyncLifetime
{
    private enum Kind
    {
        /// <summary>Everyone signed in.</summary>
        Anyone,

        /// <summary>Only the person himself, whom none of the callers is.</summary>
        Owner,

        /// <summary>A permission outside teams, which nobody but a system user holds by type.</summary>
        System,

        /// <summary>A permission outside teams, which admins hold by type.</summary>
        Administration,

        /// <summary>A permission in that very team.</summary>
        InTeam,

        /// <summary>A permission in that very team, or teams.manage.</summary>
        InTeamOrAdministration,

        /// <summary>Rights of another person: team.roles.assign in the team, or permissions.assign.</summary>
        RightsOfOther,
    }

    private sealed record Row(string Path, string? Body, Kind Kind, Permission? Permission = null);

    private readonly Dictionary<string, (ApiClient Api, TeamRole? Role)> callers = [];
    private RunningServer server = null!;
    private string organization = "", team = "", child = "", sibling = "", person = "";

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        var (_, founder) = await server.NewCaller("founder", "admin");
        organization = await founder.NewTeam("Organization", "organization");
        team = await founder.NewTeam("Team", "department", organization);
        child = await founder.NewTeam("Child", "department", team);
        sibling = await founder.NewTeam("Sibling", "department", organization);
        (person, _) = await server.NewCaller("person");
        await founder.Join(team, person, "member");
        (await founder.Post("/roles", $$"""{"name":"known","team":"{{team}}","permissions":["team.view"]}""")).Is(201);
        callers["anonymous"] = (server.Nobody, null);
        callers["system"] = (server.Root, null);
        callers["stranger"] = ((await server.NewCaller("stranger")).Api, null);
        callers["administrator"] = ((await server.NewCaller("other-admin", "admin")).Api, null);
        var (suspended, suspendedApi) = await server.NewCaller("suspended");
        await founder.Join(team, suspended, "executive");
        (await server.Root.Post($"/users/{suspended}/suspend", """{"reason":"for the table"}""")).Is(200);
        callers["suspended"] = (suspendedApi, null);
        foreach (var role in TeamRole.All)
        {
            callers[role.Name] = (await NewMember(founder, role.Name, team, role.Name), role);
        }

        callers["executive of the parent"] = (await NewMember(founder, "of-parent", organization, "executive"), null);
        callers["executive of a child"] = (await NewMember(founder, "of-child", child, "executive"), null);
        callers["executive of a sibling"] = (await NewMember(founder, "of-sibling", sibling, "executive"), null);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Every_route_lets_every_kind_of_caller_through_or_not_as_the_table_says()
    {
        var table = Table();
        var operations = server.Server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>())
            .OfType<ApiOperation>().Where(operation => operation.Tag is "Teams" or "Permissions").DistinctBy(operation => operation.Id).ToList();
        Assert.Equal(operations.Select(operation => operation.Id).Order(StringComparer.Ordinal), table.Keys.Order(StringComparer.Ordinal));
        var wrong = new List<string>();
        foreach (var operation in operations)
        {
            var row = table[operation.Id];
            var path = operation.IsCommand ? row.Path + (row.Path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "dryRun=true" : row.Path;
            foreach (var (name, caller) in callers)
            {
                var reply = await caller.Api.Send(HttpMethod.Parse(operation.Method), path, row.Body, []);
                var (expected, found) = (Expected(row, name, caller.Role), Found(reply));
                if (expected != found)
                {
                    wrong.Add($"{operation.Id} by {name}: {expected} expected, {found} found: {reply.Text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>0 is passing the door, whatever the rules behind it then say.</summary>
    private static int Found(Reply reply) => reply.Code is 401 or 403 || (reply.Code == 404 && reply.Problem == "not-found") ? reply.Code : 0;

    private static int Expected(Row row, string name, TeamRole? role) => (name, row.Kind) switch
    {
        ("anonymous" or "suspended", _) => 401,
        ("system", _) or (_, Kind.Anyone) => 0,
        (_, Kind.Owner or Kind.System) => 403,
        (_, Kind.Administration) => name == "administrator" ? 0 : 403,
        (_, Kind.RightsOfOther) => name == "administrator" || (role is { } his && Holds(his, Permission.TeamRolesAssign)) ? 0 : 403,
        ("administrator", Kind.InTeamOrAdministration) => 0,
        _ when role is { } own => Holds(own, row.Permission!) ? 0 : 403,
        _ => 404,
    };

    private static bool Holds(TeamRole role, Permission permission) => TeamRoleModule.permissions(role).Contains(permission);

    private async Task<ApiClient> NewMember(ApiClient founder, string name, string where, string role)
    {
        var (id, api) = await server.NewCaller(name);
        await founder.Join(where, id, role);
        return api;
    }

    private Dictionary<string, Row> Table()
    {
        const string Reason = """{"reason":"for the table"}""";
        var (of, member, request) = ($"/teams/{team}", $"/teams/{team}/members/{person}", $"/teams/{team}/requests/{person}");
        var (permission, role) = ($"/users/{person}/permissions/team.participate?team={team}", $"/users/{person}/roles/known?team={team}");
        var invitation = $"/teams/{team}/invitations/{person}";
        static string Of(string path, string step) => path.Replace("?", step + "?", StringComparison.Ordinal);
        var question = $"?user={person}&permission=team.view&team={team}";
        Row View(string path) => new(path, null, Kind.InTeam, Permission.TeamView);
        Row Managed(string path, string? body, Permission needed) => new(path, body, Kind.InTeamOrAdministration, needed);
        Row Inside(string path, string? body, Permission needed) => new(path, body, Kind.InTeam, needed);
        return new()
        {
            ["createTeam"] = new("/teams", """{"name":"New","type":"organization"}""", Kind.Administration),
            ["listTeams"] = new("/teams", null, Kind.Anyone),
            ["getTeam"] = View(of),
            ["updateTeam"] = Managed(of, """{"description":"d"}""", Permission.TeamSettingsManage),
            ["setTeamSetting"] = Managed(of + "/settings/visibility", """{"value":"private"}""", Permission.TeamSettingsManage),
            ["clearTeamSetting"] = Managed(of + "/settings/visibility", null, Permission.TeamSettingsManage),
            ["moveTeam"] = new(of + "/move", $$"""{"newParentId":"{{sibling}}"}""", Kind.Administration),
            ["activateTeam"] = Managed(of + "/activate", null, Permission.TeamArchive),
            ["deactivateTeam"] = Managed(of + "/deactivate", Reason, Permission.TeamArchive),
            ["suspendTeam"] = new(of + "/suspend", Reason, Kind.Administration),
            ["unsuspendTeam"] = new(of + "/unsuspend", """{"note":"n"}""", Kind.Administration),
            ["archiveTeam"] = Managed(of + "/archive", """{"reason":"r","children":"cascade"}""", Permission.TeamArchive),
            ["cancelTeam"] = Managed(of + "/cancel", null, Permission.TeamArchive),
            ["listAncestors"] = View(of + "/ancestors"),
            ["listDescendants"] = View(of + "/descendants"),
            ["listChildren"] = View(of + "/children"),
            ["getTeamPath"] = View(of + "/path"),
            ["getTeamTree"] = View(of + "/tree"),
            ["getHierarchyStatistics"] = new("/hierarchy/statistics", null, Kind.Administration),
            ["listMembers"] = View(of + "/members"),
            ["getMember"] = View(member),
            ["addMember"] = Managed(of + "/members", $$"""{"userId":"{{person}}","role":"observer"}""", Permission.TeamMembersManage),
            ["bulkMembers"] = new("/teams/members/bulk", $$"""{"items":[{"teamId":"{{team}}","userId":"{{person}}","role":"member"}]}""", Kind.Anyone),
            ["changeMemberRole"] = Managed(member, """{"role":"leader"}""", Permission.TeamMembersManage),
            ["removeMember"] = Managed(member, Reason, Permission.TeamMembersManage),
            ["suspendMember"] = Managed(member + "/suspend", Reason, Permission.TeamMembersManage),
            ["reactivateMember"] = Managed(member + "/reactivate", null, Permission.TeamMembersManage),
            ["leaveTeam"] = new(of + "/leave", null, Kind.Anyone),
            ["requestMembership"] = new(of + "/requests", null, Kind.Anyone),
            ["approveMembershipRequest"] = Managed(request + "/approve", null, Permission.TeamMembersManage),
            ["rejectMembershipRequest"] = Managed(request + "/reject", Reason, Permission.TeamMembersManage),
            ["deactivateMember"] = Managed(member + "/deactivate", Reason, Permission.TeamMembersManage),
            ["getMembershipHistory"] = Managed(member + "/history", null, Permission.TeamMembersManage),
            ["inviteMember"] = Managed(of + "/invitations", $$"""{"userId":"{{person}}","role":"observer"}""", Permission.TeamMembersInvite),
            ["acceptInvitation"] = new(invitation + "/accept", null, Kind.Owner),
            ["declineInvitation"] = new(invitation + "/decline", null, Kind.Owner),
            ["revokeInvitation"] = Managed(invitation, null, Permission.TeamMembersInvite),
            ["startTeamMaintenance"] = Managed(of + "/start-maintenance", null, Permission.TeamRegistrationManage),
            ["endTeamMaintenance"] = Managed(of + "/end-maintenance", null, Permission.TeamRegistrationManage),
            ["closeTeamMembership"] = Managed(of + "/close-membership", null, Permission.TeamRegistrationManage),
            ["openTeamMembership"] = Managed(of + "/open-membership", null, Permission.TeamRegistrationManage),
            ["purgeTeam"] = new(of + "/purge", null, Kind.System),
            ["listTeamsOfUser"] = new($"/users/{person}/teams", null, Kind.Administration),
            ["withdrawMembershipRequest"] = new(request, null, Kind.Owner),
            ["grantPermission"] = Inside(permission, Reason, Permission.TeamRolesAssign),
            ["revokePermission"] = Inside(permission, Reason, Permission.TeamRolesAssign),
            ["assignRole"] = Inside(role, "{}", Permission.TeamRolesAssign),
            ["withdrawRole"] = Inside(role, Reason, Permission.TeamRolesAssign),
            ["requestPermission"] = new(Of(permission, "/request"), """{"justification":"to help"}""", Kind.Owner),
            ["approvePermissionRequest"] = Inside(Of(permission, "/approve"), null, Permission.TeamRolesAssign),
            ["denyPermissionRequest"] = Inside(Of(permission, "/deny"), Reason, Permission.TeamRolesAssign),
            ["suspendPermission"] = Inside(Of(permission, "/suspend"), Reason, Permission.TeamRolesAssign),
            ["unsuspendPermission"] = Inside(Of(permission, "/unsuspend"), Reason, Permission.TeamRolesAssign),
            ["changePermissionLevel"] = Inside(permission, """{"level":"full_access"}""", Permission.TeamRolesAssign),
            ["approveRole"] = Inside(Of(role, "/approve"), null, Permission.TeamRolesAssign),
            ["rejectRole"] = Inside(Of(role, "/reject"), Reason, Permission.TeamRolesAssign),
            ["deactivateRole"] = Inside(Of(role, "/deactivate"), Reason, Permission.TeamRolesAssign),
            ["reactivateRole"] = Inside(Of(role, "/reactivate"), null, Permission.TeamRolesAssign),
            ["suspendRole"] = Inside(Of(role, "/suspend"), Reason, Permission.TeamRolesAssign),
            ["unsuspendRole"] = Inside(Of(role, "/unsuspend"), Reason, Permission.TeamRolesAssign),
            ["bulkRights"] = new("/permissions/bulk", $$"""{"action":"give","items":[{"user":"{{person}}","team":"{{team}}","role":"known"}]}""", Kind.Anyone),
            ["getPermissionHistory"] = new($"/users/{person}/permissions/history", null, Kind.Administration),
            ["defineRole"] = Inside("/roles", $$"""{"name":"fresh","team":"{{team}}","permissions":["team.view"]}""", Permission.TeamSettingsManage),
            ["listRoles"] = View($"/roles?team={team}"),
            ["getRole"] = View($"/roles/{team}.known"),
            ["changeRole"] = Inside($"/roles/{team}.known", """{"description":"d"}""", Permission.TeamSettingsManage),
            ["retireRole"] = Inside($"/roles/{team}.known", null, Permission.TeamSettingsManage),
            ["listPermissions"] = new("/permissions", null, Kind.Anyone),
            ["checkPermission"] = new("/permissions/check" + question, null, Kind.RightsOfOther),
            ["explainPermission"] = new("/permissions/explain" + question, null, Kind.RightsOfOther),
            ["checkPermissions"] = new("/permissions/check/bulk", $$"""{"checks":[{"user":"{{person}}","permission":"team.view","team":"{{team}}"}]}""", Kind.Anyone),
            ["getUserPermissions"] = new($"/users/{person}/permissions?team={team}", null, Kind.RightsOfOther),
            ["getPermissionMatrix"] = Inside($"/permissions/matrix?team={team}", null, Permission.TeamRolesAssign),
            ["getIsolationReport"] = new("/reports/isolation", null, Kind.Administration),
        };
    }
}
