using UmsSti.Application;

namespace UmsSti.Server.Http;

/// <summary>Reads pass here before anything is looked at: the gate of the Application judges the caller.</summary>
public sealed class Reading(Gate gate)
{
    /// <summary>Throws <see cref="ProblemException"/> when the caller may not read this.</summary>
    public async ValueTask Demand(ApiCall call, Application.Query query)
    {
        var refusal = await gate.Authorize(call.EnvelopeWith(null, []), query, call.Ct);
        if (refusal.IsValueSome)
        {
            throw new ProblemException(RefusalProblems.ToProblem(refusal.Value));
        }
    }
}
