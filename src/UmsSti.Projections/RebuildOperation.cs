namespace UmsSti.Projections;

/// <summary>One rebuild of a model (<c>GET /operations/{id}</c>).</summary>
public sealed class RebuildOperation
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel = new();
    private readonly long _startedAt;
    private long _endedAt;
    private long _done;
    private long _total;
    private volatile string _state = "running";
    private volatile string? _error;

    internal RebuildOperation(string id, string model, TimeProvider time)
    {
        (Id, Model, _time) = (id, model, time);
        _startedAt = time.GetTimestamp();
    }

    public string Id { get; }

    /// <summary>The model that is built.</summary>
    public string Model { get; }

    /// <summary>Completes when it has ended, however it ended; see <see cref="Progress"/>.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    /// <summary>How far it is.</summary>
    public RebuildProgress Progress
    {
        get
        {
            var (done, total) = (Interlocked.Read(ref _done), Interlocked.Read(ref _total));
            var ended = Interlocked.Read(ref _endedAt);
            var seconds = (ended == 0 ? _time.GetElapsedTime(_startedAt) : _time.GetElapsedTime(_startedAt, ended)).TotalSeconds;
            var rate = seconds > 0 ? done / seconds : 0;
            double? eta = _state == "running" ? rate > 0 ? Math.Max(0, total - done) / rate : null : 0;
            return new RebuildProgress(_state, done, total, rate, eta, _error);
        }
    }

    internal CancellationToken Cancellation => _cancel.Token;

    /// <summary>Gives it up; queries go on with the generation they have.</summary>
    public void Cancel() => _cancel.Cancel();

    internal void Expect(long total) => Interlocked.Exchange(ref _total, total);

    internal void Advance(long events) => Interlocked.Add(ref _done, events);

    internal void End(string state, string? error = null)
    {
        Interlocked.Exchange(ref _endedAt, _time.GetTimestamp());
        _error = error;
        _state = state;
    }
}

/// <summary>How far a rebuild is.</summary>
/// <param name="State"><c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Done">Events read so far.</param>
/// <param name="Total">Events to read; grows when more arrive meanwhile.</param>
/// <param name="RatePerSecond">Events a second, on average.</param>
/// <param name="EtaSeconds">What is left at that rate; null while there is no rate yet.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record RebuildProgress(string State, long Done, long Total, double RatePerSecond, double? EtaSeconds, string? Error);
