using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Domain;

namespace UmsSti.Benchmarks.Http;

/// <summary>A folder with a crowd in it, as a server leaves it: an administrator, and a read model that is current. Made once a run.</summary>
internal static class CrowdFolder
{
    private static readonly Dictionary<Crowd, string> Made = [];

    public static async Task<string> With(Run run, Crowd crowd, CancellationToken ct)
    {
        if (Made.TryGetValue(crowd, out var folder))
            return folder;
        folder = run.NewFolder($"crowd-{crowd.People}");
        await using (var server = await ServerProcess.StartOurs(folder, ct))
            await ServedFolder.CreateAdministrator(server.Client, ServedFolder.AdministratorEmail, ct);
        await using (var logs = Logs.Open(folder))
        {
            var seed = new TeamSeed(logs);
            await seed.People(crowd.People, ct);
            await seed.Teams(Forest.Organisations(crowd.Teams, crowd.Organisations), ct);
            await seed.Memberships(crowd.All(), ct);
        }

        await using (var server = await ServerProcess.StartOurs(folder, ct))
            Run.Say($"first start on {crowd.Size} took {server.TimeToReady.TotalSeconds:0.0} s to ready");
        Made.Add(crowd, folder);
        return folder;
    }
}

/// <summary>One organisation of a shape, and who sees all of it.</summary>
internal sealed record Shape(string Name, SeededTeam Root, int Teams, string Viewer);

/// <summary>
/// A folder with organisations of unusual shapes, each with an administrator who is an executive of every team of it and of no other.
/// Made once a run; <c>move-500</c> moves a branch to and fro in it.
/// </summary>
internal sealed record ShapesFolder(string Path, IReadOnlyDictionary<string, Shape> Shapes)
{
    public const string Flat = "flat", Levels = "levels", Square = "square", Branches = "branches", Thousand = "thousand";

    private static ShapesFolder? _made;

    public static async Task<ShapesFolder> Of(Run run, CancellationToken ct)
    {
        if (_made is not null)
            return _made;
        var path = run.NewFolder("shapes");
        var side = run.Options.Size(100, 10);
        var teams = new List<SeededTeam>();
        (string Name, SeededTeam Root)[] roots =
        [
            (Flat, Forest.Flat(teams, side * side)), (Levels, Forest.WideLevels(teams, side * side)), (Square, Forest.Square(teams, side)),
            (Branches, Forest.TwoBranches(teams, run.Options.Size(500, 50))), (Thousand, Forest.TwoBranches(teams, run.Options.Size(1_000, 100))),
        ];
        var (shapes, viewers) = (new Dictionary<string, Shape>(), new Dictionary<int, string>());
        await using (var server = await ServerProcess.StartOurs(path, ct))
        {
            foreach (var (name, root) in roots)
            {
                var viewer = name + "@example.org";
                viewers.Add(root.Organisation, await ServedFolder.CreateAdministrator(server.Client, viewer, ct));
                shapes.Add(name, new Shape(name, root, teams.Count(team => team.Organisation == root.Organisation), viewer));
            }
        }

        await using (var logs = Logs.Open(path))
        {
            var seed = new TeamSeed(logs);
            await seed.Teams(teams, ct);
            await seed.Memberships(teams.Select(team => (team.Id, viewers[team.Organisation], TeamRole.Executive)), ct);
        }

        await using (var server = await ServerProcess.StartOurs(path, ct))
            Run.Say($"first start on {teams.Count:N0} teams took {server.TimeToReady.TotalSeconds:0.0} s to ready");
        return _made = new ShapesFolder(path, shapes);
    }
}
