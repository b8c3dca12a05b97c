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

    public static void Map(WebApplication app, Readiness readiness)
    {
        app.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], http => Answer(http, StatusCodes.Status200OK, "live"));
        app.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], http =>
            Answer(http, readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, readiness.Name));
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

    private static Task Answer(HttpContext http, int status, string text)
    {
        http.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.Write(http, status, text, static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteString("status", it);
            json.WriteEndObject();
        });
    }
}
