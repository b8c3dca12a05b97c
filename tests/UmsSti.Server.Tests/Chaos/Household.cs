using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>A few users with tokens of their own, who change themselves; what they do touches no log but the domain log.</summary>
internal sealed class Household
{
    private const int Members = 4;

    private readonly List<Member> members = [];

    public IReadOnlyList<Member> All => members;

    public string RootToken { get; private set; } = "";

    /// <summary>Registers the users and signs everybody in, on a running server.</summary>
    public static async Task<Household> MoveIn(ServerProcess server)
    {
        var house = new Household();
        var nobody = new ApiClient(server.Http, null);
        house.RootToken = await nobody.SignIn(TestOptions.RootEmail, TestOptions.RootPassword);
        for (var number = 0; number < Members; number++)
        {
            var email = $"member{number}@example.org";
            var id = await nobody.As(house.RootToken).NewUser(email);
            house.members.Add(new Member(id, email, await nobody.SignIn(email, TestOptions.UserPassword)));
        }

        return house;
    }

    /// <summary>Starts a server for users who are there already.</summary>
    public static Task<ServerProcess> Serve(string folder) => ServerProcess.Start(folder, ServerProcess.FreePort());

    public ApiClient Root(ServerProcess server) => new(server.Http, null, RootToken);

    /// <summary>Checks everything from outside: nothing is half there, the chain holds, every read model agrees with the log.</summary>
    public static async Task StopAndVerify(ServerProcess server, string folder)
    {
        Assert.Equal(0, await server.Stop());
        var (code, output, errors) = await ServerProcess.Run(["verify", "--full", "--json", "--data", folder]);
        Assert.True(code == 0, output + errors);
    }
}

/// <summary>A user and the newest answer he got to a change of himself.</summary>
internal sealed class Member(string id, string email, string token)
{
    /// <summary>Registered and activated.</summary>
    private const long FirstVersion = 2;

    private int asked;

    public string Id => id;

    public string Email => email;

    /// <summary>The newest acknowledged version.</summary>
    public long Version { get; private set; } = FirstVersion;

    /// <summary>The name that version has.</summary>
    public string Name { get; private set; } = "Somebody";

    /// <summary>Where it lies in the log; 0 before the first change.</summary>
    public long Position { get; private set; }

    public ApiClient Client(ServerProcess server) => new(server.Http, null, token);

    /// <summary>Asks for a new name, with enough beside it to need room; keeps what was acknowledged.</summary>
    public async Task<Reply> Change(ServerProcess server)
    {
        var name = $"Name {++asked}";
        var bio = new string((char)('a' + (asked % 26)), 1_000);
        var reply = await Client(server).Patch("/users/" + id, $$"""{"name":"{{name}}","profile":{"bio":"{{bio}}"} }""");
        if (reply.Code == 200)
        {
            (Version, Name, Position) = (reply.Json.GetProperty("version").GetInt64(), name, reply.Position);
        }

        return reply;
    }

    /// <summary>A change that must be taken, right after the newest acknowledged one: nothing that was refused lies between.</summary>
    public async Task MustChange(ServerProcess server)
    {
        var before = Version;
        (await Change(server)).Is(200);
        Assert.True(Version == before + 1, $"Version {Version} followed {before}: something that was refused was stored.");
    }

    /// <summary>The log answers, with what was acknowledged.</summary>
    public async Task MustBeInTheLog(ServerProcess server)
    {
        var reply = (await Client(server).Get($"/users/{id}?atPosition={Position}")).Is(200);
        Assert.Equal((Name, Version), (reply["name"], reply.Json.GetProperty("version").GetInt64()));
    }

    /// <summary>The read model answers, whatever it has seen so far.</summary>
    public async Task MustBeReadable(ServerProcess server)
    {
        var reply = (await Client(server).Get("/users/" + id, ("X-Consistency-Level", "eventual"))).Is(200);
        Assert.InRange(reply.Json.GetProperty("version").GetInt64(), FirstVersion, Version);
    }

    /// <summary>The read model shows exactly what was acknowledged, as soon as it can.</summary>
    public async Task MustBeShown(ServerProcess server)
    {
        Reply? shown = null;
        await Eventually.Holds(
            async () =>
            {
                shown = await Client(server).Get("/users/" + id);
                return shown.Code == 200;
            },
            "The read model does not come back.");
        Assert.Equal((Name, Version), (shown!["name"], shown.Json.GetProperty("version").GetInt64()));
    }
}
