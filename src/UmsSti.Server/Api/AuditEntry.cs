using System.Text.Json;
using UmsSti.Application;
using UmsSti.ReadModels.Audit;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>A row of the audit view, opened as far as the keys are there: what answers and exports show.</summary>
internal sealed class AuditEntry(AuditRow row, ClientView? client, string? reason)
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");

    /// <summary>Titles of the columns of a CSV export, in the order of <see cref="Cells"/>.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "at", "log", "position", "type", "action", "outcome", "actorId", "onBehalfOf", "subjectId", "resourceType", "resourceId", "reason",
        "ip", "userAgent", "detail", "commandId", "correlationId", "causationId",
    ];

    /// <summary>Opens a row.</summary>
    public static AuditEntry Open(AuditRow row, SealedTexts texts) => new(
        row,
        row.Client is null ? null : texts.Client(row.ClientSubject!, row.EventId, row.Client),
        row.SealedBy is null ? row.Reason : texts.Text(row.SealedBy, row.EventId, row.Reason!));

    public static void Write(Utf8JsonWriter json, AuditEntry entry) => entry.Write(json);

    /// <summary>The cells of a CSV row; null for an empty one.</summary>
    public IReadOnlyList<string?> Cells() =>
    [
        Times.Text(row.At), LogName(row.Log), row.Position.ToString(System.Globalization.CultureInfo.InvariantCulture), row.Type, row.Action, row.Outcome,
        row.Actor, row.OnBehalfOf, row.Subject, row.ResourceType, row.ResourceId, reason, client?.Ip, client?.UserAgent,
        System.Text.Encoding.UTF8.GetString(row.Detail.Span), row.CommandId, row.CorrelationId, row.CausationId,
    ];

    /// <summary>domain or activity.</summary>
    public static string LogName(int log) => ViewShapes.Logs[log - 1];

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Times.Write(json, At, row.At);
        json.WriteString("log", LogName(row.Log));
        json.WriteNumber("position", row.Position);
        json.WriteString("type", row.Type);
        json.WriteString("action", row.Action);
        json.WriteString("outcome", row.Outcome);
        json.WriteString("actorId", row.Actor);
        json.WriteString("onBehalfOf", row.OnBehalfOf);
        json.WriteString("subjectId", row.Subject);
        json.WriteString("resourceType", row.ResourceType);
        json.WriteString("resourceId", row.ResourceId);
        json.WriteString("reason", reason);
        json.WriteString("ip", client?.Ip);
        json.WriteString("userAgent", client?.UserAgent);
        json.WritePropertyName("detail");
        json.WriteRawValue(row.Detail.Span, skipInputValidation: true);
        json.WriteString("commandId", row.CommandId);
        json.WriteString("correlationId", row.CorrelationId);
        json.WriteString("causationId", row.CausationId);
        json.WriteEndObject();
    }
}
