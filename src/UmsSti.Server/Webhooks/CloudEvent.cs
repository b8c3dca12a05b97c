using System.Globalization;
using System.Text.Json;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Projections;
using UmsSti.Server.Http;

namespace UmsSti.Server.Webhooks;

/// <summary>
/// An event as CloudEvents 1.0 in structured JSON. Ids, names and times only: every personal field is null, whoever receives it asks the
/// API for it, which knows whether he may see it and whether it is still there.
/// </summary>
internal static class CloudEvent
{
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Begins every type, as CloudEvents asks for a name of one's own.</summary>
    public const string TypePrefix = "ums.";

    private static readonly JsonEncodedText Time = JsonEncodedText.Encode("time");

    /// <summary>The id of an event wherever it is sent: receivers tell repeats by it.</summary>
    public static string IdOf(SourceLog log, long eventId) => string.Create(CultureInfo.InvariantCulture, $"evt_{(int)log}_{eventId}");

    public static byte[] Write(SourceLog log, RecordedEvent recorded, JsonElement data, string source) => JsonAnswer.ToBytes((log, recorded, data, source), static (json, it) =>
    {
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", IdOf(it.log, it.recorded.EventId));
        json.WriteString("source", it.source);
        json.WriteString("type", TypePrefix + it.recorded.EventType);
        json.WriteString("subject", it.recorded.Stream.Value);
        Times.Write(json, Time, it.recorded.Timestamp);
        json.WriteString("dataschema", $"urn:ums:event:{it.recorded.EventType}:{it.recorded.SchemaVersion}");
        json.WriteString("datacontenttype", "application/json");
        json.WriteString("sequence", it.recorded.Position.ToString("D20", CultureInfo.InvariantCulture));
        json.WriteString("actorid", Metadata.actor(it.recorded));
        json.WritePropertyName("data");
        it.data.WriteTo(json);
        json.WriteEndObject();
    });
}
