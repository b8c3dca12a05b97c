using System.Text;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.Server.Hosting;
using UmsSti.Server.Tests.Chaos;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>What follows from an event, on a whole server: at once, on record, and in the operator's hand when it cannot go on (XR-11).</summary>
public sealed class FollowUpTests
{
    private const string Meta = """{"actor":"system:tests","command":"c","correlation":"r"}""";

    [Fact]
    public async Task Archiving_a_person_and_a_team_ends_memberships_without_anybody_asking()
    {
        await using var server = await RunningServer.Start();
        var (_, founder) = await server.NewCaller("founder", "admin");
        var (leaver, _) = await server.NewCaller("leaver");
        var (stayer, _) = await server.NewCaller("stayer");
        var (first, second) = (await founder.NewTeam("First", "organization"), await founder.NewTeam("Second", "organization"));
        foreach (var team in new[] { first, second })
        {
            await founder.Join(team, leaver, "member");
            await founder.Join(team, stayer, "member");
        }

        (await server.Root.Put($"/users/{leaver}/permissions/team.move?team={first}", """{"reason":"for a while"}""")).Is(200);
        (await server.Root.Post($"/users/{leaver}/archive", """{"reason":"left"}""")).Is(200);
        await Holds(server, first, leaver, "inactive");
        await Holds(server, second, leaver, "inactive");
        Assert.Equal("active", await StateOf(server, first, stayer));
        await Eventually.Holds(
            async () => (await server.Root.Get("/audit?type=UserPermissionRevoked")).Is(200).Json.GetProperty("total").GetInt64() == 1, "What he was given was never taken.");

        (await server.Root.Post($"/teams/{second}/archive", """{"reason":"finished"}""")).Is(200);
        await Holds(server, second, stayer, "inactive");
        Assert.Equal("active", await StateOf(server, first, stayer));
        var rows = (await server.Root.Get("/outbox?kind=archived-user")).Is(200).Json.GetProperty("items");
        Assert.Equal(("processes", "delivered", "completed"), (rows[0].GetProperty("channel").GetString(), rows[0].GetProperty("state").GetString(), rows[0].GetProperty("reason").GetString()));
        Assert.Equal(0, (await server.Root.Get("/processes")).Is(200).Json.GetProperty("total").GetInt64());
        Assert.Contains((await server.Root.Get("/reactors")).Is(200).Json.GetProperty("items").EnumerateArray(), reactor => reactor.GetProperty("name").GetString() == "processes");
    }

    [Fact]
    public async Task A_process_that_stands_is_shown_and_goes_on_when_it_is_resumed()
    {
        using var folder = new TempFolder();
        ProcessId id;
        await using (var first = await RunningServer.Start(path: folder.Path))
        {
            id = FollowUps.id(FollowUps.ArchivedUser, await first.Root.NewUser("ada@example.org"), 7);
        }

        await Stand(folder.Path, id);
        await using var server = await RunningServer.Start(path: folder.Path);
        var standing = (await server.Root.Get("/processes?state=standing")).Is(200).Json;
        Assert.Equal((1, id.Value), (standing.GetProperty("total").GetInt64(), standing.GetProperty("items")[0].GetProperty("id").GetString()));
        (await server.Nobody.Post($"/processes/{id.Value}/resume")).IsProblem(401, "unauthenticated");
        (await server.Root.Post("/processes/archived-user_x_1/resume")).IsProblem(404, "not-found");
        (await server.Root.Post($"/processes/{id.Value}/resume?dryRun=true")).Is(200);
        (await server.Root.Post($"/processes/{id.Value}/resume")).Is(200);

        // Nobody has taught it the step meanwhile, so it stands again: the reactor has advanced it.
        await Eventually.Holds(
            async () => (await server.Root.Get("/audit?type=StepGivenUp")).Is(200).Json.GetProperty("total").GetInt64() == 2, "It was never advanced.");
        Assert.Equal(1, (await server.Root.Get("/audit?type=Resumed")).Is(200).Json.GetProperty("total").GetInt64());
    }

    [Fact]
    public async Task What_cannot_be_understood_is_tried_again_or_passed_by_from_the_command_line_too()
    {
        using var folder = new TempFolder();
        string id;
        await using (var first = await RunningServer.Start(path: folder.Path))
        {
            id = await first.Root.NewUser("ada@example.org");
        }

        var position = await Poison(folder.Path, "User-" + id);
        await using (var server = await RunningServer.Start(path: folder.Path))
        {
            await Eventually.Holds(async () => (await server.Root.Get("/reactors/failed")).Is(200).Json.GetProperty("total").GetInt64() == 2, "Nobody failed.");
            var retried = (await server.Root.Post($"/reactors/processes/failed/{position}/retry")).Is(200).Json;
            Assert.False(retried.GetProperty("reacted").GetBoolean());
            (await server.Root.Post("/reactors/processes/failed/1/retry")).IsProblem(404, "not-found");
            Assert.Equal(1, (await server.Root.Get("/audit?type=FailedReactionRetried")).Is(200).Json.GetProperty("total").GetInt64());
        }

        Assert.Contains($"\"position\":{position},\"type\":\"UserActivated\",\"retries\":1", (await Ums(folder, "reactors")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Ums(folder, "reactors", "retry", "processes", $"{position}")).ExitCode);
        Assert.Equal(1, (await Ums(folder, "reactors", "retry", "processes", "1")).ExitCode);
        Assert.Equal(2, (await Ums(folder, "reactors", "retry", "processes", "first")).ExitCode);

        Assert.Contains("\"projection\":\"user-directory\"", (await Ums(folder, "parked")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Ums(folder, "parked", "retry", "user-directory", "User-" + id)).ExitCode);
        Assert.Equal(1, (await Ums(folder, "parked", "retry", "user-directory", "User-nobody")).ExitCode);
        Assert.Equal(2, (await Ums(folder, "parked", "skip", "user-directory", "User-" + id)).ExitCode);
        Assert.Equal(2, (await Ums(folder, "parked", "skip", "user-directory", "User-" + id, "--reason", " ")).ExitCode);
        var skipped = await Ums(folder, "parked", "skip", "user-directory", "User-" + id, "--reason", "beyond repair");
        Assert.Equal(0, skipped.ExitCode);
        Assert.Contains("\"released\":\"yes\",\"skipped\":1", skipped.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"projection\":\"user-directory\"", (await Ums(folder, "parked")).Output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> Ums(TempFolder folder, params string[] arguments) =>
        ServerProcess.Run([.. arguments, "--json", "--data", folder.Path]);

    private static Task Holds(RunningServer server, string team, string user, string state) =>
        Eventually.Holds(async () => await StateOf(server, team, user) == state, $"{user} never became {state}.");

    private static async Task<string> StateOf(RunningServer server, string team, string user) =>
        (await server.Root.Get($"/teams/{team}/members/{user}")).Is(200)["state"];

    // A process whose step this program does not know: as one that a newer program began.
    private static async Task Stand(string path, ProcessId id)
    {
        await using var house = Installation.OpenOffline(TestOptions.For(path));
        var now = DateTimeOffset.UtcNow;
        var plan = FollowUps.plan(FollowUps.RetiredRole, id.Subject, now, "c", "7"); // of another kind
        var envelope = new Envelope(Actors.system("tests"), null, [], "c", null, null, null, now, Envelope.AnyVersion);
        Assert.True(await house.Application.Processes.Start(id, plan, envelope, CancellationToken.None));
        Assert.True((await house.Application.Processes.Advance(id, now, CancellationToken.None)).IsStanding);
    }

    private static async Task<long> Poison(string path, string stream)
    {
        await using var house = Installation.OpenOffline(TestOptions.For(path));
        var data = new EventData(1, "UserActivated", 1, "[]"u8.ToArray(), Encoding.UTF8.GetBytes(Meta), DateTimeOffset.UtcNow);
        await house.Events.Append(new AppendRequest([new StreamAppend(StreamName.Parse(stream), -1, [data])], null), CancellationToken.None);
        return house.Events.Head;
    }
}
