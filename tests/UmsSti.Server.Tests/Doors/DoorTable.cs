namespace UmsSti.Server.Tests.Doors;

/// <summary>One way to knock at an operation.</summary>
internal sealed record Door(string Operation, string Path, string? Body, DoorRule Rule);

/// <summary>Every operation of the API with who passes its door. An operation may stand here more than once, for what its rule depends on.</summary>
internal static class DoorTable
{
    private const string Reason = """{"reason":"for the table"}""";

    public static IReadOnlyList<Door> Of(DoorStage stage) =>
        [.. Accounts(stage), .. Operation(stage), .. Teams(stage), .. Members(stage), .. Rights(stage)];

    private static Door Open(string operation, string path, string? body, bool looksAtToken = false) => new(operation, path, body, new DoorRule.Open(looksAtToken));

    private static Door SignedIn(string operation, string path, string? body = null) => new(operation, path, body, new DoorRule.SignedIn());

    private static Door Own(string operation, string path, string? body = null) => new(operation, path, body, new DoorRule.Own());

    private static Door OwnOr(string operation, string path, string permission, string? body = null) => new(operation, path, body, new DoorRule.OwnOr(permission));

    private static Door Outside(string operation, string path, string? body, params string[] permissions) => new(operation, path, body, new DoorRule.Outside(permissions));

    private static Door Inside(string operation, string path, string permission, string? body = null) => new(operation, path, body, new DoorRule.Inside(permission));

    private static Door Administered(string operation, string path, string permission, string? body = null) =>
        new(operation, path, body, new DoorRule.Administered(permission));

    private static Door OfOther(string operation, string path) => new(operation, path, null, new DoorRule.RightsOfOther());

    private static IEnumerable<Door> Accounts(DoorStage stage)
    {
        var (person, admin, applicant) = ($"/users/{stage.Person}", $"/users/{stage.Admin}", $"/users/{stage.Applicant}");
        static string New(string type, string more = "") => $$"""{"email":"new@example.org","name":"New","type":"{{type}}"{{more}}}""";
        const string Change = """{"newEmail":"other@example.org"}""";
        return
        [
            Open("registerUser", "/users", New("standard"), looksAtToken: true),
            Outside("registerUser", "/users", New("standard", ",\"activate\":true"), "users.manage"),
            Outside("registerUser", "/users", New("admin"), "users.create_admin"),
            Outside("registerUser", "/users", New("system"), "system.configuration"),
            Outside("listUsers", "/users", null, "users.view"),
            OwnOr("getUser", person, "users.view"),
            OwnOr("updateUser", person, "users.edit", """{"name":"Renamed"}"""),
            Outside("activateUser", person + "/activate", null, "users.activate"),
            Outside("activateUser", applicant + "/activate", null, "users.create_admin"),
            OwnOr("deactivateUser", person + "/deactivate", "users.manage", Reason),
            Outside("suspendUser", person + "/suspend", Reason, "users.manage"),
            Outside("unsuspendUser", person + "/unsuspend", """{"note":"n"}""", "users.manage"),
            OwnOr("archiveUser", person + "/archive", "users.manage", Reason),
            Outside("archiveUser", admin + "/archive", Reason, "users.create_admin"),
            Own("setActiveTeam", person + "/active-team", $$"""{"teamId":"{{stage.Team}}"}"""),
            OwnOr("changeEmail", person + "/email", "users.edit", Change),
            Outside("changeEmail", admin + "/email", Change, "users.create_admin"),
            Open("verifyEmail", person + "/email/verify", """{"token":"unknown"}"""),
            OwnOr("resendVerification", person + "/email/resend", "users.activate"),
            OwnOr("listUserEvents", person + "/events", "audit.view"),
            OwnOr("getUserTimeline", person + "/timeline", "users.view"),
            OwnOr("getUserStateHistory", person + "/state-history", "audit.view"),
            OwnOr("listTeamsOfUser", person + "/teams", "users.view"),
            SignedIn("bulkUsers", "/users/bulk", $$"""{"action":"suspend","ids":["{{stage.Person}}"],"reason":"r"}"""),
            Open("logIn", "/sessions", """{"email":"self@example.org"}"""),
            OwnOr("listSessions", "/sessions?user=" + stage.Person, "users.manage"),
            SignedIn("logOut", "/sessions/current"),
            OwnOr("endSession", "/sessions/" + stage.SessionOfPerson, "users.manage"),
            OwnOr("endUserSessions", person + "/sessions", "users.manage"),
            SignedIn("getMe", "/me"),
        ];
    }

    private static IEnumerable<Door> Operation(DoorStage stage)
    {
        string[] see = ["audit.view", "system.configuration"];
        const string Operate = "system.configuration";
        return
        [
            Outside("listEvents", "/events", null, see),
            Outside("listAudit", "/audit", null, "audit.view"),
            Outside("listSecurityEvents", "/security-events", null, "audit.view"),
            Outside("resolveSecurityEvent", "/security-events/domain-1/resolve", """{"note":"n"}""", Operate),
            Outside("getUserEngagement", $"/analytics/users/{stage.Person}/daily", null, "reports.advanced"),
            Outside("listSettings", "/settings", null, Operate),
            Outside("setSetting", "/settings/hierarchy_depth_warning", """{"value":"7"}""", Operate),
            Outside("getDailyMetric", "/analytics/daily?metric=users.registrations.total", null, "reports.advanced"),
            Outside("listProjections", "/projections", null, see),
            Outside("rebuildProjection", "/projections/none/rebuild", null, Operate),
            Outside("listParkedStreams", "/projections/none/parked", null, see),
            Outside("retryParkedStream", "/projections/none/parked/User-1/retry", null, Operate),
            Outside("skipParkedStream", "/projections/none/parked/User-1/skip", Reason, Operate),
            Outside("getOperation", "/operations/none", null, see),
            Outside("listSchedules", "/schedules", null, see),
            Outside("runSchedule", "/schedules/none/run", null, Operate),
            Outside("listOutbox", "/outbox", null, see),
            Outside("retryOutboxItem", "/outbox/1/retry", null, Operate),
            Outside("skipOutboxItem", "/outbox/1/skip", Reason, Operate),
            Outside("listReactors", "/reactors", null, see),
            Outside("listFailedReactions", "/reactors/failed", null, see),
            Outside("retryFailedReaction", "/reactors/none/failed/1/retry", null, Operate),
            Outside("listProcesses", "/processes", null, see),
            Outside("resumeProcess", "/processes/none/resume", null, Operate),
            Outside("listWebhooks", "/webhooks", null, see),
            Outside("replayWebhook", "/webhooks/none/replay", """{"from":1}""", Operate),
        ];
    }

    private static IEnumerable<Door> Teams(DoorStage stage)
    {
        var team = "/teams/" + stage.Team;
        return
        [
            Outside("createTeam", "/teams", """{"name":"New","type":"organization"}""", "teams.create"),
            Outside("createTeam", "/teams", $$"""{"name":"New","type":"project","parentId":"{{stage.Team}}"}""", "teams.create"),
            SignedIn("listTeams", "/teams"),
            Inside("getTeam", team, "team.view"),
            Inside("getTeamStateHistory", team + "/state-history", "team.view"),
            Administered("updateTeam", team, "team.settings.manage", """{"description":"d"}"""),
            Administered("setTeamSetting", team + "/settings/visibility", "team.settings.manage", """{"value":"private"}"""),
            Inside("setTeamSetting", team + "/settings/allow_self_registration", "team.registration.manage", """{"value":"true"}"""),
            Inside("setTeamSetting", team + "/settings/default_role", "team.registration.manage", """{"value":"observer"}"""),
            Administered("clearTeamSetting", team + "/settings/visibility", "team.settings.manage"),
            Inside("clearTeamSetting", team + "/settings/approval_required", "team.registration.manage"),
            Outside("moveTeam", team + "/move", $$"""{"newParentId":"{{stage.Sibling}}"}""", "teams.manage"),
            Administered("activateTeam", team + "/activate", "team.archive"),
            Administered("deactivateTeam", team + "/deactivate", "team.archive", Reason),
            Outside("suspendTeam", team + "/suspend", Reason, "teams.manage"),
            Outside("unsuspendTeam", team + "/unsuspend", """{"note":"n"}""", "teams.manage"),
            Administered("archiveTeam", team + "/archive", "team.archive", """{"reason":"r","children":"cascade"}"""),
            Administered("cancelTeam", team + "/cancel", "team.archive"),
            Outside("purgeTeam", team + "/purge", null, "system.configuration"),
            Administered("startTeamMaintenance", team + "/start-maintenance", "team.registration.manage"),
            Administered("endTeamMaintenance", team + "/end-maintenance", "team.registration.manage"),
            Administered("closeTeamMembership", team + "/close-membership", "team.registration.manage"),
            Administered("openTeamMembership", team + "/open-membership", "team.registration.manage"),
            new("getTeamActivity", $"/analytics/teams/{stage.Team}/daily", null, new DoorRule.OutsideAndInside("reports.advanced", "team.view")),
            Inside("listAncestors", team + "/ancestors", "team.view"),
            Inside("listDescendants", team + "/descendants", "team.view"),
            Inside("listChildren", team + "/children", "team.view"),
            Inside("getTeamPath", team + "/path", "team.view"),
            Inside("getTeamTree", team + "/tree", "team.view"),
            Inside("getTeamStateHistory", team + "/state-history", "team.view"),
            Outside("getHierarchyStatistics", "/hierarchy/statistics", null, "teams.manage"),
        ];
    }

    private static IEnumerable<Door> Members(DoorStage stage)
    {
        var (team, member, request) = ("/teams/" + stage.Team, $"/teams/{stage.Team}/members/{stage.Person}", $"/teams/{stage.Team}/requests/{stage.Person}");
        var invitation = $"/teams/{stage.Team}/invitations/{stage.Person}";
        const string Manage = "team.members.manage";
        var bulk = $$"""{"items":[{"teamId":"{{stage.Team}}","userId":"{{stage.Person}}","role":"member"}]}""";
        return
        [
            Inside("listMembers", team + "/members", "team.view"),
            Inside("getMember", member, "team.view"),
            Administered("addMember", team + "/members", Manage, $$"""{"userId":"{{stage.Person}}","role":"observer"}"""),
            SignedIn("bulkMembers", "/teams/members/bulk", bulk),
            Administered("changeMemberRole", member, Manage, """{"role":"leader"}"""),
            Administered("removeMember", member, Manage, Reason),
            Administered("suspendMember", member + "/suspend", Manage, Reason),
            Administered("reactivateMember", member + "/reactivate", Manage),
            new("leaveTeam", team + "/leave", null, new DoorRule.OfMembers(FormerToo: true)),
            new("requestMembership", team + "/requests", null, new DoorRule.OfMembers(FormerToo: false)),
            Administered("approveMembershipRequest", request + "/approve", Manage),
            Administered("rejectMembershipRequest", request + "/reject", Manage, Reason),
            Own("withdrawMembershipRequest", request),
            Administered("deactivateMember", member + "/deactivate", Manage, Reason),
            new("getMembershipHistory", member + "/history", null, new DoorRule.InsideOrOwn(Manage)),
            Administered("inviteMember", team + "/invitations", "team.members.invite", $$"""{"userId":"{{stage.Person}}","role":"observer"}"""),
            Own("acceptInvitation", invitation + "/accept"),
            Own("declineInvitation", invitation + "/decline"),
            Administered("revokeInvitation", invitation, "team.members.invite"),
        ];
    }

    private static IEnumerable<Door> Rights(DoorStage stage)
    {
        var (team, person) = (stage.Team, $"/users/{stage.Person}");
        var (grant, role) = ($"{person}/permissions/team.participate?team={team}", $"{person}/roles/known?team={team}");
        var question = $"?user={stage.Person}&permission=team.view&team={team}";
        var gifts = $$"""{"action":"give","items":[{"user":"{{stage.Person}}","team":"{{team}}","role":"known"}]}""";
        static string Of(string path, string step) => path.Replace("?", step + "?", StringComparison.Ordinal);
        const string Assign = "team.roles.assign", Settings = "team.settings.manage";
        var bulk = $$"""{"checks":[{"user":"{{stage.Person}}","permission":"team.view","team":"{{team}}"}]}""";
        return
        [
            Inside("grantPermission", grant, Assign, Reason),
            Outside("grantPermission", person + "/permissions/users.view", Reason, "permissions.assign"),
            Inside("revokePermission", grant, Assign, Reason),
            Outside("revokePermission", person + "/permissions/users.view", Reason, "permissions.assign"),
            Own("requestPermission", Of(grant, "/request"), """{"justification":"to help"}"""),
            Inside("approvePermissionRequest", Of(grant, "/approve"), Assign),
            Inside("denyPermissionRequest", Of(grant, "/deny"), Assign, Reason),
            Inside("suspendPermission", Of(grant, "/suspend"), Assign, Reason),
            Inside("unsuspendPermission", Of(grant, "/unsuspend"), Assign, Reason),
            Inside("changePermissionLevel", grant, Assign, """{"level":"full_access"}"""),
            OwnOr("getPermissionHistory", person + "/permissions/history", "audit.view"),
            Inside("approveRole", Of(role, "/approve"), Assign),
            Inside("rejectRole", Of(role, "/reject"), Assign, Reason),
            Inside("deactivateRole", Of(role, "/deactivate"), Assign, Reason),
            Inside("reactivateRole", Of(role, "/reactivate"), Assign),
            Inside("suspendRole", Of(role, "/suspend"), Assign, Reason),
            Inside("unsuspendRole", Of(role, "/unsuspend"), Assign, Reason),
            SignedIn("bulkRights", "/permissions/bulk", gifts),
            Inside("assignRole", role, Assign, "{}"),
            Inside("withdrawRole", role, Assign, Reason),
            Inside("defineRole", "/roles", Settings, $$"""{"name":"fresh","team":"{{team}}","permissions":["team.view"]}"""),
            Outside("defineRole", "/roles", """{"name":"fresh","permissions":["users.view"]}""", "permissions.assign"),
            Inside("listRoles", "/roles?team=" + team, "team.view"),
            SignedIn("listRoles", "/roles"),
            Inside("getRole", $"/roles/{team}.known", "team.view"),
            Inside("changeRole", $"/roles/{team}.known", Settings, """{"description":"d"}"""),
            Inside("retireRole", $"/roles/{team}.known", Settings),
            SignedIn("listPermissions", "/permissions"),
            OfOther("checkPermission", "/permissions/check" + question),
            OfOther("explainPermission", "/permissions/explain" + question),
            SignedIn("checkPermissions", "/permissions/check/bulk", bulk),
            OfOther("getUserPermissions", $"{person}/permissions?team={team}"),
            OwnOr("getUserPermissions", $"{person}/permissions", "permissions.assign"),
            Inside("getPermissionMatrix", "/permissions/matrix?team=" + team, Assign),
            Outside("getIsolationReport", "/reports/isolation", null, "teams.manage"),
        ];
    }
}
