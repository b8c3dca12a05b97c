using UmsSti.Application;
using UmsSti.Server.Authentication;

namespace UmsSti.Server.Http;

/// <summary>One request on its way through an operation: who calls, what was asked, and the parts the handler reads from it.</summary>
public sealed class ApiCall(HttpContext http, ApiOperation operation, Caller caller, Query query, DateTimeOffset now, LogHeads arrivedAt)
{
    private ReadOnlyMemory<byte> body;
    private bool hasBody;

    public HttpContext Http { get; } = http;

    public ApiOperation Operation { get; } = operation;

    public Caller Caller { get; } = caller;

    public Query Query { get; } = query;

    /// <summary>When the request arrived.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>Where the logs stood when the request arrived.</summary>
    public LogHeads ArrivedAt { get; } = arrivedAt;

    public CancellationToken Ct => Http.RequestAborted;

    public bool IsDryRun { get; } = operation.IsCommand && query.Flag(QueryParameter.DryRun.Name);

    /// <summary>A parameter of the route.</summary>
    public string Route(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>The body, read strictly by the operation's shape.</summary>
    public async ValueTask<BodyValues> Body()
    {
        var bytes = await Bytes();
        return StrictJson.Read(bytes.Span, Operation.Body ?? throw new InvalidOperationException($"{Operation.Id} takes no body."));
    }

    /// <summary>What the door needs to know about this request. Reads the body when there is an idempotency key, for its digest.</summary>
    public async ValueTask<Envelope> Envelope(RequestDigests digests)
    {
        var key = Operation.IsCommand ? RequestHeaders.IdempotencyKeyOf(Http) : null;
        var fingerprint = key is null ? [] : digests.Of(Http, (await Bytes()).Span);
        return EnvelopeWith(key, fingerprint);
    }

    /// <summary>The same for a given key, where the edge itself remembers the command.</summary>
    public Envelope EnvelopeWith(string? key, byte[] fingerprint)
    {
        var headers = Http.Request.Headers;
        return new Envelope(
            Caller.UserId,
            key,
            fingerprint,
            Trace.IdOf(Http),
            null,
            Http.Connection.RemoteIpAddress?.ToString(),
            headers.UserAgent.Count == 0 ? null : headers.UserAgent[0],
            Now,
            Operation.TakesIfMatch ? Preconditions.IfMatch(Http) : Preconditions.NoVersion);
    }

    /// <summary>Refuses a body where none is taken, so that a field nobody reads is not silently lost.</summary>
    public async ValueTask ExpectNoBody()
    {
        if (!(await Bytes()).IsEmpty)
        {
            throw new ProblemException(Problem.Field("$", "takes no body"));
        }
    }

    /// <summary>The raw body.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Bytes()
    {
        if (!hasBody)
        {
            body = await RequestBody.Read(Http, Ct);
            hasBody = true;
        }

        return body;
    }
}
