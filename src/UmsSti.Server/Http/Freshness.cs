using UmsSti.Projections;

namespace UmsSti.Server.Http;

/// <summary>
/// Holds a read back until what it reads from is as fresh as was asked (design 7). Strong means the heads that stood when the
/// request arrived: of the domain log, and of the activity log where the answer shows something of it.
/// </summary>
/// <param name="domain">The gate of the model over the domain log.</param>
/// <param name="activity">The gate of what the model takes from the activity log; null when it takes nothing.</param>
public sealed class Freshness(ReadGate domain, ReadGate? activity)
{
    /// <summary>Waits as asked. The position the read shows at least; throws <see cref="ProblemException"/> (503) when it is not reached in time.</summary>
    public async ValueTask<long> Reach(ApiCall call)
    {
        var wanted = RequestHeaders.FreshnessOf(call.Http);
        var position = wanted.Strong ? Math.Max(call.ArrivedAt.Domain, wanted.MinPosition) : wanted.MinPosition;
        var shown = Passed(await domain.Pass(strong: false, position, call.Ct));
        if (wanted.Strong && activity is not null)
        {
            Passed(await activity.Pass(strong: false, call.ArrivedAt.Activity, call.Ct));
        }

        return shown;
    }

    /// <summary>
    /// Waits until the rows show all that is on record now: for whoever looks before he acts. Throws <see cref="ProblemException"/>
    /// (503) when that is not reached in time.
    /// </summary>
    public async ValueTask ReachNow(CancellationToken ct)
    {
        Passed(await domain.Pass(strong: true, 0, ct));
        if (activity is not null)
        {
            Passed(await activity.Pass(strong: true, 0, ct));
        }
    }

    /// <summary>
    /// For reads of the log itself, which are never behind it: throws <see cref="ProblemException"/> for headers that cannot be read, and
    /// for a position that the log has not reached (503).
    /// </summary>
    public static void DemandOfLog(HttpContext http, long head)
    {
        if (RequestHeaders.FreshnessOf(http).MinPosition > head)
        {
            throw Timeout($"The log stands at {head}; nothing was ever answered from beyond it.");
        }
    }

    private static ProblemException Timeout(string detail) => new(new Problem(ProblemKinds.ConsistencyTimeout, detail) { RetryAfterSeconds = 1 });

    private static long Passed(GatePass pass) => pass.Reached
        ? pass.Position
        : throw Timeout($"The read model stands at {pass.Position} and did not reach what was asked in time.");
}
