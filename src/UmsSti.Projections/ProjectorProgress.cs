using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>How far a projector's rows are, and who waits for them. Written by whoever has the projector's turn, read by everybody.</summary>
internal sealed class ProjectorProgress(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;
    private bool _isWhole = true;
    private StrongBox _checkpoint = new(default);

    public long Position => Volatile.Read(ref _position);

    public Checkpoint Checkpoint => Volatile.Read(ref _checkpoint).Value;

    public int Parked { get; private set; }

    /// <summary>Whether the rows hold every event up to the position: none is parked, none was skipped. Told before the position is.</summary>
    public bool IsWhole => Volatile.Read(ref _isWhole);

    /// <summary>Completes when the head that stood at the start was passed.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Reads that are waiting.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiters.Count;
        }
    }

    public void MarkCaughtUp() => _caughtUp.TrySetResult();

    /// <summary>Shows what is committed now, and wakes those whose position is reached. Never goes back.</summary>
    public void Publish(in Checkpoint checkpoint, int parked, bool isWhole)
    {
        Volatile.Write(ref _checkpoint, new StrongBox(checkpoint));
        Parked = parked;
        Volatile.Write(ref _isWhole, isWhole);
        lock (_gate)
        {
            if (checkpoint.Position > _position)
                Volatile.Write(ref _position, checkpoint.Position);
            for (var node = _waiters.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Position <= _position)
                {
                    _waiters.Remove(node);
                    node.Value.TrySetResult(true);
                }
                node = next;
            }
        }
    }

    /// <summary>True when the position is reached within the time; at once and without allocation when it is already.</summary>
    public ValueTask<bool> AwaitPosition(long position, TimeSpan timeout, CancellationToken ct) =>
        Position >= position ? new ValueTask<bool>(true) : new ValueTask<bool>(Wait(position, timeout, ct));

    private async Task<bool> Wait(long position, TimeSpan timeout, CancellationToken ct)
    {
        var node = new LinkedListNode<Waiter>(new Waiter(position));
        lock (_gate)
        {
            if (_position >= position)
                return true;
            _waiters.AddLast(node);
        }
        try
        {
            using var timer = time.CreateTimer(static waiter => ((Waiter)waiter!).TrySetResult(false), node.Value, timeout, Timeout.InfiniteTimeSpan);
            using var cancelled = ct.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).TrySetCanceled(token), node.Value);
            return await node.Value.Task.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                if (node.List is not null)
                    _waiters.Remove(node);
        }
    }

    private sealed class Waiter(long position) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Position => position;
    }

    private sealed class StrongBox(Checkpoint value)
    {
        public readonly Checkpoint Value = value;
    }
}
