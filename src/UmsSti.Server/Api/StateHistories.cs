using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.History;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Every change of a user's state: from, to, who, why, when (US-24).</summary>
internal sealed class StateHistories(UserStateHistory history, SealedTexts texts, Reading reading, Freshness freshness)
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");

    public static readonly ApiOperation Operation = new("getUserStateHistory", HttpMethods.Get, "/users/{id}/state-history", "Users", "Every change of the user's state, oldest first")
    {
        RouteParameters = UserRoutes.Id,
        Query = [QueryParameter.Limit, QueryParameter.Cursor],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page of the history.", AnswerShape.ListOf(ViewShapes.StateChange))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task List(ApiCall call)
    {
        var id = UserRoutes.IdOf(call);
        var limit = call.Query.Limit();
        var cursor = call.Query.Text("cursor");
        await reading.Demand(call, Application.Query.NewReadStateHistory(id));
        var position = await freshness.Reach(call);
        var page = await Lists.Read(() => history.ListAsync(id, limit, cursor, call.Ct));
        if (page.Total == 0)
        {
            throw UserRoutes.NotFound(); // whoever is registered has come to a state
        }

        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, (json, change) => Write(json, id, change));
    }

    private void Write(Utf8JsonWriter json, string userId, StateChange change)
    {
        json.WriteStartObject();
        Times.Write(json, At, change.At);
        json.WriteNumber("position", change.Position);
        json.WriteNumber("version", change.Version);
        json.WriteString("type", change.Type);
        json.WriteString("fromState", change.FromState);
        json.WriteString("fromSubState", change.FromSubState);
        json.WriteString("toState", change.ToState);
        json.WriteString("toSubState", change.ToSubState);
        json.WriteString("actorId", change.Actor);
        json.WriteString("reason", change.Reason is null ? null : texts.Text(userId, change.EventId, change.Reason));
        json.WriteString("commandId", change.CommandId);
        json.WriteString("correlationId", change.CorrelationId);
        json.WriteEndObject();
    }
}
