using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The operator's hand on the outbox from the command line.</summary>
public sealed class OutboxVerbTests
{
    [Fact]
    public async Task Rows_are_listed_given_up_and_tried_again()
    {
        using var folder = new TempFolder();
        // Nobody listens there: what is to be sent waits.
        (string, string)[] away = [("Ums__Smtp__Host", "127.0.0.1"), ("Ums__Smtp__Port", $"{ServerProcess.FreePort()}"), ("Ums__Smtp__Security", "none"), ("Ums__Smtp__From", "ums@example.org")];
        await using (var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), away))
        {
            var root = new ApiClient(server.Http, null);
            root = root.As(await root.SignIn(TestOptions.RootEmail, TestOptions.RootPassword));
            await root.NewUser("ada@example.org");
            await Chaos.Eventually.Holds(async () => (await root.Get("/outbox?state=pending&kind=welcome")).Is(200).Json.GetProperty("total").GetInt32() == 1, "It never came into the outbox.");
            Assert.Equal(0, await server.Stop());
        }

        var listed = await ServerProcess.Run(["outbox", "--kind", "welcome", "--json", "--data", folder.Path]);
        var id = JsonDocument.Parse(listed.Output.Split('\n')[0]).RootElement.GetProperty("id").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("\"state\":\"pending\"", (await ServerProcess.Run(["outbox", "retry", id, "--json", "--data", folder.Path])).Output, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"skipped\"", (await ServerProcess.Run(["outbox", "skip", id, "--reason", "no longer needed", "--json", "--data", folder.Path])).Output, StringComparison.Ordinal);
        Assert.Equal((1, $"ums: Row {id} is skipped: there is nothing to do about it.\n"), (await ServerProcess.Run(["outbox", "skip", id, "--reason", "x", "--data", folder.Path])) is var again ? (again.ExitCode, again.Errors) : default);
        Assert.Equal(1, (await ServerProcess.Run(["webhooks", "replay", "none", "--from", "1", "--data", folder.Path])).ExitCode);
        await Pages(folder.Path);
        Assert.Equal(2, (await ServerProcess.Run(["outbox", "--limit", "0", "--data", folder.Path])).ExitCode);
        Assert.Equal(2, (await ServerProcess.Run(["outbox", "--state", "lost", "--data", folder.Path])).ExitCode);
    }

    private static async Task Pages(string folder)
    {
        var all = await Rows("--all");
        Assert.True(all.Count > 1, "There is nothing to turn pages of.");
        Assert.DoesNotContain(all, row => row.TryGetProperty("nextCursor", out _));
        var first = await Rows("--limit", "1");
        Assert.Equal(2, first.Count);
        Assert.Equal(Id(all[0]), Id(first[0]));
        var rest = await Rows("--before", first[1].GetProperty("nextCursor").GetRawText(), "--all");
        Assert.Equal(all.Skip(1).Select(Id), rest.Select(Id));
        Assert.All(all, row => Assert.Equal((JsonValueKind.Number, JsonValueKind.Number), (row.GetProperty("position").ValueKind, row.GetProperty("attempts").ValueKind)));

        async Task<List<JsonElement>> Rows(params string[] arguments) =>
            [.. (await ServerProcess.Run(["outbox", .. arguments, "--json", "--data", folder])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

        static long Id(JsonElement row) => row.GetProperty("id").GetInt64();
    }
}
