using UmsSti.Application;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Commands about one user who exists: what he says about himself, and his state.</summary>
internal sealed class UserCommands(CommandRunner commands, UserDirectory directory, Heads heads)
{
    private static readonly ApiAnswer UserAnswer = new(200, "The user after it; with dryRun the plan.", UserShapes.User);

    public static readonly ApiOperation UpdateOperation = Command("updateUser", HttpMethods.Patch, "/users/{id}", "Change name, profile or preferences", UserShapes.Update);

    public static readonly ApiOperation ActivateOperation = State("activateUser", "activate", "Activate; approves an admin who waits for it", UserShapes.StateChange);
    public static readonly ApiOperation DeactivateOperation = State("deactivateUser", "deactivate", "Take out of use; a reason is required", UserShapes.StateChange);
    public static readonly ApiOperation SuspendOperation = State("suspendUser", "suspend", "Suspend, for a time or until it is lifted; a reason is required", UserShapes.Suspend);
    public static readonly ApiOperation UnsuspendOperation = State("unsuspendUser", "unsuspend", "Lift a suspension; a note is required", UserShapes.StateChange);
    public static readonly ApiOperation ArchiveOperation = State("archiveUser", "archive", "Archive for good", UserShapes.StateChange);

    public static readonly ApiOperation ActiveTeamOperation = Command("setActiveTeam", HttpMethods.Put, "/users/{id}/active-team", "Choose the team to work for", UserShapes.ActiveTeam) with
    {
        Problems = [ProblemKinds.TeamNotFound],
        Description = "There are no teams yet, so every team is refused as team-not-found.",
    };

    public async Task Update(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, Application.Command.NewUpdateUser(new UpdateUser(UserRoutes.IdOf(call), body.Text("name"), body.Map("profile"), body.Map("preferences"))));
    }

    public async Task Activate(ApiCall call)
    {
        await call.Body();
        await Run(call, Application.Command.NewActivateUser(UserRoutes.IdOf(call)));
    }

    public async Task Deactivate(ApiCall call) => await Run(call, Application.Command.NewDeactivateUser(UserRoutes.IdOf(call), ReasonOf(await call.Body())));

    public async Task Suspend(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, Application.Command.NewSuspendUser(UserRoutes.IdOf(call), ReasonOf(body), body.Time("until")));
    }

    public async Task Unsuspend(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, Application.Command.NewUnsuspendUser(UserRoutes.IdOf(call), body.Text("note") is { } note && body.Text("reason") is null ? note : ReasonOf(body)));
    }

    public async Task Archive(ApiCall call) => await Run(call, Application.Command.NewArchiveUser(UserRoutes.IdOf(call), ReasonOf(await call.Body())));

    /// <summary>Runs a command about a user and answers with the user, or with the plan in a dry run.</summary>
    public async Task Run(ApiCall call, Application.Command command)
    {
        var envelope = await commands.EnvelopeOf(call);
        if (call.IsDryRun)
        {
            var plan = await commands.Plan(envelope, command, call.Ct);
            var lastLoginAt = await LastLoginOf(plan.User.Id, call.Ct);
            RequestHeaders.SetPosition(call.Http.Response, heads.Domain);
            await CommandRunner.AnswerPlan(call.Http, plan.Events, plan.User, (json, user) => UserJson.Write(json, user, lastLoginAt));
            return;
        }

        await Answer(call, await commands.Execute(envelope, command, call.Ct));
    }

    /// <summary>Answers with the user a command left behind.</summary>
    public async Task Answer(ApiCall call, Accepted accepted)
    {
        var user = accepted.User;
        var lastLoginAt = accepted.Created ? null : await LastLoginOf(user.Id, call.Ct);
        var response = call.Http.Response;
        RequestHeaders.SetPosition(response, accepted.Position);
        response.Headers.ETag = Preconditions.Tag(user.Version);
        if (accepted.Replayed)
        {
            response.Headers[RequestHeaders.IdempotencyReplayed] = "true";
        }

        var status = StatusCodes.Status200OK;
        if (accepted.Created)
        {
            status = StatusCodes.Status201Created;
            response.Headers.Location = $"{ApiRoutes.Base}/users/{user.Id}";
        }

        await JsonAnswer.Write(call.Http, status, (user, lastLoginAt), static (json, it) => UserJson.Write(json, it.user, it.lastLoginAt));
    }

    /// <summary>There are no teams yet: the body is read and the team refused.</summary>
    public async Task SetActiveTeam(ApiCall call)
    {
        UserRoutes.IdOf(call);
        await call.Body();
        throw new ProblemException(ProblemKinds.TeamNotFound, "There is no such team that the user is an active member of.");
    }

    /// <summary>Reason and note as one text, so that nothing the caller said is lost.</summary>
    internal static string? ReasonOf(BodyValues body)
    {
        var reason = body.Text("reason");
        var note = body.Text("note");
        return reason is not null && note is not null ? reason + "\n" + note : reason ?? note;
    }

    private async ValueTask<DateTimeOffset?> LastLoginOf(string userId, CancellationToken ct) => (await directory.FindAsync(userId, ct))?.LastLoginAt;

    private static ApiOperation State(string id, string verb, string summary, BodyShape body) =>
        Command(id, HttpMethods.Post, "/users/{id}/" + verb, summary, body);

    private static ApiOperation Command(string id, string method, string path, string summary, BodyShape body) => new(id, method, path, "Users", summary)
    {
        RouteParameters = UserRoutes.Id,
        Body = body,
        IsCommand = true,
        TakesIfMatch = true,
        Query = [QueryParameter.DryRun],
        Answers = [UserAnswer],
        Problems = UserRoutes.RuleProblems,
    };
}
