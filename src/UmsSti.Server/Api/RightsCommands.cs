using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Gives permissions and roles to people, and takes them away. No right flows: each stands in one scope.</summary>
internal sealed class RightsCommands(EntityAnswers answers)
{
    private static readonly QueryParameter Reason = new("reason", "Why; for clients that send no body with DELETE.");

    public static readonly ApiOperation GrantOperation = Of("grantPermission", HttpMethods.Put, "permissions/{permission}", "permission", "Grant a permission") with
    {
        Body = RightsShapes.Grant,
        Answers = [new ApiAnswer(200, "The grant; with dryRun the plan.", RightsShapes.Given)],
    };

    public static readonly ApiOperation RevokeOperation = Of("revokePermission", HttpMethods.Delete, "permissions/{permission}", "permission", "Take a granted permission away") with
    {
        Description = "A dry run shows what he would lose. The reason may stand in the query instead of the body.",
        Body = RightsShapes.Revoke,
        Answers = TeamRoutes.Gone,
        Query = [QueryParameter.DryRun, TeamRoutes.Team, Reason],
    };

    public static readonly ApiOperation AssignOperation = Of("assignRole", HttpMethods.Put, "roles/{role}", "role", "Give a role") with
    {
        Description = "Who is no member of the team becomes one first, as member, where the caller may add members (PE-23).",
        Body = RightsShapes.Assign,
        Answers = [new ApiAnswer(200, "The assignment; with dryRun the plan.", RightsShapes.Assignment)],
    };

    public static readonly ApiOperation WithdrawOperation = Of("withdrawRole", HttpMethods.Delete, "roles/{role}", "role", "Take a role away") with
    {
        Description = "A dry run shows what he would lose. The reason may stand in the query instead of the body.",
        Body = RightsShapes.Revoke,
        Answers = TeamRoutes.Gone,
        Query = [QueryParameter.DryRun, TeamRoutes.Team, Reason],
    };

    public async Task Grant(ApiCall call)
    {
        var body = await call.Body();
        await answers.Run(call, GrantOf(call, GrantStep.NewGrant(body.Text("level"), body.Time("expiresAt"), body.Text("reason"))));
    }

    public async Task Revoke(ApiCall call) =>
        await answers.RunWithdrawal(call, GrantOf(call, GrantStep.NewRevoke(await ReasonOf(call))));

    public async Task Assign(ApiCall call)
    {
        var body = await call.Body();
        await answers.Run(call, AssignmentOf(call, AssignmentStep.NewAssign(body.Time("expiresAt"))));
    }

    public async Task Withdraw(ApiCall call) =>
        await answers.RunWithdrawal(call, AssignmentOf(call, AssignmentStep.NewRevoke(await ReasonOf(call))));

    private static async Task<string?> ReasonOf(ApiCall call) => (await call.Body()).Text("reason") ?? call.Query.Text("reason");

    private static Application.Command GrantOf(ApiCall call, GrantStep step) =>
        TeamRoutes.Command(TeamCommand.NewChangeGrant(UserRoutes.IdOf(call), call.Query.Text("team"), call.Route("permission"), step));

    private static Application.Command AssignmentOf(ApiCall call, AssignmentStep step) =>
        TeamRoutes.Command(TeamCommand.NewChangeAssignment(UserRoutes.IdOf(call), call.Query.Text("team"), call.Route("role"), step));

    private static ApiOperation Of(string id, string method, string path, string parameter, string summary) =>
        TeamRoutes.Change(id, method, "/users/{id}/" + path, "Permissions", summary) with
        {
            RouteParameters = new Dictionary<string, string> { ["id"] = "The user's id.", [parameter] = $"The name of the {parameter}." },
            Query = [QueryParameter.DryRun, TeamRoutes.Team],
        };
}
