using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Invitations, requests for permissions, approvals of roles, and what is switched within a team, over HTTP.</summary>
public sealed class InvitationTests(SharedServer server)
{
    private const string Reason = """{"reason":"for a reason"}""";

    private static string Invitee(string user, string role = "member") => $$"""{"userId":"{{user}}","role":"{{role}}","message":"Join us."}""";

    [Fact]
    public async Task Who_is_invited_becomes_a_member_by_his_own_word_only()
    {
        var (_, _, boss) = await server.NewCaller("admin");
        var (ada, _, adaApi) = await server.NewCaller();
        var (eve, _, eveApi) = await server.NewCaller();
        var team = await boss.NewTeam("Inviting", "organization");
        var path = $"/teams/{team}/invitations";

        var invited = (await boss.Post(path, Invitee(ada))).Is(201);
        Assert.Equal(("invited", "member"), (invited["state"], invited["role"]));
        Assert.False(string.IsNullOrEmpty(invited["invitationExpiresAt"]));
        Assert.Equal(ada, Assert.Single((await boss.Get($"/teams/{team}/members?state=invited")).Is(200).Json.GetProperty("items").EnumerateArray().ToArray()).GetProperty("userId").GetString());
        Assert.Equal(team, Assert.Single((await adaApi.Get($"/users/{ada}/teams?state=invited")).Is(200).Json.GetProperty("items").EnumerateArray().ToArray()).GetProperty("teamId").GetString());
        Assert.Equal((false, null), await boss.MayHe(ada, "team.view", team));
        (await adaApi.Get($"/teams/{team}")).IsProblem(404, "not-found");
        (await eveApi.Post($"{path}/{ada}/accept")).IsProblem(403, "forbidden");
        (await boss.Post($"{path}/{ada}/accept")).IsProblem(403, "forbidden");
        (await eveApi.Post(path, Invitee(eve))).IsProblem(404, "not-found");
        (await boss.Post(path, Invitee(ada, "king"))).IsProblem(422, "validation-failed");

        Assert.Equal("active", (await adaApi.Post($"{path}/{ada}/accept")).Is(200)["state"]);
        Assert.Equal((true, "role"), await boss.MayHe(ada, "team.view", team));
        (await boss.Post(path, Invitee(ada))).IsProblem(409, "already-member");

        (await boss.Post(path, Invitee(eve))).Is(201);
        Assert.Equal("declined", (await eveApi.Post($"{path}/{eve}/decline", Reason)).Is(200)["state"]);
        (await boss.Post(path, Invitee(eve))).Is(201);
        (await boss.Send(HttpMethod.Delete, $"{path}/{eve}", null, [])).Is(204);
        (await eveApi.Post($"{path}/{eve}/accept")).IsProblem(409, "invalid-transition");
        string[] said = ["invited", "invitation_declined", "invited", "invitation_revoked"];
        var history = (await boss.Get($"/teams/{team}/members/{eve}/history")).Is(200).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(said, history.Select(change => change.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_request_for_a_permission_is_decided_by_somebody_who_holds_it_and_the_grant_lives_on()
    {
        var (_, _, boss) = await server.NewCaller("admin");
        var (ada, _, adaApi) = await server.NewCaller();
        var team = await boss.NewTeam("Asking", "organization");
        await boss.Join(team, ada, "member");
        string Of(string step) => $"/users/{ada}/permissions/team.members.invite{step}?team={team}";

        (await boss.Post(Of("/request"), """{"justification":"to help"}""")).IsProblem(403, "forbidden");
        (await adaApi.Post(Of("/request"), "{}")).IsProblem(422, "validation-failed");
        Assert.Equal("requested", (await adaApi.Post(Of("/request"), """{"justification":"to help"}""")).Is(200)["state"]);
        (await adaApi.Post(Of("/approve"))).IsProblem(403, "forbidden");
        (await boss.Post(Of("/deny"), "{}")).IsProblem(422, "validation-failed");
        Assert.Equal("denied", (await boss.Post(Of("/deny"), Reason)).Is(200)["state"]);
        (await boss.Post(Of("/approve"))).IsProblem(409, "invalid-transition");
        (await adaApi.Post(Of("/request"), """{"justification":"once more"}""")).Is(200);
        Assert.Equal("active", (await boss.Post(Of("/approve"))).Is(200)["state"]);
        Assert.Equal((true, "grant"), await boss.MayHe(ada, "team.members.invite", team));
        Assert.Equal("suspended", (await boss.Post(Of("/suspend"), Reason)).Is(200)["state"]);
        Assert.Equal((false, null), await boss.MayHe(ada, "team.members.invite", team));
        Assert.Equal("active", (await boss.Post(Of("/unsuspend"), Reason)).Is(200)["state"]);
        Assert.Equal("read_only", (await boss.Send(HttpMethod.Patch, Of(""), """{"level":"read_only"}""", [])).Is(200)["level"]);
        Assert.Equal((false, null), await boss.MayHe(ada, "team.members.invite", team));
        (await boss.Send(HttpMethod.Patch, Of(""), """{"level":"all"}""", [])).IsProblem(422, "validation-failed");
        var actions = (await adaApi.Get($"/users/{ada}/permissions/history?kind=permission&limit=2")).Is(200);
        Assert.Equal(2, actions.Json.GetProperty("items").GetArrayLength());
        Assert.NotNull(actions["nextCursor"]);
    }

    [Fact]
    public async Task A_role_that_waits_is_approved_by_somebody_else_than_its_assigner()
    {
        await using var own = await RunningServer.Start();
        var (_, first) = await own.NewCaller("first", "admin");
        var (second, other) = await own.NewCaller("second", "admin");
        var (ada, _) = await own.NewCaller("ada");
        (await first.Send(HttpMethod.Put, "/settings/role_assignments_need_approval", """{"value":"true"}""", [])).IsProblem(403, "forbidden");
        (await first.Get("/settings")).IsProblem(403, "forbidden");
        (await own.Root.Send(HttpMethod.Put, "/settings/gravity", """{"value":"0"}""", [])).IsProblem(404, "not-found");
        (await own.Root.Send(HttpMethod.Put, "/settings/max_hierarchy_depth", """{"value":"0"}""", [])).IsProblem(422, "validation-failed");
        (await own.Root.Send(HttpMethod.Put, "/settings/role_assignments_need_approval", """{"value":"true"}""", [])).Is(200);
        var settings = (await own.Root.Get("/settings")).Is(200).Json.GetProperty("items").EnumerateArray()
            .ToDictionary(setting => setting.GetProperty("key").GetString()!, setting => setting.GetProperty("value").GetString());
        Assert.Equal(("true", "8"), (settings["role_assignments_need_approval"], settings["max_hierarchy_depth"]));

        var team = await first.NewTeam("Waiting", "organization");
        await first.Join(team, second, "executive");
        await first.Join(team, ada, "member");
        (await first.Post("/roles", $$"""{"name":"host","team":"{{team}}","permissions":["team.members.invite"]}""")).Is(201);
        string Of(string step) => $"/users/{ada}/roles/host{step}?team={team}";
        Assert.Equal("pending", (await first.Send(HttpMethod.Put, Of(""), "{}", [])).Is(200)["state"]);
        Assert.Equal((false, null), await first.MayHe(ada, "team.members.invite", team));
        var head = await own.Head();
        (await first.Post(Of("/approve"))).IsProblem(409, "self-approval-not-allowed");
        Assert.Equal(head, await own.Head());
        Assert.Equal("active", (await other.Post(Of("/approve"))).Is(200)["state"]);
        Assert.Equal((true, "role"), await first.MayHe(ada, "team.members.invite", team));
        foreach (var (step, body, state) in new[]
        {
            ("/suspend", Reason, "suspended"), ("/unsuspend", Reason, "active"), ("/deactivate", Reason, "inactive"), ("/reactivate", null, "active"),
        })
        {
            Assert.Equal(state, (await first.Post(Of(step), body)).Is(200)["state"]);
        }

        (await first.Send(HttpMethod.Delete, Of(""), Reason, [])).Is(204);
        (await first.Send(HttpMethod.Put, Of(""), "{}", [])).Is(200);
        Assert.Equal("cancelled", (await other.Post(Of("/reject"), Reason)).Is(200)["state"]);
    }

    [Fact]
    public async Task What_is_switched_in_a_team_and_its_end_for_good()
    {
        var (_, _, boss) = await server.NewCaller("admin");
        var (ada, _, _) = await server.NewCaller();
        var team = await boss.NewTeam("Switching " + ada, "organization");
        string Of(string step) => $"/teams/{team}/{step}";
        Assert.True((await boss.Post(Of("start-maintenance"))).Is(200).Json.GetProperty("isInMaintenance").GetBoolean());
        Assert.False((await boss.Post(Of("end-maintenance"))).Is(200).Json.GetProperty("isInMaintenance").GetBoolean());
        Assert.True((await boss.Post(Of("close-membership"))).Is(200).Json.GetProperty("isMembershipClosed").GetBoolean());
        (await boss.Post(Of("members"), $$"""{"userId":"{{ada}}","role":"member"}""")).IsProblem(409, "team-not-open");
        (await boss.Post(Of("open-membership"))).Is(200);
        await boss.Join(team, ada, "member");
        Assert.Equal("inactive", (await boss.Post(Of($"members/{ada}/deactivate"), Reason)).Is(200)["state"]);
        (await boss.Post(Of("purge"))).IsProblem(403, "forbidden");
        (await server.Root.Post(Of("purge"))).IsProblem(409, "invalid-transition");
        (await boss.Post(Of("archive"), Reason)).Is(200);
        var states = (await server.Root.Get(Of("state-history"))).Is(200).Json.GetProperty("items").EnumerateArray().Select(change => change.GetProperty("toState").GetString());
        Assert.Equal("archived", states.Last());
        Assert.Equal("purged", (await server.Root.Post(Of("purge"))).Is(200)["state"]);
        Assert.Equal("Switching " + ada, (await boss.Post("/teams", $$"""{"name":"Switching {{ada}}","type":"organization"}""")).Is(201)["name"]);
    }

    [Fact]
    public async Task Many_rights_at_once_are_answered_one_by_one_and_a_team_tells_how_many_it_had()
    {
        var (_, _, boss) = await server.NewCaller("admin");
        var (ada, _, _) = await server.NewCaller();
        var (bob, _, _) = await server.NewCaller();
        var team = await boss.NewTeam("Many", "organization");
        var alone = (await boss.Get($"/teams/{team}")).Position;
        await boss.Join(team, ada, "member");
        (await boss.Post("/roles", $$"""{"name":"host","team":"{{team}}","permissions":["team.members.invite","team.move"]}""")).Is(201);
        var items = $$"""
            [{"user":"{{ada}}","team":"{{team}}","permission":"team.archive"},{"user":"{{ada}}","team":"{{team}}","role":"host"},
             {"user":"{{bob}}","team":"{{team}}","permission":"team.archive"},{"user":"{{ada}}","team":"{{team}}"}]
            """;
        var results = (await boss.Post("/permissions/bulk", $$"""{"action":"give","reason":"for many","items":{{items}}}""")).Is(200).Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal([true, true, false, false], results.Select(result => result.GetProperty("ok").GetBoolean()));
        Assert.Equal("subject-not-active", results[2].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal("validation-failed", results[3].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal((true, "role"), await boss.MayHe(ada, "team.move", team));

        var role = $"/roles/{team}.host";
        var narrowed = (await boss.Send(HttpMethod.Patch, role + "?dryRun=true", """{"permissions":["team.members.invite"]}""", [])).Is(200).Json.GetProperty("result").GetProperty("losses");
        var loss = Assert.Single(narrowed.EnumerateArray().ToArray());
        Assert.Equal((ada, "team.move"), (loss.GetProperty("userId").GetString(), Assert.Single(loss.GetProperty("lost").Texts())));
        var retired = (await boss.Send(HttpMethod.Delete, role + "?dryRun=true", null, [])).Is(200).Json.GetProperty("result").GetProperty("losses")[0];
        Assert.Equal(["team.members.invite", "team.move"], retired.GetProperty("lost").Texts());
        Assert.Equal((true, "role"), await boss.MayHe(ada, "team.move", team));

        var taken = (await boss.Post("/permissions/bulk", $$"""{"action":"take","reason":"over","items":{{items}}}""")).Is(200).Json.GetProperty("results").EnumerateArray();
        Assert.Equal([true, true, false, false], taken.Select(result => result.GetProperty("ok").GetBoolean()));
        Assert.Equal((false, null), await boss.MayHe(ada, "team.archive", team));

        Assert.Equal(2, (await boss.Get($"/teams/{team}")).Is(200).Json.GetProperty("memberCount").GetInt32());
        Assert.Equal(1, (await boss.Get($"/teams/{team}?atPosition={alone}")).Is(200).Json.GetProperty("memberCount").GetInt32());
    }

    [Fact]
    public async Task A_move_is_kept_with_its_note_and_one_that_moved_nothing_says_so_when_it_is_repeated()
    {
        var (_, _, boss) = await server.NewCaller("admin");
        var firm = await boss.NewTeam("Noting", "organization");
        var (from, to) = (await boss.NewTeam("From", "department", firm), await boss.NewTeam("To", "department", firm));
        var leaf = await boss.NewTeam("Leaf", "project", from);
        var body = $$"""{"newParentId":"{{to}}","note":"reorganised"}""";
        (await boss.Post($"/teams/{leaf}/move", body)).Is(200);
        Assert.Contains("reorganised", (await server.Root.Get($"/events?stream=Team-{leaf}&type=TeamHierarchyChanged")).Is(200).Text, StringComparison.Ordinal);
        foreach (var replayed in new[] { false, true })
        {
            var idle = (await boss.Post($"/teams/{leaf}/move", body, ("Idempotency-Key", "idle-" + leaf))).Is(200);
            Assert.Empty(idle.Json.GetProperty("moved").Texts());
            Assert.Equal(replayed, idle.Header("Idempotency-Replayed") == "true");
        }
    }
}
