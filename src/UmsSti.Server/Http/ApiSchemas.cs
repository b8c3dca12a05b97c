using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace UmsSti.Server.Http;

/// <summary>JSON schemas of bodies and answers, each written once under its name.</summary>
internal sealed class ApiSchemas(OpenApiDocument document)
{
    /// <summary>The shape of every refusal.</summary>
    public static readonly AnswerShape ProblemShape = new(
        "Problem",
        new AnswerField("type", AnswerKind.Text, "urn:ums:problem: and the code."),
        new AnswerField("title", AnswerKind.Text, "The kind of problem."),
        new AnswerField("status", AnswerKind.Number, "The HTTP status."),
        new AnswerField("detail", AnswerKind.Text, "What happened."),
        new AnswerField("code", AnswerKind.Text, "Stable, for programs."),
        new AnswerField("errors", AnswerKind.FreeObject, "Field to messages.") { Optional = true },
        new AnswerField("traceId", AnswerKind.Text, "Name it when asking for help.") { Optional = true });

    public static IOpenApiSchema Text => new OpenApiSchema { Type = JsonSchemaType.String };

    public static IOpenApiSchema Integer => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" };

    public static IOpenApiSchema Words(IEnumerable<string> words) =>
        new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))] };

    public static IOpenApiSchema Of(QueryParameter parameter) => parameter switch
    {
        { IsNumber: true } => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" },
        { IsFlag: true } => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        { IsTime: true } => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        { IsDay: true } => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" },
        { OneOf.Count: > 0 } => Words(parameter.OneOf),
        _ => Text,
    };

    public IOpenApiSchema Of(BodyShape shape) => Named(shape.Name, () => new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        AdditionalPropertiesAllowed = false,
        Required = shape.Fields.Where(field => field.Required).Select(field => field.Name).ToHashSet(),
        Properties = shape.Fields.ToDictionary(field => field.Name, Of),
    });

    public IOpenApiSchema Of(AnswerShape shape) => Named(shape.Name, () => new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        Required = shape.Fields.Where(field => !field.Optional).Select(field => field.Name).ToHashSet(),
        Properties = shape.Fields.ToDictionary(field => field.Name, Of),
    });

    private OpenApiSchemaReference Named(string name, Func<OpenApiSchema> make)
    {
        document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!document.Components.Schemas.ContainsKey(name))
        {
            document.AddComponent(name, make());
        }

        return new OpenApiSchemaReference(name, document);
    }

    private IOpenApiSchema Of(BodyField field)
    {
        var schema = new OpenApiSchema { Description = field.Description };
        var nullable = field is { Required: false, NullIsAbsent: true } ? JsonSchemaType.Null : default;
        switch (field.Kind)
        {
            case FieldKind.Text:
                schema.Type = JsonSchemaType.String | (field.TakesScalars ? Scalars : default) | nullable;
                schema.MaxLength = field.MaxLength > 0 ? field.MaxLength : null;
                schema.Format = field.Secret ? "password" : null;
                schema.WriteOnly = field.Secret;
                schema.Enum = field.OneOf.Count > 0 ? [.. field.OneOf.Select(word => (JsonNode)JsonValue.Create(word))] : null;
                break;
            case FieldKind.Boolean:
                schema.Type = JsonSchemaType.Boolean | nullable;
                break;
            case FieldKind.Time:
                schema.Type = JsonSchemaType.String | nullable;
                schema.Format = "date-time";
                break;
            case FieldKind.Number:
                schema.Type = JsonSchemaType.Integer | nullable;
                schema.Format = "int64";
                schema.Minimum = "0";
                break;
            case FieldKind.TextMap:
                schema.Type = JsonSchemaType.Object | nullable;
                schema.MaxProperties = field.MaxItems;
                schema.Properties = field.Keys.Count > 0 ? field.Keys.ToDictionary(key => key, _ => EntryOf(field)) : null;
                schema.AdditionalProperties = field.Keys.Count > 0 ? null : EntryOf(field);
                schema.AdditionalPropertiesAllowed = field.Keys.Count == 0;
                break;
            case FieldKind.TextList:
                schema.Type = JsonSchemaType.Array | nullable;
                schema.MaxItems = field.MaxItems;
                schema.Items = Text;
                break;
            case FieldKind.ObjectList:
                schema.Type = JsonSchemaType.Array | nullable;
                schema.MaxItems = field.MaxItems;
                schema.Items = Of(field.Shape!);
                break;
            default:
                throw new InvalidOperationException($"No schema for {field.Kind}.");
        }

        schema.Examples = field.Example is null ? null : [JsonValue.Create(field.Example)];
        return schema;
    }

    private const JsonSchemaType Scalars = JsonSchemaType.Number | JsonSchemaType.Boolean;

    private static IOpenApiSchema EntryOf(BodyField field) =>
        field.TakesScalars ? new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null | Scalars } : NullableText;

    private static IOpenApiSchema NullableText => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null };

    private IOpenApiSchema Of(AnswerField field)
    {
        var nullable = field.Nullable ? JsonSchemaType.Null : default;
        if (field.Kind == AnswerKind.Object)
        {
            var shape = Of(field.Shape!);
            return field.Nullable ? new OpenApiSchema { Description = field.Description, AnyOf = [shape, new OpenApiSchema { Type = JsonSchemaType.Null }] } : shape;
        }

        return new OpenApiSchema
        {
            Description = field.Description,
            Type = nullable | field.Kind switch
            {
                AnswerKind.Text or AnswerKind.Time => JsonSchemaType.String,
                AnswerKind.Number => JsonSchemaType.Integer,
                AnswerKind.Decimal => JsonSchemaType.Number,
                AnswerKind.Boolean => JsonSchemaType.Boolean,
                AnswerKind.TextList or AnswerKind.ObjectList => JsonSchemaType.Array,
                AnswerKind.TextMap or AnswerKind.FreeObject => JsonSchemaType.Object,
                _ => throw new InvalidOperationException($"No schema for {field.Kind}."),
            },
            Format = field.Kind switch { AnswerKind.Time => "date-time", AnswerKind.Number => "int64", _ => null },
            Enum = field.OneOf.Count > 0 ? [.. field.OneOf.Select(word => (JsonNode)JsonValue.Create(word))] : null,
            Items = field.Kind switch { AnswerKind.TextList => Text, AnswerKind.ObjectList => field.Recurs is { } name ? new OpenApiSchemaReference(name, document) : Of(field.Shape!), _ => null },
            AdditionalProperties = field.Kind == AnswerKind.TextMap ? Text : null,
        };
    }
}
