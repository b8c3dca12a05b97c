namespace UmsSti.Server.Http;

/// <summary>
/// First in the pipeline: headers that every answer carries, and problem answers for what routing itself refuses (404, 405).
/// </summary>
public static class SecurityHeaders
{
    /// <summary>The page at <c>/docs</c> runs its own script; nothing else here does, so scripts come from this server alone.</summary>
    private const string DocsPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Adds the headers, then completes answers that came back without a body.</summary>
    public static void UseAnswerFrame(this IApplicationBuilder app, ILogger log) => app.Use((http, next) =>
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/docs") ? DocsPolicy : ApiPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        return http.GetEndpoint()?.Metadata.GetMetadata<ApiOperation>() is not null ? next(http) : AnswerRouting(http, next, log);
    });

    private static async Task AnswerRouting(HttpContext http, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(http);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !http.Response.HasStarted)
        {
            ApiRoutesLog.Failed(log, "service", Trace.IdOf(http), failure);
            (http.Response.ContentType, http.Response.ContentLength) = (null, null);
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        if (!http.Response.HasStarted && http.Response.StatusCode >= 400 && http.Response.ContentLength is null && http.Response.ContentType is null)
        {
            var kind = ProblemKinds.OfStatus(http.Response.StatusCode);
            await new Problem(kind, DetailOf(kind)).WriteTo(http);
        }
    }

    private static string DetailOf(ProblemKind kind) => kind.Status switch
    {
        StatusCodes.Status404NotFound => "No operation has this address.",
        StatusCodes.Status405MethodNotAllowed => "See the Allow header.",
        StatusCodes.Status500InternalServerError => "The failure was logged under this trace id.",
        _ => "The request could not be answered.",
    };
}
