using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Doors;

/// <summary>One server with a small organisation, and one caller of every kind the isolation of teams is proved by.</summary>
internal sealed class DoorStage : IAsyncDisposable
{
    private static readonly string[] Elevations = ["users.create_admin", "users.impersonate", "gdpr.manage", "system.configuration"];
    private readonly List<DoorCaller> callers = [];

    private DoorStage(RunningServer server) => Server = server;

    public RunningServer Server { get; }

    public IReadOnlyList<DoorCaller> Callers => callers;

    /// <summary>The organisation above the team.</summary>
    public string Organization { get; private set; } = "";

    /// <summary>The team the routes are about.</summary>
    public string Team { get; private set; } = "";

    public string Sibling { get; private set; } = "";

    /// <summary>The person the routes are about, a member of the team.</summary>
    public string Person { get; private set; } = "";

    public string SessionOfPerson { get; private set; } = "";

    /// <summary>An admin and one who waits to become one.</summary>
    public string Admin { get; private set; } = "";

    public string Applicant { get; private set; } = "";

    public static async Task<DoorStage> Open()
    {
        var stage = new DoorStage(await RunningServer.Start());
        await stage.Fill();
        return stage;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task Fill()
    {
        var root = Server.Root;
        (Admin, var founder) = await Server.NewCaller("founder", "admin");
        Organization = await founder.NewTeam("Organization", "organization");
        Team = await founder.NewTeam("Team", "department", Organization);
        var child = await founder.NewTeam("Child", "department", Team);
        Sibling = await founder.NewTeam("Sibling", "department", Organization);
        (await founder.Post("/roles", $$"""{"name":"known","team":"{{Team}}","permissions":["team.view"]}""")).Is(201);
        Applicant = (await root.Post("/users", """{"email":"applicant@example.org","name":"Applicant","type":"admin"}""")).Is(201)["id"];

        callers.Add(new DoorCaller("anonymous", Server.Nobody, IsKnown: false) { HasToken = false });
        callers.Add(new DoorCaller("system", root) { IsSystem = true });
        (Person, var self) = await Server.NewCaller("self");
        await founder.Join(Team, Person, "member");
        SessionOfPerson = (await self.Get("/sessions")).Is(200).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        callers.Add(new DoorCaller("self", self) { IsSelf = true, Role = "member" });
        callers.Add(new DoorCaller("stranger", (await Server.NewCaller("stranger")).Api));
        foreach (var role in DoorRule.Roles)
        {
            callers.Add(new DoorCaller(role, await Member(role + "-here", Team, role)) { Role = role });
            callers.Add(new DoorCaller(role + " of the parent", await Member(role + "-parent", Organization, role)));
            callers.Add(new DoorCaller(role + " of a child", await Member(role + "-child", child, role)));
            callers.Add(new DoorCaller(role + " of a sibling", await Member(role + "-sibling", Sibling, role)));
        }

        await FillAdmins();
        await FillEnded();
    }

    private async Task FillAdmins()
    {
        callers.Add(new DoorCaller("admin", (await Server.NewCaller("admin", "admin")).Api) { Outside = DoorRule.OfAdmins });
        foreach (var elevation in Elevations)
        {
            var (id, api) = await Server.NewCaller(elevation.Replace('.', '-').Replace('_', '-'), "admin");
            (await Server.Root.Put($"/users/{id}/permissions/{elevation}", """{"reason":"for the table"}""")).Is(200);
            callers.Add(new DoorCaller("admin with " + elevation, api) { Outside = [.. DoorRule.OfAdmins, elevation] });
        }
    }

    /// <summary>Executives of the team whose account, membership or time is over.</summary>
    private async Task FillEnded()
    {
        var (suspended, outOfAccount) = await Server.NewCaller("suspended");
        await Server.Root.Join(Team, suspended, "executive");
        (await Server.Root.Post($"/users/{suspended}/suspend", """{"reason":"for the table"}""")).Is(200);
        callers.Add(new DoorCaller("suspended user", outOfAccount, IsKnown: false));
        var (idle, outOfMembership) = await Server.NewCaller("idle");
        await Server.Root.Join(Team, idle, "executive");
        (await Server.Root.Post($"/teams/{Team}/members/{idle}/suspend", """{"reason":"for the table"}""")).Is(200);
        callers.Add(new DoorCaller("suspended executive", outOfMembership) { IsIdleThere = true });
        var (former, gone) = await Server.NewCaller("former");
        await Server.Root.Join(Team, former, "executive");
        (await gone.Post($"/teams/{Team}/leave")).Is(200);
        callers.Add(new DoorCaller("former executive", gone) { WasThere = true });
    }

    private async Task<ApiClient> Member(string name, string team, string role)
    {
        var (id, api) = await Server.NewCaller(name);
        await Server.Root.Join(team, id, role);
        return api;
    }
}
