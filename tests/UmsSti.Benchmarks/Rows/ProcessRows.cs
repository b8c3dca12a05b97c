using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Http;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Time from the start of the process to ready, on a full folder whose read model is current against an empty folder.</summary>
internal sealed class StartRow : IBenchmark
{
    public string Name => "start";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await ServedFolder.With(run, people, ct);
        var (ours, baseline) = await run.Alternate(_ => ReadyAfter(folder, ct), _ => ReadyAfter(run.NewFolder("empty"), ct));
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"start to ready with {people * Person.EventsEach:N0} events, read model current",
            Against = "empty folder",
            Unit = "s",
            Target = Target.DifferenceAtMost(0.5),
            Ours = ours,
            Baseline = baseline,
            Settings = "process start to the first 200 of /health/ready, asked every 5 ms; the empty start also makes the first system user (one password hash)",
        });
    }

    private static async Task<double> ReadyAfter(string folder, CancellationToken ct)
    {
        await using var server = await ServerProcess.StartOurs(folder, ct);
        return server.TimeToReady.TotalSeconds;
    }
}

/// <summary>Resident memory of the server: idle on an empty folder, and with many people, before and after everyone was read.</summary>
internal sealed class MemoryRows : IBenchmark
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public string Name => "memory";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var idle = await run.Repeat(async _ =>
        {
            await using var server = await ServerProcess.StartOurs(run.NewFolder("idle"), ct);
            return await AtRest(server, ct);
        });
        run.Report(Row("resident memory, idle on an empty folder", Target.AtMost(150), idle, $"{Rest.TotalSeconds:0} s after ready"));

        var folder = await ServedFolder.With(run, people, ct);
        var started = await run.Repeat(async _ =>
        {
            await using var server = await ServerProcess.StartOurs(folder, ct);
            return await AtRest(server, ct);
        });
        run.Report(Row($"resident memory, {people:N0} people, just started", Target.AtMost(350), started, $"{Rest.TotalSeconds:0} s after ready"));
        await AfterReading(run, folder, people, ct);
    }

    private async Task AfterReading(Run run, string folder, int people, CancellationToken ct)
    {
        var work = $"resident memory, {people:N0} people, after 10 s of reading them";
        if (!Wrk.IsInstalled())
        {
            run.Report(Row(work, Target.AtMost(350), [], "the load generator wrk is not installed") with { NotMeasured = "wrk missing" });
            return;
        }

        var idsFile = Path.Combine(run.NewFolder(Name), "ids.txt");
        await File.WriteAllLinesAsync(idsFile, Enumerable.Range(0, people).Select(Person.Id), ct);
        await using var server = await ServerProcess.StartOurs(folder, ct);
        var token = await ServedFolder.SignIn(server.Client, ct);
        var time = TimeSpan.FromSeconds(run.Options.Size(10, 1));
        var result = await Wrk.Users(server.Address, "GET", idsFile, token, time, ct);
        if (result.Errors > 0)
            throw new InvalidOperationException($"wrk saw errors: {result}.");
        var memory = await AtRest(server, ct);
        run.Report(Row(work, Target.AtMost(350), [memory], $"wrk, {Wrk.Connections} connections, {result.Requests:N0} reads of users in turn; {Rest.TotalSeconds:0} s after the last"));
    }

    private Row Row(string work, Target target, double[] samples, string settings) => new()
    {
        Benchmark = Name,
        Work = work,
        Unit = "MB",
        Target = target,
        Ours = samples,
        Settings = "VmRSS of the server process, " + settings,
    };

    /// <summary>The reading after a rest; what the process took for its start is over by then.</summary>
    private static async Task<double> AtRest(ServerProcess server, CancellationToken ct)
    {
        using var rest = new PeriodicTimer(Rest);
        await rest.WaitForNextTickAsync(ct);
        return server.ResidentMegabytes;
    }
}
