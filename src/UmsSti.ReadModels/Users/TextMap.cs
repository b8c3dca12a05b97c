using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace UmsSti.ReadModels.Users;

/// <summary>An immutable JSON object of texts, keys in ordinal order so that equal content has equal bytes. Small: it is copied with every change.</summary>
public sealed class TextMap : IEquatable<TextMap>
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private readonly KeyValuePair<string, string>[] _values;

    private TextMap(KeyValuePair<string, string>[] values) => _values = values;

    /// <summary>No texts.</summary>
    public static TextMap Empty { get; } = new([]);

    /// <summary>The texts in the order of their keys.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    /// <summary>A map with one key set, or removed where the text is null.</summary>
    public TextMap With(string key, string? text)
    {
        var place = PlaceOf(key, out var found);
        if (text is null)
            return found ? new([.. _values.AsSpan(0, place), .. _values.AsSpan(place + 1)]) : this;
        if (found && _values[place].Value == text)
            return this;
        return new([.. _values.AsSpan(0, place), new(TextPool.Of(key), text), .. _values.AsSpan(found ? place + 1 : place)]);
    }

    /// <summary>A map with the same keys and one text for all of them.</summary>
    public TextMap WithAll(string text) => new(Array.ConvertAll(_values, pair => new KeyValuePair<string, string>(pair.Key, text)));

    /// <summary>UTF-8 JSON; valid until the next call on this thread.</summary>
    internal ReadOnlySpan<byte> WriteJson()
    {
        if (_values.Length == 0)
            return "{}"u8;
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1_024);
        buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(buffer, Writing);
        writer.WriteStartObject();
        foreach (var (key, text) in _values)
            writer.WriteString(key, text);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>A map of texts that are in the order of their keys already.</summary>
    internal static TextMap OfOrdered(KeyValuePair<string, string>[] values) => new(values);

    internal static TextMap Parse(ReadOnlySpan<byte> json)
    {
        if (json.SequenceEqual("{}"u8))
            return Empty;
        var values = new List<KeyValuePair<string, string>>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                reader.Read();
                values.Add(new(TextPool.Of(key), reader.GetString()!));
            }
        return new([.. values]);
    }

    public bool Equals(TextMap? other) => other is not null && (ReferenceEquals(this, other) || _values.AsSpan().SequenceEqual(other._values));

    public override bool Equals(object? obj) => Equals(obj as TextMap);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var pair in _values)
            hash.Add(pair);
        return hash.ToHashCode();
    }

    private int PlaceOf(string key, out bool found)
    {
        var place = 0;
        while (place < _values.Length && string.CompareOrdinal(_values[place].Key, key) < 0)
            place++;
        found = place < _values.Length && _values[place].Key == key;
        return place;
    }
}
