using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace UmsSti.ReadModels.Listing;

/// <summary>
/// The end of a page, as opaque text: which list, order and filters it belongs to, and the last key. It gives no right to
/// anything: a forged one asks for another place in the same list.
/// </summary>
/// <param name="list">Names the list.</param>
/// <param name="filters">What narrows it, always in the same order; null: not asked for.</param>
internal sealed partial class KeyCursor(string list, params IReadOnlyList<string?> filters)
{
    /// <summary>Longest cursor read, in characters; a name of 255 four-byte characters fits.</summary>
    private const int MaxLength = 4_096;

    public string Write(ListSort sort, in SortKey last) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(
        new Content(list, sort.Name, Digest(), last.Text, last.Number, last.Key), KeyCursorJson.Default.Content));

    /// <summary>Null for no cursor. Throws <see cref="InvalidCursorException"/> for anything this list with these filters did not give out.</summary>
    public SortKey? Read(string? text, ListSort sort)
    {
        if (text is null)
            return null;
        var content = Parse(text);
        if (content is null || content.List != list || content.Sort != sort.Name || content.Filters != Digest()
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
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), KeyCursorJson.Default.Content);
        }
        catch (JsonException)
        {
            return null; // not a cursor: the caller hears so
        }
    }

    // Lengths stand before the texts so that no two sets of filters read alike.
    private string Digest()
    {
        var text = new StringBuilder();
        foreach (var filter in filters)
            text.Append(filter is null ? "-;" : $"{filter.Length}:{filter};");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    internal sealed record Content(
        [property: JsonPropertyName("k")] string List,
        [property: JsonPropertyName("s")] string Sort,
        [property: JsonPropertyName("f")] string Filters,
        [property: JsonPropertyName("t")] string? Text,
        [property: JsonPropertyName("n")] long Number,
        [property: JsonPropertyName("p")] long Key);

    [JsonSerializable(typeof(Content))]
    private sealed partial class KeyCursorJson : JsonSerializerContext;
}
