using System.Globalization;
using UmsSti.Kernel;
using UmsSti.Server.Tests.Support;
using UmsSti.Store;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>One bit of a log turns over on the disk: <c>ums verify</c> names the position, whichever part of the event it hit.</summary>
public sealed class FlippedBitTests
{
    [Theory]
    [InlineData("data")]
    [InlineData("hash")]
    [InlineData("metadata")]
    public async Task Verify_names_the_position(string part)
    {
        using var folder = new TempFolder();
        await Fill(folder.Path);
        var victim = await Middle(folder.Path);
        var bytes = part switch
        {
            "data" => victim.Data,
            "hash" => victim.Hash,
            _ => victim.Meta,
        };
        await Flip(folder.File(DataFolder.EventsFile), bytes);

        var (code, output, errors) = await ServerProcess.Run(["verify", "--json", "--data", folder.Path]);
        Assert.True(code == 1, output + errors);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"position {victim.Position}:"), output);
    }

    private static async Task Fill(string folder)
    {
        await using var server = await ServerProcess.Start(folder, ServerProcess.FreePort());
        var nobody = new ApiClient(server.Http, null);
        var root = nobody.As(await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword));
        for (var user = 0; user < 5; user++)
        {
            (await root.Post("/users", $$"""{"email":"flip{{user}}@example.org","name":"Flip {{user}}","type":"standard"}""")).Is(201);
        }

        Assert.Equal(0, await server.Stop());
    }

    private static async Task<RecordedEvent> Middle(string path)
    {
        using var folder = DataFolder.Open(path);
        await using var log = SqliteEventLog.Open(folder, DataFolder.EventsFile, new EventLogOptions());
        return (await log.ReadAll(log.Head / 2, 1, TestContext.Current.CancellationToken)).Single();
    }

    private static async Task Flip(string file, ReadOnlyMemory<byte> part)
    {
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var copies = 0;
        for (var at = bytes.AsSpan().IndexOf(part.Span); at >= 0; at = bytes.AsSpan().IndexOf(part.Span))
        {
            // A page that was split keeps the old bytes in its free part; they count for nothing, and turn over with the living ones.
            bytes[at + (part.Length / 2)] ^= 4;
            copies++;
        }

        Assert.True(copies > 0, "The bytes are in the file.");
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
    }
}
