using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Invitations of known users into a team (CM-55). Who is invited becomes a member by his own word only.</summary>
internal sealed class InvitationCommands(EntityAnswers answers)
{
    private static readonly ApiAnswer MemberAnswer = new(200, "What stands between the two after it; with dryRun the plan.", TeamShapes.Member);

    public static readonly ApiOperation InviteOperation = TeamRoutes.Change("inviteMember", HttpMethods.Post, "/teams/{id}/invitations", "Teams", "Invite somebody into a team") with
    {
        Description = "Open for 7 days, or until expiresAt. List the open ones with GET /teams/{id}/members?state=invited.",
        RouteParameters = TeamRoutes.Id,
        Body = InvitationShapes.Invite,
        Answers = [new ApiAnswer(201, "The invitation.", TeamShapes.Member), new ApiAnswer(200, "The plan of a dry run.", AnswerShape.PlanOf(TeamShapes.Member))],
    };

    public static readonly ApiOperation AcceptOperation = Of("acceptInvitation", HttpMethods.Post, "/accept", "Become a member, as one was invited to", null) with { Answers = [MemberAnswer] };

    public static readonly ApiOperation DeclineOperation = Of("declineInvitation", HttpMethods.Post, "/decline", "Turn an invitation down", TeamShapes.WithReason) with { Answers = [MemberAnswer] };

    public static readonly ApiOperation RevokeOperation = Of("revokeInvitation", HttpMethods.Delete, "", "Take an invitation back", TeamShapes.WithReason) with { Answers = TeamRoutes.Gone };

    public async Task Invite(ApiCall call)
    {
        var body = await call.Body();
        var step = MembershipStep.NewInvite(body.RequiredText("role"), body.Time("expiresAt"), body.Text("message"));
        await answers.Run(call, CommandOf(call, body.RequiredText("userId"), step));
    }

    public async Task Accept(ApiCall call)
    {
        await call.ExpectNoBody();
        await answers.Run(call, CommandOf(call, call.Route("userId"), MembershipStep.AcceptInvitation));
    }

    public async Task Decline(ApiCall call) =>
        await answers.Run(call, CommandOf(call, call.Route("userId"), MembershipStep.NewDeclineInvitation((await call.Body()).Text("reason"))));

    public async Task Revoke(ApiCall call) =>
        await answers.RunEnd(call, CommandOf(call, call.Route("userId"), MembershipStep.NewRevokeInvitation((await call.Body()).Text("reason"))));

    private static Application.Command CommandOf(ApiCall call, string userId, MembershipStep step) =>
        TeamRoutes.Command(TeamCommand.NewChangeMembership(TeamRoutes.IdOf(call).Value, userId, step));

    private static ApiOperation Of(string id, string method, string path, string summary, BodyShape? body) =>
        TeamRoutes.Change(id, method, "/teams/{id}/invitations/{userId}" + path, "Teams", summary) with { RouteParameters = TeamRoutes.Member, Body = body };
}

/// <summary>Bodies about invitations.</summary>
internal static class InvitationShapes
{
    public static readonly BodyShape Invite = new(
        "InviteMember",
        new BodyField("userId", FieldKind.Text, "The user.") { Required = true },
        new BodyField("role", FieldKind.Text, "The role he is invited to.") { Required = true, OneOf = TeamShapes.Roles },
        new BodyField("expiresAt", FieldKind.Time, "Until when it can be accepted; 7 days when not given."),
        new BodyField("message", FieldKind.Text, "A word to him.") { MaxLength = UserShapes.MaxReasonLength, MultiLine = true });
}
