using UmsSti.Projections;
using UmsSti.Projections.Teams;

namespace UmsSti.Server.Http;

/// <summary>
/// Waits for the permission index before a live check, as the request asks, but only for a moment: what it has not reached by then the
/// streams answer, which are never behind. So a check is never refused because a read model is.
/// </summary>
internal sealed class CheckFreshness(ProjectionMonitor monitor, Heads heads)
{
    /// <summary>Longest wait for the index: folding the streams of one check takes less.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The position the answer must hold at least: the head that stood when the request arrived (strong), a position the caller has seen,
    /// or none. Throws <see cref="ProblemException"/> for headers that cannot be read, and for a position the log has not reached (503).
    /// </summary>
    public async ValueTask<long> Reach(ApiCall call)
    {
        Freshness.DemandOfLog(call.Http, heads.Domain);
        var wanted = RequestHeaders.FreshnessOf(call.Http);
        var position = wanted.Strong ? Math.Max(call.ArrivedAt.Domain, wanted.MinPosition) : wanted.MinPosition;
        await monitor.AwaitPosition(TeamProjectors.Rights, position, MaxWait, call.Ct);
        return position;
    }
}
