using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Authentication;
using UmsSti.Server.Http;
using UmsSti.Store;

namespace UmsSti.Server.Api;

/// <summary>Signing out: oneself, one session, or everywhere. A token is worth nothing before this answers.</summary>
internal sealed class SessionEnds(SessionStore sessions, UserStreams users, SignIns signIns, Reading reading, Heads heads)
{
    private static readonly ApiAnswer[] Answers = [new(204, "The token is worth nothing any more."), new(200, "The plan of a dry run.")];

    public static readonly ApiOperation CurrentOperation = new("logOut", HttpMethods.Delete, "/sessions/current", "Sessions", "Sign out")
    {
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = Answers,
    };

    public static readonly ApiOperation OneOperation = new("endSession", HttpMethods.Delete, "/sessions/{id}", "Sessions", "End one session, one's own or another user's")
    {
        Description = "Sessions of others need users.manage; those of system users are ended by system users only. A session that has ended already is not found.",
        RouteParameters = new Dictionary<string, string> { ["id"] = "The session's id." },
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = Answers,
        Problems = [ProblemKinds.SystemUserProtected],
    };

    public static readonly ApiOperation AllOperation = new("endUserSessions", HttpMethods.Delete, "/users/{id}/sessions", "Sessions", "End every session of a user")
    {
        Description = "One's own with the one this request came with, or another user's with users.manage; those of system users are ended by system users only.",
        RouteParameters = UserRoutes.Id,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = Answers,
        Problems = [ProblemKinds.SystemUserProtected],
    };

    public async Task Current(ApiCall call)
    {
        await Begin(call);
        await End(call, call.Caller.UserId, [call.Caller.SessionId]);
    }

    public async Task One(ApiCall call)
    {
        await Begin(call);
        var session = await sessions.FindById(call.Route("id"), call.Ct) ?? throw new ProblemException(ProblemKinds.NotFound, "There is no such session.");
        await Demand(call, session.UserId);
        await End(call, session.UserId, [session.SessionId]);
    }

    public async Task All(ApiCall call)
    {
        var userId = UserRoutes.IdOf(call);
        await Begin(call);
        await Demand(call, userId);
        SessionToken[] all = await sessions.OfUser(userId, call.Ct);
        await End(call, userId, [.. all.Select(session => session.SessionId)]);
    }

    // A key is accepted and needs no memory: ending what has ended changes nothing.
    private static async Task Begin(ApiCall call)
    {
        await call.ExpectNoBody();
        RequestHeaders.IdempotencyKeyOf(call.Http);
    }

    private async Task Demand(ApiCall call, string userId)
    {
        await reading.Demand(call, Application.Query.NewCloseSessions(userId));
        var user = await users.TryView(userId, call.Ct);
        if (user.IsNone)
        {
            throw UserRoutes.NotFound();
        }

        if (user.Value.Type == UserType.System.Name && call.Caller.UserType != UserType.System.Name)
        {
            throw new ProblemException(ProblemKinds.SystemUserProtected, "Only a system user ends the sessions of a system user.");
        }
    }

    private async Task End(ApiCall call, string userId, string[] ids)
    {
        if (call.IsDryRun)
        {
            var method = userId == call.Caller.UserId ? Access.LogOutMethod.Manual : Access.LogOutMethod.Forced;
            await SessionPlan.Answer(call, heads, userId, "UserLoggedOut", method.Name, ids.Length);
            return;
        }

        foreach (var id in ids)
        {
            await sessions.Close(id, call.Ct);
        }

        await signIns.LogOut(call.EnvelopeWith(null, []), userId, [.. ids.Select(SessionId.Parse)], call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
