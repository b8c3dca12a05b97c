using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The verbs of the program, run as an operator runs them.</summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private string userId = null!;
    private string rootId = null!;
    private long before;

    public async ValueTask InitializeAsync()
    {
        await using var server = await RunningServer.Start(path: folder.Path);
        userId = await server.Root.NewUser("verbs@example.org", "Verbs");
        rootId = (await server.Root.Get("/me"))["id"];
        before = (await server.Root.Get("/users/" + userId)).Position;
        (await server.Root.Patch("/users/" + userId, """{"name":"Later"}""")).Is(200);
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    [InlineData("verify", "--help")]
    [InlineData("replay", "--help")]
    [InlineData("rebuild", "--help")]
    [InlineData("projections", "--help")]
    [InlineData("parked", "--help")]
    [InlineData("schedules", "--help")]
    [InlineData("processes", "--help")]
    [InlineData("processes", "resume", "--help")]
    [InlineData("schedules", "run", "--help")]
    [InlineData("dump", "--help")]
    [InlineData("check", "--help")]
    [InlineData("user", "create-system", "--help")]
    public async Task Every_verb_explains_itself_with_an_example(params string[] arguments)
    {
        var (code, output, errors) = await ServerProcess.Run(arguments);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("Example", output, StringComparison.Ordinal);
        Assert.Contains("--data", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("verify", "--fool")]
    [InlineData("replay")]
    [InlineData("dump")]
    [InlineData("rebuild")]
    [InlineData("schedules", "run")]
    [InlineData("user", "create-system")]
    [InlineData("verify", "--data", "")]
    [InlineData("serve", "--data", " ")]
    public async Task A_wrong_call_ends_with_two(params string[] arguments)
    {
        var (code, output, errors) = await ServerProcess.Run(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--help", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_finds_everything_well()
    {
        var rows = Lines(await Ok("verify", "--full"));
        Assert.All(rows.Where(row => row.TryGetProperty("result", out _)), row => Assert.Equal("ok", row.GetProperty("result").GetString()));
        Assert.Contains(rows, row => row.TryGetProperty("check", out var check) && check.GetString() == "user-directory");
    }

    [Fact]
    public async Task Verify_names_the_position_of_a_flipped_bit()
    {
        var path = folder.File("events.db");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var at = bytes.AsSpan().IndexOf("UserProfileUpdated"u8) < 0 ? -1 : bytes.AsSpan().LastIndexOf("\"actor\":\""u8);
        Assert.True(at > 0);
        bytes[at + 12] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var (code, output, _) = await ServerProcess.Run(["verify", "--json", "--data", folder.Path]);
        Assert.Equal(1, code);
        Assert.Matches("position [0-9]+", Lines(output).Single(row => row.TryGetProperty("check", out var check) && check.GetString() == "events.db").GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Replay_shows_now_and_then()
    {
        Assert.Equal("Later", Lines(await Ok("replay", "--stream", "User-" + userId)).Single().GetProperty("name").GetString());
        Assert.Equal("Verbs", Lines(await Ok("replay", "--stream", "User-" + userId, "--at", before.ToString(System.Globalization.CultureInfo.InvariantCulture))).Single().GetProperty("name").GetString());
        var sessions = Lines(await Ok("replay", "--stream", "Access-" + rootId)).Single();
        Assert.Equal(1, sessions.GetProperty("state").GetProperty("sessions").GetArrayLength());
        Assert.Equal(sessions.GetProperty("version").GetInt64(), sessions.GetProperty("events").GetProperty("UserLoggedIn").GetInt64());
        var decisions = Lines(await Ok("replay", "--stream", "AccessDecision-" + rootId)).Single();
        var bypasses = decisions.GetProperty("events").GetProperty("SystemBypass").GetInt64();
        Assert.Equal((bypasses, JsonValueKind.Null), (decisions.GetProperty("version").GetInt64(), decisions.GetProperty("state").ValueKind));
        Assert.True(bypasses > 1);
        var first = Lines(await Ok("dump", "AccessDecision-" + rootId))[0].GetProperty("position").ToString();
        Assert.Equal(1, Lines(await Ok("replay", "--stream", "AccessDecision-" + rootId, "--at", first)).Single().GetProperty("version").GetInt64());
        var address = Lines(await Ok("dump", "User-" + userId)).Single(one => one.GetProperty("type").GetString() == "UserActivated").GetProperty("position").GetInt64() + 1;
        var claimed = Lines(await Ok("replay", "--stream", await StreamAt(address))).Single();
        Assert.Equal(userId, claimed.GetProperty("state").GetProperty("holder").GetString());
        await Fails("There was no event", "replay", "--stream", "Access-" + rootId, "--at", "2020-01-01T00:00:00Z");
        await Fails("There was no event", "replay", "--stream", "Shoes-1");
        await Fails("There was no user", "replay", "--stream", "User-" + userId, "--at", "2020-01-01T00:00:00Z");
        Assert.Contains("add up to no state", decisions.GetProperty("stateNote").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_shows_what_every_category_adds_up_to()
    {
        string team, slug, process, role;
        await using (var server = await RunningServer.Start(path: folder.Path))
        {
            team = await server.Root.NewTeam("Forest", "organization");
            slug = (await server.Root.Get("/teams/" + team)).Is(200)["slug"];
            await server.Root.Join(team, userId, "leader");
            (await server.Root.Post("/roles", """{"name":"keeper","permissions":["users.view"]}""")).Is(201);
            (await server.Root.Put("/settings/hierarchy_depth_warning", """{"value":"5"}""")).Is(200);
            (await server.Root.Post($"/users/{userId}/archive", """{"reason":"left"}""")).Is(200);
            await Chaos.Eventually.Holds(async () => (await Streams(server)).Exists(name => name.StartsWith("Process-", StringComparison.Ordinal)), "No process began.");
            process = (await Streams(server)).First(name => name.StartsWith("Process-", StringComparison.Ordinal));
            role = (await Streams(server)).First(name => name.StartsWith("Role-", StringComparison.Ordinal) && name.EndsWith("keeper", StringComparison.Ordinal));
        }

        await Ok("schedules", "run", "inactivity");
        var state = await State("Team-" + team);
        Assert.Equal(("Forest", slug), (state.GetProperty("name").GetString(), state.GetProperty("slug").GetString()));
        Assert.Equal("organization", state.GetProperty("type").GetString());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("parentId").ValueKind);
        Assert.Equal(team, (await State("TeamSlug-" + slug)).GetProperty("holder").GetString());
        Assert.Equal(team, (await State("Hierarchy-" + team)).GetProperty("root").GetString());
        Assert.Equal("leader", (await State($"Membership-{team}_{userId}")).GetProperty("role").GetString());
        Assert.Equal("users.view", (await State(role)).GetProperty("permissions")[0].GetString());
        Assert.True((await State(process)).GetProperty("facts").ValueKind == JsonValueKind.Object);
        Assert.Equal("5", (await State("Settings-system")).GetProperty("hierarchy_depth_warning").GetString());
        Assert.Equal("succeeded", (await State("Schedule-inactivity")).GetProperty("last").GetProperty("state").GetString());

        static async Task<List<string>> Streams(RunningServer server) =>
            [.. (await server.Root.Get("/events?limit=100")).Is(200).Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("stream").GetString()!)];

        async Task<JsonElement> State(string stream) => Lines(await Ok("replay", "--stream", stream)).Single().GetProperty("state");
    }

    [Theory]
    [InlineData("neither a position nor a time", "replay", "--stream", "User-1", "--at", "yesterday")]
    [InlineData("neither a position nor a time", "replay", "--stream", "User-1", "--at", "-1")]
    [InlineData("beyond the newest", "replay", "--stream", "User-1", "--at", "99999999")]
    [InlineData("not a stream name", "replay", "--stream", "nonsense")]
    [InlineData("not a stream name", "dump", "nonsense")]
    [InlineData("There is no read model", "rebuild", "shoes")]
    [InlineData("There is no schedule", "schedules", "run", "shoes")]
    [InlineData("is no e-mail address", "user", "create-system", "--email", "bad")]
    public async Task What_cannot_be_meant_ends_with_two(string says, params string[] arguments)
    {
        var (code, _, errors) = await ServerProcess.Run([.. arguments, "--data", folder.Path, "--json"]);
        Assert.Equal(2, code);
        Assert.Contains(says, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dump_prints_a_stream()
    {
        var events = Lines(await Ok("dump", "User-" + userId));
        Assert.Equal(["UserRegistrationInitiated", "UserActivated", "UserProfileUpdated"], events.Select(one => one.GetProperty("type").GetString()));
        Assert.Equal("verbs@example.org", events[0].GetProperty("data").GetProperty("email").GetString());
        Assert.All(Lines(await Ok("dump", "AccessDecision-" + rootId)), one => Assert.Equal("SystemBypass", one.GetProperty("type").GetString()));
        await Fails("There is no stream", "dump", "User-nobody");
    }

    [Fact]
    public async Task Projections_stand_at_the_head_and_can_be_rebuilt()
    {
        var statuses = Lines(await Ok("projections"));
        Assert.Contains("user-directory", statuses.Select(status => status.GetProperty("name").GetString()));
        Assert.All(statuses, status => Assert.Equal(status.GetProperty("head").GetInt64(), status.GetProperty("position").GetInt64()));
        foreach (var model in new[] { "users", "all" })
            Assert.Contains(Lines(await Ok("rebuild", model)), row => row.TryGetProperty("state", out var state) && state.GetString() == "succeeded");
        var operators = Lines(await Ok("dump", "Operator-system:command-line"));
        Assert.Equal(["users", "all"], operators.Select(one => one.GetProperty("data").GetProperty("model").GetString()));
        Assert.Equal("", await Ok("parked"));
    }

    [Fact]
    public async Task A_mistyped_folder_stays_what_it_is()
    {
        var typo = folder.File("typo");
        foreach (var verb in new[] { new[] { "verify" }, ["verify", "--full"], ["projections"], ["parked"], ["dump", "User-" + userId], ["rebuild", "users"], ["replay", "--stream", "User-" + userId] })
        {
            var (code, _, errors) = await ServerProcess.Run([.. verb, "--data", typo]);
            Assert.Equal(1, code);
            Assert.Contains("name a data folder that holds a log", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.False(Directory.Exists(typo));
        }
    }

    [Fact]
    public async Task Schedules_are_listed_and_run_and_no_process_stands()
    {
        Assert.Equal(["inactivity", "processes", "rights-reconcile", "suspension-end", "verification-expiry"], Lines(await Ok("schedules")).Select(row => row.GetProperty("name").GetString()));
        var ran = Lines(await Ok("schedules", "run", "inactivity")).Single(row => row.TryGetProperty("state", out _));
        Assert.Equal(("succeeded", 0), (ran.GetProperty("state").GetString(), ran.GetProperty("failed").GetInt32()));
        Assert.Equal("", await Ok("processes"));
        await Fails("No process", "processes", "resume", "verification_0_0");
    }

    [Fact]
    public async Task Check_finds_the_store_fit() =>
        Assert.All(Lines(await Ok("check")), row => Assert.Equal("ok", row.GetProperty("result").GetString()));

    [Fact]
    public async Task A_system_user_can_be_made_and_sign_in()
    {
        var made = Lines(await Ok("user", "create-system", "--email", "ops@example.org", "--name", "Operations")).Single();
        await Fails("email-taken", "user", "create-system", "--email", "ops@example.org");
        var (weak, _, errors) = await ServerProcess.RunWith("short", ["user", "create-system", "--email", "ops2@example.org", "--password-stdin", "--data", folder.Path]);
        Assert.Equal(1, weak);
        Assert.Contains("password", errors, StringComparison.Ordinal);
        var (code, _, _) = await ServerProcess.RunWith("Given-By-Operator-1\n", ["user", "create-system", "--email", "ops3@example.org", "--password-stdin", "--data", folder.Path]);
        Assert.Equal(0, code);
        await using var server = await RunningServer.Start(path: folder.Path);
        var ops = server.Nobody.As(await server.Nobody.SignIn("ops@example.org", made.GetProperty("password").GetString()!));
        Assert.Equal(("system", "Operations"), ((await ops.Get("/me")).Is(200)["type"], (await ops.Get("/me"))["name"]));
        await server.Nobody.SignIn("ops3@example.org", "Given-By-Operator-1");
    }

    [Fact]
    public async Task A_folder_that_is_served_is_left_alone()
    {
        await using var server = await RunningServer.Start(path: folder.Path);
        await Ok("verify");
        foreach (var verb in new[] { new[] { "verify", "--full" }, ["projections"], ["parked"], ["dump", "User-" + userId], ["check"], ["rebuild", "users"], ["replay", "--stream", "User-" + userId], ["replay", "--stream", "Access-" + userId] })
        {
            await Fails("in use by another process", verb);
        }
    }

    private async Task<string> StreamAt(long position)
    {
        await using var server = await RunningServer.Start(path: folder.Path);
        return (await server.Root.Get($"/events?after={position - 1}&limit=1")).Is(200).Json.GetProperty("items")[0].GetProperty("stream").GetString()!;
    }

    private async Task<string> Ok(params string[] arguments)
    {
        var (code, output, errors) = await ServerProcess.Run([.. arguments, "--data", folder.Path, "--json"]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {output}{errors}");
        Assert.Equal("", errors);
        return output;
    }

    private async Task Fails(string says, params string[] arguments)
    {
        var (code, _, errors) = await ServerProcess.Run([.. arguments, "--data", folder.Path, "--json"]);
        Assert.Equal(1, code);
        Assert.Contains(says, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static List<JsonElement> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Where(line => !line.TryGetProperty("progress", out _))];
}
