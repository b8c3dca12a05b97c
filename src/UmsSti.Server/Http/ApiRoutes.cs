using System.Diagnostics;
using UmsSti.Kernel;
using UmsSti.Server.Authentication;
using UmsSti.Server.Hosting;
using UmsSti.Store;

namespace UmsSti.Server.Http;

/// <summary>Handles one request of an operation.</summary>
public delegate Task ApiHandler(ApiCall call);

/// <summary>
/// Puts operations on the routes of a server. What every request passes stands here, once: caller, limits, query, the handler, and
/// the way from a refusal or a failure to a problem answer.
/// </summary>
public sealed class ApiRoutes(IEndpointRouteBuilder routes, BearerAuthentication bearer, RequestLimiter limiter, Heads heads, Readiness readiness, TimeProvider time, ILogger<ApiRoutes> log)
{
    /// <summary>Where version 1 of the API begins.</summary>
    public const string Base = "/api/v1";

    /// <summary>Seconds a caller is asked to wait when nothing can be written.</summary>
    private const int StoreRetrySeconds = 5;

    private readonly List<ApiOperation> operations = [];

    /// <summary>Every operation that was mapped.</summary>
    public IReadOnlyList<ApiOperation> Operations => operations;

    /// <summary>Maps an operation to its handler.</summary>
    public void Map(ApiOperation operation, ApiHandler handler)
    {
        operations.Add(operation);
        string[] methods = operation.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [operation.Method];
        routes.MapMethods(Base + operation.Path, methods, http => Answer(http, operation, handler))
            .WithMetadata(operation)
            .WithDisplayName(operation.Id);
    }

    private async Task Answer(HttpContext http, ApiOperation operation, ApiHandler handler)
    {
        if (!log.IsEnabled(LogLevel.Debug))
        {
            await AnswerQuietly(http, operation, handler);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        await AnswerQuietly(http, operation, handler);
        ApiRoutesLog.Answered(log, operation.Id, http.Response.StatusCode, Stopwatch.GetElapsedTime(started).TotalMilliseconds, Trace.IdOf(http));
    }

    private async Task AnswerQuietly(HttpContext http, ApiOperation operation, ApiHandler handler)
    {
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            if (!readiness.IsOpen)
            {
                throw new ProblemException(new Problem(ProblemKinds.NotReady, "Try again in a moment.") { RetryAfterSeconds = 1 });
            }

            var now = time.GetUtcNow();
            var arrivedAt = heads.Now;
            var caller = operation.Caller == CallerNeed.Nobody ? Caller.Anonymous : await bearer.CallerOf(http, operation.Caller == CallerNeed.SignedIn, now);
            limiter.Count(caller, now);
            if (operation is { Method: "GET", IsFresh: false, HasPosition: true })
            {
                Freshness.DemandOfLog(http, arrivedAt.Domain);
            }

            var call = new ApiCall(http, operation, caller, Query.Of(http, operation.Query), now, arrivedAt);
            await handler(call);
        }
        catch (ProblemException refused)
        {
            await Refuse(http, refused.Problem);
        }
        catch (BadHttpRequestException broken)
        {
            await Refuse(http, new Problem(ProblemKinds.OfStatus(broken.StatusCode), "The request could not be read."));
        }
        catch (LogUnavailableException unavailable)
        {
            ApiRoutesLog.StoreUnavailable(log, operation.Id, unavailable);
            await Refuse(http, new Problem(ProblemKinds.StoreUnavailable, "Nothing was stored. Reading goes on; try again later.") { RetryAfterSeconds = StoreRetrySeconds });
        }
        catch (HashingBusyException)
        {
            await Refuse(http, new Problem(ProblemKinds.Busy, "Too many passwords are being checked; nothing was stored.") { RetryAfterSeconds = StoreRetrySeconds });
        }
        catch (Exception busy) when (busy is MaxResyncsExhaustedException or StreamBusyException)
        {
            await Refuse(http, new Problem(ProblemKinds.ConcurrencyConflict, "Too many writers wanted the same stream at once; nothing was stored.") { RetryAfterSeconds = 1 });
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has left; there is nobody to answer.
        }
        catch (Exception failure)
        {
            ApiRoutesLog.Failed(log, operation.Id, Trace.IdOf(http), failure);
            await Refuse(http, new Problem(ProblemKinds.InternalError, "The failure was logged under this trace id."));
        }
    }

    private static Task Refuse(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        http.Response.Headers.Remove("ETag");
        http.Response.Headers.Location = default;
        return problem.WriteTo(http);
    }
}

/// <summary>What the routes log: ids and kinds, never addresses, bodies or query strings.</summary>
internal static partial class ApiRoutesLog
{
    [LoggerMessage(1, LogLevel.Error, "Operation {Operation} failed (trace {Trace}).")]
    public static partial void Failed(ILogger logger, string operation, string trace, Exception failure);

    [LoggerMessage(3, LogLevel.Debug, "Operation {Operation} answered {Status} after {Milliseconds} ms (trace {Trace}).")]
    public static partial void Answered(ILogger logger, string operation, int status, double milliseconds, string trace);

    [LoggerMessage(2, LogLevel.Error, "Operation {Operation} was refused: the store takes no writes.")]
    public static partial void StoreUnavailable(ILogger logger, string operation, Exception failure);
}
