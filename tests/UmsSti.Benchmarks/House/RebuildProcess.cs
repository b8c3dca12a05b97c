using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using UmsSti.Benchmarks.Harness;
using UmsSti.Projections;

namespace UmsSti.Benchmarks.House;

/// <summary>
/// What one rebuild took: events a second, processor microseconds an event. Memory: resident before it began, and most
/// resident while the first and while the second half of the events was taken in.
/// </summary>
internal sealed record RebuildResult(double EventsPerSecond, double CpuMicroseconds, double IdleMegabytes, double FirstHalfMegabytes, double SecondHalfMegabytes);

/// <summary>Builds models of a folder anew and prints the result as JSON; runs in a process of its own.</summary>
internal static class RebuildProcess
{
    public const string Verb = "rebuild";

    public static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs one rebuild in a process of its own, whose memory is nothing but the rebuild's.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="name">A projector, a model, or all.</param>
    /// <param name="ct">Kills it.</param>
    public static async Task<RebuildResult> Start(string folder, string name, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RebuildProcess).Assembly.Location, Verb, folder, name])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await using var stop = ct.Register(() => process.Kill());
        var printed = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<RebuildResult>(printed)!
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The rebuild ended with {process.ExitCode}: {printed}"));
    }

    public static async Task<int> Rebuild(string folder, string name, CancellationToken ct)
    {
        await using var rooms = Rooms.Open(folder);
        await using var side = ReadSide.Open(rooms, folder);
        var idle = ResidentMegabytes();
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var operation = side.Host.Rebuilds.Start(name);
        var (first, second) = await Watch(operation, ct);
        var progress = operation.Progress;
        var rate = Run.Rate(progress.Done, started);
        var perEvent = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / progress.Done;
        if (progress.State != "succeeded" || progress.Done < rooms.Logs.Log.Head)
        {
            await Console.Error.WriteLineAsync($"The rebuild ended as {progress}.");
            return 1;
        }

        Console.WriteLine(JsonSerializer.Serialize(new RebuildResult(rate, perEvent, idle, first, second)));
        return 0;
    }

    private static async Task<(double First, double Second)> Watch(RebuildOperation operation, CancellationToken ct)
    {
        double first = 0, second = 0;
        using var tick = new PeriodicTimer(SampleEvery);
        while (!operation.Completion.IsCompleted)
        {
            if (operation.Progress is { Total: > 0 } progress && progress.Done * 2 > progress.Total)
                second = Math.Max(second, ResidentMegabytes());
            else
                first = Math.Max(first, ResidentMegabytes());
            await Task.WhenAny(tick.WaitForNextTickAsync(ct).AsTask(), operation.Completion);
        }

        await operation.Completion;
        return (first, Math.Max(second, ResidentMegabytes()));
    }

    private static double ResidentMegabytes() => Environment.WorkingSet / 1e6;
}
