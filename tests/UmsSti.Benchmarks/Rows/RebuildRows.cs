using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Projections;
using UmsSti.Projections.Users;

namespace UmsSti.Benchmarks.Rows;

/// <summary>
/// Building the user directory anew from the whole log, against reading that log; all models together, against a plain scan of
/// it; and whether that takes more memory the longer it lasts.
/// </summary>
internal sealed class RebuildRows : IBenchmark
{
    public string Name => "rebuild";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await SeededFolder.Copy(run, people, ct);
        await Directory(run, folder, people, ct);
        await AllModels(run, folder, people, ct);
        Run.Drop(folder);
    }

    private async Task Directory(Run run, string folder, int people, CancellationToken ct)
    {
        var (ours, baseline) = await run.Alternate(
            async _ => (await RebuildProcess.Start(folder, UserProjectors.Directory, ct)).EventsPerSecond,
            async _ =>
            {
                await using var logs = Logs.Open(folder);
                return await SequentialReadRow.ThroughThePort(logs, ct);
            });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"rebuild of the user directory from {people * Person.EventsEach:N0} events",
            Against = "reading the log through the port",
            Unit = "events/s",
            Target = Target.RatioAtLeast(0.15),
            Ours = ours,
            Baseline = baseline,
            Settings = Settings(people),
        });
    }

    private async Task AllModels(Run run, string folder, int people, CancellationToken ct)
    {
        var results = new List<RebuildResult>();
        var (ours, baseline) = await run.Alternate(
            async i =>
            {
                var result = await RebuildProcess.Start(folder, Rebuilds.AllModels, ct);
                if (i >= 0)
                    results.Add(result);
                return result.EventsPerSecond;
            },
            _ => Task.FromResult(SequentialReadRow.ByAdoNet(Logs.EventsFile(folder))));
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"rebuild of all read models from {people * Person.EventsEach:N0} events",
            Against = "plain ADO.NET scan, every column",
            Unit = "events/s",
            Target = Target.RatioAtLeast(0.08),
            Ours = ours,
            Baseline = baseline,
            Settings = Settings(people) + System.FormattableString.Invariant($"; {Statistics.Median([.. results.Select(result => result.CpuMicroseconds)]):0.0} us of processor time an event"),
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "memory of that rebuild: most resident in its second half",
            Against = "in its first half",
            Unit = "MB",
            Target = Target.RatioAtMost(1.1),
            Ours = [.. results.Select(result => result.SecondHalfMegabytes)],
            Baseline = [.. results.Select(result => result.FirstHalfMegabytes)],
            Settings = $"VmRSS of the rebuilding process, read every {RebuildProcess.SampleEvery.TotalMilliseconds:0} ms; the limit is how flat is read here",
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "memory of that rebuild: most resident",
            Against = "the same process before it began",
            Unit = "MB",
            Target = Target.DifferenceAtMost(200),
            Ours = [.. results.Select(result => Math.Max(result.FirstHalfMegabytes, result.SecondHalfMegabytes))],
            Baseline = [.. results.Select(result => result.IdleMegabytes)],
            Settings = "the same runs",
        });
    }

    private static string Settings(int people)
    {
        var options = new ProjectionOptions();
        return $"{people:N0} people, events interleaved; a process and a read model file of its own each time, blue/green build until swapped in; "
            + $"{options.RebuildBatchEvents:N0} events a page, {options.RebuildCachedRows:N0} rows kept";
    }
}

/// <summary>What an event costs in a rebuild of all models of a long log, against a short one.</summary>
internal sealed class RebuildGrowthRow : IBenchmark
{
    public string Name => "rebuild-growth";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var (small, big) = run.Options.Size((50_000, 500_000), (500, 5_000));
        var (few, many) = (await SeededFolder.Copy(run, small, ct), run.NewFolder("rebuild-growth"));
        await using (var logs = Logs.Open(many))
            await Seed.People(logs, big, ct);
        var (ours, baseline) = await run.Alternate(
            async _ => 1e6 / (await RebuildProcess.Start(many, Rebuilds.AllModels, ct)).EventsPerSecond,
            async _ => 1e6 / (await RebuildProcess.Start(few, Rebuilds.AllModels, ct)).EventsPerSecond);
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"cost of one event in a rebuild of all read models, of {big * Person.EventsEach:N0} events",
            Against = $"of {small * Person.EventsEach:N0} events",
            Unit = "us",
            Target = Target.RatioAtMost(1.2),
            Ours = ours,
            Baseline = baseline,
            Settings = "a process and a read model file of its own each time; with --repetitions 1 the long one is built twice",
        });
        Run.Drop(few);
        Run.Drop(many);
    }
}
