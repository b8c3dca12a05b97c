using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace UmsSti.ReadModels.Users;

/// <summary>An immutable JSON object of texts, keys in ordinal order so that equal content has equal bytes.</summary>
public sealed class TextMap : IEquatable<TextMap>
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, string> _values;
    private byte[]? _json;

    private TextMap(SortedDictionary<string, string> values, byte[]? json = null) => (_values, _json) = (values, json);

    /// <summary>No texts.</summary>
    public static TextMap Empty { get; } = new(new(StringComparer.Ordinal));

    /// <summary>The texts by key.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>A map with some keys set, or removed where the text is null.</summary>
    public TextMap With(IEnumerable<KeyValuePair<string, string?>> changes)
    {
        var values = new SortedDictionary<string, string>(_values, StringComparer.Ordinal);
        foreach (var (key, text) in changes)
            if (text is null)
                values.Remove(key);
            else
                values[key] = text;
        return new(values);
    }

    /// <summary>A map with the same keys and one text for all of them.</summary>
    public TextMap WithAll(string text) => With(_values.Keys.Select(key => new KeyValuePair<string, string?>(key, text)));

    /// <summary>UTF-8 JSON.</summary>
    public ReadOnlySpan<byte> Json => _json ??= Write();

    internal static TextMap Parse(byte[] json)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        string? key = null;
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName)
                key = reader.GetString();
            else if (key is not null && reader.TokenType == JsonTokenType.String)
                values[key] = reader.GetString()!;
        return new(values, json);
    }

    public bool Equals(TextMap? other) => other is not null && (ReferenceEquals(this, other) || Json.SequenceEqual(other.Json));

    public override bool Equals(object? obj) => Equals(obj as TextMap);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Json);
        return hash.ToHashCode();
    }

    private byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            foreach (var (key, text) in _values)
                writer.WriteString(key, text);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
