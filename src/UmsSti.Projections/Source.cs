using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>One log by position: a page after the other, and a sleep at the end until a commit wakes it. Nothing polls.</summary>
/// <param name="log">The log.</param>
/// <param name="name">Which one it is.</param>
/// <param name="pageEvents">Events read at once.</param>
internal sealed class Source(IEventLog log, SourceLog name, int pageEvents)
{
    public IEventLog Log => log;

    public SourceLog Name => name;

    /// <summary>Position of the newest event.</summary>
    public long Head => log.Head;

    /// <summary>The next events after a position, none beyond another one; none at the head. Fewer than a full page mean that there are no more.</summary>
    public Task<RecordedEvent[]> Read(long after, long until, CancellationToken ct) => log.ReadAll(after, (int)Math.Min(pageEvents, until - after), ct);

    /// <summary>Whether a page says that there is more to be had at once.</summary>
    public bool IsFull(RecordedEvent[] page) => page.Length == pageEvents;

    /// <summary>Completes as soon as the log has more.</summary>
    public Task AwaitBeyond(long position, CancellationToken ct) => log.AwaitBeyond(position, ct);
}
