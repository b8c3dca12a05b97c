using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Bad input about teams and rights: each kind has a stable code of its own and stores nothing.</summary>
public sealed class TeamBadInputTests
{
    private sealed record Bad(string What, ApiClient By, string Method, string Path, string? Body, int Status, string Code);

    /// <summary>The organisation of these tests: Org > Top > Below > Project > Squad, and Café beside Top.</summary>
    private sealed class Firm
    {
        public required RunningServer Server { get; init; }

        public required ApiClient Admin { get; init; }

        public required string AdminId { get; init; }

        public string Org { get; set; } = "";

        public string Other { get; set; } = "";

        public string Top { get; set; } = "";

        public string Below { get; set; } = "";

        public string Project { get; set; } = "";

        public string Squad { get; set; } = "";

        public string Cafe { get; set; } = "";
    }

    [Fact]
    public async Task The_tree_refuses_what_would_make_it_no_tree()
    {
        await using var server = await RunningServer.Start();
        var firm = await Build(server);
        string previous = firm.Org, deep = "";
        for (var level = 2; level <= 8; level++)
        {
            previous = await firm.Admin.NewTeam($"Level {level}", "department", previous);
            deep = level == 6 ? previous : deep;
        }

        Bad Move(string what, string team, string parent, int status, string code) =>
            new(what, firm.Admin, "POST", $"/teams/{team}/move", $$"""{"newParentId":"{{parent}}"}""", status, code);
        Bad Create(string what, string type, string? parent, int status, string code) =>
            new(what, firm.Admin, "POST", "/teams", parent is null ? $$"""{"name":"New","type":"{{type}}"}""" : $$"""{"name":"New","type":"{{type}}","parentId":"{{parent}}"}""", status, code);
        Bad Archive(string what, string body, int status, string code) => new(what, firm.Admin, "POST", $"/teams/{firm.Top}/archive", body, status, code);

        await Refuse(server,
            Move("below its child", firm.Top, firm.Below, 409, "hierarchy-cycle"),
            Move("below a descendant of another type", firm.Top, firm.Squad, 409, "hierarchy-cycle"),
            Move("below itself", firm.Top, firm.Top, 409, "hierarchy-cycle"),
            Move("an organisation below its own", firm.Org, firm.Top, 409, "hierarchy-cycle"),
            Move("into another organisation", firm.Below, firm.Other, 409, "cross-organization-move"),
            Move("a department below a project", firm.Cafe, firm.Project, 409, "parent-type-not-allowed"),
            Move("a branch that would be too deep", firm.Top, deep, 409, "hierarchy-too-deep"),
            Move("below nobody", firm.Top, "01ARZ3NDEKTSV4RRFFQ69G5FAV", 422, "parent-not-found"),
            Create("an organisation below another", "organization", firm.Org, 409, "parent-type-not-allowed"),
            Create("a department below a project", "department", firm.Project, 409, "parent-type-not-allowed"),
            Create("a project below a squad", "project", firm.Squad, 409, "parent-type-not-allowed"),
            Create("a squad below a department", "squad", firm.Top, 409, "parent-type-not-allowed"),
            Create("a squad alone", "squad", null, 409, "parent-type-not-allowed"),
            Create("a ninth level", "department", previous, 409, "hierarchy-too-deep"),
            Create("a type there is not", "committee", firm.Org, 422, "validation-failed"),
            Archive("children without a policy", """{"reason":"over"}""", 409, "child-policy-required"),
            Archive("children given to nobody", """{"reason":"over","children":"reassign"}""", 422, "validation-failed"),
            Archive("a policy there is not", """{"reason":"over","children":"orphan"}""", 422, "validation-failed"),
            Archive("children given to itself", $$"""{"reason":"over","children":"reassign","reassignTo":"{{firm.Top}}"}""", 409, "reassign-target-below"),
            Archive("children given to one of them", $$"""{"reason":"over","children":"reassign","reassignTo":"{{firm.Below}}"}""", 409, "reassign-target-below"),
            Archive("children given to one further down", $$"""{"reason":"over","children":"reassign","reassignTo":"{{firm.Project}}"}""", 409, "reassign-target-below"),
            Archive("children given to a team there is not", """{"reason":"over","children":"reassign","reassignTo":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}""", 422, "parent-not-found"),
            Archive("children given away", $$"""{"reason":"over","children":"reassign","reassignTo":"{{firm.Other}}"}""", 409, "cross-organization-move"));
    }

    [Fact]
    public async Task Two_moves_that_together_close_a_cycle_fail_in_either_order_and_at_once()
    {
        await using var server = await RunningServer.Start();
        var (_, admin) = await server.NewCaller("admin", "admin");
        var org = await admin.NewTeam("Racing", "organization");
        for (var round = 0; round < 6; round++)
        {
            var (left, right) = (await admin.NewTeam($"Left {round}", "department", org), await admin.NewTeam($"Right {round}", "department", org));
            // A branch between them, so that the cycle spans more than the two that move.
            var middle = await admin.NewTeam($"Middle {round}", "department", left);
            Task<Reply> First() => admin.Post($"/teams/{left}/move", $$"""{"newParentId":"{{right}}"}""");
            Task<Reply> Second() => admin.Post($"/teams/{right}/move", $$"""{"newParentId":"{{middle}}"}""");
            var replies = (round % 3) switch
            {
                0 => [await First(), await Second()],
                1 => [await Second(), await First()],
                _ => await Task.WhenAll(First(), Second()),
            };
            Assert.Equal([200, 409], replies.Select(reply => reply.Code).Order());
            replies.Single(reply => reply.Code == 409).IsProblem(409, "hierarchy-cycle");
        }

        Assert.Equal(19, (await admin.Get($"/teams/{org}/descendants")).Is(200).Json.GetProperty("items").GetArrayLength() + 1);
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_or_unicode_form_are_the_same_name()
    {
        await using var server = await RunningServer.Start();
        var firm = await Build(server);
        (await firm.Admin.Post("/roles", $$"""{"name":"curator","team":"{{firm.Top}}","permissions":["team.view"]}""")).Is(201);
        Bad Named(string name) => new(name, firm.Admin, "POST", "/teams", $$"""{"name":"{{name}}","type":"department","parentId":"{{firm.Org}}"}""", 409, "team-name-taken");
        Bad Renamed(string name) => new(name, firm.Admin, "PATCH", $"/teams/{firm.Top}", $$"""{"name":"{{name}}"}""", 409, "team-name-taken");
        Bad Role(string name) => new(name, firm.Admin, "POST", "/roles", $$"""{"name":"{{name}}","team":"{{firm.Top}}","permissions":["team.archive"]}""", 409, "role-name-taken");

        await Refuse(server,
            Named("Café"), Named("CAFÉ"), Named("Cafe\\u0301"), Named("CAFE\\u0301"), Named(" Café "), Named("Ca\\u200bf\\u00ADé"), Named("\\uFF23\\uFF21\\uFF26é"), Named("Caf\\uFF25\\uFE0F\\u0301"),
            Renamed("café"), Renamed("Cafe\\u0301"), Renamed("Caf\\u2060é"),
            Role("Curator"), Role("CURATOR"));

        // Slugs are made, not chosen: equal names elsewhere get another one.
        var slugs = new List<string>();
        foreach (var name in new[] { "Ünion", "ünion", "U\\u0308nion", "UNION", "UN\\u200DION", "\\uFF35nion" })
        {
            slugs.Add((await firm.Admin.Post("/teams", $$"""{"name":"{{name}}","type":"organization"}""")).Is(201)["slug"]);
        }

        Assert.Equal(slugs.Count, slugs.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task Memberships_refuse_what_breaks_their_rules()
    {
        await using var server = await RunningServer.Start();
        var firm = await Build(server);
        var (memberId, _) = await server.NewCaller("member");
        var (leaderId, leader) = await server.NewCaller("leader");
        var (adminId, teamAdmin) = await server.NewCaller("team-admin");
        var (deputyId, _) = await server.NewCaller("deputy");
        foreach (var (id, role) in new[] { (memberId, "member"), (leaderId, "leader"), (adminId, "admin"), (deputyId, "deputy") })
        {
            await firm.Admin.Join(firm.Top, id, role);
        }

        var root = (await server.Root.Get("/me")).Is(200)["id"];
        var members = $"/teams/{firm.Top}/members";
        var boss = $"{members}/{firm.AdminId}";
        Bad Add(string what, ApiClient by, string user, string role, int status, string code) => new(what, by, "POST", members, $$"""{"userId":"{{user}}","role":"{{role}}"}""", status, code);
        Bad Change(string what, ApiClient by, string user, string role, int status, string code) => new(what, by, "PATCH", $"{members}/{user}", $$"""{"role":"{{role}}"}""", status, code);
        await Refuse(server,
            new("the last executive is removed", firm.Admin, "DELETE", boss, """{"reason":"r"}""", 409, "last-executive"),
            new("by a system user", server.Root, "DELETE", boss, """{"reason":"r"}""", 409, "last-executive"),
            Change("the last executive is demoted", firm.Admin, firm.AdminId, "deputy", 409, "last-executive"),
            Change("to a member", server.Root, firm.AdminId, "member", 409, "last-executive"),
            new("the last executive leaves", firm.Admin, "POST", $"/teams/{firm.Top}/leave", null, 409, "last-executive"),
            new("the last executive is suspended", server.Root, "POST", boss + "/suspend", """{"reason":"r"}""", 409, "last-executive"),
            Add("twice", firm.Admin, memberId, "member", 409, "already-member"),
            Add("twice in another role", firm.Admin, memberId, "deputy", 409, "already-member"),
            Add("a guest", firm.Admin, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "member", 422, "guests-cannot-be-members"),
            Add("a system user", firm.Admin, root, "member", 409, "system-users-cannot-be-members"),
            Add("nobody", firm.Admin, "nobody", "member", 404, "not-found"),
            Add("a role there is not", firm.Admin, memberId, "king", 422, "validation-failed"),
            Change("a role of one's own rank", teamAdmin, leaderId, "admin", 409, "grant-above-rank"),
            Change("a role above", teamAdmin, memberId, "executive", 409, "grant-above-rank"),
            Change("somebody above", teamAdmin, deputyId, "member", 409, "target-above-rank"),
            Change("oneself", teamAdmin, adminId, "deputy", 409, "target-above-rank"),
            Change("two steps at once", firm.Admin, memberId, "admin", 409, "role-step-not-allowed"),
            Change("no right at all", leader, memberId, "observer", 403, "forbidden"));

        // Truly at once: one of two becomes the membership.
        var (late, _) = await server.NewCaller("late");
        var both = await Task.WhenAll(firm.Admin.Post(members, Body(late, "member")), firm.Admin.Post(members, Body(late, "leader")));
        Assert.Equal([201, 409], both.Select(reply => reply.Code).Order());
        both.Single(reply => reply.Code == 409).IsProblem(409, "already-member");
    }

    [Fact]
    public async Task Rights_refuse_what_nobody_may_give()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.Start(time: time);
        var firm = await Build(server);
        var (memberId, member) = await server.NewCaller("member");
        var (adminId, teamAdmin) = await server.NewCaller("team-admin");
        var (deputyId, _) = await server.NewCaller("deputy");
        foreach (var (id, role) in new[] { (memberId, "member"), (adminId, "admin"), (deputyId, "deputy") })
        {
            await firm.Admin.Join(firm.Top, id, role);
        }

        (await firm.Admin.Post("/roles", $$"""{"name":"host","team":"{{firm.Top}}","permissions":["team.archive"]}""")).Is(201);
        var (outsider, _) = await server.NewCaller("outsider");
        Bad Grant(string what, ApiClient by, string user, string permission, string? team, int status, string code, string body = """{"reason":"r"}""") =>
            new(what, by, "PUT", $"/users/{user}/permissions/{permission}{(team is null ? "" : "?team=" + team)}", body, status, code);
        var question = $"user={memberId}&team={firm.Top}";
        await Refuse(server,
            Grant("to oneself", firm.Admin, firm.AdminId, "team.view", firm.Top, 409, "self-grant-not-allowed"),
            Grant("to oneself, outside", firm.Admin, firm.AdminId, "audit.view", null, 409, "self-grant-not-allowed"),
            Grant("what one lacks", teamAdmin, memberId, "team.archive", firm.Top, 409, "permission-not-held"),
            Grant("what one lacks, outside", firm.Admin, memberId, "gdpr.manage", null, 409, "permission-not-held"),
            Grant("above one's rank", teamAdmin, deputyId, "team.view", firm.Top, 409, "grant-above-rank"),
            Grant("to no member", firm.Admin, outsider, "team.view", firm.Top, 409, "subject-not-active"),
            Grant("a permission there is not", firm.Admin, memberId, "team.fly", firm.Top, 422, "unknown-permission"),
            Grant("in another case", firm.Admin, memberId, "Team.View", firm.Top, 422, "unknown-permission"),
            Grant("one of teams, outside", firm.Admin, memberId, "team.view", null, 422, "permission-scope-mismatch"),
            Grant("one of outside, in a team", firm.Admin, memberId, "users.view", firm.Top, 422, "permission-scope-mismatch"),
            Grant("run out already", firm.Admin, memberId, "team.archive", firm.Top, 422, "expiry-not-in-future", """{"expiresAt":"2020-01-01T00:00:00Z","reason":"r"}"""),
            new("a question about none", firm.Admin, "GET", $"/permissions/check?{question}&permission=team.fly", null, 422, "unknown-permission"),
            new("an explanation of none", firm.Admin, "GET", $"/permissions/explain?{question}&permission=team.fly", null, 422, "unknown-permission"),
            new("a role of none", firm.Admin, "POST", "/roles", $$"""{"name":"pilot","team":"{{firm.Top}}","permissions":["team.fly"]}""", 422, "unknown-permission"),
            new("a role filled with none", firm.Admin, "PATCH", $"/roles/{firm.Top}.host", """{"permissions":["team.fly"]}""", 422, "unknown-permission"),
            new("a role of what one lacks", firm.Admin, "POST", "/roles", """{"name":"keeper","permissions":["gdpr.manage"]}""", 409, "permission-not-held"),
            new("a role given by who lacks it", teamAdmin, "PUT", $"/users/{memberId}/roles/host?team={firm.Top}", "{}", 409, "permission-not-held"),
            new("a role to oneself", firm.Admin, "PUT", $"/users/{firm.AdminId}/roles/host?team={firm.Top}", "{}", 409, "self-grant-not-allowed"),
            new("the system's role", server.Root, "PUT", $"/users/{memberId}/roles/system-admin", "{}", 409, "system-role-reserved"),
            new("a role of another team", firm.Admin, "PUT", $"/users/{memberId}/roles/host?team={firm.Below}", "{}", 404, "not-found"));

        // A grant gives nothing from its end on, whether or not a job has closed it.
        var until = time.GetUtcNow().AddHours(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        (await firm.Admin.Put($"/users/{memberId}/permissions/team.settings.manage?team={firm.Top}", $$"""{"expiresAt":"{{until}}","reason":"r"}""")).Is(200);
        (await member.Patch($"/teams/{firm.Top}", """{"description":"while it lasts"}""")).Is(200);
        time.Advance(TimeSpan.FromHours(1));
        await Refuse(server, new Bad("with a grant that has run out", member, "PATCH", $"/teams/{firm.Top}", """{"description":"too late"}""", 403, "forbidden"));
    }

    private static string Body(string user, string role) => $$"""{"userId":"{{user}}","role":"{{role}}"}""";

    private static async Task<Firm> Build(RunningServer server)
    {
        var (id, admin) = await server.NewCaller("admin", "admin");
        var firm = new Firm { Server = server, Admin = admin, AdminId = id };
        firm.Org = await admin.NewTeam("Org", "organization");
        firm.Other = await admin.NewTeam("Other", "organization");
        firm.Top = await admin.NewTeam("Top", "department", firm.Org);
        firm.Below = await admin.NewTeam("Below", "department", firm.Top);
        firm.Project = await admin.NewTeam("Project", "project", firm.Below);
        firm.Squad = await admin.NewTeam("Squad", "squad", firm.Project);
        firm.Cafe = await admin.NewTeam("Café", "department", firm.Org);
        return firm;
    }

    private static async Task Refuse(RunningServer server, params Bad[] all)
    {
        var head = await server.Head();
        var wrong = new List<string>();
        foreach (var bad in all)
        {
            var reply = await bad.By.Send(HttpMethod.Parse(bad.Method), bad.Path, bad.Body, []);
            if (reply.Code != bad.Status || reply.Problem != bad.Code)
            {
                wrong.Add($"{bad.What}: {bad.Status} {bad.Code} expected, {reply.Code} {reply.Text} found");
            }
            else if (await server.Head() is var now && now != head)
            {
                wrong.Add($"{bad.What}: something was stored");
                head = now;
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
