using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace UmsSti.Server.Http;

/// <summary>
/// Reads a request body strictly: what is not JSON is refused as <c>malformed-json</c>; wrong types, unknown, doubled or missing
/// fields and text nobody could mean (lone surrogates, control characters) as <c>validation-failed</c>, field by field.
/// </summary>
public static class StrictJson
{
    /// <summary>Deepest nesting that is looked at.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most fields reported at once; further ones are only counted.</summary>
    public const int MaxReportedFields = 50;

    private const int MaxShownNameLength = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>The values of a body. Throws <see cref="ProblemException"/> when it is not as its shape says.</summary>
    public static BodyValues Read(ReadOnlySpan<byte> body, BodyShape shape)
    {
        if (body.IsEmpty)
        {
            return shape.MayBeEmpty ? new BodyValues(shape, new object?[shape.Fields.Count]) : throw Malformed("The body is empty.");
        }

        if (!Utf8.IsValid(body))
        {
            throw Malformed("The body is not UTF-8.");
        }

        var errors = new FieldErrors();
        var values = new object?[shape.Fields.Count];
        var reader = new Utf8JsonReader(body, Options);
        try
        {
            ReadRoot(ref reader, shape, values, errors);
        }
        catch (JsonException broken)
        {
            throw Malformed($"Line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: this is not JSON, or nested deeper than {MaxDepth}.");
        }

        errors.ThrowIfAny();
        return new BodyValues(shape, values);
    }

    private static void ReadRoot(ref Utf8JsonReader reader, BodyShape shape, object?[] values, FieldErrors errors)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            errors.Add("$", "must be an object");
        }
        else
        {
            ReadFields(ref reader, shape, values, errors);
        }

        if (reader.Read())
        {
            throw new JsonException("Something follows the body.");
        }
    }

    private static void ReadFields(ref Utf8JsonReader reader, BodyShape shape, object?[] values, FieldErrors errors)
    {
        Span<bool> seen = stackalloc bool[shape.Fields.Count];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = TextOf(ref reader);
            var place = name is null ? -1 : shape.PlaceOf(name);
            reader.Read();
            if (place < 0)
            {
                errors.Add(Shown(name), "is not a field of this request");
                reader.Skip();
                continue;
            }

            if (seen[place])
            {
                errors.Add(name!, "is given twice");
                reader.Skip();
                continue;
            }

            seen[place] = true;
            values[place] = ReadField(ref reader, shape.Fields[place], errors);
        }

        for (var place = 0; place < shape.Fields.Count; place++)
        {
            if (shape.Fields[place].Required && !seen[place])
            {
                errors.Add(shape.Fields[place].Name, "is required");
            }
        }
    }

    private static object? ReadField(ref Utf8JsonReader reader, BodyField field, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            if (field.Required || !field.NullIsAbsent)
            {
                errors.Add(field.Name, "must not be null");
            }

            return null;
        }

        return field.Kind switch
        {
            FieldKind.Text => ReadText(ref reader, field, field.Name, errors),
            FieldKind.Boolean => ReadBoolean(ref reader, field, errors),
            FieldKind.Time => ReadTime(ref reader, field, errors),
            FieldKind.Number => ReadNumber(ref reader, field, errors),
            FieldKind.TextMap => ReadMap(ref reader, field, errors),
            FieldKind.TextList => ReadList(ref reader, field, errors),
            FieldKind.ObjectList => ReadObjects(ref reader, field, errors),
            _ => throw new InvalidOperationException($"No reader for {field.Kind}."),
        };
    }

    private static object? ReadNumber(ref Utf8JsonReader reader, BodyField field, FieldErrors errors) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0
            ? number
            : Refuse(ref reader, field.Name, "must be a whole number of at least 0", errors);

    private static string? ReadText(ref Utf8JsonReader reader, BodyField field, string path, FieldErrors errors)
    {
        if (field.TakesScalars && reader.TokenType is (JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False))
        {
            return System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return Refuse(ref reader, path, "must be text", errors);
        }

        var text = TextOf(ref reader);
        if (text is null)
        {
            errors.Add(path, "holds a lone surrogate: it is not text");
            return null;
        }

        if (HasControl(text, field.MultiLine))
        {
            errors.Add(path, "must not hold control characters");
            return null;
        }

        if (field is { OneOf.Count: > 0, IsJudgedByItem: false } && !field.OneOf.Contains(text))
        {
            errors.Add(path, "must be one of " + string.Join(", ", field.OneOf));
            return null;
        }

        return text;
    }

    private static object? ReadBoolean(ref Utf8JsonReader reader, BodyField field, FieldErrors errors) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False
            ? reader.GetBoolean()
            : Refuse(ref reader, field.Name, "must be true or false", errors);

    private static object? ReadTime(ref Utf8JsonReader reader, BodyField field, FieldErrors errors)
    {
        var text = ReadText(ref reader, field, field.Name, errors);
        if (text is null)
        {
            return null;
        }

        if (Times.TryParse(text, out var time))
        {
            return time;
        }

        errors.Add(field.Name, "must be a time as in 2026-01-31T08:00:00Z");
        return null;
    }

    private static Dictionary<string, string?>? ReadMap(ref Utf8JsonReader reader, BodyField field, FieldErrors errors)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Refuse(ref reader, field.Name, "must be an object", errors);
            return null;
        }

        var map = new Dictionary<string, string?>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = TextOf(ref reader);
            var path = field.Name + "." + Shown(key);
            reader.Read();
            if (key is null || HasControl(key, multiLine: false))
            {
                Refuse(ref reader, path, "is not a usable key", errors);
            }
            else if (!map.TryAdd(key, reader.TokenType == JsonTokenType.Null ? null : ReadText(ref reader, field, path, errors)))
            {
                Refuse(ref reader, path, "is given twice", errors);
            }
        }

        if (map.Count > field.MaxItems)
        {
            errors.Add(field.Name, string.Create(CultureInfo.InvariantCulture, $"must not have more than {field.MaxItems} entries"));
        }

        return map;
    }

    private static List<string>? ReadList(ref Utf8JsonReader reader, BodyField field, FieldErrors errors)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Refuse(ref reader, field.Name, "must be a list", errors);
            return null;
        }

        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{list.Count}]");
            list.Add(ReadText(ref reader, field, path, errors) ?? "");
        }

        if (list.Count > field.MaxItems)
        {
            errors.Add(field.Name, string.Create(CultureInfo.InvariantCulture, $"must not have more than {field.MaxItems} entries"));
        }

        return list;
    }

    private static List<BodyValues>? ReadObjects(ref Utf8JsonReader reader, BodyField field, FieldErrors errors)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Refuse(ref reader, field.Name, "must be a list", errors);
            return null;
        }

        var shape = field.Shape!;
        var list = new List<BodyValues>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{list.Count}]");
            var values = new object?[shape.Fields.Count];
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Refuse(ref reader, path, "must be an object", errors);
            }
            else
            {
                var own = new FieldErrors();
                ReadFields(ref reader, shape, values, own);
                errors.AddBelow(path, own);
            }

            list.Add(new BodyValues(shape, values));
        }

        if (list.Count > field.MaxItems)
        {
            errors.Add(field.Name, string.Create(CultureInfo.InvariantCulture, $"must not have more than {field.MaxItems} entries"));
        }

        return list;
    }

    /// <summary>The text of the current token; null when it holds half a surrogate pair (the bytes themselves were found to be UTF-8 before).</summary>
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Refuse(ref Utf8JsonReader reader, string path, string message, FieldErrors errors)
    {
        errors.Add(path, message);
        reader.Skip();
        return null;
    }

    private static bool HasControl(string text, bool multiLine)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) && !(multiLine && c is '\n' or '\r' or '\t'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A name from outside as it may stand in an answer: short and printable.</summary>
    private static string Shown(string? name)
    {
        if (name is null || HasControl(name, multiLine: false))
        {
            return "(unprintable)";
        }

        var cut = Math.Min(name.Length, MaxShownNameLength);
        return name[..(cut < name.Length && char.IsHighSurrogate(name[cut - 1]) ? cut - 1 : cut)];
    }

    private static ProblemException Malformed(string detail) => new(ProblemKinds.MalformedJson, detail);
}
