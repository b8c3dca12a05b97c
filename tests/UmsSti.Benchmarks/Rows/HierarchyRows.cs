using System.Diagnostics;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Http;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Hierarchy;
using UmsSti.Store;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Where a team stands: above, below, beside; in the store and over HTTP.</summary>
internal sealed class HierarchyRows : IBenchmark
{
    public string Name => "hierarchy";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var folder = await ShapesFolder.Of(run, ct);
        var shape = folder.Shapes[ShapesFolder.Thousand];
        var (branch, leaf) = (Forest.Id(shape.Root.Number + 2), Forest.Id(shape.Root.Number + shape.Teams - 1));
        (string Work, string Path, Func<TeamHierarchy, Task<IReadOnlyList<TreeTeam>?>> Read)[] works =
        [
            ("ancestors of a team", $"/teams/{leaf}/ancestors", store => store.AncestorsAsync(leaf, null, null, ct)),
            ("path to a team", $"/teams/{leaf}/path", store => store.PathAsync(leaf, null, ct)),
            ("children of a team", $"/teams/{branch}/children", store => store.ChildrenAsync(branch, null, ct)),
            ($"descendants of a team, {shape.Teams - 3:N0} of them", $"/teams/{branch}/descendants", store => store.DescendantsAsync(branch, null, null, ct)),
        ];
        var times = run.Options.Size(1_000, 50);
        using (var database = ReadModelDatabase.Open(new ReadModelOptions { Path = Path.Combine(folder.Path, DataFolder.ReadModelFile) }, TimeProvider.System))
        {
            var store = new TeamHierarchy(database);
            foreach (var (work, _, read) in works)
            {
                var taken = await run.Repeat(_ => InStore(store, read, times));
                run.Report(Row($"{work}, in the store", 1, taken, $"mean of {times:N0} reads one after the other; each answer is a list of teams with all they are listed with"));
            }
        }

        await using var server = await ServerProcess.StartOurs(folder.Path, ct);
        var caller = new Timed(server.Client, await ServedFolder.SignIn(server.Client, shape.Viewer, ct));
        foreach (var (work, path, _) in works)
        {
            var taken = await run.Repeat(async _ => Timed.P99(await caller.Get([path], times, ct)));
            run.Report(Row($"{work}, strong over HTTP, 99th percentile", 5, taken, $"{times:N0} requests of one caller one after the other, who is in all of the {shape.Teams:N0} teams; answers read to their end"));
        }
    }

    private static async Task<double> InStore(TeamHierarchy store, Func<TeamHierarchy, Task<IReadOnlyList<TreeTeam>?>> read, int times)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            if (await read(store) is not { Count: > 0 })
                throw new InvalidOperationException("A team that was expected is not there.");
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / times;
    }

    private Row Row(string work, double limit, double[] taken, string settings) => new()
    {
        Benchmark = Name,
        Work = work,
        Unit = "ms",
        Target = Target.AtMost(limit),
        Ours = taken,
        Settings = settings,
    };
}

/// <summary>A branch moves: from the request to an answer that is durable, and to a strong read that shows it in its new place.</summary>
internal sealed class MoveRow : IBenchmark
{
    public string Name => "move-500";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var folder = await ShapesFolder.Of(run, ct);
        var shape = folder.Shapes[ShapesFolder.Branches];
        var (root, alone, branch) = (shape.Root.Id, Forest.Id(shape.Root.Number + 1), Forest.Id(shape.Root.Number + 2));
        await using var server = await ServerProcess.StartOurs(folder.Path, ct);
        var caller = new Timed(server.Client, await ServedFolder.SignIn(server.Client, shape.Viewer, ct));
        var there = false;
        var taken = await run.Repeat(async _ =>
        {
            there = !there;
            var started = Stopwatch.GetTimestamp();
            await caller.Post($"/teams/{branch}/move", $$"""{"newParentId":"{{(there ? alone : root)}}"}""", ct);
            var below = await caller.Get($"/teams/{alone}/descendants", ct);
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var listed = System.Text.Json.Nodes.JsonNode.Parse(below)!["items"]!.AsArray().Count;
            return listed == (there ? shape.Teams - 2 : 0) ? elapsed : throw new InvalidOperationException($"{listed} teams were below the branch's new parent.");
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"move a branch of {shape.Teams - 2:N0} teams, then a strong read of all below its new place",
            Unit = "ms",
            Target = Target.AtMost(100),
            Ours = taken,
            Settings = $"one caller over HTTP, to and fro; the first move after the start, which folds the tree, is the warm-up; {Logs.Settings}",
        });
    }
}
