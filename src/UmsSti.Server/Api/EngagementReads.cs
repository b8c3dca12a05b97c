using System.Text.Json;
using UmsSti.Domain;
using UmsSti.ReadModels.Analytics;
using UmsSti.ReadModels.Teams;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What one user or one team did, day by day (RE-34).</summary>
internal sealed class EngagementReads(Engagement engagement, UserDirectory users, TeamDirectory teams, Reading reading, Freshness ofUsers, Freshness ofTeams)
{
    private static readonly JsonEncodedText FirstAt = JsonEncodedText.Encode("firstAt");
    private static readonly JsonEncodedText LastAt = JsonEncodedText.Encode("lastAt");

    public static readonly ApiOperation UserOperation = new("getUserEngagement", HttpMethods.Get, "/analytics/users/{id}/daily", "Analytics", "What a user did, day by day")
    {
        Description = "Every day of the range, UTC, oldest first. For reports.advanced.",
        RouteParameters = UserRoutes.Id,
        Query = AnalyticsReads.Range,
        IsFresh = true,
        Answers = [new ApiAnswer(200, "All days.", AnswerShape.ListOf(ViewShapes.UserDay))],
    };

    public static readonly ApiOperation TeamOperation = new("getTeamActivity", HttpMethods.Get, "/analytics/teams/{id}/daily", "Analytics", "What went on in a team, day by day")
    {
        Description = "Every day of the range, UTC, oldest first. For reports.advanced and access to that very team.",
        RouteParameters = TeamRoutes.Id,
        Query = AnalyticsReads.Range,
        IsFresh = true,
        Answers = [new ApiAnswer(200, "All days.", AnswerShape.ListOf(ViewShapes.TeamDay))],
    };

    public async Task OfUser(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var (from, to) = AnalyticsReads.RangeOf(call);
        await reading.Demand(call, Application.Query.ReadAnalytics);
        var position = await ofUsers.Reach(call);
        if (await users.FindAsync(id, call.Ct) is null)
        {
            throw UserRoutes.NotFound();
        }

        var days = await Lists.Read(() => engagement.OfUserAsync(id, from, to, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, days, null, days.Count, Write);
    }

    public async Task OfTeam(ApiCall call)
    {
        var id = TeamRoutes.IdOf(call);
        var (from, to) = AnalyticsReads.RangeOf(call);
        await reading.Demand(call, Application.Query.ReadAnalytics);
        await reading.Demand(call, Application.Query.NewOfTeams(Operation.NewViewTeam(id)));
        var position = await ofTeams.Reach(call);
        await TeamLists.DemandTeam(teams, id, call.Ct);
        var days = await Lists.Read(() => engagement.OfTeamAsync(id.Value, from, to, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, days, null, days.Count, Write);
    }

    private static void Write(Utf8JsonWriter json, UserDay day)
    {
        json.WriteStartObject();
        json.WriteString("day", AnalyticsReads.Text(day.Day));
        json.WriteNumber("logins", day.LogIns);
        json.WriteNumber("actions", day.Actions);
        json.WriteNumber("minutes", day is { FirstAt: { } first, LastAt: { } last } ? (long)(last - first).TotalMinutes : 0);
        Times.Write(json, FirstAt, day.FirstAt);
        Times.Write(json, LastAt, day.LastAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TeamDay day)
    {
        json.WriteStartObject();
        json.WriteString("day", AnalyticsReads.Text(day.Day));
        json.WriteNumber("members", day.Members);
        json.WriteNumber("joined", day.Joined);
        json.WriteNumber("left", day.Gone);
        json.WriteNumber("activeUsers", day.Active);
        json.WriteNumber("actions", day.Actions);
        json.WriteEndObject();
    }
}
