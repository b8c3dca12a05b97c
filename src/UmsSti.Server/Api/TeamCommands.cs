using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Commands about one team: what is noted about it, its place, its life.</summary>
internal sealed class TeamCommands(EntityAnswers answers)
{
    private static readonly ApiAnswer TeamAnswer = new(200, "The team after it; with dryRun the plan.", TeamShapes.Team);

    public static readonly ApiOperation CreateOperation = TeamRoutes.Change("createTeam", HttpMethods.Post, "/teams", "Teams", "Create a team") with
    {
        Description = "The creator becomes the first executive, unless he is a system user.",
        TakesIfMatch = false,
        Body = TeamShapes.Create,
        Answers = [new ApiAnswer(201, "The new team.", TeamShapes.Team), new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(TeamShapes.Team))],
    };

    public static readonly ApiOperation UpdateOperation = OfTeam("updateTeam", HttpMethods.Patch, "", "Change name, description or details", TeamShapes.Update);

    public static readonly ApiOperation SetSettingOperation = OfTeam("setTeamSetting", HttpMethods.Put, "/settings/{key}", "Set a setting", TeamShapes.Setting) with
    {
        Description = TeamShapes.SettingsInWords,
        RouteParameters = WithKey(),
    };

    public static readonly ApiOperation ClearSettingOperation = OfTeam("clearTeamSetting", HttpMethods.Delete, "/settings/{key}", "Take a setting away", null) with
    {
        RouteParameters = WithKey(),
        Answers = TeamRoutes.Gone,
    };

    public static readonly ApiOperation MoveOperation = OfTeam("moveTeam", HttpMethods.Post, "/move", "Move a team with all below it", TeamShapes.Move) with
    {
        Description = "A dry run shows which teams would move. The note stands in the event of the move.",
        Answers = [new ApiAnswer(200, "The team and all that moved; with dryRun the plan.", TeamShapes.Moved)],
    };

    public static readonly ApiOperation ActivateOperation = OfTeam("activateTeam", HttpMethods.Post, "/activate", "Put into use", TeamShapes.Step);
    public static readonly ApiOperation DeactivateOperation = OfTeam("deactivateTeam", HttpMethods.Post, "/deactivate", "Take out of use", TeamShapes.Step);
    public static readonly ApiOperation SuspendOperation = OfTeam("suspendTeam", HttpMethods.Post, "/suspend", "Suspend until it is lifted; a reason is required", TeamShapes.Step);
    public static readonly ApiOperation UnsuspendOperation = OfTeam("unsuspendTeam", HttpMethods.Post, "/unsuspend", "Lift a suspension", TeamShapes.Step);
    public static readonly ApiOperation ArchiveOperation = OfTeam("archiveTeam", HttpMethods.Post, "/archive", "Archive for good; a reason is required", TeamShapes.Archive);
    public static readonly ApiOperation CancelOperation = OfTeam("cancelTeam", HttpMethods.Post, "/cancel", "Give a draft up", TeamShapes.Step);

    public async Task Create(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, TeamCommand.NewCreateTeam(new CreateTeam(
            null, body.RequiredText("name"), body.RequiredText("type"), body.Text("parentId"), DetailsOf(body), body.Map("settings"), !body.Has("activate") || body.Flag("activate"))));
    }

    public async Task Update(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, TeamCommand.NewUpdateTeam(new UpdateTeam(TeamRoutes.IdOf(call).Value, body.Text("name"), DetailsOf(body))));
    }

    public async Task SetSetting(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, TeamCommand.NewSetTeamSetting(TeamRoutes.IdOf(call).Value, call.Route("key"), body.RequiredText("value")));
    }

    public async Task ClearSetting(ApiCall call)
    {
        await call.ExpectNoBody();
        await answers.RunEnd(call, TeamRoutes.Command(TeamCommand.NewSetTeamSetting(TeamRoutes.IdOf(call).Value, call.Route("key"), null)));
    }

    public async Task Move(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, TeamCommand.NewMoveTeam(TeamRoutes.IdOf(call).Value, body.RequiredText("newParentId"), body.Text("note")));
    }

    public async Task Activate(ApiCall call) => await Step(call, _ => TeamStep.Activate);

    public async Task Deactivate(ApiCall call) => await Step(call, body => TeamStep.NewDeactivate(UserCommands.ReasonOf(body)));

    public async Task Suspend(ApiCall call) => await Step(call, body => TeamStep.NewSuspend(UserCommands.ReasonOf(body)));

    public async Task Unsuspend(ApiCall call) => await Step(call, body => TeamStep.NewLiftSuspension(UserCommands.ReasonOf(body)));

    public async Task Cancel(ApiCall call) => await Step(call, _ => TeamStep.Cancel);

    public async Task Archive(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, TeamCommand.NewArchiveTeam(new ArchiveTeam(TeamRoutes.IdOf(call).Value, body.Text("reason"), body.Text("children"), body.Text("reassignTo"))));
    }

    private async Task Step(ApiCall call, Func<BodyValues, TeamStep> step)
    {
        var body = await call.Body();
        await Run(call, TeamCommand.NewChangeTeamState(TeamRoutes.IdOf(call).Value, step(body)));
    }

    private Task Run(ApiCall call, TeamCommand command) => answers.Run(call, TeamRoutes.Command(command));

    /// <summary>The description is one of the details; it may be given beside them, because everyone looks for it there.</summary>
    private static IReadOnlyDictionary<string, string?>? DetailsOf(BodyValues body)
    {
        if (body.Text("description") is not { } description)
        {
            return body.Map("details");
        }

        var details = new Dictionary<string, string?>(body.Map("details") ?? new Dictionary<string, string?>(), StringComparer.Ordinal);
        return details.TryAdd(TeamField.Description.Key, description)
            ? details
            : throw new ProblemException(Problem.Field("description", "is given twice: among the details too"));
    }

    private static Dictionary<string, string> WithKey() => new(TeamRoutes.Id) { ["key"] = "The setting's key." };

    private static ApiOperation OfTeam(string id, string method, string path, string summary, BodyShape? body) =>
        TeamRoutes.Change(id, method, "/teams/{id}" + path, "Teams", summary) with
        {
            RouteParameters = TeamRoutes.Id,
            Body = body,
            Answers = [TeamAnswer],
        };
}
