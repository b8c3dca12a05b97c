using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Authentication;
using UmsSti.Server.Http;
using UmsSti.Server.Telemetry;

namespace UmsSti.Server.Api;

/// <summary>Signing in and out.</summary>
internal sealed class Sessions(SessionStore sessions, Passwords passwords, UserStreams users, SignIns signIns, Gate gate, IIdGenerator ids, Heads heads)
{
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("createdAt");
    private static readonly JsonEncodedText ExpiresAt = JsonEncodedText.Encode("expiresAt");

    public static readonly ApiOperation LogInOperation = new("logIn", HttpMethods.Post, "/sessions", "Sessions", "Sign in")
    {
        Description = "An Authorization header is not looked at. An Idempotency-Key is accepted and has no effect: tokens are kept as hashes only and cannot be shown twice, so a repeat opens another session.",
        Caller = CallerNeed.Nobody,
        Body = SessionShapes.LogIn,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(201, "Signed in.", SessionShapes.Opened),
            new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(SessionShapes.Opened)),
        ],
        Problems = [ProblemKinds.InvalidCredentials, ProblemKinds.AccountNotActive],
    };

    public static readonly ApiOperation LogOutOperation = new("logOut", HttpMethods.Delete, "/sessions/current", "Sessions", "Sign out")
    {
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers = [new ApiAnswer(204, "The token is worth nothing any more."), new ApiAnswer(200, "The plan of a dry run.")],
    };

    public static readonly ApiOperation ListOperation = new("listSessions", HttpMethods.Get, "/sessions", "Sessions", "One's own sessions")
    {
        Answers = [new ApiAnswer(200, "Those that have not run out.", AnswerShape.ListOf(SessionShapes.Session))],
    };

    public async Task LogIn(ApiCall call)
    {
        var body = await call.Body();
        RequestHeaders.IdempotencyKeyOf(call.Http);
        var envelope = call.EnvelopeWith(null, []);
        var holder = await users.TryFindByEmail(body.RequiredText("email"), call.Ct);
        var userId = holder.IsValueSome ? holder.Value : null;
        if (!await passwords.Check(userId, body.RequiredText("password"), call.Ct))
        {
            await signIns.FailedLogIn(envelope, userId, Access.FailureReason.InvalidCredentials, call.Ct);
            throw Refused(ProblemKinds.InvalidCredentials, "E-mail address or password is not right.");
        }

        if (call.IsDryRun)
        {
            await PlanLogIn(call, userId!);
            return;
        }

        var sessionId = ids.NewSessionId();
        var answer = await signIns.LogIn(envelope, userId!, sessionId, call.Ct);
        if (answer is not SignInAnswer.SignedIn signedIn)
        {
            throw Refused(ProblemKinds.AccountNotActive, "The password is right, but this account may not sign in now.");
        }

        var token = await sessions.Open(userId!, sessionId.Value, call.Now, signedIn.expiresAt, call.Ct);
        ServerMeter.SignIn("success");
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await JsonAnswer.Write(call.Http, StatusCodes.Status201Created, (token, sessionId.Value, userId, signedIn.expiresAt), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteString("token", it.token);
            json.WriteString("sessionId", it.Value);
            json.WriteString("userId", it.userId);
            Times.Write(json, ExpiresAt, it.expiresAt);
            json.WriteEndObject();
        });
    }

    public async Task LogOut(ApiCall call)
    {
        await call.ExpectNoBody();
        RequestHeaders.IdempotencyKeyOf(call.Http);
        if (call.IsDryRun)
        {
            await AnswerPlan(call, call.Caller.UserId, "UserLoggedOut", "manual");
            return;
        }

        await sessions.Close(call.Caller.SessionId, call.Ct);
        await signIns.LogOut(call.EnvelopeWith(null, []), call.Caller.UserId, SessionId.Parse(call.Caller.SessionId), call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task List(ApiCall call)
    {
        var all = await sessions.OfUser(call.Caller.UserId, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        await Lists.Answer(call.Http, all, null, all.Length, (json, session) =>
        {
            json.WriteStartObject();
            json.WriteString("id", session.SessionId);
            json.WriteString("userId", session.UserId);
            Times.Write(json, CreatedAt, session.CreatedAt);
            Times.Write(json, ExpiresAt, session.ExpiresAt);
            json.WriteBoolean("current", session.SessionId == call.Caller.SessionId);
            json.WriteEndObject();
        });
    }

    private async Task PlanLogIn(ApiCall call, string userId)
    {
        if (!await gate.IsActive(userId, call.Ct))
        {
            throw Refused(ProblemKinds.AccountNotActive, "The password is right, but this account may not sign in now.");
        }

        await AnswerPlan(call, userId, "UserLoggedIn", "password");
    }

    private Task AnswerPlan(ApiCall call, string userId, string type, string method)
    {
        RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
        return JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (userId, type, method), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", true);
            json.WriteStartArray("events");
            json.WriteStartObject();
            json.WriteString("stream", "Access-" + it.userId);
            json.WriteString("type", it.type);
            json.WriteStartObject("data");
            json.WriteString("method", it.method);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteNull("result");
            json.WriteEndObject();
        });
    }

    private static ProblemException Refused(ProblemKind kind, string detail)
    {
        ServerMeter.SignIn(kind.Code);
        return new ProblemException(kind, detail);
    }
}
