namespace UmsSti.Projections;

/// <summary>How one projector is doing: what its loop does, how long it has been behind, how much it has done since the start.</summary>
internal sealed class Stats(TimeProvider time)
{
    private long _behindSince; // timestamp; 0: not behind
    private long _batches;
    private long _restarts;

    public RunnerState State { get; private set; } = RunnerState.Starting;

    /// <summary>Why it is faulted; null otherwise.</summary>
    public string? Error { get; private set; }

    /// <summary>Batches with rows committed since the start.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>How often it fell over and began again.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>How long it has been behind the head, in seconds.</summary>
    public double LagSeconds => Interlocked.Read(ref _behindSince) is var since and not 0 ? time.GetElapsedTime(since).TotalSeconds : 0;

    public void Change(RunnerState state) => (State, Error) = (state, null);

    public void Faulted(Exception fault) => (State, Error) = (RunnerState.Faulted, $"{fault.GetType().Name}: {fault.Message}");

    public void Restarted() => Interlocked.Increment(ref _restarts);

    public void Wrote() => Interlocked.Increment(ref _batches);

    /// <summary>The log has more than was applied.</summary>
    public void Behind()
    {
        if (Interlocked.Read(ref _behindSince) == 0)
            Interlocked.Exchange(ref _behindSince, Math.Max(1, time.GetTimestamp()));
    }

    /// <summary>It shows the head.</summary>
    public void AtHead() => Interlocked.Exchange(ref _behindSince, 0);
}

/// <summary>What a projector's loop is doing.</summary>
internal enum RunnerState
{
    Starting,
    Running,
    Faulted,
    Rebuilding,
    Stopped,
}
