using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.ReadModels.Teams;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Reading users: one, as he is or was, and the list.</summary>
internal sealed class UserReads(
    UserDirectory directory, UserStreams streams, UserIncludes included, TeamDirectory teams, Reading reading, Freshness freshness, Freshness ofTeams, Freshness ofRights, Heads heads)
{
    private static readonly string[] Includes = ["permissions", "teams"];

    public static readonly ApiOperation GetOperation = new("getUser", HttpMethods.Get, "/users/{id}", "Users", "One user, as he is or as he was")
    {
        RouteParameters = UserRoutes.Id,
        Query =
        [
            new QueryParameter("include", "permissions, teams, or both parted by a comma."),
            QueryParameter.AsOf,
            QueryParameter.AtPosition,
        ],
        IsFresh = true,
        IsTagged = true,
        Answers = [new ApiAnswer(200, "The user.", UserShapes.UserWithIncludes), new ApiAnswer(304, "He is as the caller knows him.")],
    };

    public static readonly ApiOperation ListOperation = new("listUsers", HttpMethods.Get, "/users", "Users", "Users by type, state and words of name or address")
    {
        Query =
        [
            new QueryParameter("type", "Only of this type.") { OneOf = UserShapes.Types },
            new QueryParameter("state", "Only in this state.") { OneOf = UserShapes.States },
            new QueryParameter("search", "Words of name or e-mail address; each may be the beginning of a word."),
            new QueryParameter("team", "Only active members of this team, which the caller must have access to."),
            new QueryParameter("sort", "The order; '-' is descending.") { OneOf = UserShapes.Sorts },
            QueryParameter.Limit,
            QueryParameter.Cursor,
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of users.", AnswerShape.ListOf(UserShapes.User))],
        Problems = [ProblemKinds.InvalidCursor, ProblemKinds.NotFound],
    };

    public async Task Get(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var includes = IncludesOf(call);
        await reading.Demand(call, Application.Query.NewGetUser(id));
        var atPosition = call.Query.Number(QueryParameter.AtPosition.Name);
        var asOf = call.Query.Time(QueryParameter.AsOf.Name);
        if (atPosition is null && asOf is null)
        {
            await GetNow(call, id, includes);
        }
        else
        {
            await GetThen(call, id, atPosition, asOf, includes);
        }
    }

    public async Task List(ApiCall call)
    {
        var query = new UserListQuery
        {
            Type = call.Query.Word("type", UserShapes.Types),
            State = call.Query.Word("state", UserShapes.States),
            Search = call.Query.Text("search"),
            Team = call.Query.Text("team"),
            Sort = call.Query.Word("sort", UserShapes.Sorts) ?? "createdAt",
            Limit = call.Query.Limit(),
            Cursor = call.Query.Text("cursor"),
        };
        await reading.Demand(call, Application.Query.ListUsers);
        var position = query.Team is null ? await freshness.Reach(call) : await ReachTeam(call, query.Team);
        var page = await Lists.Read(() => directory.ListAsync(query, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, UserJson.Write);
    }

    // Who is in a team is its content: 404 for whoever has no access to it.
    private async Task<long> ReachTeam(ApiCall call, string team)
    {
        var id = TeamRoutes.TeamOf(team).Value;
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(id)));
        var position = Math.Min(await freshness.Reach(call), Math.Min(await ofTeams.Reach(call), await ofRights.Reach(call)));
        await TeamLists.DemandTeam(teams, id, call.Ct);
        return position;
    }

    private async Task GetNow(ApiCall call, string id, string[] includes)
    {
        var position = await freshness.Reach(call);
        var user = await directory.FindAsync(id, call.Ct) ?? throw UserRoutes.NotFound();
        RequestHeaders.SetPosition(call.Http.Response, position);
        if (!Tags.IsNews(call.Http, user.Version, includes.Length == 0))
        {
            return;
        }

        if (includes.Length == 0)
        {
            await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, user, UserJson.Write);
            return;
        }

        var more = await included.Of(call, id, includes, Moment.Now);
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (user, more), static (json, it) =>
        {
            json.WriteStartObject();
            UserJson.WriteFields(json, it.user);
            UserIncludes.Write(json, it.more);
            json.WriteEndObject();
        });
    }

    private async Task GetThen(ApiCall call, string id, long? atPosition, DateTimeOffset? asOf, string[] includes)
    {
        if (atPosition is not null && asOf is not null)
        {
            throw new ProblemException(Problem.Field("asOf", "cannot go together with atPosition"));
        }

        var head = heads.Domain;
        Freshness.DemandOfLog(call.Http, head);
        if (atPosition > head)
        {
            throw new ProblemException(Problem.Field("atPosition", $"lies beyond the head of the log, {head}"));
        }

        var found = atPosition is { } position ? await streams.TryViewAt(id, position, call.Ct) : await streams.TryViewAsOf(id, asOf!.Value, call.Ct);
        var user = found.IsValueSome ? found.Value : throw UserRoutes.NotFound();
        RequestHeaders.SetPosition(call.Http.Response, atPosition ?? head);
        if (!Tags.IsNews(call.Http, user.Version, includes.Length == 0))
        {
            return;
        }

        var more = await included.Of(call, id, includes, atPosition is { } at ? Moment.NewAtPosition(at) : Moment.NewAsOf(asOf!.Value));
        await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (user, more), static (json, it) =>
        {
            json.WriteStartObject();
            UserJson.WriteFields(json, it.user, it.user.LastLoginAt);
            UserIncludes.Write(json, it.more);
            json.WriteEndObject();
        });
    }

    private static string[] IncludesOf(ApiCall call)
    {
        var text = call.Query.Text("include");
        if (text is null)
        {
            return [];
        }

        var includes = text.Split(',');
        return includes.All(Includes.Contains) ? includes : throw new ProblemException(Problem.Field("include", "takes permissions and teams, parted by a comma"));
    }
}
