using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace UmsSti.Projections;

/// <summary>Details of a fact for people: a flat JSON object, UTF-8, without anything personal.</summary>
internal static class EventDetail
{
    // Answers are never embedded in HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>No details.</summary>
    public static readonly byte[] None = "{}"u8.ToArray();

    /// <summary>Named values; those that are null are left out.</summary>
    public static byte[] Of(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var json = Writer();
        json.WriteStartObject();
        foreach (var (name, value) in values)
            if (value is not null)
                json.WriteString(name, value);
        json.WriteEndObject();
        return Written(json);
    }

    /// <summary>Names of fields that changed, never their content.</summary>
    public static byte[] Fields(IEnumerable<string> fields)
    {
        var json = Writer();
        json.WriteStartObject();
        json.WriteStartArray("fields");
        foreach (var field in fields)
            json.WriteStringValue(field);
        json.WriteEndArray();
        json.WriteEndObject();
        return Written(json);
    }

    // One for each thread: a detail is made for every event of a rebuild.
    private static Utf8JsonWriter Writer()
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(256);
        buffer.ResetWrittenCount();
        var json = _json ??= new Utf8JsonWriter(buffer, Options);
        json.Reset(buffer);
        return json;
    }

    private static byte[] Written(Utf8JsonWriter json)
    {
        json.Flush();
        return _buffer!.WrittenSpan.ToArray();
    }

    /// <summary>A time as the API shows it.</summary>
    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
