using System.Text.Json;
using UmsSti.Domain;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Teams;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What happened to memberships, grants, roles and the states of a team (QY-18, TM-42, PE-43), and the teams of a person (QY-08).</summary>
internal sealed class RightsHistories(RoleDirectory histories, MemberDirectory members, TeamDirectory teams, Reading reading, Freshness ofTeams, Freshness fresh)
{
    private static readonly string[] Kinds = ["permission", "role"];
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");

    private static readonly AnswerShape Change = new(
        "RightsChange",
        new AnswerField("at", AnswerKind.Time, "When, UTC."),
        new AnswerField("position", AnswerKind.Number, "Position of the event."),
        new AnswerField("kind", AnswerKind.Text, "What it happened to.") { OneOf = ["membership", .. Kinds] },
        new AnswerField("userId", AnswerKind.Text, "Whose."),
        new AnswerField("teamId", AnswerKind.Text, "Where; null outside teams.") { Nullable = true },
        new AnswerField("subject", AnswerKind.Text, "The permission or role.") { Nullable = true },
        new AnswerField("action", AnswerKind.Text, "What happened."),
        new AnswerField("oldRole", AnswerKind.Text, "Of a membership.") { Nullable = true },
        new AnswerField("newRole", AnswerKind.Text, "Of a membership.") { Nullable = true },
        new AnswerField("oldState", AnswerKind.Text, "Before; null for nothing.") { Nullable = true },
        new AnswerField("newState", AnswerKind.Text, "After.") { Nullable = true },
        new AnswerField("actorId", AnswerKind.Text, "Who did it: a user, or system: and a job."),
        new AnswerField("reason", AnswerKind.Text, "Why; null when not said or forgotten.") { Nullable = true });

    private static readonly AnswerShape StateChange = new(
        "TeamStateChange",
        new AnswerField("at", AnswerKind.Time, "When, UTC."),
        new AnswerField("position", AnswerKind.Number, "Position of the event."),
        new AnswerField("type", AnswerKind.Text, "Name of the event."),
        new AnswerField("fromState", AnswerKind.Text, "Before; null for a new team.") { Nullable = true },
        new AnswerField("toState", AnswerKind.Text, "After."),
        new AnswerField("actorId", AnswerKind.Text, "Who did it: a user, or system: and a job."),
        new AnswerField("reason", AnswerKind.Text, "Why.") { Nullable = true });

    public static readonly ApiOperation MemberOperation = new("getMembershipHistory", HttpMethods.Get, "/teams/{id}/members/{userId}/history", "Teams", "Everything between a person and a team, oldest first")
    {
        RouteParameters = TeamRoutes.Member,
        Query = [QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of the history.", AnswerShape.ListOf(Change))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation PermissionsOperation = new("getPermissionHistory", HttpMethods.Get, "/users/{id}/permissions/history", "Permissions", "What a user was given and lost, oldest first")
    {
        RouteParameters = UserRoutes.Id,
        Query = [new QueryParameter("kind", "Only of this kind.") { OneOf = Kinds }, QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of the history.", AnswerShape.ListOf(Change))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation TeamsOperation = new("listTeamsOfUser", HttpMethods.Get, "/users/{id}/teams", "Teams", "The memberships of a user, open invitations and requests among them")
    {
        RouteParameters = UserRoutes.Id,
        Query =
        [
            new QueryParameter("role", "Only in this role.") { OneOf = TeamShapes.Roles },
            new QueryParameter("state", "Only in this state; without it also those that are over.") { OneOf = TeamShapes.MemberStates },
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, $"All of them, at most {MemberDirectory.MaxTeamsOfUser}, by team id.", AnswerShape.ListOf(TeamShapes.Member))],
    };

    public static readonly ApiOperation StatesOperation = new("getTeamStateHistory", HttpMethods.Get, "/teams/{id}/state-history", "Teams", "Every change of the team's state, oldest first")
    {
        RouteParameters = TeamRoutes.Id,
        Query = [QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of the history.", AnswerShape.ListOf(StateChange))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task OfStates(ApiCall call)
    {
        var team = TeamRoutes.IdOf(call);
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(team)));
        var position = await ofTeams.Reach(call);
        await TeamLists.DemandTeam(teams, team, call.Ct);
        var page = await Lists.Read(async () => await teams.HistoryAsync(team.Value, call.Query.Limit(), call.Query.Text("cursor"), call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, null, Write);
    }

    public async Task OfMember(ApiCall call)
    {
        var (team, user) = (TeamRoutes.IdOf(call), TeamRoutes.UserOf(call.Route("userId")));
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewMembershipHistory(team, user)));
        var position = await fresh.Reach(call);
        var page = await Lists.Read(async () => await histories.HistoryOfMemberAsync(team.Value, user.Value, call.Query.Limit(), call.Query.Text("cursor"), call.Ct));
        await Answer(call, page, position);
    }

    public async Task OfPermissions(ApiCall call)
    {
        var user = UserRoutes.IdOf(call);
        var kind = call.Query.Word("kind", Kinds);
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewPermissionHistory(UserId.Parse(user))));
        var position = await fresh.Reach(call);
        var page = await Lists.Read(async () => await histories.HistoryOfRightsAsync(user, kind, call.Query.Limit(), call.Query.Text("cursor"), call.Ct));
        await Answer(call, page, position);
    }

    public async Task OfTeams(ApiCall call)
    {
        var user = UserRoutes.IdOf(call);
        var (role, state) = (call.Query.Word("role", TeamShapes.Roles), call.Query.Word("state", TeamShapes.MemberStates));
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeamsOfUser(UserId.Parse(user))));
        var position = await fresh.Reach(call);
        var rows = await members.OfUserAsync(user, state, role, call.Ct);
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, rows, null, rows.Count, TeamJson.Write);
    }

    private static async Task Answer(ApiCall call, RightsChangePage page, long position)
    {
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, null, Write);
    }

    private static void Write(Utf8JsonWriter json, TeamStateChange change)
    {
        json.WriteStartObject();
        Times.Write(json, At, change.At);
        json.WriteNumber("position", change.Position);
        json.WriteString("type", change.Event);
        json.WriteString("fromState", change.From);
        json.WriteString("toState", change.To);
        json.WriteString("actorId", change.Actor);
        json.WriteString("reason", change.Reason);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RightsChange change)
    {
        json.WriteStartObject();
        Times.Write(json, At, change.At);
        json.WriteNumber("position", change.Position);
        json.WriteString("kind", change.Kind);
        json.WriteString("userId", change.UserId);
        json.WriteString("teamId", change.TeamId);
        json.WriteString("subject", change.Subject);
        json.WriteString("action", change.Action);
        json.WriteString("oldRole", change.OldRole);
        json.WriteString("newRole", change.NewRole);
        json.WriteString("oldState", change.OldState);
        json.WriteString("newState", change.NewState);
        json.WriteString("actorId", change.Actor);
        json.WriteString("reason", change.Reason);
        json.WriteEndObject();
    }
}
