using UmsSti.Application;

namespace UmsSti.Server.Http;

/// <summary>From a refusal of the Application to a problem of the API. The code decides; one unknown to the table falls to its family.</summary>
public static class RefusalProblems
{
    public static Problem ToProblem(Refusal refusal) =>
        new(KindOf(refusal), refusal.Detail) { Errors = refusal.Errors, Facts = refusal.Facts };

    private static ProblemKind KindOf(Refusal refusal)
    {
        var family = FamilyOf(refusal.Kind);
        return ProblemKinds.Find(refusal.Code) ?? family with { Code = refusal.Code };
    }

    private static ProblemKind FamilyOf(RefusalKind kind)
    {
        if (kind.IsUnauthenticated)
        {
            return ProblemKinds.Unauthenticated;
        }

        if (kind.IsForbidden)
        {
            return ProblemKinds.Forbidden;
        }

        if (kind.IsNotFound)
        {
            return ProblemKinds.NotFound;
        }

        if (kind.IsVersionMismatch)
        {
            return ProblemKinds.VersionMismatch;
        }

        return kind.IsInvalid ? ProblemKinds.ValidationFailed : ProblemKinds.RuleRefused;
    }
}
