using UmsSti.Kernel;

namespace UmsSti.Projections.Tests;

/// <summary>Steps a test is told of; what it throws is thrown there.</summary>
public sealed class Faults : IFaultPoints
{
    private readonly Action<FaultPoint, string> _reached;

    public Faults(Action<FaultPoint, string> reached) => _reached = reached;

    public void Reach(FaultPoint point, string name) => _reached(point, name);
}

/// <summary>A log that does as another one, unless a test has something else in mind.</summary>
public sealed class Flaky(IEventLog inner) : IEventLog
{
    /// <summary>Called before each page is read; may throw.</summary>
    public Action? BeforeRead { get; set; }

    public long Head => inner.Head;

    public Task<RecordedEvent[]> LoadStream(StreamName stream, long fromIndex, CancellationToken ct) => inner.LoadStream(stream, fromIndex, ct);

    public Task<AppendResult> Append(AppendRequest request, CancellationToken ct) => inner.Append(request, ct);

    public Task<RecordedEvent[]> ReadAll(long afterPosition, int maxCount, CancellationToken ct)
    {
        BeforeRead?.Invoke();
        return inner.ReadAll(afterPosition, maxCount, ct);
    }

    public Task<long> AwaitBeyond(long position, CancellationToken ct) => inner.AwaitBeyond(position, ct);
}
