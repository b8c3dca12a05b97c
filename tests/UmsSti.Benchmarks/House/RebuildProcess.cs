using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Benchmarks.Harness;
using UmsSti.Projections;
using UmsSti.Projections.Users;
using UmsSti.ReadModels;
using UmsSti.Store;

namespace UmsSti.Benchmarks.House;

/// <summary>What one rebuild took. Memory: most resident while the first and while the second half of the events was taken in.</summary>
internal sealed record RebuildResult(double EventsPerSecond, double FirstHalfMegabytes, double SecondHalfMegabytes);

/// <summary>Builds the user directory of a folder anew and prints the result as JSON; runs in a process of its own.</summary>
internal static class RebuildProcess
{
    public const string Verb = "rebuild";

    public static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    public static async Task<int> Rebuild(string folder, CancellationToken ct)
    {
        foreach (var old in Directory.GetFiles(folder, DataFolder.ReadModelFile + "*"))
            File.Delete(old);
        await using var rooms = Rooms.Open(folder);
        var file = Path.Combine(folder, DataFolder.ReadModelFile);
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
        var progress = operation.Progress;
        var rate = Run.Rate(progress.Done, started);
        if (progress.State != "succeeded" || progress.Done < rooms.Logs.Log.Head)
        {
            await Console.Error.WriteLineAsync($"The rebuild ended as {progress}.");
            return 1;
        }

        Console.WriteLine(JsonSerializer.Serialize(new RebuildResult(rate, first, second)));
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
