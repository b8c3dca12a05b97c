namespace UmsSti.Server.Tests.Support;

/// <summary>The system's clock, put forward by a test. Timers run as they do.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));

    public void Advance(TimeSpan span) => Interlocked.Add(ref ahead, span.Ticks);
}
