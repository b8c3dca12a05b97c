using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace UmsSti.Server.Http;

/// <summary>
/// Writes the OpenAPI 3.1 document from the operations that were mapped: the same records that routing and reading work from.
/// </summary>
public sealed class ApiDescription(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    internal const string BearerScheme = "bearer";

    private static readonly ProblemKind[] EveryOperation =
        [ProblemKinds.BadRequest, ProblemKinds.NotFound, ProblemKinds.ValidationFailed, ProblemKinds.TooManyRequests, ProblemKinds.InternalError, ProblemKinds.StoreUnavailable];

    private static readonly ProblemKind[] WithBody = [ProblemKinds.MalformedJson, ProblemKinds.BodyTooLarge, ProblemKinds.UnsupportedMediaType];
    private static readonly ProblemKind[] WithKey = [ProblemKinds.InvalidIdempotencyKey, ProblemKinds.IdempotencyKeyReused];
    private static readonly ProblemKind[] WithFreshness = [ProblemKinds.InvalidHeader, ProblemKinds.ConsistencyTimeout];
    private static readonly ProblemKind[] WithIfMatch = [ProblemKinds.InvalidHeader, ProblemKinds.VersionMismatch];
    private static readonly ProblemKind[] WithToken = [ProblemKinds.Unauthenticated, ProblemKinds.Forbidden];

    /// <summary>Every problem the operation is described to answer with.</summary>
    public static IEnumerable<ProblemKind> ProblemsOf(ApiOperation operation)
    {
        var takesToken = operation.Caller == CallerNeed.SignedIn;
        return EveryOperation
            .Concat(operation.Body is null ? [] : WithBody)
            .Concat(operation.IsCommand ? WithKey : [])
            .Concat(operation.Method == HttpMethods.Get ? WithFreshness : [])
            .Concat(operation.TakesIfMatch ? WithIfMatch : [])
            .Concat(takesToken ? WithToken : [])
            .Concat(operation.Problems)
            .Distinct();
    }

    /// <inheritdoc/>
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var operations = endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>())
            .OfType<ApiOperation>()
            .ToList();
        document.Info = new OpenApiInfo
        {
            Title = "UMS-STI",
            Version = "1",
            Description = "Users kept as an append-only log of events. Every answer says which position of the log it shows; every command can be tried with dryRun and repeated with an Idempotency-Key.",
        };
        document.Servers = [new OpenApiServer { Url = ApiRoutes.Base }];
        document.Tags = operations.Select(operation => operation.Tag).Distinct().Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token POST /sessions answers with." },
        };
        document.Paths = [];
        var schemas = new ApiSchemas(document);
        foreach (var path in operations.GroupBy(operation => operation.Path))
        {
            var item = new OpenApiPathItem();
            foreach (var operation in path)
            {
                item.AddOperation(HttpMethod.Parse(operation.Method), Describe(operation, document, schemas));
            }

            document.Paths.Add(path.Key, item);
        }

        return Task.CompletedTask;
    }

    private static OpenApiOperation Describe(ApiOperation operation, OpenApiDocument document, ApiSchemas schemas) => new()
    {
        OperationId = operation.Id,
        Summary = operation.Summary,
        Description = operation.Description,
        Tags = new HashSet<OpenApiTagReference> { new(operation.Tag, document) },
        Parameters = [.. ParametersOf(operation)],
        RequestBody = operation.Body is null ? null : new OpenApiRequestBody
        {
            Required = !operation.Body.MayBeEmpty,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schemas.Of(operation.Body) } },
        },
        Responses = ResponsesOf(operation, schemas),
        Security = SecurityOf(operation, document),
    };

    private static List<OpenApiSecurityRequirement> SecurityOf(ApiOperation operation, OpenApiDocument document)
    {
        var bearer = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] };
        return operation.Caller switch
        {
            CallerNeed.SignedIn => [bearer],
            CallerNeed.Nobody => [],
            _ => [[], bearer],
        };
    }

    private static IEnumerable<IOpenApiParameter> ParametersOf(ApiOperation operation)
    {
        foreach (var (name, description) in operation.RouteParameters)
        {
            yield return Parameter(ParameterLocation.Path, name, description, ApiSchemas.Text, required: true);
        }

        foreach (var parameter in operation.Query)
        {
            yield return Parameter(ParameterLocation.Query, parameter.Name, parameter.Description, ApiSchemas.Of(parameter));
        }

        if (operation.IsCommand)
        {
            yield return Parameter(ParameterLocation.Header, RequestHeaders.IdempotencyKey, "1 to 128 printable characters. A repeat answers as the first time.", ApiSchemas.Text);
        }

        if (operation.TakesIfMatch)
        {
            yield return Parameter(ParameterLocation.Header, "If-Match", "The version the command was decided on, as in \"17\".", ApiSchemas.Text);
        }

        if (operation.IsTagged)
        {
            yield return Parameter(ParameterLocation.Header, "If-None-Match", "The version already known: 304 when it still is.", ApiSchemas.Text);
        }

        if (operation.Method == HttpMethods.Get)
        {
            yield return Parameter(ParameterLocation.Header, RequestHeaders.ConsistencyLevel, "strong waits for the head of the log (default), eventual takes what is there.", ApiSchemas.Words(["strong", "eventual"]));
            yield return Parameter(ParameterLocation.Header, RequestHeaders.MinPosition, "Wait until this position is shown.", ApiSchemas.Integer);
        }
    }

    private static OpenApiParameter Parameter(ParameterLocation place, string name, string description, IOpenApiSchema schema, bool required = false) =>
        new() { In = place, Name = name, Description = description, Required = required, Schema = schema };

    private static OpenApiResponses ResponsesOf(ApiOperation operation, ApiSchemas schemas)
    {
        var responses = new OpenApiResponses();
        foreach (var answer in operation.Answers)
        {
            responses[answer.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = answer.Description,
                Headers = HeadersOf(operation, answer),
                Content = ContentOf(answer, schemas),
            };
        }

        foreach (var status in ProblemsOf(operation).GroupBy(kind => kind.Status).OrderBy(group => group.Key))
        {
            responses[status.Key.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = "Code: " + string.Join(", ", status.Select(kind => kind.Code)),
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = schemas.Of(ApiSchemas.ProblemShape) } },
            };
        }

        return responses;
    }

    private static Dictionary<string, OpenApiMediaType>? ContentOf(ApiAnswer answer, ApiSchemas schemas)
    {
        if (answer.Body is null)
        {
            return null;
        }

        var content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schemas.Of(answer.Body) } };
        if (answer.IsAlsoCsv)
        {
            content[Csv.MediaType] = new OpenApiMediaType { Schema = ApiSchemas.Text };
        }

        return content;
    }

    private static Dictionary<string, IOpenApiHeader> HeadersOf(ApiOperation operation, ApiAnswer answer)
    {
        var headers = new Dictionary<string, IOpenApiHeader>();
        if (operation.HasPosition)
        {
            headers[RequestHeaders.Position] = new OpenApiHeader { Description = "Position of the log this answer shows.", Schema = ApiSchemas.Integer };
        }

        if (operation.IsTagged || operation.TakesIfMatch)
        {
            headers["ETag"] = new OpenApiHeader { Description = "The entity's version.", Schema = ApiSchemas.Text };
        }

        if (operation.IsCommand)
        {
            headers[RequestHeaders.IdempotencyReplayed] = new OpenApiHeader { Description = "true when this is the answer of an earlier request with the same key.", Schema = ApiSchemas.Words(["true"]) };
        }

        if (answer.Status == StatusCodes.Status201Created)
        {
            headers["Location"] = new OpenApiHeader { Description = "Where the new entity is.", Schema = ApiSchemas.Text };
        }

        return headers;
    }
}
