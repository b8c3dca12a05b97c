using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Commands about one person in one team.</summary>
internal sealed class MemberCommands(EntityAnswers answers)
{
    private static readonly ApiAnswer MemberAnswer = new(200, "The member after it; with dryRun the plan.", TeamShapes.Member);

    private static readonly ApiAnswer[] NewMember =
        [new(201, "The new member.", TeamShapes.Member), new(200, "The plan of a dry run.", AnswerShape.PlanOf(TeamShapes.Member))];

    public static readonly ApiOperation AddOperation = OfTeam("addMember", "/members", "Add a member", TeamShapes.AddMember) with { Answers = NewMember };

    public static readonly ApiOperation ChangeRoleOperation =
        OfMember("changeMemberRole", HttpMethods.Patch, "/members/{userId}", "Give a member another role", TeamShapes.ChangeRole);

    public static readonly ApiOperation RemoveOperation =
        OfMember("removeMember", HttpMethods.Delete, "/members/{userId}", "Take a member out of the team", TeamShapes.WithReason) with
        {
            Description = "A dry run shows what he would lose.",
            Answers = TeamRoutes.Gone,
        };

    public static readonly ApiOperation SuspendOperation =
        OfMember("suspendMember", HttpMethods.Post, "/members/{userId}/suspend", "Suspend a membership", TeamShapes.WithReason);

    public static readonly ApiOperation DeactivateOperation =
        OfMember("deactivateMember", HttpMethods.Post, "/members/{userId}/deactivate", "Take a membership out of use", TeamShapes.WithReason);

    public static readonly ApiOperation ReactivateOperation =
        OfMember("reactivateMember", HttpMethods.Post, "/members/{userId}/reactivate", "Bring a membership back", TeamShapes.WithReason);

    public static readonly ApiOperation LeaveOperation = OfTeam("leaveTeam", "/leave", "Leave a team", TeamShapes.WithReason);

    public static readonly ApiOperation RequestOperation =
        OfTeam("requestMembership", "/requests", "Ask to become a member", TeamShapes.WithRole) with { Answers = NewMember };

    public static readonly ApiOperation ApproveOperation =
        OfMember("approveMembershipRequest", HttpMethods.Post, "/requests/{userId}/approve", "Let somebody in who asked", TeamShapes.WithRole);

    public static readonly ApiOperation RejectOperation =
        OfMember("rejectMembershipRequest", HttpMethods.Post, "/requests/{userId}/reject", "Turn a request down", TeamShapes.WithReason);

    public static readonly ApiOperation WithdrawOperation =
        OfMember("withdrawMembershipRequest", HttpMethods.Delete, "/requests/{userId}", "Take one's request back", null) with { Answers = TeamRoutes.Gone };

    public async Task Add(ApiCall call)
    {
        var body = await call.Body();
        await answers.Run(call, CommandOf(call, body.RequiredText("userId"), MembershipStep.NewAdd(body.RequiredText("role"))));
    }

    public async Task ChangeRole(ApiCall call) =>
        await Run(call, MembershipStep.NewChangeRole((await call.Body()).RequiredText("role")));

    public async Task Remove(ApiCall call)
    {
        var body = await call.Body();
        await answers.RunWithdrawal(call, CommandOf(call, call.Route("userId"), MembershipStep.NewRemove(body.Text("reason"))));
    }

    public async Task Suspend(ApiCall call) => await Run(call, MembershipStep.NewSuspend((await call.Body()).Text("reason")));

    public async Task Deactivate(ApiCall call) => await Run(call, MembershipStep.NewDeactivate((await call.Body()).Text("reason")));

    public async Task Reactivate(ApiCall call)
    {
        await call.Body();
        await Run(call, MembershipStep.Reactivate);
    }

    public async Task Leave(ApiCall call) =>
        await answers.Run(call, CommandOf(call, call.Caller.UserId, MembershipStep.NewLeave((await call.Body()).Text("reason"))));

    public async Task Request(ApiCall call) =>
        await answers.Run(call, CommandOf(call, call.Caller.UserId, MembershipStep.NewRequest((await call.Body()).Text("role"))));

    public async Task Approve(ApiCall call) => await Run(call, MembershipStep.NewApproveRequest((await call.Body()).Text("role")));

    public async Task Reject(ApiCall call) => await Run(call, MembershipStep.NewRejectRequest((await call.Body()).Text("reason")));

    public async Task Withdraw(ApiCall call)
    {
        await call.ExpectNoBody();
        await answers.RunEnd(call, CommandOf(call, call.Route("userId"), MembershipStep.WithdrawRequest));
    }

    private Task Run(ApiCall call, MembershipStep step) => answers.Run(call, CommandOf(call, call.Route("userId"), step));

    private static Application.Command CommandOf(ApiCall call, string userId, MembershipStep step) =>
        TeamRoutes.Command(TeamCommand.NewChangeMembership(TeamRoutes.IdOf(call).Value, userId, step));

    private static ApiOperation OfTeam(string id, string path, string summary, BodyShape body) =>
        TeamRoutes.Change(id, HttpMethods.Post, "/teams/{id}" + path, "Teams", summary) with
        {
            RouteParameters = TeamRoutes.Id,
            Body = body,
            Answers = [MemberAnswer],
        };

    private static ApiOperation OfMember(string id, string method, string path, string summary, BodyShape? body) =>
        TeamRoutes.Change(id, method, "/teams/{id}" + path, "Teams", summary) with
        {
            RouteParameters = TeamRoutes.Member,
            Body = body,
            Answers = [MemberAnswer],
        };
}
