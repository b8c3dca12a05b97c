using UmsSti.Domain;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Teams;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Lists of teams and members from the read model.</summary>
internal sealed class TeamLists(TeamDirectory teams, MemberDirectory members, TeamSight sight, Reading reading, Freshness ofTeams, Freshness ofRights)
{
    public static readonly ApiOperation ListOperation = new("listTeams", HttpMethods.Get, "/teams", "Teams", "The teams the caller sees")
    {
        Description = "Those he is an active member of, unless their state keeps him out; a system user sees all.",
        Query =
        [
            new QueryParameter("type", "Only of this type.") { OneOf = TeamShapes.Types },
            new QueryParameter("state", "Only in this state.") { OneOf = TeamShapes.States },
            new QueryParameter("parent", "Only directly below this team."),
            new QueryParameter("search", "Words of name or slug; each may be the beginning of a word."),
            new QueryParameter("sort", "The order; '-' is descending.") { OneOf = TeamShapes.Sorts },
            QueryParameter.Limit,
            QueryParameter.Cursor,
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of teams.", AnswerShape.ListOf(TeamShapes.Team))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public static readonly ApiOperation MembersOperation = new("listMembers", HttpMethods.Get, "/teams/{id}/members", "Teams", "The members of a team")
    {
        Description = "Nobody is a member of a team because of another one.",
        RouteParameters = TeamRoutes.Id,
        Query =
        [
            new QueryParameter("role", "Only in this role.") { OneOf = TeamShapes.Roles },
            new QueryParameter("state", "Only in this state; without it also those who left.") { OneOf = TeamShapes.MemberStates },
            new QueryParameter("sort", "The order; '-' is descending.") { OneOf = ["joinedAt", "-joinedAt"] },
            QueryParameter.Limit,
            QueryParameter.Cursor,
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of members.", AnswerShape.ListOf(TeamShapes.Member))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task List(ApiCall call)
    {
        var query = new TeamListQuery
        {
            Type = call.Query.Word("type", TeamShapes.Types),
            State = call.Query.Word("state", TeamShapes.States),
            Parent = ParentOf(call),
            Search = call.Query.Text("search"),
            Sort = call.Query.Word("sort", TeamShapes.Sorts) ?? "name",
            Limit = call.Query.Limit(),
            Cursor = call.Query.Text("cursor"),
        };
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewListTeams(UserId.Parse(call.Caller.UserId))));
        var position = Math.Min(await ofTeams.Reach(call), await ofRights.Reach(call));
        var scope = await sight.Of(call, position);
        var page = await Lists.Read(async () => await teams.ListAsync(query with { Scope = scope }, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, TeamJson.Write);
    }

    public async Task Members(ApiCall call)
    {
        var id = TeamRoutes.IdOf(call);
        var query = MemberQueryOf(call);
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(id)));
        var position = await ofRights.Reach(call);
        await DemandTeam(teams, id, call.Ct);
        var page = await Lists.Read(async () => await members.ListAsync(id.Value, query, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, TeamJson.Write);
    }

    private static string? ParentOf(ApiCall call) => call.Query.Text("parent") is not { } text ? null
        : TeamId.TryParse(text, out var id) ? id.Value
        : throw new ProblemException(Problem.Field("parent", "must be a team id"));

    /// <summary>Filters, order and place of a page of members.</summary>
    internal static MemberListQuery MemberQueryOf(ApiCall call) => new()
    {
        Role = call.Query.Word("role", TeamShapes.Roles),
        State = call.Query.Word("state", TeamShapes.MemberStates),
        Sort = call.Query.Word("sort", ["joinedAt", "-joinedAt"]) ?? "joinedAt",
        Limit = call.Query.Limit(),
        Cursor = call.Query.Text("cursor"),
    };

    /// <summary>Throws a 404 for a team there is not; who passes the gate for it may know that.</summary>
    internal static async Task DemandTeam(TeamDirectory teams, TeamId id, CancellationToken ct)
    {
        if (await teams.FindAsync(id.Value, ct) is null)
        {
            throw TeamRoutes.NotFound("team");
        }
    }
}
