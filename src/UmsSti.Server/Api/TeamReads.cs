using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Teams;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Reading one team and one member, as they are or were. Folded from the log, so never behind it; only the members of a team are counted by the read model.</summary>
internal sealed class TeamReads(TeamHistories histories, TeamDirectory directory, MemberDirectory memberships, Freshness ofTeams, Freshness ofRights, Reading reading, Heads heads)
{
    private static readonly QueryParameter[] Moments = [QueryParameter.AsOf, QueryParameter.AtPosition];

    public static readonly ApiOperation GetOperation = new("getTeam", HttpMethods.Get, "/teams/{id}", "Teams", "One team, as it is or as it was")
    {
        RouteParameters = TeamRoutes.Id,
        Query = Moments,
        Description = "memberCount is counted beside the team: version, ETag and 304 speak of the team, not of how many are in it.",
        IsFresh = true,
        IsTagged = true,
        Answers = [new ApiAnswer(200, "The team.", TeamShapes.Team), new ApiAnswer(304, "It is as the caller knows it.")],
    };

    public static readonly ApiOperation MemberOperation = new("getMember", HttpMethods.Get, "/teams/{id}/members/{userId}", "Teams", "One member with every role he had, as he is or as he was")
    {
        RouteParameters = TeamRoutes.Member,
        Query = Moments,
        IsTagged = true,
        Answers = [new ApiAnswer(200, "The member.", TeamShapes.Member), new ApiAnswer(304, "He is as the caller knows him.")],
    };

    public async Task Get(ApiCall call)
    {
        var id = TeamRoutes.IdOf(call);
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(id)));
        var moment = TeamRoutes.MomentOf(call, heads.Domain);
        var shown = Math.Min(await ofTeams.Reach(call), await ofRights.Reach(call));
        var position = moment.IsNow ? shown : TeamRoutes.PositionOf(call, heads.Domain);
        var found = await histories.TryTeam(id.Value, moment, call.Ct);
        var team = found.IsSome ? found.Value : throw TeamRoutes.NotFound("team");
        RequestHeaders.SetPosition(call.Http.Response, position);
        if (Tags.IsNews(call.Http, team.Version))
        {
            var members = await MembersOf(id.Value, moment, shown, call.Ct);
            await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, (team, members), static (json, it) => TeamJson.Write(json, it.team, it.members));
        }
    }

    /// <summary>The active members of then; null where the read model has not come to that position yet.</summary>
    private async Task<long?> MembersOf(string id, Moment moment, long shown, CancellationToken ct)
    {
        if (moment.IsNow)
        {
            return (await directory.FindAsync(id, ct))?.MemberCount;
        }

        return moment.IsAsOf ? await memberships.CountAtAsync(id, moment.at, shown, ct)
            : moment.position <= shown ? await memberships.CountAtAsync(id, DateTimeOffset.MaxValue, moment.position, ct)
            : null;
    }

    public async Task Member(ApiCall call)
    {
        var id = TeamRoutes.IdOf(call);
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(id)));
        var found = await histories.TryMember(id.Value, call.Route("userId"), TeamRoutes.MomentOf(call, heads.Domain), call.Ct);
        var member = found.IsSome ? found.Value : throw TeamRoutes.NotFound("member");
        RequestHeaders.SetPosition(call.Http.Response, TeamRoutes.PositionOf(call, heads.Domain));
        if (Tags.IsNews(call.Http, member.Version))
        {
            await JsonAnswer.Write(call.Http, StatusCodes.Status200OK, member, TeamJson.Write);
        }
    }
}
