using UmsSti.Application;
using UmsSti.Server.Authentication;
using UmsSti.Server.Http;

namespace UmsSti.Server.Hosting;

/// <summary>
/// Health for whoever runs the server: alive, started, ready. Without a token only a word; a caller who may see operations is told
/// the state (FS-86) and what is wrong.
/// </summary>
internal sealed class HealthEndpoints(Readiness readiness, HealthReport report, BearerAuthentication bearer, Gate gate, TimeProvider time)
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in new[] { "/health/live", "/livez" })
        {
            routes.MapMethods(path, Methods, http => Answer(http, StatusCodes.Status200OK, "live", null, []));
        }

        foreach (var path in new[] { "/health/ready", "/readyz" })
        {
            routes.MapMethods(path, Methods, Ready);
        }

        routes.MapMethods("/health/startup", Methods, http => readiness.HasStarted
            ? Answer(http, StatusCodes.Status200OK, "started", null, [])
            : Answer(http, StatusCodes.Status503ServiceUnavailable, "starting", null, []));
    }

    private async Task Ready(HttpContext http)
    {
        if (!readiness.IsReady)
        {
            await Answer(http, StatusCodes.Status503ServiceUnavailable, readiness.Name, null, []);
            return;
        }

        var (state, findings) = await report.Judge(http.RequestAborted);
        var works = state.IsHealthy || state.IsDegraded;
        var maySee = await MaySee(http);
        await Answer(http, works ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, works ? "ready" : state.Name, maySee ? state : null, maySee ? findings : []);
    }

    // A token that is not good is no reason to call the server unwell.
    private async Task<bool> MaySee(HttpContext http)
    {
        try
        {
            var caller = await bearer.CallerOf(http, required: false, time.GetUtcNow());
            return !caller.IsAnonymous && await gate.MaySeeOperations(caller.UserId, time.GetUtcNow(), http.RequestAborted);
        }
        catch (ProblemException)
        {
            return false;
        }
    }

    private static Task Answer(HttpContext http, int status, string word, HealthState? state, IReadOnlyList<HealthFinding> findings)
    {
        http.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.Write(http, status, (word, state, findings), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteString("status", it.word);
            if (it.state is { } state)
            {
                json.WriteString("health", state.Name);
                json.WriteStartArray("findings");
                foreach (var finding in it.findings)
                {
                    json.WriteStartObject();
                    json.WriteString("state", finding.State.Name);
                    json.WriteString("what", finding.What);
                    json.WriteString("detail", finding.Detail);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }
}
