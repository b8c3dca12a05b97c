using System.Diagnostics;

namespace UmsSti.Store.Sqlite;

/// <summary>
/// Where callers leave work for the one writer. Lock-free for callers (one compare-and-swap), bounded, first in first out. The
/// writer looks for work a moment before its thread rests: at one caller the next append is there sooner than a thread wakes.
/// </summary>
internal sealed class WorkQueue<TSession>(int limit, TimeSpan spin)
{
    private static readonly IWorkItem<TSession> Closed = new FunctionItem<TSession, bool>(_ => true, CancellationToken.None);

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly long _spinTicks = (long)(spin.TotalSeconds * Stopwatch.Frequency);
    private IWorkItem<TSession>? _newest;
    private int _count;
    private int _resting;
    private int _nudged;

    /// <summary>Items no commit has taken yet.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether nothing new has come in.</summary>
    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>Leaves an item; false when the queue is full.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public bool TryAdd(IWorkItem<TSession> item)
    {
        if (Interlocked.Increment(ref _count) > limit)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        IWorkItem<TSession>? newest;
        do
        {
            newest = Volatile.Read(ref _newest);
            if (ReferenceEquals(newest, Closed))
            {
                Interlocked.Decrement(ref _count);
                throw new ObjectDisposedException(nameof(WorkQueue<>));
            }

            item.Next = newest;
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _newest, item, newest), newest));

        Wake();
        return true;
    }

    /// <summary>Wakes the writer although no item is there.</summary>
    public void Nudge()
    {
        Volatile.Write(ref _nudged, 1);
        Interlocked.MemoryBarrier();
        Wake();
    }

    /// <summary>Waits until there is an item or a nudge.</summary>
    public void Wait()
    {
        if (SpunIntoWork())
            return;
        while (true)
        {
            Interlocked.Exchange(ref _resting, 1);
            if (!IsEmpty || Interlocked.Exchange(ref _nudged, 0) == 1)
            {
                Interlocked.Exchange(ref _resting, 0);
                return;
            }

            _wake.WaitOne();
        }
    }

    /// <summary>Looks for more work until that many items wait, or the time is over.</summary>
    public void SpinUntil(int count, TimeSpan limit)
    {
        var until = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        while (Count < count && Stopwatch.GetTimestamp() < until)
            Thread.SpinWait(8);
    }

    /// <summary>Takes everything that has come in, oldest first, linked by <see cref="IWorkItem{TSession}.Next"/>; null when nothing has.</summary>
    public IWorkItem<TSession>? TakeAll() => IsEmpty ? null : OldestFirst(Interlocked.Exchange(ref _newest, null));

    /// <summary>Tells the queue how many items left it for a commit.</summary>
    public void Taken(int count) => Interlocked.Add(ref _count, -count);

    /// <summary>Takes what is left and refuses everything from now on.</summary>
    public IWorkItem<TSession>? Close() => OldestFirst(Interlocked.Exchange(ref _newest, Closed));

    private static IWorkItem<TSession>? OldestFirst(IWorkItem<TSession>? newest)
    {
        IWorkItem<TSession>? oldest = null;
        for (var item = newest; item is not null && !ReferenceEquals(item, Closed);)
        {
            var older = item.Next;
            item.Next = oldest;
            oldest = item;
            item = older;
        }

        return oldest;
    }

    private bool SpunIntoWork()
    {
        if (_spinTicks == 0)
            return false;
        var until = Stopwatch.GetTimestamp() + _spinTicks;
        do
        {
            if (!IsEmpty)
                return true;
            Thread.SpinWait(8);
        }
        while (Stopwatch.GetTimestamp() < until);
        return false;
    }

    private void Wake()
    {
        if (Volatile.Read(ref _resting) == 1 && Interlocked.Exchange(ref _resting, 0) == 1)
            _wake.Set();
    }
}
