using UmsSti.Kernel;

namespace UmsSti.Projections;

/// <summary>Lets a read pass when the rows it will read are new enough (design, Consistency).</summary>
/// <param name="monitor">Knows how far the projector is.</param>
/// <param name="projector">The projector whose rows will be read.</param>
/// <param name="log">The projector's log.</param>
/// <param name="timeout">How long a read waits at most.</param>
public sealed class ReadGate(ProjectionMonitor monitor, string projector, IEventLog log, TimeSpan timeout)
{
    private readonly ProjectorProgress _progress = monitor.Runner(projector).Progress;

    /// <summary>
    /// Waits for the head as it is now (strong) and for a position the caller has seen; 0 for none. Does not allocate when
    /// the rows are new enough already.
    /// </summary>
    public ValueTask<GatePass> Pass(bool strong, long minPosition, CancellationToken ct)
    {
        var position = strong ? Math.Max(log.Head, minPosition) : minPosition;
        var wait = _progress.AwaitPosition(position, timeout, ct);
        return wait.IsCompletedSuccessfully ? new(new GatePass(wait.Result, _progress.Position)) : Waiting(wait);
    }

    private async ValueTask<GatePass> Waiting(ValueTask<bool> wait) => new(await wait.ConfigureAwait(false), _progress.Position);
}

/// <summary>Whether a read may go on, and the position its answer shows at least (<c>X-Position</c>).</summary>
/// <param name="Reached">False: not reached in time, the answer is 503 <c>consistency-timeout</c>.</param>
/// <param name="Position">Taken before the rows are read.</param>
public readonly record struct GatePass(bool Reached, long Position);
