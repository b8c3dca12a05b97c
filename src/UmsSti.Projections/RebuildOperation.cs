using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>One rebuild of a model, or of all (<c>GET /operations/{id}</c>).</summary>
public sealed class RebuildOperation
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel = new();
    private readonly long[] _reached = new long[Enum.GetValues<SourceLog>().Length + 1]; // by the number of the log
    private long _startedAt;
    private long _endedAt;
    private long _total;
    private volatile string _state = "waiting";
    private volatile string? _error;

    internal RebuildOperation(string id, string model, IReadOnlyList<ReadModelLayout> models, TimeProvider time)
    {
        (Id, Model, Models, _time) = (id, model, models, time);
        _startedAt = time.GetTimestamp();
    }

    public string Id { get; }

    /// <summary>The model that is built; several are joined with '+'.</summary>
    public string Model { get; }

    /// <summary>Completes when it has ended, however it ended; see <see cref="Progress"/>.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    /// <summary>How far it is.</summary>
    public RebuildProgress Progress
    {
        get
        {
            var done = _reached.Sum();
            var total = Math.Max(done, Interlocked.Read(ref _total)); // catching up goes on to heads that have moved meanwhile
            var ended = Interlocked.Read(ref _endedAt);
            var seconds = (ended == 0 ? _time.GetElapsedTime(Interlocked.Read(ref _startedAt)) : _time.GetElapsedTime(Interlocked.Read(ref _startedAt), ended)).TotalSeconds;
            var rate = seconds > 0 ? done / seconds : 0;
            double? eta = _state is "running" or "waiting" ? rate > 0 ? Math.Max(0, total - done) / rate : null : 0;
            return new RebuildProgress(_state, done, total, rate, eta, _error);
        }
    }

    internal IReadOnlyList<ReadModelLayout> Models { get; }

    /// <summary>Is told the events taken in so far; null: nobody asks.</summary>
    internal IProgress<long>? Reached { get; set; }

    internal CancellationToken Cancellation => _cancel.Token;

    /// <summary>Gives it up; queries go on with the generation they have.</summary>
    public void Cancel() => _cancel.Cancel();

    /// <summary>It is its turn.</summary>
    internal void Begin()
    {
        Interlocked.Exchange(ref _startedAt, _time.GetTimestamp());
        _state = "running";
    }

    internal void Expect(long total) => Interlocked.Exchange(ref _total, total);

    /// <summary>A log is taken in up to a position.</summary>
    internal void Reach(SourceLog log, long position)
    {
        Volatile.Write(ref _reached[(int)log], Math.Max(_reached[(int)log], position));
        Reached?.Report(_reached.Sum());
    }

    internal void End(string state, string? error = null)
    {
        Interlocked.Exchange(ref _endedAt, _time.GetTimestamp());
        _error = error;
        _state = state;
    }
}

/// <summary>How far a rebuild is.</summary>
/// <param name="State"><c>waiting</c> (for another one of the same model), <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Done">Events read so far.</param>
/// <param name="Total">Events to read; grows when more arrive meanwhile.</param>
/// <param name="RatePerSecond">Events a second, on average.</param>
/// <param name="EtaSeconds">What is left at that rate; null while there is no rate yet.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record RebuildProgress(string State, long Done, long Total, double RatePerSecond, double? EtaSeconds, string? Error);
