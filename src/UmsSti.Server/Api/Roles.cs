using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Definitions of roles: sets of permissions under a name, for one team or for the installation.</summary>
internal sealed class Roles(EntityAnswers answers, RoleLosses losses, TeamHistories histories, Reading reading, Heads heads)
{
    private static readonly IReadOnlyDictionary<string, string> Id = new Dictionary<string, string> { ["id"] = "The role's id." };

    public static readonly ApiOperation DefineOperation = TeamRoutes.Change("defineRole", HttpMethods.Post, "/roles", "Permissions", "Define a role") with
    {
        TakesIfMatch = false,
        Body = RightsShapes.DefineRole,
        Answers = [new ApiAnswer(201, "The new role.", RightsShapes.Role), new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(RightsShapes.Role))],
    };

    public static readonly ApiOperation ChangeOperation = TeamRoutes.Change("changeRole", HttpMethods.Patch, "/roles/{id}", "Permissions", "Change what a role holds") with
    {
        Description = "A dry run shows who would lose what.",
        RouteParameters = Id,
        Body = RightsShapes.ChangeRole,
        Answers = [new ApiAnswer(200, "The role after it; with dryRun the plan.", RightsShapes.Role)],
    };

    public static readonly ApiOperation RetireOperation = TeamRoutes.Change("retireRole", HttpMethods.Delete, "/roles/{id}", "Permissions", "Retire a role") with
    {
        Description = "Its assignments give nothing from then on. A dry run shows who would lose what.",
        RouteParameters = Id,
        Body = RightsShapes.Revoke,
        Answers = TeamRoutes.Gone,
    };

    public static readonly ApiOperation GetOperation = new("getRole", HttpMethods.Get, "/roles/{id}", "Permissions", "One role")
    {
        RouteParameters = Id,
        Query = [QueryParameter.AsOf, QueryParameter.AtPosition],
        IsTagged = true,
        Answers = [new ApiAnswer(200, "The role.", RightsShapes.Role), new ApiAnswer(304, "It is as the caller knows it.")],
    };

    public async Task Define(ApiCall call)
    {
        var body = await call.Body();
        var step = RoleStep.NewDefine(body.Text("description"), [.. body.List("permissions")], body.Text("kind"));
        await answers.Run(call, TeamRoutes.Command(TeamCommand.NewChangeRole(body.Text("team"), body.RequiredText("name"), step)));
    }

    public async Task Change(ApiCall call)
    {
        var body = await call.Body();
        await answers.RunRole(call, CommandOf(call, RoleStep.NewChange(body.Text("description"), body.Has("permissions") ? [.. body.List("permissions")] : null)), losses, ends: false);
    }

    public async Task Retire(ApiCall call) =>
        await answers.RunRole(call, CommandOf(call, RoleStep.NewRetire((await call.Body()).Text("reason"))), losses, ends: true);

    public async Task Get(ApiCall call)
    {
        var id = IdOf(call);
        await reading.Demand(call, RuleOf(call, TeamRoutes.TeamOf(id.Team.IsSome ? id.Team.Value.Value : null)));
        var found = await histories.TryRole(id.Value, TeamRoutes.MomentOf(call, heads.Domain), call.Ct);
        var role = found.IsSome ? found.Value : throw TeamRoutes.NotFound("role");
        RequestHeaders.SetPosition(call.Http.Response, TeamRoutes.PositionOf(call, heads.Domain));
        if (Tags.IsNews(call.Http, role.Version))
        {
            await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, role, RightsJson.Write);
        }
    }

    /// <summary>Roles of a team are its content; the others everyone signed in may see.</summary>
    internal static Application.Query RuleOf(ApiCall call, Microsoft.FSharp.Core.FSharpValueOption<TeamId> team) => Application.Query.NewOfTeams(
        team.IsSome ? Operation.NewViewTeam(team.Value) : Operation.NewViewRoles(UserId.Parse(call.Caller.UserId)));

    private static Application.Command CommandOf(ApiCall call, RoleStep step)
    {
        var id = IdOf(call);
        return TeamRoutes.Command(TeamCommand.NewChangeRole(id.Team.IsSome ? id.Team.Value.Value : null, id.Name, step));
    }

    private static RoleId IdOf(ApiCall call) => RoleId.TryParse(call.Route("id"), out var id) ? id : throw TeamRoutes.NotFound("role");
}
