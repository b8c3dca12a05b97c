using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Requests for permissions and what becomes of a grant (CM-63, CM-64, FS-54, FS-55).</summary>
internal sealed class GrantSteps(EntityAnswers answers)
{
    public static readonly ApiOperation RequestOperation = Of("requestPermission", HttpMethods.Post, "/request", "Ask for a permission, for oneself", RightsSteps.Request) with
    {
        Description = "Waits 30 days for somebody who may grant it.",
    };

    public static readonly ApiOperation ApproveOperation = Of("approvePermissionRequest", HttpMethods.Post, "/approve", "Grant what somebody asked for", null);
    public static readonly ApiOperation DenyOperation = Of("denyPermissionRequest", HttpMethods.Post, "/deny", "Turn a request for a permission down; a reason is required", RightsShapes.Revoke);
    public static readonly ApiOperation SuspendOperation = Of("suspendPermission", HttpMethods.Post, "/suspend", "Suspend a grant until it is lifted; a reason is required", RightsShapes.Revoke);
    public static readonly ApiOperation UnsuspendOperation = Of("unsuspendPermission", HttpMethods.Post, "/unsuspend", "Lift the suspension of a grant; a reason is required", RightsShapes.Revoke);
    public static readonly ApiOperation LevelOperation = Of("changePermissionLevel", HttpMethods.Patch, "", "Change how much a grant gives", RightsSteps.Level);

    public async Task Request(ApiCall call)
    {
        var body = await call.Body();
        await Run(call, GrantStep.NewRequest(body.Time("expiresAt"), body.Text("justification")));
    }

    public async Task Approve(ApiCall call)
    {
        await call.ExpectNoBody();
        await Run(call, GrantStep.Approve);
    }

    public async Task Deny(ApiCall call) => await Run(call, GrantStep.NewDeny((await call.Body()).Text("reason")));

    public async Task Suspend(ApiCall call) => await Run(call, GrantStep.NewSuspend((await call.Body()).Text("reason")));

    public async Task Unsuspend(ApiCall call) => await Run(call, GrantStep.NewLiftSuspension((await call.Body()).Text("reason")));

    public async Task ChangeLevel(ApiCall call) => await Run(call, GrantStep.NewChangeLevel((await call.Body()).RequiredText("level")));

    private Task Run(ApiCall call, GrantStep step) => answers.Run(
        call, TeamRoutes.Command(TeamCommand.NewChangeGrant(UserRoutes.IdOf(call), call.Query.Text("team"), call.Route("permission"), step)));

    private static ApiOperation Of(string id, string method, string path, string summary, BodyShape? body) =>
        RightsSteps.Operation(id, method, "permissions/{permission}" + path, "permission", summary) with
        {
            Body = body,
            Answers = [new ApiAnswer(200, "The grant after it; with dryRun the plan.", RightsShapes.Given)],
        };
}

/// <summary>What becomes of a role that was assigned to somebody (CM-62, CM-64, FS-50).</summary>
internal sealed class AssignmentSteps(EntityAnswers answers)
{
    public static readonly ApiOperation ApproveOperation = Of("approveRole", "approve", "Approve an assignment that waits for it", null) with
    {
        Description = "By somebody else than its assigner. Assignments wait where the setting role_assignments_need_approval is true.",
    };

    public static readonly ApiOperation RejectOperation = Of("rejectRole", "reject", "Turn an assignment down that waits for approval; a reason is required", RightsShapes.Revoke);
    public static readonly ApiOperation DeactivateOperation = Of("deactivateRole", "deactivate", "Take an assignment out of use; a reason is required", RightsShapes.Revoke);
    public static readonly ApiOperation ReactivateOperation = Of("reactivateRole", "reactivate", "Put an assignment into use again", null);
    public static readonly ApiOperation SuspendOperation = Of("suspendRole", "suspend", "Suspend an assignment until it is lifted; a reason is required", RightsShapes.Revoke);
    public static readonly ApiOperation UnsuspendOperation = Of("unsuspendRole", "unsuspend", "Lift the suspension of an assignment; a reason is required", RightsShapes.Revoke);

    public Task Approve(ApiCall call) => RunBare(call, AssignmentStep.Activate);

    public async Task Reject(ApiCall call) => await Run(call, AssignmentStep.NewCancel((await call.Body()).Text("reason")));

    public async Task Deactivate(ApiCall call) => await Run(call, AssignmentStep.NewDeactivate((await call.Body()).Text("reason")));

    public Task Reactivate(ApiCall call) => RunBare(call, AssignmentStep.Reactivate);

    public async Task Suspend(ApiCall call) => await Run(call, AssignmentStep.NewSuspend((await call.Body()).Text("reason")));

    public async Task Unsuspend(ApiCall call) => await Run(call, AssignmentStep.NewLiftSuspension((await call.Body()).Text("reason")));

    private async Task RunBare(ApiCall call, AssignmentStep step)
    {
        await call.ExpectNoBody();
        await Run(call, step);
    }

    private Task Run(ApiCall call, AssignmentStep step) => answers.Run(
        call, TeamRoutes.Command(TeamCommand.NewChangeAssignment(UserRoutes.IdOf(call), call.Query.Text("team"), call.Route("role"), step)));

    private static ApiOperation Of(string id, string verb, string summary, BodyShape? body) =>
        RightsSteps.Operation(id, HttpMethods.Post, "roles/{role}/" + verb, "role", summary) with
        {
            Body = body,
            Answers = [new ApiAnswer(200, "The assignment after it; with dryRun the plan.", RightsShapes.Assignment)],
        };
}

/// <summary>What the steps of grants and assignments share.</summary>
internal static class RightsSteps
{
    public static readonly BodyShape Request = new(
        "RequestPermission",
        new BodyField("justification", FieldKind.Text, "What it is needed for.") { Required = true, MaxLength = UserShapes.MaxReasonLength, MultiLine = true },
        new BodyField("expiresAt", FieldKind.Time, "Until when it is needed."));

    public static readonly BodyShape Level = new(
        "ChangePermissionLevel",
        new BodyField("level", FieldKind.Text, "How much it is to give.") { Required = true, OneOf = [.. Domain.AccessLevel.All.Select(level => level.Name)] });

    public static ApiOperation Operation(string id, string method, string path, string parameter, string summary) =>
        TeamRoutes.Change(id, method, "/users/{id}/" + path, "Permissions", summary) with
        {
            RouteParameters = new Dictionary<string, string> { ["id"] = "The user's id.", [parameter] = $"The name of the {parameter}." },
            Query = [QueryParameter.DryRun, TeamRoutes.Team],
        };
}
