using System.Text.Json;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Authentication;
using UmsSti.Server.Http;
using UmsSti.Server.Telemetry;

namespace UmsSti.Server.Api;

/// <summary>Signing in, and who is signed in.</summary>
internal sealed class Sessions(SessionStore sessions, Passwords passwords, UserStreams users, SignIns signIns, Gate gate, Reading reading, IIdGenerator ids, Heads heads)
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
        Problems = [ProblemKinds.InvalidCredentials, ProblemKinds.AccountNotActive, ProblemKinds.Busy],
    };

    public static readonly ApiOperation ListOperation = new("listSessions", HttpMethods.Get, "/sessions", "Sessions", "Sessions of a user, one's own unless another is named")
    {
        Query = [new QueryParameter("user", "Whose sessions; one's own when not given.")],
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
        call.Http.Response.Headers.Location = $"{ApiRoutes.Base}/sessions/{sessionId.Value}";
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

    public async Task List(ApiCall call)
    {
        var userId = call.Query.Text("user") ?? call.Caller.UserId;
        await reading.Demand(call, Application.Query.NewListSessions(userId));
        var all = await sessions.OfUser(userId, call.Ct);
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

        await SessionPlan.Answer(call, heads, userId, "UserLoggedIn", "password", 1);
    }

    private static ProblemException Refused(ProblemKind kind, string detail)
    {
        ServerMeter.SignIn(kind.Code);
        return new ProblemException(kind, detail);
    }
}
