using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Teams, their places and their members, over HTTP.</summary>
public sealed class TeamTests(SharedServer server)
{
    private static readonly string[] Levels = ["organization", "department", "department", "project", "project", "squad", "squad", "squad"];

    [Fact]
    public async Task An_organisation_eight_levels_deep_and_no_deeper()
    {
        var (adminId, _, admin) = await server.NewCaller("admin");
        var ids = new List<string>();
        foreach (var (level, type) in Levels.Index())
        {
            ids.Add(await admin.NewTeam($"Level {level}", type, ids.LastOrDefault()));
        }

        var deepest = (await admin.Get($"/teams/{ids[^1]}")).Is(200);
        Assert.Equal(8, deepest.Json.GetProperty("level").GetInt32());
        Assert.Equal(ids[0], deepest["organizationId"]);
        Assert.Equal([adminId], deepest.Json.GetProperty("executives").Texts());
        Assert.Equal(1, deepest.Json.GetProperty("memberCount").GetInt32());
        Assert.Equal($"\"{deepest["version"]}\"", deepest.Header("ETag"));
        (await admin.Get($"/teams/{ids[^1]}", ("If-None-Match", deepest.Header("ETag")!))).Is(304);

        var tooDeep = (await admin.Post("/teams", $$"""{"name":"Nine","type":"squad","parentId":"{{ids[^1]}}"}""")).IsProblem(409, "hierarchy-too-deep");
        Assert.Equal((9, 8), (tooDeep.Json.GetProperty("depth").GetInt32(), tooDeep.Json.GetProperty("limit").GetInt32()));
    }

    [Fact]
    public async Task A_branch_moves_and_a_dry_run_shows_it()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var organization = await admin.NewTeam("Moving", "organization");
        var (from, to) = (await admin.NewTeam("From", "department", organization), await admin.NewTeam("To", "department", organization));
        var branch = await admin.NewTeam("Branch", "project", from);
        var leaf = await admin.NewTeam("Leaf", "squad", branch);
        var body = $$"""{"newParentId":"{{to}}","note":"reorganised"}""";

        var plan = (await admin.Post($"/teams/{branch}/move?dryRun=true", body)).Is(200).Json.GetProperty("result");
        Assert.Equal([branch, leaf], plan.GetProperty("moved").Texts());
        Assert.Equal(from, (await admin.Get($"/teams/{branch}")).Is(200)["parentId"]);

        var before = (await admin.Get($"/teams/{branch}")).Position;
        var moved = (await admin.Post($"/teams/{branch}/move", body, ("Idempotency-Key", "move-" + branch))).Is(200);
        Assert.Equal([branch, leaf], moved.Json.GetProperty("moved").Texts());
        Assert.Equal(to, moved.Json.GetProperty("team").GetProperty("parentId").GetString());
        var again = (await admin.Post($"/teams/{branch}/move", body, ("Idempotency-Key", "move-" + branch))).Is(200);
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        Assert.Equal(moved.Text, again.Text);

        Assert.Equal(to, (await admin.Get($"/teams/{branch}")).Is(200)["parentId"]);
        Assert.Equal(from, (await admin.Get($"/teams/{branch}?atPosition={before}")).Is(200)["parentId"]);
    }

    [Fact]
    public async Task Moves_that_break_the_tree_are_refused_and_store_nothing()
    {
        await using var own = await RunningServer.Start();
        var (_, admin) = await own.NewCaller("admin", "admin");
        var one = await admin.NewTeam("One", "organization");
        var other = await admin.NewTeam("Other", "organization");
        var top = await admin.NewTeam("Top", "department", one);
        var below = await admin.NewTeam("Below", "department", top);
        var project = await admin.NewTeam("Project", "project", below);
        var elsewhere = await admin.NewTeam("Elsewhere", "department", other);
        var head = await own.Head();

        await Refused(top, below, 409, "hierarchy-cycle");
        await Refused(top, top, 409, "hierarchy-cycle");
        await Refused(top, project, 409, "hierarchy-cycle");
        await Refused(below, elsewhere, 409, "cross-organization-move");
        (await admin.Post("/teams", $$"""{"name":"Wrong","type":"department","parentId":"{{project}}"}""")).IsProblem(409, "parent-type-not-allowed");
        (await admin.Post("/teams", """{"name":"Alone","type":"squad"}""")).IsProblem(409, "parent-type-not-allowed");
        (await admin.Post("/teams", $$"""{"name":"BELOW","type":"department","parentId":"{{top}}"}""")).IsProblem(409, "team-name-taken");
        (await admin.Post("/teams", """{"name":"Lost","type":"project","parentId":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}""")).IsProblem(422, "parent-not-found");
        (await admin.Post($"/teams/{top}/archive", """{"reason":"over"}""")).IsProblem(409, "child-policy-required");
        (await admin.Post($"/teams/{top}/archive", """{"children":"cascade"}""")).IsProblem(422, "validation-failed");
        (await admin.Post($"/teams/{top}/move", """{"newParentId":"nonsense"}""")).IsProblem(422, "validation-failed");
        (await admin.Put($"/teams/{top}/settings/max_hierarchy_depth", """{"value":99}""")).Is(422);
        (await admin.Put($"/teams/{top}/settings/nonsense", """{"value":"x"}""")).IsProblem(404, "not-found");
        (await admin.Patch($"/teams/{top}", """{"name":"Top","colour":"red"}""")).IsProblem(422, "validation-failed");
        (await admin.Patch($"/teams/{top}", """{"name":"Top 2"}""", ("If-Match", "\"99\""))).IsProblem(412, "version-mismatch");
        Assert.Equal(head, await own.Head());

        async Task Refused(string team, string parent, int status, string code) =>
            (await admin.Post($"/teams/{team}/move", $$"""{"newParentId":"{{parent}}"}""")).IsProblem(status, code);
    }

    [Fact]
    public async Task Two_moves_at_once_never_close_a_cycle()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var organization = await admin.NewTeam("Racing", "organization");
        for (var round = 0; round < 5; round++)
        {
            var (left, right) = (await admin.NewTeam($"Left {round}", "department", organization), await admin.NewTeam($"Right {round}", "department", organization));
            var moves = await Task.WhenAll(
                admin.Post($"/teams/{left}/move", $$"""{"newParentId":"{{right}}"}"""), admin.Post($"/teams/{right}/move", $$"""{"newParentId":"{{left}}"}"""));
            Assert.Equal([200, 409], moves.Select(move => move.Code).Order());
            Assert.Equal("hierarchy-cycle", moves.Single(move => move.Code == 409).Problem);
        }
    }

    [Fact]
    public async Task A_team_lives_and_ends()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var id = await admin.NewTeam("Alive", "organization");
        (await admin.Patch($"/teams/{id}", """{"name":"Alive and well","description":"Lives.","details":{"phone":"+41441234567"}}""")).Is(200);
        Assert.Equal("private", (await admin.Put($"/teams/{id}/settings/visibility", """{"value":"private"}""")).Is(200).Json.GetProperty("settings").GetProperty("visibility").GetString());
        (await admin.Delete($"/teams/{id}/settings/visibility")).Is(204);
        (await admin.Post($"/teams/{id}/deactivate", """{"reason":"a pause"}""")).Is(200);
        (await admin.Post($"/teams/{id}/activate")).Is(200);
        (await admin.Post($"/teams/{id}/suspend", "{}")).IsProblem(422, "validation-failed");
        Assert.Equal("suspended", (await admin.Post($"/teams/{id}/suspend", """{"reason":"a question"}""")).Is(200)["state"]);
        Assert.Equal("active", (await admin.Post($"/teams/{id}/unsuspend", """{"note":"answered"}""")).Is(200)["state"]);
        Assert.Equal("archived", (await admin.Post($"/teams/{id}/archive", """{"reason":"over"}""")).Is(200)["state"]);
        (await admin.Post($"/teams/{id}/activate")).IsProblem(409, "invalid-transition");

        var draft = (await admin.Post("/teams", """{"name":"Draft","type":"organization","activate":false}""")).Is(201);
        Assert.Equal(("draft", "/api/v1/teams/" + draft["id"]), (draft["state"], draft.Header("Location")));
        Assert.Equal("cancelled", (await admin.Post($"/teams/{draft["id"]}/cancel")).Is(200)["state"]);
    }

    [Fact]
    public async Task Members_come_change_and_go()
    {
        var (adminId, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var (_, _, stranger) = await server.NewCaller();
        var team = await admin.NewTeam("Members", "organization");
        var added = (await admin.Post($"/teams/{team}/members", $$"""{"userId":"{{userId}}","role":"member"}""")).Is(201);
        Assert.Equal($"/api/v1/teams/{team}/members/{userId}", added.Header("Location"));
        (await admin.Post($"/teams/{team}/members", $$"""{"userId":"{{userId}}","role":"leader"}""")).IsProblem(409, "already-member");
        (await admin.Patch($"/teams/{team}/members/{userId}", """{"role":"emperor"}""")).IsProblem(422, "validation-failed");
        (await admin.Patch($"/teams/{team}/members/{userId}", """{"role":"leader"}""")).Is(200);
        var read = (await user.Get($"/teams/{team}/members/{userId}")).Is(200);
        Assert.Equal(["leader", "member"], read.Json.GetProperty("roles").EnumerateArray().Select(role => role.GetProperty("role").GetString()));
        (await stranger.Get($"/teams/{team}")).IsProblem(404, "not-found");
        (await stranger.Get($"/teams/{team}/members/{userId}")).IsProblem(404, "not-found");
        (await server.Nobody.Get($"/teams/{team}")).IsProblem(401, "unauthenticated");

        (await user.Put($"/users/{userId}/active-team", $$"""{"teamId":"{{team}}"}""")).Is(200);
        (await admin.Post($"/teams/{team}/members/{userId}/suspend", """{"reason":"a question"}""")).Is(200);
        (await user.Get($"/teams/{team}")).IsProblem(404, "not-found");
        (await admin.Post($"/teams/{team}/members/{userId}/reactivate")).Is(200);
        Assert.Equal("left", (await user.Post($"/teams/{team}/leave", """{"reason":"enough"}""")).Is(200)["state"]);

        (await admin.Delete($"/teams/{team}/members/{adminId}")).IsProblem(409, "last-executive");
        (await admin.Patch($"/teams/{team}/members/{adminId}", """{"role":"member"}""")).Is(409);
        (await admin.Post($"/teams/{team}/leave")).IsProblem(409, "last-executive");
        (await admin.Delete($"/teams/{team}/members/{(await server.NewCaller()).Id}")).IsProblem(404, "not-a-member");
        (await admin.Post($"/teams/{team}/members", """{"userId":"01ARZ3NDEKTSV4RRFFQ69G5FAV","role":"member"}""")).IsProblem(422, "guests-cannot-be-members");
    }

    [Fact]
    public async Task Requests_are_made_and_decided()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var team = await admin.NewTeam("Requests", "organization");
        (await user.Post($"/teams/{team}/requests")).IsProblem(404, "not-found");
        (await admin.Put($"/teams/{team}/settings/allow_self_registration", """{"value":true}""")).Is(200);
        Assert.Equal("requested", (await user.Post($"/teams/{team}/requests", "{}")).Is(201)["state"]);
        (await user.Delete($"/teams/{team}/requests/{userId}")).Is(204);
        (await user.Post($"/teams/{team}/requests")).Is(201);
        (await admin.Post($"/teams/{team}/requests/{userId}/reject", """{"reason":"not now"}""")).Is(200);
        (await user.Post($"/teams/{team}/requests")).Is(201);
        Assert.Equal("active", (await admin.Post($"/teams/{team}/requests/{userId}/approve", "{}")).Is(200)["state"]);
        (await user.Get($"/teams/{team}")).Is(200);
    }

    [Fact]
    public async Task Many_members_at_once_are_answered_one_by_one()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (first, second) = ((await server.NewCaller()).Id, (await server.NewCaller()).Id);
        var team = await admin.NewTeam("Bulk", "organization");
        var body = $$"""{"items":[{"teamId":"{{team}}","userId":"{{first}}","role":"member"},{"teamId":"{{team}}","userId":"nobody","role":"member"},{"teamId":"{{team}}","userId":"{{second}}","role":"observer"}]}""";
        (await admin.Post("/teams/members/bulk?dryRun=true", body)).Is(200);
        var reply = (await admin.Post("/teams/members/bulk", body, ("Idempotency-Key", "bulk-" + team))).Is(200);
        Assert.Equal([true, false, true], reply.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("ok").GetBoolean()));
        Assert.Equal("true", (await admin.Post("/teams/members/bulk", body, ("Idempotency-Key", "bulk-" + team))).Is(200).Header("Idempotency-Replayed"));
        var third = (await server.NewCaller()).Id;
        var mixed = (await admin.Post("/teams/members/bulk", $$"""{"items":[{"teamId":"{{team}}","userId":"{{first}}","role":"king"},{"teamId":"{{team}}","userId":"{{third}}","role":"member"}]}"""))
            .Is(200).Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal([false, true], mixed.Select(result => result.GetProperty("ok").GetBoolean()));
        Assert.True(mixed[0].GetProperty("problem").GetProperty("errors").TryGetProperty("role", out _));
        Assert.Equal(["items[0].role"], (await admin.Post("/teams/members/bulk", $$"""{"items":[{"teamId":"{{team}}","userId":"{{first}}"}]}""")).IsProblem(422, "validation-failed").ErrorFields);
    }

    [Fact]
    public async Task A_team_that_keeps_its_members_out_is_in_no_list_and_no_tree()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var root = await admin.NewTeam("Wood", "organization");
        var closed = await admin.NewTeam("Glade", "department", root);
        var open = await admin.NewTeam("Hut", "project", closed);
        foreach (var team in new[] { root, closed, open })
        {
            await admin.Join(team, userId, "observer");
        }

        Assert.Equal([closed, open, root], await Ids(user, "/teams?sort=name"));
        (await admin.Post($"/teams/{closed}/suspend", """{"reason":"a question"}""")).Is(200);
        (await user.Get($"/teams/{closed}")).IsProblem(403, "forbidden");
        Assert.Equal([open, root], await Ids(user, "/teams?sort=name"));
        Assert.Equal(2, (await user.Get("/teams")).Is(200).Json.GetProperty("total").GetInt64());
        Assert.Equal(0, (await user.Get("/teams?state=suspended")).Is(200).Json.GetProperty("total").GetInt64());
        Assert.Equal([open], await Ids(user, $"/teams/{root}/descendants"));
        Assert.Empty(await Ids(user, $"/teams/{root}/children"));
        Assert.Equal([root], await Ids(user, $"/teams/{open}/ancestors"));
        Assert.Equal([root, open], await Ids(user, $"/teams/{open}/path"));
        Assert.Equal([root, open], await Ids(user, $"/teams/{open}/path?atPosition={(await user.Get("/teams")).Position}"));
        Assert.Equal(open, Assert.Single((await user.Get($"/teams/{root}/tree")).Is(200).Json.GetProperty("children").EnumerateArray()).GetProperty("id").GetString());
        var past = (await user.Get($"/teams/{root}/tree?atPosition={(await user.Get("/teams")).Position}")).Is(200).Json.GetProperty("children");
        Assert.Equal(open, Assert.Single(past.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal([closed], await Ids(server.Root, $"/teams?state=suspended&parent={root}"));

        (await admin.Post($"/teams/{open}/archive", """{"reason":"over"}""")).Is(200);
        Assert.Empty(await Ids(user, "/teams?state=archived"));
        Assert.Empty(await Ids(user, $"/teams/{root}/descendants"));
        Assert.Equal([open], await Ids(server.Root, $"/teams?state=archived&parent={closed}"));
    }

    [Fact]
    public async Task Who_has_nothing_to_do_with_a_team_does_not_learn_that_it_is_there()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var team = await admin.NewTeam("Unseen", "organization");
        (string Method, string Path, string? Body)[] ways =
        [
            ("POST", "/teams/{0}/requests", null), ("POST", "/teams/{0}/leave", null), ("DELETE", $"/teams/{{0}}/requests/{userId}", null),
            ("POST", $"/teams/{{0}}/invitations/{userId}/accept", null), ("POST", $"/teams/{{0}}/invitations/{userId}/decline", null),
            ("POST", $"/users/{userId}/permissions/team.view/request?team={{0}}", """{"justification":"to look"}"""),
        ];
        foreach (var (method, path, body) in ways)
        {
            foreach (var dry in new[] { "", "dryRun=true" })
            {
                var asked = dry.Length == 0 ? path : path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + dry;
                Assert.Equal(await Told(asked, "01ARZ3NDEKTSV4RRFFQ69G5FAV"), await Told(asked, team));

                async Task<string?> Told(string address, string id) => (await user.Send(
                    HttpMethod.Parse(method), address.Replace("{0}", id, StringComparison.Ordinal), body, [("If-Match", "\"7\"")])).IsProblem(404, "not-found").Json.GetProperty("detail").GetString();
            }
        }

        await admin.Join(team, userId, "member");
        (await user.Post($"/teams/{team}/requests")).IsProblem(409, "already-member");
    }

    [Fact]
    public async Task What_is_wrong_about_a_place_is_named_as_it_was_sent()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        const string Nowhere = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        var root = await admin.NewTeam("Places", "organization");
        var team = await admin.NewTeam("Place", "department", root);
        var child = await admin.NewTeam("Inner place", "project", team);
        Assert.Equal(["newParentId"], (await admin.Post($"/teams/{team}/move", $$"""{"newParentId":"{{Nowhere}}"}""")).IsProblem(422, "parent-not-found").ErrorFields);
        Assert.Equal(["parentId"], (await admin.Post("/teams", $$"""{"name":"New","type":"project","parentId":"{{Nowhere}}"}""")).IsProblem(422, "parent-not-found").ErrorFields);
        Assert.Equal(["reassignTo"], (await GiveTo(Nowhere)).IsProblem(422, "parent-not-found").ErrorFields);
        (await GiveTo(child)).IsProblem(409, "reassign-target-below");
        Assert.Contains("1 team stands below", (await admin.Post($"/teams/{team}/archive", """{"reason":"r"}""")).IsProblem(409, "child-policy-required").Text, StringComparison.Ordinal);
        Assert.Contains(
            "below an organization",
            (await admin.Post("/teams", $$"""{"name":"New","type":"squad","parentId":"{{root}}"}""")).IsProblem(409, "parent-type-not-allowed").Text,
            StringComparison.Ordinal);
        Assert.Equal(["parent"], (await admin.Get("/teams?parent=nope")).IsProblem(422, "validation-failed").ErrorFields);
        Assert.Contains("between 1 and", (await admin.Get($"/teams/{root}/descendants?depth=999999999999")).IsProblem(422, "validation-failed").Text, StringComparison.Ordinal);

        Task<Reply> GiveTo(string target) => admin.Post($"/teams/{team}/archive", $$"""{"reason":"r","children":"reassign","reassignTo":"{{target}}"}""");
    }

    [Fact]
    public async Task Lists_and_trees_show_what_the_caller_is_a_member_of()
    {
        var (_, _, admin) = await server.NewCaller("admin");
        var (userId, _, user) = await server.NewCaller();
        var root = await admin.NewTeam("Forest", "organization");
        var branch = await admin.NewTeam("Branch", "department", root);
        var hidden = await admin.NewTeam("Hidden", "department", branch);
        var leaf = await admin.NewTeam("Leaf", "project", hidden);
        foreach (var team in new[] { root, branch, leaf })
        {
            await admin.Join(team, userId, "observer");
        }

        Assert.Equal([branch, root, leaf], await Ids(user, "/teams?sort=name"));
        Assert.Equal([root], await Ids(user, "/teams?type=organization&search=fore"));
        Assert.Equal([root, branch], await Ids(user, $"/teams/{leaf}/ancestors"));
        Assert.Equal([root, branch, leaf], await Ids(user, $"/teams/{leaf}/path"));
        Assert.Equal([root, branch, hidden, leaf], await Ids(admin, $"/teams/{leaf}/path"));
        Assert.Equal([branch, leaf], await Ids(user, $"/teams/{root}/descendants"));
        Assert.Equal([branch], await Ids(admin, $"/teams/{root}/children"));
        var tree = (await admin.Get($"/teams/{root}/tree")).Is(200);
        Assert.Equal(leaf, tree.Json.GetProperty("children")[0].GetProperty("children")[0].GetProperty("children")[0].GetProperty("id").GetString());
        Assert.Equal([leaf], (await user.Get($"/teams/{branch}/tree")).Is(200).Json.GetProperty("children").EnumerateArray().Select(node => node.GetProperty("id").GetString()));
        (await user.Get($"/teams/{hidden}/tree")).IsProblem(404, "not-found");
        (await user.Get($"/teams/{root}/tree?depth=0")).IsProblem(422, "validation-failed");

        var before = tree.Position;
        (await admin.Post($"/teams/{hidden}/move", $$"""{"newParentId":"{{root}}"}""")).Is(200);
        Assert.Equal([root, hidden, leaf], await Ids(admin, $"/teams/{leaf}/path"));
        Assert.Equal([root, branch, hidden, leaf], await Ids(admin, $"/teams/{leaf}/path?atPosition={before}"));
        Assert.Equal([root, branch, hidden], await Ids(admin, $"/teams/{leaf}/ancestors?atPosition={before}"));
        Assert.Equal([branch, hidden, leaf], await Ids(admin, $"/teams/{root}/descendants?atPosition={before}"));
        var past = (await admin.Get($"/teams/{root}/tree?atPosition={before}")).Is(200);
        Assert.Equal(tree.Text, past.Text);

        var members = (await user.Get($"/teams/{leaf}/members?role=observer&state=active")).Is(200).Json;
        Assert.Equal(userId, Assert.Single(members.GetProperty("items").EnumerateArray()).GetProperty("userId").GetString());
        Assert.True((await admin.Get("/hierarchy/statistics")).Is(200).Json.GetProperty("maxDepth").GetInt64() >= 3);
        Assert.Empty((await admin.Get("/hierarchy/statistics")).Json.GetProperty("warnings").Texts());
        (await server.Root.Put("/settings/hierarchy_depth_warning", """{"value":"3"}""")).Is(200);
        Assert.EndsWith("hierarchy_depth_warning is 3.", Assert.Single((await admin.Get("/hierarchy/statistics")).Is(200).Json.GetProperty("warnings").Texts()), StringComparison.Ordinal);
        (await user.Get("/hierarchy/statistics")).IsProblem(403, "forbidden");
        Assert.Equal(new[] { root, branch, leaf }.Order(StringComparer.Ordinal), (await user.Get($"/users/{userId}?include=teams,permissions")).Is(200).Json.GetProperty("teams").Texts().Order(StringComparer.Ordinal));
    }

    private static async Task<string?[]> Ids(ApiClient api, string path) =>
        [.. (await api.Get(path)).Is(200).Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetString())];
}
