using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Grants, roles, checks and explanations over HTTP: no right flows, now or in the past.</summary>
public sealed class PermissionTests(SharedServer server)
{
    [Fact]
    public async Task A_right_on_one_team_gives_nothing_on_any_other()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var parent = await admin.NewTeam("Parent", "organization");
        var team = await admin.NewTeam("Team", "department", parent);
        var child = await admin.NewTeam("Child", "project", team);
        var sibling = await admin.NewTeam("Sibling", "department", parent);
        await admin.Join(team, userId, "member");
        (await admin.Put($"/users/{userId}/permissions/team.settings.manage?team={team}", """{"reason":"helps out"}""")).Is(200);

        Assert.Equal((true, "grant"), await admin.MayHe(userId, "team.settings.manage", team));
        Assert.Equal((true, "role"), await admin.MayHe(userId, "team.participate", team));
        foreach (var other in new[] { parent, child, sibling })
        {
            Assert.Equal((false, null), await admin.MayHe(userId, "team.settings.manage", other));
            Assert.Equal((false, null), await admin.MayHe(userId, "team.view", other));
            (await user.Get($"/teams/{other}")).IsProblem(404, "not-found");
            (await user.Patch($"/teams/{other}", """{"name":"Taken over"}""")).IsProblem(404, "not-found");
        }

        (await user.Patch($"/teams/{team}", """{"description":"mine to describe"}""")).Is(200);
    }

    [Fact]
    public async Task Grants_are_given_taken_and_remembered()
    {
        var (adminId, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var (_, _, stranger) = await server.NewCaller();
        var team = await admin.NewTeam("Grants", "organization");
        await admin.Join(team, userId, "member");
        var path = $"/users/{userId}/permissions/team.members.invite?team={team}";
        var before = (await admin.Get($"/teams/{team}")).Position;
        var granted = (await admin.Put(path, """{"reason":"recruits"}""")).Is(200);
        Assert.Equal(("active", "team.members.invite", team), (granted["state"], granted["permission"], granted["teamId"]));

        var during = granted.Position;
        Assert.Equal((false, null), await admin.MayHe(userId, "team.members.invite", team, $"&atPosition={before}"));
        (await admin.Get($"/permissions/check?user={userId}&permission=team.view&team={team}&atPosition=0")).IsProblem(404, "not-found");
        Assert.Equal((true, "grant"), await user.MayHe(userId, "team.members.invite", team));

        var explained = (await user.Get($"/permissions/explain?user={userId}&permission=team.members.invite&team={team}")).Is(200).Json;
        var deciding = explained.GetProperty("facts").EnumerateArray().Last();
        Assert.Equal(("grant", "allows"), (deciding.GetProperty("fact").GetString(), deciding.GetProperty("finding").GetString()));
        Assert.Equal((during, adminId), (deciding.GetProperty("event").GetProperty("position").GetInt64(), deciding.GetProperty("event").GetProperty("actorId").GetString()));
        Assert.Empty(explained.GetProperty("missing").EnumerateArray());

        var held = (await user.Get($"/users/{userId}/permissions?team={team}")).Is(200).Json.GetProperty("permissions").EnumerateArray().ToList();
        Assert.Contains(held, one => one.GetProperty("permission").GetString() == "team.members.invite" && one.GetProperty("sources")[0].GetProperty("kind").GetString() == "grant");

        (await admin.Send(HttpMethod.Delete, path, "{}", [])).IsProblem(422, "validation-failed");
        var loss = (await admin.Send(HttpMethod.Delete, path.Replace("?", "?dryRun=true&", StringComparison.Ordinal), """{"reason":"over"}""", [])).Is(200).Json.GetProperty("result").GetProperty("loss");
        Assert.Equal(["team.members.invite"], loss.GetProperty("lost").Texts());
        Assert.Equal((true, "grant"), await user.MayHe(userId, "team.members.invite", team));
        (await admin.Send(HttpMethod.Delete, path, """{"reason":"over"}""", [])).Is(204);
        Assert.Equal((false, null), await user.MayHe(userId, "team.members.invite", team));
        Assert.Equal((true, "grant"), await user.MayHe(userId, "team.members.invite", team, $"&atPosition={during}"));

        var denied = (await user.Get($"/permissions/explain?user={userId}&permission=team.members.invite&team={team}")).Is(200).Json;
        var missing = Assert.Single(denied.GetProperty("missing").EnumerateArray());
        Assert.Equal(("grant-permission", team), (missing.GetProperty("step").GetString(), missing.GetProperty("teamId").GetString()));
        (await stranger.Get($"/permissions/check?user={userId}&permission=team.view&team={team}")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Bad_grants_are_refused_each_by_its_code_and_store_nothing()
    {
        await using var own = await RunningServer.Start();
        var (adminId, admin) = await own.NewCaller("admin", "admin");
        var (userId, user) = await own.NewCaller("user");
        var team = await admin.NewTeam("Refusals", "organization");
        await admin.Join(team, userId, "admin");
        var (otherId, _) = await own.NewCaller("other");
        await admin.Join(team, otherId, "member");
        var head = await own.Head();

        (await admin.Put($"/users/{userId}/permissions/team.fly?team={team}", """{"reason":"r"}""")).IsProblem(422, "unknown-permission");
        (await admin.Get($"/permissions/check?user={userId}&permission=team.fly&team={team}")).IsProblem(422, "unknown-permission");
        (await admin.Put($"/users/{userId}/permissions/users.view?team={team}", """{"reason":"r"}""")).IsProblem(422, "permission-scope-mismatch");
        (await admin.Put($"/users/{userId}/permissions/team.view", """{"reason":"r"}""")).IsProblem(422, "permission-scope-mismatch");
        foreach (var wrong in new[] { $"permission=users.view&team={team}", "permission=team.view" })
        {
            (await admin.Get($"/permissions/check?user={userId}&{wrong}")).IsProblem(422, "permission-scope-mismatch");
            (await admin.Get($"/permissions/explain?user={userId}&{wrong}")).IsProblem(422, "permission-scope-mismatch");
        }

        Assert.Equal(["reason"], (await admin.Put($"/users/{userId}/permissions/team.archive?team={team}", "{}")).IsProblem(422, "validation-failed").ErrorFields);
        (await admin.Put($"/users/{adminId}/permissions/team.view?team={team}", """{"reason":"r"}""")).IsProblem(409, "self-grant-not-allowed");
        (await admin.Put($"/users/{userId}/permissions/gdpr.manage", """{"reason":"r"}""")).IsProblem(409, "permission-not-held");
        (await user.Put($"/users/{otherId}/permissions/team.archive?team={team}", """{"reason":"r"}""")).IsProblem(409, "permission-not-held");
        (await user.Patch($"/teams/{team}/members/{adminId}", """{"role":"observer"}""")).IsProblem(409, "target-above-rank");
        (await admin.Put($"/users/{userId}/permissions/team.archive?team={team}", """{"expiresAt":"2020-01-01T00:00:00Z","reason":"r"}""")).IsProblem(422, "expiry-not-in-future");
        (await user.Put($"/users/{userId}/permissions/users.view", """{"reason":"r"}""")).IsProblem(403, "forbidden");
        (await admin.Put($"/users/{userId}/roles/nonsense?team={team}", "{}")).IsProblem(404, "not-found");
        Assert.Equal(head, await own.Head());
    }

    [Fact]
    public async Task Roles_bundle_permissions_until_they_retire()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var team = await admin.NewTeam("Roles", "organization");
        await admin.Join(team, userId, "member");
        var role = (await admin.Post("/roles", $$"""{"name":"curator","team":"{{team}}","permissions":["team.settings.manage"]}""")).Is(201);
        Assert.Equal("/api/v1/roles/" + role["id"], role.Header("Location"));
        (await admin.Post("/roles", $$"""{"name":"Curator","team":"{{team}}","permissions":["team.archive"]}""")).IsProblem(409, "role-name-taken");
        (await admin.Post("/roles", $$"""{"name":"x","team":"{{team}}","permissions":["team.fly"]}""")).IsProblem(422, "unknown-permission");
        Assert.Equal("active", (await admin.Put($"/users/{userId}/roles/curator?team={team}", "{}")).Is(200)["state"]);
        Assert.Equal((true, "role"), await user.MayHe(userId, "team.settings.manage", team));
        (await admin.Patch($"/roles/{role["id"]}", """{"permissions":["team.archive"]}""")).Is(200);
        Assert.Equal((false, null), await user.MayHe(userId, "team.settings.manage", team));
        Assert.Equal((true, "role"), await user.MayHe(userId, "team.archive", team));
        Assert.Equal("team.archive", (await user.Get($"/roles/{role["id"]}")).Is(200).Json.GetProperty("permissions")[0].GetString());
        (await admin.Delete($"/users/{userId}/roles/curator?team={team}&dryRun=true&reason=over")).Is(200);
        (await admin.Delete($"/users/{userId}/roles/curator?team={team}&reason=over")).Is(204);
        Assert.Equal((false, null), await user.MayHe(userId, "team.archive", team));
        (await admin.Delete($"/roles/{role["id"]}")).Is(204);
        (await admin.Put($"/users/{userId}/roles/curator?team={team}", "{}")).IsProblem(409, "role-retired");
    }

    [Fact]
    public async Task Every_permission_is_listed_and_many_checks_are_answered_at_once()
    {
        var (adminId, _, admin) = await server.NewCaller("admin");
        var all = (await admin.Get("/permissions")).Is(200).Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToList();
        Assert.Contains("team.view", all);
        Assert.Contains("gdpr.manage", all);
        var reply = (await admin.Post("/permissions/check/bulk", $$"""{"checks":[{"user":"{{adminId}}","permission":"users.view"},{"user":"{{adminId}}","permission":"gdpr.manage"},{"user":"x","permission":"users.view"},{"user":"{{adminId}}","permission":"team.view"}]}""")).Is(200);
        var results = reply.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.True(results[0].GetProperty("allowed").GetBoolean());
        Assert.False(results[1].GetProperty("allowed").GetBoolean());
        Assert.Equal("not-found", results[2].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal("permission-scope-mismatch", results[3].GetProperty("problem").GetProperty("code").GetString());
        (await server.Root.Get($"/permissions/check?user={adminId}&permission=gdpr.manage")).Is(200);
        var (_, _, stranger) = await server.NewCaller();
        var refused = (await stranger.Post("/permissions/check/bulk", $$"""{"checks":[{"user":"{{adminId}}","permission":"users.view"}]}""")).Is(200).Json.GetProperty("results")[0].GetProperty("problem");
        Assert.Equal(("forbidden", "permissions.assign"), (refused.GetProperty("code").GetString(), refused.GetProperty("permission").GetString()));
    }

    [Fact]
    public async Task An_explanation_tells_the_facts_in_the_order_they_are_looked_at_and_those_that_gave_nothing()
    {
        var (adminId, _, admin) = await server.NewCaller("admin");
        var (userId, _, _) = await server.NewCaller();
        var team = await admin.NewTeam("Reasons", "organization");
        await admin.Join(team, userId, "member");
        Assert.Equal(
            ["account-state passes", "system-user passes", "membership passes", "team-state passes", "grant passes", "role passes", "team-role passes"],
            await Facts(userId, "team.archive", team));
        (await admin.Post("/roles", $$"""{"name":"closer","team":"{{team}}","permissions":["team.archive"]}""")).Is(201);
        (await admin.Put($"/users/{userId}/roles/closer?team={team}", "{}")).Is(200);
        Assert.Equal(
            ["account-state passes", "system-user passes", "membership passes", "team-state passes", "grant passes", "role allows"],
            await Facts(userId, "team.archive", team));
        Assert.Equal(
            ["account-state passes", "system-user passes", "grant passes", "role passes", "type-defaults allows"], await Facts(adminId, "users.view", null));
        Assert.Equal(
            ["account-state passes", "system-user passes", "grant passes", "role passes", "type-defaults passes"], await Facts(userId, "users.view", null));
        var roles = (await admin.Get($"/roles?team={team}&limit=1")).Is(200).Json;
        Assert.Equal(1, roles.GetProperty("total").GetInt64());

        async Task<string[]> Facts(string user, string permission, string? place) =>
            [.. (await admin.Get($"/permissions/explain?user={user}&permission={permission}{(place is null ? "" : "&team=" + place)}"))
                .Is(200).Json.GetProperty("facts").EnumerateArray().Select(fact => $"{fact.GetProperty("fact").GetString()} {fact.GetProperty("finding").GetString()}")];
    }

    [Fact]
    public async Task The_matrix_and_the_isolation_report_show_who_holds_what_where()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var team = await admin.NewTeam("Matrix", "organization");
        await admin.Join(team, userId, "observer");
        (await admin.Put($"/users/{userId}/permissions/team.participate?team={team}", """{"reason":"takes part"}""")).Is(200);
        (await admin.Post("/roles", $$"""{"name":"reader","team":"{{team}}","permissions":["team.view"]}""")).Is(201);
        Assert.Equal("reader", (await user.Get($"/roles?team={team}")).Is(200).Json.GetProperty("items")[0].GetProperty("name").GetString());
        var rows = (await admin.Get($"/permissions/matrix?team={team}")).Is(200).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["team.participate", "team.view"], rows.Single(row => row.GetProperty("userId").GetString() == userId).GetProperty("permissions").Texts());
        (await user.Get($"/permissions/matrix?team={team}")).IsProblem(403, "forbidden");
        (await admin.Get("/permissions/matrix")).IsProblem(422, "validation-failed");
        Assert.Empty((await admin.Get("/reports/isolation")).Is(200).Json.GetProperty("violations").EnumerateArray());
        (await user.Get("/reports/isolation")).IsProblem(403, "forbidden");
    }
}
