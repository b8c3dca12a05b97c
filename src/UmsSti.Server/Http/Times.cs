using System.Globalization;
using System.Text.Json;

namespace UmsSti.Server.Http;

/// <summary>Times at the edge: RFC 3339 with an explicit offset in, UTC with milliseconds out.</summary>
public static class Times
{
    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly string[] Accepted =
    [
        "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>Reads a time; false for anything without an offset or outside the calendar.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        var ok = DateTimeOffset.TryParseExact(text, Accepted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        time = time.ToUniversalTime();
        return ok;
    }

    /// <summary>Text of a time, for instance <c>2026-01-31T08:00:00.000Z</c>.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Written, CultureInfo.InvariantCulture);

    /// <summary>Writes a time without making a string of it.</summary>
    public static void Write(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset time)
    {
        Span<char> text = stackalloc char[24];
        time.UtcDateTime.TryFormat(text, out var length, Written, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    /// <summary>Writes a time, or null when there is none.</summary>
    public static void Write(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            Write(json, name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
