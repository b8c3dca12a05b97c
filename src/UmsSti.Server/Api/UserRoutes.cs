using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What the routes about one user share.</summary>
internal static class UserRoutes
{
    public static readonly IReadOnlyDictionary<string, string> Id = new Dictionary<string, string> { ["id"] = "The user's id." };

    /// <summary>What the rules about users refuse with.</summary>
    public static readonly ProblemKind[] RuleProblems =
    [
        ProblemKinds.InvalidTransition, ProblemKinds.ConcurrencyConflict, ProblemKinds.SystemUserProtected, ProblemKinds.SelfApprovalNotAllowed,
        ProblemKinds.SamePersonReview, ProblemKinds.EmailNotVerified, ProblemKinds.UntilNotInFuture, ProblemKinds.TooManyPreferences,
    ];

    /// <summary>The id of the route; what is no user id names nobody.</summary>
    public static string IdOf(ApiCall call)
    {
        var text = call.Route("id");
        return UserId.TryParse(text, out _) ? text : throw NotFound();
    }

    public static ProblemException NotFound() => new(ProblemKinds.NotFound, "There is no such user.");
}
