using System.Text.Json;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Api;

/// <summary>Writes events the way <see cref="UserShapes.Event"/> describes them.</summary>
internal static class EventJson
{
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");

    public static void Write(Utf8JsonWriter json, EventView recorded)
    {
        json.WriteStartObject();
        json.WriteNumber("position", recorded.Position);
        json.WriteString("stream", recorded.Stream);
        json.WriteNumber("version", recorded.Version);
        json.WriteString("type", recorded.Type);
        json.WritePropertyName("data");
        recorded.Data.WriteTo(json);
        json.WriteString("actorId", recorded.ActorId);
        Times.Write(json, At, recorded.At);
        json.WriteString("hash", recorded.Hash);
        json.WriteEndObject();
    }
}
