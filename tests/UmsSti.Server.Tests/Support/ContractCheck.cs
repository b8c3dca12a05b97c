using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace UmsSti.Server.Tests.Support;

/// <summary>
/// The API description as the server gives it, and whether real answers keep to it: the route, the status, every field of the body
/// and its type. Also remembers which answers were seen.
/// </summary>
internal sealed class ContractCheck
{
    private readonly List<(Regex Path, string Template, JsonElement Item)> paths = [];
    private readonly JsonElement document;

    private ContractCheck(JsonElement document)
    {
        this.document = document;
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            var pattern = "^" + Regex.Replace(Regex.Escape(path.Name).Replace("\\{", "{", StringComparison.Ordinal), "{[^/]+}", "[^/]+") + "$";
            paths.Add((new Regex(pattern), path.Name, path.Value));
        }
    }

    public JsonElement Document => document;

    /// <summary>Operation id and status of every described answer that was seen.</summary>
    public ConcurrentDictionary<(string Operation, int Status), bool> Seen { get; } = new();

    public static async Task<ContractCheck> Load(HttpClient http) =>
        new(JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken)).RootElement);

    /// <summary>Fails the test when the answer is not as described. Routes and methods that are not described must answer 404 or 405.</summary>
    public void Check(string method, string pathAndQuery, Reply reply)
    {
        var path = pathAndQuery.Split('?')[0];
        var operation = Operation(method, path);
        if (operation is not { } described)
        {
            Assert.True(reply.Code is 404 or 405 or 400, $"{method} {path} is not described but answers {reply.Code}.");
            return;
        }

        var id = described.GetProperty("operationId").GetString()!;
        var responses = described.GetProperty("responses");
        Assert.True(responses.TryGetProperty(reply.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), out var answer), $"{id} is not described to answer {reply.Code}: {reply.Text}");
        Seen[(id, reply.Code)] = true;
        if (method == "HEAD")
        {
            return;
        }

        if (!answer.TryGetProperty("content", out var content))
        {
            // A dry run of an operation without an answer body is described by its status alone.
            Assert.True(reply.Bytes.Length == 0 || pathAndQuery.Contains("dryRun=true", StringComparison.Ordinal), $"{id} answers {reply.Code} with a body that is not described.");
            return;
        }

        var type = reply.Header("Content-Type")!.Split(';')[0];
        Assert.True(content.TryGetProperty(type, out var media), $"{id} answers {reply.Code} as {type}, which is not described.");
        if (type.EndsWith("problem+json", StringComparison.Ordinal))
        {
            Assert.Contains(reply.Problem, answer.GetProperty("description").GetString()!.Replace("Code: ", "", StringComparison.Ordinal).Split(", "));
        }

        if (reply.Code == 200 && pathAndQuery.Contains("dryRun=true", StringComparison.Ordinal))
        {
            Assert.True(reply.Json.GetProperty("accepted").GetBoolean());
            return;
        }

        if (type == "text/csv")
        {
            Assert.Equal("string", media.GetProperty("schema").GetProperty("type").GetString());
            return;
        }

        CheckValue(id, media.GetProperty("schema"), reply.Json);
    }

    private JsonElement? Operation(string method, string path)
    {
        var name = method == "HEAD" ? "get" : method.ToLowerInvariant();

        // A literal segment goes before a parameter, as in routing.
        foreach (var (_, _, item) in paths.Where(known => known.Path.IsMatch(path)).OrderBy(known => known.Template.Count(c => c == '{')))
        {
            if (item.TryGetProperty(name, out var operation))
            {
                return operation;
            }
        }

        return null;
    }

    private void CheckValue(string where, JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            CheckValue(where, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), value);
            return;
        }

        if (schema.TryGetProperty("anyOf", out var alternatives))
        {
            if (value.ValueKind != JsonValueKind.Null)
            {
                CheckValue(where, alternatives[0], value);
            }

            return;
        }

        Assert.True(TypesOf(schema).Any(type => type == TypeOf(value) || (type == "number" && TypeOf(value) == "integer")), $"{where} is {TypeOf(value)}, described as {schema.GetProperty("type")}.");
        if (schema.TryGetProperty("enum", out var words) && value.ValueKind == JsonValueKind.String)
        {
            Assert.Contains(value.GetString(), words.EnumerateArray().Select(word => word.GetString()));
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var item in value.EnumerateArray())
            {
                CheckValue(where + "[]", items, item);
            }
        }

        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            CheckFields(where, schema, properties, value);
        }
    }

    private void CheckFields(string where, JsonElement schema, JsonElement properties, JsonElement value)
    {
        foreach (var field in value.EnumerateObject())
        {
            if (properties.TryGetProperty(field.Name, out var described))
            {
                CheckValue($"{where}.{field.Name}", described, field.Value);
            }
            else
            {
                // Problems carry the facts of their code beside the common fields.
                Assert.True(value.TryGetProperty("code", out _) && value.TryGetProperty("title", out _), $"{where}.{field.Name} is not described.");
            }
        }

        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where}.{name} is described as always there and is missing.");
            }
        }
    }

    private static IEnumerable<string> TypesOf(JsonElement schema) => schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } many
        ? many.EnumerateArray().Select(one => one.GetString()!)
        : [schema.GetProperty("type").GetString()!];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => value.TryGetInt64(out _) ? "integer" : "number",
    };
}
