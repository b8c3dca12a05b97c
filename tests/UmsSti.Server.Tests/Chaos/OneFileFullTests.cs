using UmsSti.Server.Tests.Support;
using UmsSti.Store;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>One of the four files cannot grow: what needs it answers 503, everything else goes on, and it comes back by itself.</summary>
public sealed class OneFileFullTests
{
    private const string Newcomer = """{"email":"newcomer@example.org","name":"New","type":"standard","activate":true}""";

    [Fact]
    public async Task Without_the_domain_log_reads_and_sign_ins_go_on()
    {
        await using var one = await Case.Of(DataFolder.EventsFile);
        var (server, house, root) = (one.Server, one.House, one.Root);
        foreach (var member in house.All)
        {
            (await member.Change(server)).IsProblem(503, "store-unavailable");
            await member.MustBeShown(server);
        }

        (await root.Post("/users", Newcomer, ("Idempotency-Key", "new"))).IsProblem(503, "store-unavailable");
        (await SignIn(server, house)).Is(201);
        (await root.Get("/users")).Is(200);

        one.Free();
        await house.All[0].MustChange(server);
        Assert.Null((await root.Post("/users", Newcomer, ("Idempotency-Key", "new"))).Is(201).Header("Idempotency-Replayed"));
        await one.End();
    }

    [Fact]
    public async Task Without_the_vault_known_users_go_on_and_nobody_is_half_registered()
    {
        await using var one = await Case.Of(DataFolder.VaultFile);
        var (server, house, root) = (one.Server, one.House, one.Root);
        var before = (await root.Get("/users?limit=1")).Is(200).Json.GetProperty("total").GetInt64();
        (await root.Post("/users", Newcomer, ("Idempotency-Key", "new"))).IsProblem(503, "store-unavailable");
        (await SignIn(server, house)).IsProblem(503, "store-unavailable");
        Assert.Equal(before, (await root.Get("/users?limit=1")).Is(200).Json.GetProperty("total").GetInt64());
        await house.All[0].MustChange(server);
        await house.All[0].MustBeShown(server);

        one.Free();
        Assert.Null((await root.Post("/users", Newcomer, ("Idempotency-Key", "new"))).Is(201).Header("Idempotency-Replayed"));
        (await SignIn(server, house)).Is(201);
        await one.End();
    }

    /// <summary>A new address needs the vault only for the token that confirms it, which can be sent again.</summary>
    [Fact]
    public async Task Without_the_vault_a_stored_change_of_address_is_not_called_refused()
    {
        await using var one = await Case.Of(DataFolder.VaultFile);
        var (server, member) = (one.Server, one.House.All[0]);
        (await one.Root.Post($"/users/{member.Id}/email", """{"newEmail":"moved@example.org"}""")).Is(200);
        Assert.Equal("moved@example.org", (await member.Client(server).Get("/users/" + member.Id)).Is(200)["email"]);
        one.Free();
        await one.End();
    }

    /// <summary>What must be recorded and cannot be is not done: bypasses of system users, denials, sign-ins.</summary>
    [Fact]
    public async Task Without_the_activity_log_nothing_happens_unrecorded()
    {
        await using var one = await Case.Of(DataFolder.ActivityFile);
        var (server, house, root) = (one.Server, one.House, one.Root);
        (await root.Get("/users")).IsProblem(503, "store-unavailable");
        (await root.Post("/users", Newcomer)).IsProblem(503, "store-unavailable");
        (await house.All[0].Client(server).Get("/users/" + house.All[1].Id)).IsProblem(503, "store-unavailable");
        (await SignIn(server, house)).IsProblem(503, "store-unavailable");
        await house.All[0].MustChange(server);
        await house.All[0].MustBeShown(server);

        one.Free();
        (await root.Get("/users")).Is(200);
        (await house.All[0].Client(server).Get("/users/" + house.All[1].Id)).IsProblem(403, "forbidden");
        (await SignIn(server, house)).Is(201);
        await one.End();
    }

    [Fact]
    public async Task Without_the_read_model_writing_goes_on_and_it_catches_up_by_itself()
    {
        await using var one = await Case.Of(DataFolder.ReadModelFile);
        var (server, house, root) = (one.Server, one.House, one.Root);
        foreach (var member in house.All)
        {
            await member.MustChange(server);
            await member.MustBeInTheLog(server);
            await member.MustBeReadable(server);
        }

        (await house.All[0].Client(server).Get("/users/" + house.All[0].Id)).IsProblem(503, "consistency-timeout");
        var directory = (await root.Get("/projections")).Is(200).Json.GetProperty("items").EnumerateArray().First(one => one.GetProperty("name").GetString() == "user-directory");
        Assert.Equal("faulted", directory.GetProperty("state").GetString());
        Assert.True(directory.GetProperty("lag").GetInt64() > 0);
        Assert.False(string.IsNullOrEmpty(directory.GetProperty("error").GetString()));

        one.Free();
        foreach (var member in house.All)
        {
            await member.MustBeShown(server);
        }

        await one.End();
    }

    private static Task<Reply> SignIn(ServerProcess server, Household house) =>
        new ApiClient(server.Http, null).Post("/sessions", $$"""{"email":"{{house.All[0].Email}}","password":"{{TestOptions.UserPassword}}"}""");

    /// <summary>A server on users who were there before, with one file that cannot grow.</summary>
    private sealed class Case(TempFolder folder, ServerProcess server, Household house) : IAsyncDisposable
    {
        public ServerProcess Server => server;

        public Household House => house;

        public ApiClient Root => house.Root(server);

        public static async Task<Case> Of(string file)
        {
            var folder = new TempFolder();
            Household house;
            await using (var first = await Household.Serve(folder.Path))
            {
                house = await Household.MoveIn(first);
                Assert.Equal(0, await first.Stop());
            }

            var limit = LongWal.Write(folder.File(file));
            var server = await Household.Serve(folder.Path);
            foreach (var member in house.All)
            {
                // Tokens are known and read models are read before the limit: what is tested is writing, not opening files.
                await member.MustBeShown(server);
            }

            FileSizeLimit.Set(server, limit);
            return new Case(folder, server, house);
        }

        public void Free() => FileSizeLimit.Set(server, LinuxCalls.Unlimited);

        public Task End() => Household.StopAndVerify(server, folder.Path);

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            folder.Dispose();
        }
    }
}
