using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Users from registration to archive, through HTTP.</summary>
public sealed class UserTests(SharedServer server)
{
    private ApiClient Root => server.Root;

    [Fact]
    public async Task A_registered_user_is_answered_with_his_place_version_and_position()
    {
        var email = server.NewEmail();
        var reply = (await Root.Post("/users", $$"""{"email":"{{email}}","name":"Ada Lovelace","type":"standard","profile":{"bio":"Counts."} }""")).Is(201);
        Assert.Equal($"/api/v1/users/{reply["id"]}", reply.Header("Location"));
        Assert.Equal("\"1\"", reply.Header("ETag"));
        Assert.True(reply.Position > 0);
        Assert.Equal(("standard", "pending", email, "Ada Lovelace"), (reply["type"], reply["state"], reply["email"], reply["name"]));
        Assert.Equal("Counts.", reply.Json.GetProperty("profile").GetProperty("bio").GetString());
        var read = (await Root.Get("/users/" + reply["id"])).Is(200);
        Assert.Equal(reply.Text, read.Text);
        Assert.True(read.Position >= reply.Position);
    }

    [Fact]
    public async Task A_taken_address_is_told_to_those_who_may_see_users()
    {
        var email = server.NewEmail();
        await Root.NewUser(email);
        (await Root.Post("/users", $$"""{"email":"{{email.ToUpperInvariant()}}","name":"Other","type":"standard"}""")).IsProblem(409, "email-taken");
    }

    [Fact]
    public async Task The_life_of_a_user_follows_the_machine()
    {
        var id = (await Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Life","type":"standard"}""")).Is(201)["id"];
        Assert.Equal("active", (await Root.Post($"/users/{id}/activate")).Is(200)["state"]);
        Assert.Equal("suspended", (await Root.Post($"/users/{id}/suspend", """{"reason":"looked at"}""")).Is(200)["state"]);
        var wrong = (await Root.Post($"/users/{id}/deactivate", """{"reason":"no"}""")).IsProblem(409, "invalid-transition");
        Assert.False(string.IsNullOrEmpty(wrong["state"]));
        Assert.False(string.IsNullOrEmpty(wrong["event"]));
        Assert.Equal("active", (await Root.Post($"/users/{id}/unsuspend", """{"note":"all is well"}""")).Is(200)["state"]);
        Assert.Equal("inactive", (await Root.Post($"/users/{id}/deactivate", """{"reason":"left"}""")).Is(200)["state"]);
        Assert.Equal("archived", (await Root.Post($"/users/{id}/archive", """{"reason":"gone","note":"for good"}""")).Is(200)["state"]);
    }

    [Fact]
    public async Task Whoever_suspends_does_not_review()
    {
        var id = await Root.NewUser(server.NewEmail());
        var (_, _, one) = await server.NewCaller("admin");
        var (_, _, other) = await server.NewCaller("admin");
        (await one.Post($"/users/{id}/suspend", """{"reason":"looked at"}""")).Is(200);
        (await one.Post($"/users/{id}/unsuspend", """{"note":"never mind"}""")).IsProblem(409, "same-person-review");
        Assert.Equal("active", (await other.Post($"/users/{id}/unsuspend", """{"note":"all is well"}""")).Is(200)["state"]);
    }

    [Fact]
    public async Task A_reason_is_required_where_the_machine_says_so()
    {
        var id = await Root.NewUser(server.NewEmail());
        Assert.Equal(["reason"], (await Root.Post($"/users/{id}/suspend", "{}")).IsProblem(422, "validation-failed").ErrorFields);
        Assert.Equal(["reason"], (await Root.Post($"/users/{id}/suspend", $$"""{"reason":"{{new string('x', 501)}}"}""")).IsProblem(422, "validation-failed").ErrorFields);
        (await Root.Post($"/users/{id}/suspend", """{"reason":"r","until":"2001-01-01T00:00:00Z"}""")).IsProblem(422, "until-not-in-future");
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_nothing_else()
    {
        var (id, _, self) = await server.NewCaller();
        var first = (await self.Patch("/users/" + id, """{"name":"New Name","profile":{"bio":"one","country":"DE"},"preferences":{"theme":"dark"}}""")).Is(200);
        var second = (await self.Patch("/users/" + id, """{"profile":{"bio":null},"preferences":{"theme":null,"lang":"en"}}""")).Is(200);
        Assert.Equal("New Name", second["name"]);
        Assert.Equal("""{"country":"DE"}""", second.Json.GetProperty("profile").GetRawText());
        Assert.Equal("""{"lang":"en"}""", second.Json.GetProperty("preferences").GetRawText());
        Assert.True(second.Position > first.Position);
        (await self.Patch("/users/" + id, """{"name":null}""")).IsProblem(422, "validation-failed");
        (await self.Patch("/users/" + id, """{"profile":{"shoeSize":"44"}}""")).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task A_read_can_be_spared_when_nothing_changed()
    {
        var id = await Root.NewUser(server.NewEmail());
        var tag = (await Root.Get("/users/" + id)).Is(200).Header("ETag")!;
        foreach (var known in new[] { tag, "W/" + tag, "\"99\", " + tag, "*" })
        {
            var same = (await Root.Get("/users/" + id, ("If-None-Match", known))).Is(304);
            Assert.Equal(tag, same.Header("ETag"));
            Assert.Empty(same.Bytes);
            Assert.True(same.Position > 0);
        }

        (await Root.Patch("/users/" + id, """{"name":"Changed"}""")).Is(200);
        (await Root.Get("/users/" + id, ("If-None-Match", tag))).Is(200);
    }

    [Theory]
    [InlineData("\"99\"", 412, "version-mismatch")]
    [InlineData("W/\"2\"", 412, "version-mismatch")]
    [InlineData("\"abc\"", 412, "version-mismatch")]
    [InlineData("\"-1\"", 412, "version-mismatch")]
    [InlineData("\"99999999999999999999\"", 412, "version-mismatch")]
    [InlineData("2", 400, "invalid-header")]
    [InlineData("\"1\", \"2\"", 400, "invalid-header")]
    public async Task A_condition_that_does_not_hold_changes_nothing(string condition, int status, string code)
    {
        var id = await Root.NewUser(server.NewEmail());
        (await Root.Patch("/users/" + id, """{"name":"Never"}""", ("If-Match", condition))).IsProblem(status, code);
        var user = (await Root.Get("/users/" + id)).Is(200);
        Assert.Equal("Somebody", user["name"]);
        (await Root.Patch("/users/" + id, """{"name":"Now"}""", ("If-Match", user.Header("ETag")!))).Is(200);
        (await Root.Patch("/users/" + id, """{"name":"Any"}""", ("If-Match", "*"))).Is(200);
    }

    [Fact]
    public async Task A_user_can_be_seen_as_he_was()
    {
        var created = (await Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Before","type":"standard","activate":true}""")).Is(201);
        var id = created["id"];
        var renamed = (await Root.Patch("/users/" + id, """{"name":"After"}""")).Is(200);
        Assert.Equal(created.Text, (await Root.Get($"/users/{id}?atPosition={created.Position}")).Is(200).Text);
        Assert.Equal("After", (await Root.Get($"/users/{id}?atPosition={renamed.Position}")).Is(200)["name"]);
        Assert.Equal("Before", (await Root.Get($"/users/{id}?asOf={Uri.EscapeDataString(created["updatedAt"])}")).Is(200)["name"]);
        (await Root.Get($"/users/{id}?asOf=2020-01-01T00:00:00Z")).IsProblem(404, "not-found");
        (await Root.Get($"/users/{id}?atPosition=1")).IsProblem(404, "not-found");
        (await Root.Get($"/users/{id}?atPosition=999999999")).IsProblem(422, "validation-failed");
        (await Root.Get($"/users/{id}?atPosition=1&asOf=2020-01-01T00:00:00Z")).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task Includes_show_permissions_and_teams()
    {
        var id = await Root.NewUser(server.NewEmail());
        var user = (await Root.Get($"/users/{id}?include=permissions,teams")).Is(200).Json;
        Assert.Contains("reports.basic", user.GetProperty("permissions").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(0, user.GetProperty("teams").GetArrayLength());
        Assert.False((await Root.Get($"/users/{id}")).Json.TryGetProperty("teams", out _));
        (await Root.Get($"/users/{id}?include=shoes")).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task Lists_filter_sort_and_page_without_gap_or_double()
    {
        var word = "zq" + Guid.NewGuid().ToString("N")[..8];
        var ids = new List<string>();
        for (var n = 0; n < 7; n++)
        {
            ids.Add(await Root.NewUser(server.NewEmail(), $"{word} number{n}"));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Root.Get($"/users?search={word}&sort=-name&limit=3{(cursor is null ? "" : "&cursor=" + cursor)}")).Is(200);
            Assert.Equal(7, page.Json.GetProperty("total").GetInt64());
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.Json.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Reverse(ids), seen);
        Assert.Equal(0, (await Root.Get($"/users?search={word}&type=admin")).Is(200).Json.GetProperty("total").GetInt64());
        Assert.Equal(7, (await Root.Get($"/users?search={word}&state=active&type=standard")).Is(200).Json.GetProperty("total").GetInt64());
        (await Root.Get($"/users?search={word}&team=01ARZ3NDEKTSV4RRFFQ69G5FAV")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_cursor_works_only_where_it_came_from()
    {
        await Root.NewUser(server.NewEmail());
        var cursor = (await Root.Get("/users?limit=1")).Is(200)["nextCursor"];
        (await Root.Get($"/users?limit=1&cursor={cursor}&type=standard")).IsProblem(422, "invalid-cursor");
        (await Root.Get($"/users?limit=1&cursor={cursor}&sort=name")).IsProblem(422, "invalid-cursor");
        (await Root.Get($"/events?cursor={cursor}")).IsProblem(422, "invalid-cursor");
        var eventCursor = (await Root.Get("/events?limit=1")).Is(200)["nextCursor"];
        (await Root.Get($"/users?cursor={eventCursor}")).IsProblem(422, "invalid-cursor");
        (await Root.Get($"/events?cursor={eventCursor}&type=UserActivated")).IsProblem(422, "invalid-cursor");
        (await Root.Get("/users?cursor=%00%01garbage")).Is(422);
    }

    [Fact]
    public async Task The_stream_of_a_user_reads_from_its_beginning()
    {
        var id = await Root.NewUser(server.NewEmail());
        await Root.Patch("/users/" + id, """{"name":"Second"}""");
        var all = (await Root.Get($"/users/{id}/events")).Is(200).Json;
        Assert.Equal(3, all.GetProperty("total").GetInt64());
        var items = all.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([0L, 1L, 2L], items.Select(item => item.GetProperty("version").GetInt64()));
        Assert.Equal(["UserRegistrationInitiated", "UserActivated", "UserProfileUpdated"], items.Select(item => item.GetProperty("type").GetString()));
        Assert.All(items, item => Assert.Equal(64, item.GetProperty("hash").GetString()!.Length));
        var first = (await Root.Get($"/users/{id}/events?limit=2")).Is(200);
        var rest = (await Root.Get($"/users/{id}/events?limit=2&cursor={first["nextCursor"]}")).Is(200).Json;
        Assert.Equal(items[2].GetRawText(), Assert.Single(rest.GetProperty("items").EnumerateArray()).GetRawText());
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task The_timeline_tells_states_changes_and_sessions()
    {
        var (id, _, _) = await server.NewCaller();
        await Root.Post($"/users/{id}/suspend", """{"reason":"checking"}""");
        var kinds = (await Root.Get($"/users/{id}/timeline")).Is(200).Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("kind").GetString() + ":" + item.GetProperty("type").GetString()).ToList();
        Assert.Contains("state:UserSuspended", kinds);
        Assert.Contains("session:UserLoggedIn", kinds);
        Assert.True(kinds.IndexOf("session:UserLoggedIn") < kinds.IndexOf("state:UserSuspended"));
    }

    [Fact]
    public async Task The_last_sign_in_is_shown_at_once()
    {
        var (id, _, self) = await server.NewCaller();
        Assert.NotEqual("", (await self.Get("/users/" + id)).Is(200)["lastLoginAt"]);
        Assert.NotEqual("", (await self.Patch("/users/" + id, """{"name":"Again"}""")).Is(200)["lastLoginAt"]);
    }

    [Fact]
    public async Task A_bulk_is_answered_item_by_item()
    {
        var one = await Root.NewUser(server.NewEmail());
        var two = await Root.NewUser(server.NewEmail());
        var body = $$"""{"action":"suspend","ids":["{{one}}","nobody","{{two}}"],"reason":"all of them"}""";
        var planned = (await Root.Post("/users/bulk?dryRun=true", body)).Is(200).Json;
        Assert.True(planned.GetProperty("accepted").GetBoolean());
        Assert.Equal("active", (await Root.Get("/users/" + one))["state"]);
        var results = (await Root.Post("/users/bulk", body, ("Idempotency-Key", "bulk-" + one))).Is(200);
        Assert.Equal([true, false, true], results.Json.GetProperty("results").EnumerateArray().Select(item => item.GetProperty("ok").GetBoolean()));
        Assert.Equal("not-found", results.Json.GetProperty("results")[1].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal("suspended", (await Root.Get("/users/" + two))["state"]);
        var again = (await Root.Post("/users/bulk", body, ("Idempotency-Key", "bulk-" + one))).Is(200);
        Assert.Equal(("true", results.Text), (again.Header("Idempotency-Replayed"), again.Text));
        (await Root.Post("/users/bulk", """{"action":"suspend","ids":[],"reason":"nobody"}""")).IsProblem(422, "validation-failed");
        (await Root.Post("/users/bulk", $$"""{"action":"suspend","ids":[{{string.Join(',', Enumerable.Repeat("\"x\"", 101))}}]}""")).IsProblem(422, "validation-failed");
    }

    [Fact]
    public async Task A_team_one_is_no_member_of_is_not_there_to_work_for()
    {
        var (id, _, self) = await server.NewCaller();
        (await self.Put($"/users/{id}/active-team", """{"teamId":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}""")).IsProblem(404, "not-a-member");
    }

    [Fact]
    public async Task Others_are_seen_only_by_those_who_may()
    {
        var (_, _, stranger) = await server.NewCaller();
        var (_, _, admin) = await server.NewCaller("admin");
        var id = await Root.NewUser(server.NewEmail());
        var refused = (await stranger.Get("/users/" + id)).IsProblem(403, "forbidden");
        Assert.Equal("users.view", refused["permission"]);
        (await stranger.Patch("/users/" + id, """{"name":"Mine"}""")).IsProblem(403, "forbidden");
        (await stranger.Get("/users")).IsProblem(403, "forbidden");
        (await stranger.Get("/events")).IsProblem(403, "forbidden");
        (await admin.Get("/users/" + id)).Is(200);
        (await admin.Get("/users?limit=1")).Is(200);
        (await server.Nobody.Get("/users/" + id)).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task What_takes_over_or_ends_an_admin_is_not_his_peers_matter()
    {
        var (one, _, peer) = await server.NewCaller("admin");
        var (other, _, self) = await server.NewCaller("admin");
        var address = $$"""{"newEmail":"{{server.NewEmail()}}","currentPassword":"{{TestOptions.UserPassword}}"}""";
        Assert.Equal("users.create_admin", (await peer.Post($"/users/{other}/email", address)).IsProblem(403, "forbidden")["permission"]);
        (await peer.Post($"/users/{other}/email?dryRun=true", address)).IsProblem(403, "forbidden");
        (await peer.Post($"/users/{other}/archive")).IsProblem(403, "forbidden");
        (await self.Post($"/users/{other}/email", address)).Is(200);
        Assert.Equal("suspended", (await peer.Post($"/users/{other}/suspend", """{"reason":"odd orders"}""")).Is(200)["state"]);
        (await Root.Post($"/users/{other}/email", $$"""{"newEmail":"{{server.NewEmail()}}"}""")).Is(200);
        (await Root.Post($"/users/{other}/archive")).Is(200);
        (await peer.Post($"/users/{one}/archive")).Is(200);
    }

    [Fact]
    public async Task Who_may_not_see_users_does_not_learn_which_addresses_are_known()
    {
        var known = server.NewEmail();
        await Root.NewUser(known);
        var (_, _, self) = await server.NewCaller();
        foreach (var dryRun in new[] { "", "?dryRun=true" })
        {
            var replies = new[] { known, server.NewEmail() }.Select(email => self.Post("/users" + dryRun, $$"""{"email":"{{email}}","name":"Guest","type":"standard"}""")).ToList();
            var (taken, free) = (await replies[0], await replies[1]);
            Assert.Equal((taken.Code, taken.Text), (free.Code, free.Text));
            Assert.Null(taken.Header("Location"));
        }

        (await Root.Post("/users", $$"""{"email":"{{known}}","name":"Guest","type":"standard"}""")).IsProblem(409, "email-taken");
        (await self.Post("/users", $$"""{"email":"{{known}}","name":"Guest","type":"admin"}""")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Another_spelling_of_an_address_is_shown_and_stays_proved()
    {
        var email = server.NewEmail("spelled");
        var id = await Root.NewUser(email);
        var before = (await Root.Get("/users/" + id)).Is(200);
        var respelled = (await Root.Post($"/users/{id}/email", $$"""{"newEmail":"{{email.ToUpperInvariant()}}"}""")).Is(200);
        Assert.Equal((email.ToUpperInvariant(), before["emailVerified"]), (respelled["email"], respelled["emailVerified"]));
        Assert.Equal(email.ToUpperInvariant(), (await Root.Get("/users/" + id)).Is(200)["email"]);
        (await Root.Post("/users", $$"""{"email":"{{email}}","name":"Other","type":"standard"}""")).IsProblem(409, "email-taken");
        await server.Nobody.SignIn(email, TestOptions.UserPassword);
    }

    [Fact]
    public async Task What_the_version_does_not_cover_is_always_news()
    {
        var id = await Root.NewUser(server.NewEmail());
        var tag = (await Root.Get("/users/" + id)).Is(200).Header("ETag")!;
        (await Root.Get("/users/" + id, ("If-None-Match", tag))).Is(304);
        (await Root.Get($"/users/{id}?include=permissions", ("If-None-Match", tag))).Is(200);
    }
}
