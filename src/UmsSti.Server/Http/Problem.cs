using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace UmsSti.Server.Http;

/// <summary>A refusal on its way to the caller (RFC 9457). Carries nothing internal and nothing personal.</summary>
public sealed class Problem(ProblemKind kind, string detail)
{
    private static readonly IReadOnlyDictionary<string, string[]> NoErrors = new Dictionary<string, string[]>();
    private static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();

    /// <summary>Extension members that are numbers.</summary>
    private static readonly string[] Numbers = ["depth", "limit", "children"];

    public ProblemKind Kind { get; } = kind;

    /// <summary>What happened, for the person at the other end.</summary>
    public string Detail { get; } = detail;

    /// <summary>Field to messages; empty unless fields are wrong.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = NoErrors;

    /// <summary>Extension members the code promises, such as <c>state</c> and <c>event</c>.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = NoFacts;

    /// <summary>Seconds to wait before another try; null when waiting does not help.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>One wrong field.</summary>
    public static Problem Field(string field, string message) =>
        new(ProblemKinds.ValidationFailed, "See errors.") { Errors = new Dictionary<string, string[]> { [field] = [message] } };

    /// <summary>Writes this as the answer, with the headers its status asks for.</summary>
    public Task WriteTo(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Kind.Status;
        response.Headers.CacheControl = "no-store";
        if (Kind.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = new StringValues(seconds.ToString(CultureInfo.InvariantCulture));
        }

        var traceId = Trace.IdOf(http);
        return JsonAnswer.Write(http, Kind.Status, "application/problem+json", this, (json, problem) => problem.WriteBody(json, traceId));
    }

    /// <summary>The body, also as one item of a bulk answer (then without a trace id).</summary>
    public void WriteBody(Utf8JsonWriter json, string? traceId)
    {
        json.WriteStartObject();
        json.WriteString("type", Kind.Type);
        json.WriteString("title", Kind.Title);
        json.WriteNumber("status", Kind.Status);
        json.WriteString("detail", Detail);
        json.WriteString("code", Kind.Code);
        if (Errors.Count > 0)
        {
            json.WriteStartObject("errors");
            foreach (var (field, messages) in Errors)
            {
                json.WriteStartArray(field);
                foreach (var message in messages)
                {
                    json.WriteStringValue(message);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        foreach (var (name, value) in Facts)
        {
            if (Numbers.Contains(name) && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                json.WriteNumber(name, number);
            }
            else
            {
                json.WriteString(name, value);
            }
        }

        if (traceId is not null)
        {
            json.WriteString("traceId", traceId);
        }

        json.WriteEndObject();
    }
}

/// <summary>Ends the handling of a request with a problem; caught in one place (<see cref="ApiRoutes"/>).</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Kind.Code)
{
    public ProblemException(ProblemKind kind, string detail)
        : this(new Problem(kind, detail))
    {
    }

    public Problem Problem { get; } = problem;
}
