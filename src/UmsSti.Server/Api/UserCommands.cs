using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Commands about one user who exists: what he says about himself, and his state.</summary>
internal sealed class UserCommands(EntityAnswers answers)
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
        Problems = TeamProblems.OfCommands,
        Description = "He must be an active member of it; a team he is no member of is not found.",
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

    public async Task SetActiveTeam(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, TeamRoutes.Command(TeamCommand.NewSetActiveTeam(UserRoutes.IdOf(call), body.RequiredText("teamId"))));
    }

    /// <summary>Runs a command about a user and answers with the user, or with the plan in a dry run.</summary>
    public Task Run(ApiCall call, Application.Command command) => answers.Run(call, command);

    /// <summary>Answers with the user a command left behind.</summary>
    public Task Answer(ApiCall call, Accepted accepted) => answers.Answer(call, accepted);

    /// <summary>Reason and note as one text, so that nothing the caller said is lost.</summary>
    internal static string? ReasonOf(BodyValues body)
    {
        var reason = body.Text("reason");
        var note = body.Text("note");
        return reason is not null && note is not null ? reason + "\n" + note : reason ?? note;
    }

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
