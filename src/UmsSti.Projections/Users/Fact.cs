using System.Buffers;
using System.Globalization;
using System.Text.Json;
using UmsSti.Kernel;

namespace UmsSti.Projections.Users;

/// <summary>What an event is in the timeline: its kind, who did it, and details without personal data.</summary>
internal readonly record struct Fact(string Kind, string Actor, byte[] Detail)
{
    /// <summary>A change of state. Details without a value are left out.</summary>
    public static Fact State(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("state", actor, Write(details));

    /// <summary>A change of what is known about the person; names the fields only.</summary>
    public static Fact Profile(string actor, IEnumerable<string> fields) => new("profile", actor, WriteFields(fields));

    /// <summary>Something given or taken: permissions and roles. Details without a value are left out.</summary>
    public static Fact Permission(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("permission", actor, Write(details));

    /// <summary>Something about teams.</summary>
    public static Fact Membership(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("membership", actor, Write(details));

    /// <summary>Something about signing in.</summary>
    public static Fact Session(string actor, params ReadOnlySpan<(string Name, string? Value)> details) => new("session", actor, Write(details));

    /// <summary>A time as the API shows it.</summary>
    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public TimelineRow ToRow(ITimelineEvent recorded, SourceLog log) =>
        new(recorded.Timestamp, (int)log, recorded.Position, Kind, recorded.EventType, Actor, Detail);

    private static byte[] Write(ReadOnlySpan<(string Name, string? Value)> details)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        foreach (var (name, value) in details)
            if (value is not null)
                json.WriteString(name, value);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] WriteFields(IEnumerable<string> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("fields");
        foreach (var field in fields)
            json.WriteStringValue(field);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
