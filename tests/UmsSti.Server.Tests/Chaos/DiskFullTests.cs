using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>No room left for any file: writes answer 503 and store nothing, reads go on, and writing resumes when there is room, without a restart.</summary>
public sealed class DiskFullTests
{
    /// <summary>Changes after which a full disk must have been noticed.</summary>
    private const int MostChanges = 5_000;

    /// <summary>ENOSPC where file systems can be mounted; elsewhere the same as the other test.</summary>
    [Fact]
    public async Task A_full_file_system_loses_nothing_and_is_left_behind()
    {
        using IDisk disk = SmallFileSystem.TryMount() ?? (IDisk)new FileSizeLimit();
        await FillAndFree(disk);
    }

    [Fact]
    public async Task A_limit_on_file_sizes_loses_nothing_and_is_left_behind()
    {
        using var disk = new FileSizeLimit();
        await FillAndFree(disk);
    }

    private static async Task FillAndFree(IDisk disk)
    {
        await using var server = await Household.Serve(disk.Path);
        var house = await Household.MoveIn(server);
        var root = house.Root(server);
        await Task.WhenAll(house.All.Select(member => member.MustChange(server)));
        const string newcomer = """{"email":"newcomer@example.org","name":"New","type":"standard","activate":true}""";

        disk.Fill(server);
        await Task.WhenAll(house.All.Select(member => ChangeUntilRefused(member, server)));
        disk.Exhaust(server);
        await RefusesEverything(house, server, root, newcomer);
        foreach (var member in house.All)
        {
            await member.MustBeInTheLog(server);
            await member.MustBeReadable(server);
            Assert.Equal(member.Id, (await member.Client(server).Get("/me")).Is(200)["id"]);
        }

        disk.Free(server);
        foreach (var member in house.All)
        {
            await member.MustChange(server);
        }

        (await root.Post("/users", newcomer, ("Idempotency-Key", "newcomer"))).Is(201);
        foreach (var member in house.All)
        {
            await member.MustBeShown(server);
        }

        await Household.StopAndVerify(server, disk.Path);
    }

    private static async Task ChangeUntilRefused(Member member, ServerProcess server)
    {
        for (var change = 0; change < MostChanges; change++)
        {
            var reply = await member.Change(server);
            if (reply.Code != 200)
            {
                reply.IsProblem(503, "store-unavailable");
                Assert.NotNull(reply.Header("Retry-After"));
                return;
            }
        }

        Assert.Fail($"{MostChanges} changes went onto a full disk.");
    }

    private static async Task RefusesEverything(Household house, ServerProcess server, ApiClient root, string newcomer)
    {
        (await root.Post("/users", newcomer, ("Idempotency-Key", "newcomer"))).IsProblem(503, "store-unavailable");
        (await new ApiClient(server.Http, null).Post("/sessions", $$"""{"email":"{{house.All[0].Email}}","password":"{{TestOptions.UserPassword}}"}""")).IsProblem(503, "store-unavailable");
    }
}
