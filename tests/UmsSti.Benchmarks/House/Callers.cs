using System.Diagnostics;

namespace UmsSti.Benchmarks.House;

/// <summary>Callers that each send one request after the other, as clients do.</summary>
internal static class Callers
{
    /// <summary>
    /// Lets <paramref name="callers"/> send <paramref name="total"/> requests, each caller its share one after the other, and returns
    /// requests a second. <paramref name="send"/> gets the caller's number and its request's number.
    /// </summary>
    public static async Task<double> Rate(int callers, int total, Func<int, int, Task> send)
    {
        var share = total / callers;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            await gate.Task;
            for (var i = 0; i < share; i++)
                await send(caller, i);
        })).ToArray();
        var started = Stopwatch.GetTimestamp();
        gate.SetResult();
        await Task.WhenAll(all);
        return share * callers / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
