using System.Diagnostics;

namespace UmsSti.Server.Http;

/// <summary>The W3C trace id of a request: of the running activity, of its <c>traceparent</c> header, or made here. Also the correlation id of the events it causes.</summary>
public static class Trace
{
    private const int TraceIdStart = 3; // "00-" and then 32 hexadecimal digits
    private static readonly object Key = new();

    public static string IdOf(HttpContext http)
    {
        if (http.Items.TryGetValue(Key, out var known))
        {
            return (string)known!;
        }

        var id = Activity.Current?.TraceId.ToHexString() ?? FromHeader(http) ?? ActivityTraceId.CreateRandom().ToHexString();
        http.Items[Key] = id;
        return id;
    }

    private static string? FromHeader(HttpContext http) =>
        http.Request.Headers.TraceParent is [{ } header]
        && ActivityContext.TryParse(header, null, out var context)
        && context.TraceId != default
            ? header.Substring(TraceIdStart, 32)
            : null;
}
