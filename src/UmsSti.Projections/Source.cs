using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>One log by position: a page after the other, and a sleep at the end until a commit wakes it. Nothing polls.</summary>
/// <param name="log">The log.</param>
/// <param name="name">Which one it is.</param>
internal sealed class Source(IEventLog log, SourceLog name)
{
    public IEventLog Log => log;

    public SourceLog Name => name;

    /// <summary>Position of the newest event.</summary>
    public long Head => log.Head;

    /// <summary>The next events after a position, none beyond another one; none at the head. Fewer than asked mean that there are no more.</summary>
    public Task<RecordedEvent[]> Read(long after, long until, int maxCount, CancellationToken ct) =>
        log.ReadAll(after, (int)Math.Min(maxCount, until - after), ct);

    /// <summary>Completes as soon as the log has more.</summary>
    public Task AwaitBeyond(long position, CancellationToken ct) => log.AwaitBeyond(position, ct);
}
