using UmsSti.Kernel;

namespace UmsSti.Store.EventLog;

/// <summary>The published head, and the callers who wait for it to move. Costs the writer nothing while nobody waits.</summary>
internal sealed class HeadSignal(long head)
{
    private long _head = head;
    private TaskCompletionSource? _moved;
    private volatile bool _closed;

    /// <summary>Position of the last durable event.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Publishes a new head and wakes everybody who waits.</summary>
    public void MoveTo(long head)
    {
        Interlocked.Exchange(ref _head, head);
        Interlocked.Exchange(ref _moved, null)?.TrySetResult();
    }

    /// <summary>Completes with the head as soon as it lies beyond a position.</summary>
    public async Task<long> AwaitBeyond(long position, CancellationToken ct)
    {
        while (true)
        {
            // The wish to be woken stands before the head is read, so no move can fall between the two.
            var moved = Volatile.Read(ref _moved) ?? Wish();
            var head = Head;
            if (head > position)
                return head;
            if (_closed)
                throw new LogUnavailableException("The log is closed.", null);
            await moved.Task.WaitAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Wakes everybody for good.</summary>
    public void Close()
    {
        _closed = true;
        Interlocked.Exchange(ref _moved, null)?.TrySetResult();
    }

    private TaskCompletionSource Wish()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _moved, mine, null) ?? mine;
    }
}
