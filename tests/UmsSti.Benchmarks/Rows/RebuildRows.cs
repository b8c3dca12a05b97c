using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Projections;
using UmsSti.Projections.Users;
using UmsSti.ReadModels;
using UmsSti.Store;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Building the user directory anew from the whole log, against reading that log; and whether it takes more memory the longer it lasts.</summary>
internal sealed class RebuildRows : IBenchmark
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    public string Name => "rebuild";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await SeededFolder.Copy(run, people, ct);
        var memory = new List<(double First, double Second)>();
        double[] ours, baseline;
        await using (var rooms = Rooms.Open(folder))
        {
            (ours, baseline) = await run.Alternate(
                async i =>
                {
                    var (rate, first, second) = await Rebuild(rooms, ct);
                    if (i >= 0)
                        memory.Add((first, second));
                    return rate;
                },
                _ => SequentialReadRow.ThroughThePort(rooms.Logs, ct));
        }

        var events = people * Person.EventsEach;
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"rebuild of the user directory from {events:N0} events",
            Against = "reading the log through the port",
            Unit = "events/s",
            Target = Target.RatioAtLeast(0.15),
            Ours = ours,
            Baseline = baseline,
            Settings = $"{people:N0} people, events interleaved; a new read model file each time, blue/green build until swapped in; {Options()}",
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "memory of the rebuild: most resident in its second half",
            Against = "in its first half",
            Unit = "MB",
            Target = Target.RatioAtMost(1.1),
            Ours = [.. memory.Select(halves => halves.Second)],
            Baseline = [.. memory.Select(halves => halves.First)],
            Settings = $"VmRSS of this whole process, read every {SampleEvery.TotalMilliseconds:0} ms; the limit is how flat is read here",
        });
        Run.Drop(folder);
    }

    private static string Options()
    {
        var options = new ProjectionOptions();
        return $"{options.BatchEvents:N0} events a transaction, {options.RebuildCachedRows:N0} rows kept";
    }

    /// <summary>Events a second, and the most resident memory of both halves in MB.</summary>
    private static async Task<(double Rate, double First, double Second)> Rebuild(Rooms rooms, CancellationToken ct)
    {
        var file = Path.Combine(rooms.Logs.Folder.Path, DataFolder.ReadModelFile);
        foreach (var old in Directory.GetFiles(rooms.Logs.Folder.Path, DataFolder.ReadModelFile + "*"))
            File.Delete(old);
        using var database = ReadModelDatabase.Open(new ReadModelOptions { Path = file }, TimeProvider.System);
        await using var host = new ProjectionHost(
            database,
            rooms.Logs.Log,
            rooms.Activity,
            UserProjectors.All(rooms.Application.UserCodec, rooms.Application.ActivityCodec),
            new ProjectionOptions(),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var started = Stopwatch.GetTimestamp();
        var operation = host.Rebuilds.Start(UserProjectors.Directory);
        var (first, second) = await Watch(operation, ct);
        await operation.Completion;
        var rate = Run.Rate(operation.Progress.Done, started);
        if (operation.Progress.State != "succeeded" || operation.Progress.Done < rooms.Logs.Log.Head)
            throw new InvalidOperationException($"The rebuild ended as {operation.Progress}.");
        return (rate, first, second);
    }

    private static async Task<(double First, double Second)> Watch(RebuildOperation operation, CancellationToken ct)
    {
        double first = 0, second = 0;
        using var tick = new PeriodicTimer(SampleEvery);
        while (!operation.Completion.IsCompleted)
        {
            var resident = Environment.WorkingSet / 1e6;
            if (operation.Progress is { Total: > 0 } progress && progress.Done * 2 > progress.Total)
                second = Math.Max(second, resident);
            else
                first = Math.Max(first, resident);
            await tick.WaitForNextTickAsync(ct);
        }

        return (first, Math.Max(second, Environment.WorkingSet / 1e6));
    }
}
