using System.Diagnostics;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Http;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Ten thousand teams in the shapes that other systems are slow with: listing and searching, and the first command after a start.</summary>
internal sealed class TeamShapeRows : IBenchmark
{
    private static readonly (string Shape, string Words)[] Shapes =
    [
        (ShapesFolder.Flat, "flat"), (ShapesFolder.Levels, "in a chain of wide levels"), (ShapesFolder.Square, "as a square"),
    ];

    public string Name => "team-shapes";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var folder = await ShapesFolder.Of(run, ct);
        var times = run.Options.Size(200, 10);
        await using (var server = await ServerProcess.StartOurs(folder.Path, ct))
        {
            foreach (var (name, words) in Shapes)
            {
                var shape = folder.Shapes[name];
                var caller = new Timed(server.Client, await ServedFolder.SignIn(server.Client, shape.Viewer, ct));
                (string Work, string Path)[] works =
                [
                    ("a page of the list", "/teams?limit=50"),
                    ("a search by name", $"/teams?search=team+{shape.Root.Number + (shape.Teams / 2)}&limit=50"),
                    ("a search that finds all", "/teams?search=team&limit=50"),
                    ("children of the root", $"/teams/{shape.Root.Id}/children"),
                    ("descendants of the root", $"/teams/{shape.Root.Id}/descendants"),
                ];
                foreach (var (work, path) in works)
                {
                    var taken = await run.Repeat(async _ => Timed.P99(await caller.Get([path], times, ct)));
                    Report(run, $"{work}, {shape.Teams:N0} teams {words}, strong over HTTP, 99th percentile", taken, $"{times:N0} requests of one caller one after the other, who is in every team");
                }
            }
        }

        foreach (var (name, words) in Shapes)
            await FirstCommand(run, folder, folder.Shapes[name], words, ct);
    }

    private async Task FirstCommand(Run run, ShapesFolder folder, Shape shape, string words, CancellationToken ct)
    {
        var taken = await run.Repeat(async i =>
        {
            await using var server = await ServerProcess.StartOurs(folder.Path, ct);
            var caller = new Timed(server.Client, await ServedFolder.SignIn(server.Client, shape.Viewer, ct));
            await caller.Get("/teams?limit=1", ct);
            var started = Stopwatch.GetTimestamp();
            await caller.Post("/teams", $$"""{"name":"First of start {{i + 2}}","type":"department","parentId":"{{shape.Root.Id}}"}""", ct);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });
        Report(run, $"first new team after a start, {shape.Teams:N0} teams {words}", taken, $"one request to a server that was just started: its code is run for the first time, the tree is loaded (no snapshot of a seeded one); {Logs.Settings}", Target.None);
    }

    private void Report(Run run, string work, double[] taken, string settings, Target? target = null) => run.Report(new Row
    {
        Benchmark = Name,
        Work = work,
        Unit = "ms",
        Target = target ?? Target.AtMost(100),
        Ours = taken,
        Settings = settings,
    });
}

/// <summary>From the start of the process to ready, with teams and memberships, read model current.</summary>
internal sealed class TeamStartRow : IBenchmark
{
    public string Name => "team-start";

    public async Task Measure(Run run, CancellationToken ct)
    {
        foreach (var (times, limit) in new[] { (1, 3.0), (10, 15.0) })
        {
            var crowd = Crowd.Of(run, times);
            var folder = await CrowdFolder.With(run, crowd, ct);
            var taken = await run.Repeat(async _ =>
            {
                await using var server = await ServerProcess.StartOurs(folder, ct);
                return server.TimeToReady.TotalSeconds;
            });
            run.Report(new Row
            {
                Benchmark = Name,
                Work = $"start to ready with {crowd.Size}",
                Unit = "s",
                Target = Target.AtMost(limit),
                Ours = taken,
                Settings = "process start to the first 200 of /health/ready, asked every 5 ms; the permission index is loaded from the rows meanwhile",
            });
        }
    }
}
