using System.Diagnostics;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    /// <summary>Longest wait; generous, because the machine may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks until it holds; fails with the message when it does not in time.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string message)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, message);
            await Task.Delay(BetweenLooks, TestContext.Current.CancellationToken);
        }
    }
}
