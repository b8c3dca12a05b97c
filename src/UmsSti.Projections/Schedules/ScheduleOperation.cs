namespace UmsSti.Projections.Schedules;

/// <summary>One run of a schedule in this process (<c>GET /operations/{id}</c>).</summary>
public sealed class ScheduleOperation
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenRegistration _stop;
    private int _done;
    private int _skipped;
    private int _failed;
    private volatile string _state = "running";
    private volatile string? _error;

    internal ScheduleOperation(string id, string schedule, CancellationToken stop) =>
        (Id, Schedule, _stop) = (id, schedule, stop.Register(Cancel));

    /// <summary>Also the id of the run in the schedule's stream.</summary>
    public string Id { get; }

    /// <summary>Name of the schedule.</summary>
    public string Schedule { get; }

    /// <summary>Completes when it has ended, however it ended.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    /// <summary>How far it is.</summary>
    public ScheduleProgress Progress => new(_state, Volatile.Read(ref _done), Volatile.Read(ref _skipped), Volatile.Read(ref _failed), _error);

    internal CancellationToken Cancellation => _cancel.Token;

    /// <summary>Ends it after the candidate it is at.</summary>
    public void Cancel() => _cancel.Cancel();

    internal void Count(ItemOutcome outcome)
    {
        if (outcome == ItemOutcome.Done)
            Interlocked.Increment(ref _done);
        else if (outcome == ItemOutcome.Skipped)
            Interlocked.Increment(ref _skipped);
        else
            Interlocked.Increment(ref _failed);
    }

    internal void End(string state, string? error)
    {
        _error = error;
        _state = state;
        _stop.Dispose();
    }
}

/// <summary>How far a run is.</summary>
/// <param name="State"><c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c> or <c>abandoned</c> (another took it over).</param>
/// <param name="Done">Candidates whose command was carried out.</param>
/// <param name="Skipped">Candidates for which nothing was left to do.</param>
/// <param name="Failed">Candidates that were refused or failed.</param>
/// <param name="Error">Why the run failed; null otherwise.</param>
public sealed record ScheduleProgress(string State, int Done, int Skipped, int Failed, string? Error)
{
    /// <summary>Candidates seen.</summary>
    public int Seen => Done + Skipped + Failed;
}
