using UmsSti.Application;
using UmsSti.Server.Authentication;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>
/// New users. A caller who may see users gets the user; to everybody else it is self-registration, which hears the same whether or not
/// the address is known: same status, same body, same headers, same work; the owner is told by mail.
/// </summary>
internal sealed partial class Registrations(
    CommandRunner commands, UserCommands answers, RememberedRequests remembered, Passwords passwords, SignIns signIns, Gate gate, TimeProvider time, ILogger<Registrations> log)
{
    private const string Received = "received";

    /// <summary>
    /// A self-registration is answered this long after it came, so that the time does not tell what the answer hides. Storing a
    /// user takes a few milliseconds more than finding the address taken; hashing, the long part, is done in both cases.
    /// </summary>
    private static readonly TimeSpan SelfRegistrationTime = TimeSpan.FromMilliseconds(100);

    public static readonly ApiOperation Operation = new("registerUser", HttpMethods.Post, "/users", "Users", "Register a user")
    {
        Description = "Without a token, or with that of somebody who may not see users: self-registration of a standard user, always answered 202 alike, without X-Position. Otherwise: 201 and the user.",
        Caller = CallerNeed.Anybody,
        Body = UserShapes.Register,
        IsCommand = true,
        Query = [QueryParameter.DryRun],
        Answers =
        [
            new ApiAnswer(201, "The new user.", UserShapes.User),
            new ApiAnswer(202, "Self-registration was received.", UserShapes.Registered),
            new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(UserShapes.User)),
        ],
        Problems = [ProblemKinds.Unauthenticated, ProblemKinds.Forbidden, ProblemKinds.EmailTaken, ProblemKinds.SystemUserProtected, ProblemKinds.ConcurrencyConflict, ProblemKinds.Busy],
    };

    public async Task Register(ApiCall call)
    {
        var body = await call.Body();
        CheckPassword(body);
        if (await gate.MaySeeUsers(call.Caller.UserId, call.Now, call.Ct))
        {
            await RegisterOther(call, body);
        }
        else
        {
            await RegisterSelf(call, body);
        }
    }

    private async Task RegisterOther(ApiCall call, BodyValues body)
    {
        if (call.IsDryRun)
        {
            await answers.Run(call, CommandOf(body, credentialHash: null));
            return;
        }

        var envelope = await commands.EnvelopeOf(call);
        var accepted = await commands.Execute(envelope, CommandOf(body, await HashOf(body, call.Ct)), call.Ct);
        await answers.Answer(call, accepted);
    }

    private async Task RegisterSelf(ApiCall call, BodyValues body)
    {
        if (call.IsDryRun)
        {
            await PlanSelf(call, body);
            return;
        }

        var (_, replayed) = await remembered.Run(call, async (_, _) =>
        {
            var hash = await HashOf(body, call.Ct);
            await RegisterQuietly(call, body, hash);
            return [];
        });
        if (replayed)
        {
            call.Http.Response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        var left = call.Now + SelfRegistrationTime - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, call.Ct);
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status202Accepted, Received, static (json, status) =>
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteEndObject();
        });
    }

    /// <summary>That the address is taken stays between us and its owner; every other refusal is about the request itself.</summary>
    private async Task RegisterQuietly(ApiCall call, BodyValues body, string? credentialHash)
    {
        var envelope = call.EnvelopeWith(null, []);
        try
        {
            await commands.Execute(envelope, CommandOf(body, credentialHash), call.Ct);
        }
        catch (ProblemException refused) when (refused.Problem.Kind == ProblemKinds.EmailTaken)
        {
            await TellOwner(envelope, body.RequiredText("email"), call.Ct);
        }
    }

    // An activity log that takes no writes now must not show either: a free address would be answered 202.
    private async Task TellOwner(Envelope envelope, string email, CancellationToken ct)
    {
        try
        {
            await signIns.RefusedRegistration(envelope, email, ct);
        }
        catch (Kernel.LogUnavailableException unavailable)
        {
            OwnerNotTold(log, unavailable);
        }
    }

    /// <summary>A plan would tell whether the address is free, so strangers learn only that the request is well-formed.</summary>
    private async Task PlanSelf(ApiCall call, BodyValues body)
    {
        try
        {
            await commands.Plan(call.EnvelopeWith(null, []), CommandOf(body, credentialHash: null), call.Ct);
        }
        catch (ProblemException refused) when (refused.Problem.Kind == ProblemKinds.EmailTaken)
        {
        }

        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, Received, static (json, status) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("accepted", true);
            json.WriteStartArray("events");
            json.WriteEndArray();
            json.WriteStartObject("result");
            json.WriteString("status", status);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void CheckPassword(BodyValues body)
    {
        if (body.Text("password") is not { } password)
        {
            return;
        }

        var errors = new FieldErrors();
        foreach (var message in PasswordPolicy.Judge(password, body.RequiredText("type")))
        {
            errors.Add("password", message);
        }

        errors.ThrowIfAny();
    }

    private async ValueTask<string?> HashOf(BodyValues body, CancellationToken ct) =>
        body.Text("password") is { } password ? await passwords.Hash(password, ct) : null;

    private static Application.Command CommandOf(BodyValues body, string? credentialHash) => Application.Command.NewRegisterUser(new RegisterUser(
        null, body.RequiredText("type"), body.RequiredText("email"), body.RequiredText("name"), body.Map("profile"), body.Flag("activate"), credentialHash));

    [LoggerMessage(1, LogLevel.Error, "The owner of an address somebody tried to register is not told: the activity log takes no writes now.")]
    private static partial void OwnerNotTold(ILogger logger, Exception unavailable);
}
