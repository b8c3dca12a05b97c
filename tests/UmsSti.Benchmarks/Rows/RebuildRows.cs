using System.Diagnostics;
using System.Text.Json;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Projections;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Building the user directory anew from the whole log, against reading that log; and whether it takes more memory the longer it lasts.</summary>
internal sealed class RebuildRows : IBenchmark
{
    public string Name => "rebuild";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await SeededFolder.Copy(run, people, ct);
        var memory = new List<(double First, double Second)>();
        var (ours, baseline) = await run.Alternate(
            async i =>
            {
                var result = await Rebuild(folder, ct);
                if (i >= 0)
                    memory.Add((result.FirstHalfMegabytes, result.SecondHalfMegabytes));
                return result.EventsPerSecond;
            },
            async _ =>
            {
                await using var logs = Logs.Open(folder);
                return await SequentialReadRow.ThroughThePort(logs, ct);
            });

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
            Settings = $"{people:N0} people, events interleaved; a process and a read model file of its own each time, blue/green build until swapped in; {Options()}",
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
            Settings = $"VmRSS of the rebuilding process, read every {RebuildProcess.SampleEvery.TotalMilliseconds:0} ms; the limit is how flat is read here",
        });
        Run.Drop(folder);
    }

    private static string Options()
    {
        var options = new ProjectionOptions();
        return $"{options.BatchEvents:N0} events a transaction, {options.RebuildCachedRows:N0} rows kept";
    }

    /// <summary>Runs one rebuild in a process of its own, whose memory is nothing but the rebuild's.</summary>
    private static async Task<RebuildResult> Rebuild(string folder, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RebuildRows).Assembly.Location, RebuildProcess.Verb, folder])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await using var stop = ct.Register(() => process.Kill());
        var printed = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<RebuildResult>(printed)!
            : throw new InvalidOperationException($"The rebuild ended with {process.ExitCode}: {printed}");
    }
}
