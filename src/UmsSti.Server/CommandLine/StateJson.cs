using System.Collections;
using System.Globalization;
using System.Text.Json;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;
using UmsSti.Server.Http;

namespace UmsSti.Server.CommandLine;

/// <summary>
/// A folded state as JSON, by its shape: records and maps as objects, lists and sets as arrays, choices by their stable name, what was
/// never set as null. For eyes, not for programs: it shows what the fold keeps, and that may grow.
/// </summary>
internal static class StateJson
{
    /// <summary>Writes a state. Of a choice between "nothing yet" and "there", the first is null and the second what it holds.</summary>
    public static void Write(Utf8JsonWriter json, object state)
    {
        if (!FSharpType.IsUnion(state.GetType(), null))
        {
            WriteValue(json, state);
            return;
        }

        var fields = FieldsOf(state).Fields;
        if (fields.Length == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            WriteValue(json, fields[0]);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                json.WriteStringValue(Times.Text(time));
                break;
            default:
                WriteShape(json, value, value.GetType());
                break;
        }
    }

    private static void WriteShape(Utf8JsonWriter json, object value, Type type)
    {
        if (IsMade(type, typeof(FSharpOption<>)))
        {
            WriteValue(json, type.GetProperty("Value")!.GetValue(value));
        }
        else if (IsMade(type, typeof(FSharpMap<,>)))
        {
            WriteMap(json, (IEnumerable)value);
        }
        else if (value is IEnumerable many)
        {
            json.WriteStartArray();
            foreach (var one in many)
            {
                WriteValue(json, one);
            }

            json.WriteEndArray();
        }
        else if (FSharpType.IsRecord(type, null))
        {
            WriteRecord(json, value, type);
        }
        else if (FSharpType.IsUnion(type, null))
        {
            WriteUnion(json, value);
        }
        else
        {
            json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }

    // Keys are ids and names of the domain: they stay as they are.
    private static void WriteMap(Utf8JsonWriter json, IEnumerable entries)
    {
        json.WriteStartObject();
        foreach (var entry in entries)
        {
            var type = entry.GetType();
            json.WritePropertyName(Convert.ToString(type.GetProperty("Key")!.GetValue(entry), CultureInfo.InvariantCulture)!);
            WriteValue(json, type.GetProperty("Value")!.GetValue(entry));
        }

        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, object record, Type type)
    {
        json.WriteStartObject();
        foreach (var field in FSharpType.GetRecordFields(type, null))
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(field.Name));
            WriteValue(json, field.GetValue(record));
        }

        json.WriteEndObject();
    }

    private static void WriteUnion(Utf8JsonWriter json, object choice)
    {
        var (name, fields) = FieldsOf(choice);
        if (fields.Length == 0)
        {
            json.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(choice.ToString()!));
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
        WriteValue(json, fields.Length == 1 ? fields[0] : fields);
        json.WriteEndObject();
    }

    private static (string Name, object?[] Fields) FieldsOf(object choice)
    {
        var (one, fields) = FSharpValue.GetUnionFields(choice, choice.GetType(), null);
        return (one.Name, fields);
    }

    private static bool IsMade(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;
}
