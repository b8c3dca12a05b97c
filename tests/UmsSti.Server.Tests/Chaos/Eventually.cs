using System.Diagnostics;

namespace UmsSti.Server.Tests.Chaos;

/// <summary>Asks a server until it answers as it must.</summary>
internal static class Eventually
{
    /// <summary>Longest wait; generous, because the machine may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks until it holds; fails with the message when it does not in time. Meant for questions that wait by themselves, such as strong reads.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string message)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, message);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
