using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>Signing in, who one is, signing out.</summary>
public sealed class SessionTests(SharedServer server)
{
    private const string Wrong = "Wrong-Password-1!";

    [Fact]
    public async Task A_session_opens_lasts_and_ends()
    {
        var email = server.NewEmail();
        var id = await server.Root.NewUser(email);
        var opened = (await server.Nobody.Post("/sessions", $$"""{"email":"{{email.ToUpperInvariant()}}","password":"{{TestOptions.UserPassword}}"}""")).Is(201);
        Assert.Equal(id, opened["userId"]);
        Assert.StartsWith("ums_", opened["token"], StringComparison.Ordinal);
        var self = server.Nobody.As(opened["token"]);
        var me = (await self.Get("/me")).Is(200);
        Assert.Equal((id, "standard", opened["sessionId"]), (me["id"], me["type"], me["sessionId"]));
        var sessions = (await self.Get("/sessions")).Is(200).Json.GetProperty("items");
        Assert.True(Assert.Single(sessions.EnumerateArray()).GetProperty("current").GetBoolean());
        Assert.True((await self.Delete("/sessions/current?dryRun=true")).Is(200).Json.GetProperty("accepted").GetBoolean());
        (await self.Get("/me")).Is(200);
        (await self.Delete("/sessions/current")).Is(204);
        (await self.Get("/me")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task One_session_is_ended_by_its_owner_and_the_others_go_on()
    {
        var (_, email, self) = await server.NewCaller();
        var other = (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"{{TestOptions.UserPassword}}"}""")).Is(201);
        Assert.Equal("/api/v1/sessions/" + other["sessionId"], other.Header("Location"));
        Assert.Equal(2, (await self.Get("/sessions")).Is(200).Json.GetProperty("total").GetInt32());
        Assert.Equal("manual", (await self.Delete($"/sessions/{other["sessionId"]}?dryRun=true")).Is(200).Json.GetProperty("events")[0].GetProperty("data").GetProperty("method").GetString());
        (await self.Delete("/sessions/" + other["sessionId"])).Is(204);
        (await server.Nobody.As(other["token"]).Get("/me")).IsProblem(401, "unauthenticated");
        (await self.Get("/me")).Is(200);
        (await self.Delete("/sessions/" + other["sessionId"])).IsProblem(404, "not-found");
        (await self.Delete("/sessions/nonsense")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Sessions_of_others_need_the_permission_and_their_end_is_on_record()
    {
        var (id, _, self) = await server.NewCaller();
        var (stranger, _, someone) = await server.NewCaller();
        var (admin, _, grace) = await server.NewCaller("admin");
        var session = (await self.Get("/sessions")).Is(200).Json.GetProperty("items")[0].GetProperty("id").GetString();
        (await someone.Get("/sessions?user=" + id)).IsProblem(403, "forbidden");
        (await someone.Delete("/sessions/" + session)).IsProblem(403, "forbidden");
        (await someone.Delete($"/users/{id}/sessions")).IsProblem(403, "forbidden");
        (await self.Get("/me")).Is(200);

        Assert.Equal(session, Assert.Single((await grace.Get("/sessions?user=" + id)).Is(200).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        (await grace.Delete("/sessions/" + session)).Is(204);
        (await self.Get("/me")).IsProblem(401, "unauthenticated");
        var facts = (await server.Root.Get($"/audit?subject={id}&actor={admin}")).Is(200).Json.GetProperty("items").EnumerateArray();
        Assert.Contains(facts, fact => fact.GetProperty("type").GetString() == "UserLoggedOut" && fact.GetRawText().Contains("forced", StringComparison.Ordinal));
        Assert.Equal(2, (await server.Root.Get($"/audit?actor={stranger}&type=AccessDenied")).Is(200).Json.GetProperty("items").EnumerateArray()
            .Count(fact => fact.GetRawText().Contains("CloseSessions", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_session_of_a_user_ends_at_once()
    {
        var (id, email, self) = await server.NewCaller();
        var second = server.Nobody.As(await server.Nobody.SignIn(email, TestOptions.UserPassword));
        Assert.Equal(2, (await self.Delete($"/users/{id}/sessions?dryRun=true")).Is(200).Json.GetProperty("events").GetArrayLength());
        (await second.Get("/me")).Is(200);
        (await self.Delete($"/users/{id}/sessions")).Is(204);
        (await self.Get("/me")).IsProblem(401, "unauthenticated");
        (await second.Get("/me")).IsProblem(401, "unauthenticated");
        Assert.Empty((await server.Root.Get("/sessions?user=" + id)).Is(200).Json.GetProperty("items").EnumerateArray());
        (await server.Root.Delete($"/users/{id}/sessions")).Is(204);
        (await server.Root.Delete($"/users/{Guid.CreateVersion7()}/sessions")).IsProblem(404, "not-found");
        (await server.Root.Get("/sessions?user=nobody")).IsProblem(404, "not-found");
        var (_, _, grace) = await server.NewCaller("admin");
        var system = (await server.Root.Get("/me")).Is(200)["id"];
        (await grace.Delete($"/users/{system}/sessions")).IsProblem(409, "system-user-protected");
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_account_are_answered_alike()
    {
        var email = server.NewEmail();
        await server.Root.NewUser(email);
        var wrong = (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"{{Wrong}}"}""")).IsProblem(401, "invalid-credentials");
        var unknown = (await server.Nobody.Post("/sessions", $$"""{"email":"nobody-{{email}}","password":"{{Wrong}}"}""")).IsProblem(401, "invalid-credentials");
        var noAddress = (await server.Nobody.Post("/sessions", $$"""{"email":"not an address","password":"{{Wrong}}"}""")).IsProblem(401, "invalid-credentials");
        Assert.Equal("Bearer", wrong.Header("WWW-Authenticate"));
        Assert.Equal(Same(wrong), Same(unknown));
        Assert.Equal(Same(wrong), Same(noAddress));

        static string Same(Reply reply) => reply.Text.Replace(reply["traceId"], "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_active_is_told_so_only_after_the_right_password()
    {
        var email = server.NewEmail();
        (await server.Root.Post("/users", $$"""{"email":"{{email}}","name":"Pending","type":"standard","password":"{{TestOptions.UserPassword}}"}""")).Is(201);
        (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"{{Wrong}}"}""")).IsProblem(401, "invalid-credentials");
        (await server.Nobody.Post("/sessions", $$"""{"email":"{{email}}","password":"{{TestOptions.UserPassword}}"}""")).IsProblem(403, "account-not-active");
        (await server.Nobody.Post("/sessions?dryRun=true", $$"""{"email":"{{email}}","password":"{{TestOptions.UserPassword}}"}""")).IsProblem(403, "account-not-active");
    }

    [Fact]
    public async Task A_suspended_user_is_out_with_the_next_request()
    {
        var (id, _, self) = await server.NewCaller();
        (await self.Get("/me")).Is(200);
        (await server.Root.Post($"/users/{id}/suspend", """{"reason":"now"}""")).Is(200);
        (await self.Get("/me")).IsProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer ums_short")]
    [InlineData("Bearer ums_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer ums_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Bearer ums_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("Basic cm9vdDpyb290")]
    [InlineData("nonsense")]
    public async Task What_is_no_token_is_refused_even_where_none_is_needed(string authorization)
    {
        (await server.Nobody.Get("/me", ("Authorization", authorization))).IsProblem(401, "unauthenticated");
        (await server.Nobody.Post("/users", """{"email":"a@example.org","name":"A","type":"standard"}""", ("Authorization", authorization))).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task An_old_token_keeps_nobody_from_signing_in_anew()
    {
        var (_, email, self) = await server.NewCaller();
        (await self.Delete("/sessions/current")).Is(204);
        (await self.Post("/sessions", $$"""{"email":"{{email}}","password":"{{TestOptions.UserPassword}}"}""")).Is(201);
    }

    [Theory]
    [InlineData("password123")]
    [InlineData("password123!")]
    [InlineData("PASSWORD123!")]
    [InlineData("Password!")]
    [InlineData("Password123")]
    [InlineData("Pass123!")]
    public async Task Weak_passwords_are_refused(string password) =>
        Assert.Equal(["password"], (await server.Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Weak","type":"standard","password":"{{password}}"}""")).IsProblem(422, "validation-failed").ErrorFields);

    [Fact]
    public async Task Admins_need_longer_ones()
    {
        (await server.Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Admin","type":"admin","password":"Thirteen-ch4r"}""")).IsProblem(422, "validation-failed");
        (await server.Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Standard","type":"standard","password":"Thirteen-ch4r"}""")).Is(201);
        (await server.Root.Post("/users", $$"""{"email":"{{server.NewEmail()}}","name":"Admin","type":"admin","password":"{{TestOptions.UserPassword}}"}""")).Is(201);
    }

    [Fact]
    public async Task A_token_runs_out()
    {
        var time = new ManualTime();
        await using var own = await RunningServer.Start(time: time);
        (await own.Root.Get("/me")).Is(200);
        time.Advance(TimeSpan.FromHours(25));
        (await own.Root.Get("/me")).IsProblem(401, "unauthenticated");
    }
}
