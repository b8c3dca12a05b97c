using System.Text;
using UmsSti.Kernel;
using UmsSti.Server.Hosting;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The operator's hand on a stream a projection cannot go on with.</summary>
public sealed class SkipTests
{
    private const string Meta = """{"actor":"system:tests","command":"c","correlation":"r"}""";

    [Fact]
    public async Task A_parked_stream_is_skipped_with_a_reason_that_stays_on_record()
    {
        using var folder = new TempFolder();
        string id;
        await using (var first = await RunningServer.Start(path: folder.Path))
        {
            id = await first.Root.NewUser("parked@example.org");
        }

        await Poison(folder.Path, "User-" + id);
        await using var server = await RunningServer.Start(path: folder.Path);
        var path = $"/projections/user-directory/parked/User-{id}";
        var parked = (await server.Root.Get("/projections/user-directory/parked")).Is(200).Json.GetProperty("items")[0];
        Assert.Equal("User-" + id, parked.GetProperty("stream").GetString());
        (await server.Root.Post(path + "/retry")).Is(200);
        (await server.Root.Post(path + "/skip", "{}")).IsProblem(422, "validation-failed");
        (await server.Root.Post(path + "/skip", """{"reason":" "}""")).IsProblem(422, "validation-failed");
        (await server.Root.Post(path + "/skip", """{"reason":"broken","extent":"some"}""")).IsProblem(422, "validation-failed");
        (await server.Root.Post(path + "/skip?dryRun=true", """{"reason":"broken"}""")).Is(200);
        (await server.Root.Post("/projections/user-directory/parked/User-nobody/skip", """{"reason":"broken"}""")).IsProblem(404, "not-found");
        (await server.Nobody.Post(path + "/skip", """{"reason":"broken"}""")).IsProblem(401, "unauthenticated");

        var skipped = (await server.Root.Post(path + "/skip", """{"reason":"broken beyond repair"}""", ("Idempotency-Key", "skip-1"))).Is(200);
        Assert.True(skipped.Json.GetProperty("released").GetBoolean(), skipped.Text);
        Assert.Equal("UserActivated", skipped.Json.GetProperty("skipped")[0].GetProperty("type").GetString());
        Assert.Equal("true", (await server.Root.Post(path + "/skip", """{"reason":"broken beyond repair"}""", ("Idempotency-Key", "skip-1"))).Is(200).Header("Idempotency-Replayed"));
        Assert.Equal(0, (await server.Root.Get("/projections/user-directory/parked")).Is(200).Json.GetProperty("total").GetInt64());

        var recorded = (await server.Root.Get("/audit?type=ParkedStreamSkipped")).Is(200).Json.GetProperty("items");
        Assert.Equal(("broken beyond repair", "skip", "user-directory"), (recorded[0].GetProperty("reason").GetString(), recorded[0].GetProperty("action").GetString(), recorded[0].GetProperty("resourceId").GetString()));
        Assert.Equal(1, recorded.GetArrayLength());
        Assert.Equal(1, (await server.Root.Get("/audit?type=ParkedStreamRetried")).Is(200).Json.GetProperty("total").GetInt64());
        Assert.Equal(1, (await server.Root.Get("/security-events?type=stream-skipped&severity=high")).Is(200).Json.GetProperty("total").GetInt64());
    }

    private static async Task Poison(string path, string stream)
    {
        await using var house = Installation.OpenOffline(TestOptions.For(path));
        var data = new EventData(1, "UserActivated", 1, "[]"u8.ToArray(), Encoding.UTF8.GetBytes(Meta), DateTimeOffset.UtcNow);
        await house.Events.Append(new AppendRequest([new StreamAppend(StreamName.Parse(stream), -1, [data])], null), CancellationToken.None);
    }
}
