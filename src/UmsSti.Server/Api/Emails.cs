using UmsSti.Server.Authentication;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Addresses of users: changing and confirming them.</summary>
internal sealed class Emails(UserCommands answers, EmailVerifications verifications, Passwords passwords, RememberedRequests remembered)
{
    private static readonly ApiAnswer UserAnswer = new(200, "The user after it; with dryRun the plan.", UserShapes.User);

    public static readonly ApiOperation ChangeOperation = new("changeEmail", HttpMethods.Post, "/users/{id}/email", "Users", "Change the e-mail address")
    {
        Description = "One's own address takes currentPassword; an admin's is changed by himself or by who may create admins. The new address counts as unconfirmed until its owner proves it, unless only its spelling changes.",
        RouteParameters = UserRoutes.Id,
        Body = UserShapes.ChangeEmail,
        IsCommand = true,
        TakesIfMatch = true,
        Query = [QueryParameter.DryRun],
        Answers = [UserAnswer],
        Problems = [.. UserRoutes.RuleProblems, ProblemKinds.EmailTaken, ProblemKinds.Busy],
    };

    public static readonly ApiOperation VerifyOperation = new("verifyEmail", HttpMethods.Post, "/users/{id}/email/verify", "Users", "Confirm the e-mail address by the token sent to it")
    {
        Caller = CallerNeed.Nobody,
        RouteParameters = UserRoutes.Id,
        Body = UserShapes.VerifyEmail,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [UserAnswer],
        Problems = [.. UserRoutes.RuleProblems, ProblemKinds.InvalidToken, ProblemKinds.VerificationExpired, ProblemKinds.VerificationForOtherAddress],
    };

    public static readonly ApiOperation ResendOperation = new("resendVerification", HttpMethods.Post, "/users/{id}/email/resend", "Users", "Send the verification message again")
    {
        RouteParameters = UserRoutes.Id,
        IsCommand = true,
        TakesIfMatch = true,
        Query = [QueryParameter.DryRun],
        Answers = [UserAnswer],
        Problems = UserRoutes.RuleProblems,
    };

    public async Task Change(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var body = await call.Body();
        if (id == call.Caller.UserId)
        {
            await DemandPassword(call, id, body.Text("currentPassword"));
        }

        await answers.Run(call, Application.Command.NewChangeEmail(id, body.RequiredText("newEmail")));
    }

    public async Task Resend(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        await call.ExpectNoBody();
        await answers.Run(call, Application.Command.NewResendVerification(id));
    }

    /// <summary>Whoever holds the token is the one it was sent to, so no other sign of the caller is needed.</summary>
    public async Task Verify(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var token = (await call.Body()).RequiredText("token");
        var address = call.IsDryRun ? await verifications.Find(token, id, call.Ct) : await ProvenAddress(call, token, id);
        if (address is null)
        {
            throw new ProblemException(ProblemKinds.InvalidToken, "The token is wrong, was used, or has expired. Ask for a new one.");
        }

        await answers.Run(call, Application.Command.NewVerifyEmail(id, address));
    }

    /// <summary>Of a repeat the door answers what it remembers, before it looks at the address.</summary>
    private async Task<string?> ProvenAddress(ApiCall call, string token, string id) =>
        await remembered.IsKnown(call) ? "" : await verifications.Consume(token, id, call.Ct);

    private async Task DemandPassword(ApiCall call, string userId, string? password)
    {
        if (password is null)
        {
            throw new ProblemException(Problem.Field("currentPassword", "is required for one's own address"));
        }

        if (!await passwords.Check(userId, password, call.Ct))
        {
            throw new ProblemException(Problem.Field("currentPassword", "is not right"));
        }
    }
}
