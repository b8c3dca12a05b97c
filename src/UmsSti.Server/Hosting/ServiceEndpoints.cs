using Scalar.AspNetCore;
using UmsSti.Server.Http;

namespace UmsSti.Server.Hosting;

/// <summary>Addresses for operators, outside the versioned API: health, metrics, the API description and its page.</summary>
internal static class ServiceEndpoints
{
    public const string Metrics = "/metrics";
    public const string Description = "/openapi/v1.json";
    public const string Docs = "/docs";

    private static readonly HttpMethodMetadata ReadingMethods = new([HttpMethods.Get, HttpMethods.Head]);

    public static void Map(WebApplication app, HealthEndpoints health)
    {
        health.Map(app);
        app.MapPrometheusScrapingEndpoint(Metrics).WithMetadata(ReadingMethods);
        app.MapOpenApi("/openapi/{documentName}.json").WithMetadata(ReadingMethods);
        app.MapScalarApiReference(Docs, page => page
            .WithTitle("UMS-STI")
            .WithOpenApiRoutePattern(Description)
            .AddPreferredSecuritySchemes(ApiDescription.BearerScheme)
            .HideDeveloperTools()
            .HideClientButton()
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp());
    }
}
