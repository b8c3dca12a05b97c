using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace UmsSti.ReadModels.Users;

/// <summary>
/// The end of a page, as opaque text: which list, sort and filters it belongs to, and the last key. It gives no right to
/// anything: a forged one asks for another place in the same list.
/// </summary>
internal static partial class UserCursor
{
    /// <summary>Longest cursor read, in characters; a name of 255 four-byte characters fits.</summary>
    private const int MaxLength = 4_096;

    private const string Kind = "users";

    public static string Write(UserListQuery query, UserSort sort, in SortKey last) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
            new Content(Kind, sort.Name, Digest(query), last.Text, last.Number, last.Key), CursorJson.Default.Content));

    /// <summary>Throws <see cref="InvalidCursorException"/> for anything this list with these filters did not give out.</summary>
    public static SortKey Read(string text, UserListQuery query, UserSort sort)
    {
        var content = Parse(text);
        if (content is null || content.List != Kind || content.Sort != sort.Name || content.Filters != Digest(query)
            || sort.IsText != (content.Text is not null) || (content.Text is { } last && last.Contains('\0')))
            throw new InvalidCursorException();
        return new SortKey(content.Text, content.Number, content.Key);
    }

    private static Content? Parse(string text)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
            return null;
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), CursorJson.Default.Content);
        }
        catch (JsonException)
        {
            return null; // not a cursor: the caller hears so
        }
    }

    // Lengths stand before the texts so that no two sets of filters read alike.
    private static string Digest(UserListQuery query)
    {
        var filters = new StringBuilder();
        foreach (var filter in new[] { query.Type, query.State, query.Search, query.Team })
            filter.AppendTo(filters);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(filters.ToString())).AsSpan(0, 8));
    }

    private static void AppendTo(this string? filter, StringBuilder text)
    {
        if (filter is null)
            text.Append("-;");
        else
            text.Append(filter.Length).Append(':').Append(filter).Append(';');
    }

    internal sealed record Content(
        [property: JsonPropertyName("k")] string List,
        [property: JsonPropertyName("s")] string Sort,
        [property: JsonPropertyName("f")] string Filters,
        [property: JsonPropertyName("t")] string? Text,
        [property: JsonPropertyName("n")] long Number,
        [property: JsonPropertyName("p")] long Key);

    [JsonSerializable(typeof(Content))]
    private sealed partial class CursorJson : JsonSerializerContext;
}
