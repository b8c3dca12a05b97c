namespace UmsSti.Projections.Tests.Outbox;

/// <summary>Time that stands still until it is moved; waits that are over then end.</summary>
internal sealed class Clock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private DateTimeOffset _now = start;
    private TaskCompletionSource _asked = New();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Moves on and ends the waits that are over.</summary>
    public void Advance(TimeSpan by)
    {
        Waiting[] over;
        lock (_lock)
        {
            _now += by;
            over = [.. _waiting.Where(each => each.Due <= _now)];
            _waiting.RemoveAll(each => each.Due <= _now);
        }
        foreach (var each in over)
            each.Fire();
    }

    /// <summary>Completes once somebody waits for a time from now on within the range.</summary>
    public async Task WaitedFor(TimeSpan atLeast, TimeSpan atMost, CancellationToken ct)
    {
        while (true)
        {
            Task asked;
            lock (_lock)
            {
                if (_waiting.Any(each => each.Due - _now >= atLeast && each.Due - _now <= atMost))
                    return;
                asked = _asked.Task;
            }
            await asked.WaitAsync(ct);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var waiting = new Waiting(this, callback, state);
        waiting.Change(dueTime, period);
        return waiting;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Waiting(Clock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._waiting.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                if (dueTime > TimeSpan.Zero)
                    clock._waiting.Add(this);
                Interlocked.Exchange(ref clock._asked, New()).TrySetResult();
            }
            if (dueTime <= TimeSpan.Zero)
                ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._waiting.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
