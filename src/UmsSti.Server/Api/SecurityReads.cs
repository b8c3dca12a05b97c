using System.Text.Json;
using UmsSti.Application;
using UmsSti.Projections.Security;
using UmsSti.ReadModels.Security;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>What security wants to hear of, by severity (RM-12).</summary>
internal sealed class SecurityReads(SecurityEvents events, SealedTexts texts, Reading reading, Freshness freshness)
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    private static readonly JsonEncodedText ResolvedAt = JsonEncodedText.Encode("resolvedAt");
    private static readonly string[] Sorts = ["at", "-at"];
    private static readonly string[] Types = [.. SecurityKind.All.Select(kind => kind.Name)];

    public static readonly ApiOperation ListOperation = new("listSecurityEvents", HttpMethods.Get, "/security-events", "Audit", "Denials, bypasses, failed sign-ins, suspensions and more, with a severity")
    {
        Description = "total is null beyond 100,000.",
        Query =
        [
            new QueryParameter("severity", "Only events of this severity.") { OneOf = SecurityKind.Severities },
            new QueryParameter("type", "Only events of this kind.") { OneOf = Types },
            new QueryParameter("user", "Only events about this user's account or behaviour."),
            new QueryParameter("resolved", "true: only settled ones; false: only open ones.") { IsFlag = true },
            new QueryParameter("from", "Not before this time.") { IsTime = true },
            new QueryParameter("to", "Before this time.") { IsTime = true },
            new QueryParameter("sort", "-at: newest first, when not given; at: oldest first.") { OneOf = Sorts },
            QueryParameter.Limit,
            QueryParameter.Cursor,
        ],
        IsFresh = true,
        Answers = [new ApiAnswer(200, "A page.", AnswerShape.ListOf(ViewShapes.SecurityEvent))],
        Problems = [ProblemKinds.InvalidCursor],
    };

    public async Task List(ApiCall call)
    {
        var (from, to) = Period.Of(call.Query);
        var query = new SecurityQuery
        {
            Severity = call.Query.Word("severity", SecurityKind.Severities),
            Type = call.Query.Word("type", Types),
            User = call.Query.Text("user"),
            IsResolved = call.Query.Text("resolved") is null ? null : call.Query.Flag("resolved"),
            From = from,
            To = to,
            NewestFirst = call.Query.Word("sort", Sorts) != "at",
        };
        var limit = call.Query.Limit();
        var cursor = call.Query.Text("cursor");
        await reading.Demand(call, Application.Query.ReadSecurityEvents);
        var position = await freshness.Reach(call);
        var page = await Lists.Read(() => events.ListAsync(query, limit, cursor, call.Ct));
        RequestHeaders.SetPosition(call.Http.Response, position);
        await Lists.Answer(call.Http, page.Items, page.NextCursor, page.Total, Write);
    }

    private void Write(Utf8JsonWriter json, SecurityRow row)
    {
        var client = row.Client is null ? null : texts.Client(row.ClientSubject!, row.EventId, row.Client);
        json.WriteStartObject();
        json.WriteString("id", SecurityEventId.Text(row.Log, row.Position));
        Times.Write(json, At, row.At);
        json.WriteString("log", AuditEntry.LogName(row.Log));
        json.WriteNumber("position", row.Position);
        json.WriteString("type", row.Type);
        json.WriteString("severity", row.Severity);
        json.WriteString("userId", row.UserId);
        json.WriteString("actorId", row.Actor);
        json.WriteString("ip", client?.Ip);
        json.WriteString("userAgent", client?.UserAgent);
        json.WriteString("correlationId", row.CorrelationId);
        json.WritePropertyName("detail");
        json.WriteRawValue(row.Detail.Span, skipInputValidation: true);
        var resolution = row.Resolution;
        json.WriteBoolean("isResolved", resolution is not null);
        json.WriteString("resolvedBy", resolution?.By);
        Times.Write(json, ResolvedAt, resolution?.At);
        json.WriteString("note", resolution?.Note is { } note ? texts.Text(resolution.By, resolution.EventId, note) : null);
        json.WriteEndObject();
    }
}
