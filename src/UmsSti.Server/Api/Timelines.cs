using System.Text;
using System.Text.Json;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Users;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>A user's history for people: what became of his state, profile, permissions and memberships, and when he signed in.</summary>
internal sealed class Timelines(UserTimeline timeline, UserDirectory directory, MemberDirectory members, TeamSight sight, Reading reading, Freshness freshness, Freshness ofRights)
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");

    public static readonly ApiOperation Operation = new("getUserTimeline", HttpMethods.Get, "/users/{id}/timeline", "Users", "The user's readable history, oldest first")
    {
        Description = "Memberships and what was given in teams: the person himself and system users see all of it, others what happened in teams they are active members of.",
        RouteParameters = UserRoutes.Id,
        Query = [QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of the history.", AnswerShape.ListOf(UserShapes.TimelineEntry))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task List(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var limit = call.Query.Limit();
        var cursor = call.Query.Text("cursor");
        await reading.Demand(call, Application.Query.NewReadUserEvents(id));
        var position = Math.Min(await freshness.Reach(call), await ofRights.Reach(call));
        var teams = await TeamsOf(call, id, position);
        var page = await Lists.Read(() => timeline.ListAsync(id, teams, limit, cursor, call.Ct));
        if (page.Total == 0 && await directory.FindAsync(id, call.Ct) is null)
        {
            throw UserRoutes.NotFound();
        }

        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, Write);
    }

    // A right over people gives nothing in a team: its part of a history is content of the team (design 1.4, 9).
    private async Task<IReadOnlyCollection<string>> TeamsOf(ApiCall call, string id, long position)
    {
        var all = (await members.OfUserAsync(id, null, null, call.Ct)).Select(member => member.TeamId);
        var seen = call.Caller.UserId == id ? null : await sight.Of(call, position);
        return seen is null ? [.. all] : [.. all.Where(seen.Contains)];
    }

    private static void Write(Utf8JsonWriter json, TimelineRow row)
    {
        json.WriteStartObject();
        Times.Write(json, At, row.At);
        json.WriteString("kind", row.Kind);
        json.WriteString("text", Words(row.Type));
        json.WriteString("type", row.Type);
        json.WriteString("actorId", row.Actor);
        json.WritePropertyName("detail");
        json.WriteRawValue(row.Detail.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    /// <summary>The words of an event's name: <c>UserProfileUpdated</c> is "User profile updated".</summary>
    private static string Words(string type)
    {
        var words = new StringBuilder(type.Length + 8);
        foreach (var c in type)
        {
            if (char.IsUpper(c) && words.Length > 0)
            {
                words.Append(' ').Append(char.ToLowerInvariant(c));
            }
            else
            {
                words.Append(c);
            }
        }

        return words.ToString();
    }
}
