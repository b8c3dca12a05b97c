using Microsoft.Net.Http.Headers;

namespace UmsSti.Server.Http;

/// <summary>What a caller says he takes.</summary>
internal static class MediaTypes
{
    /// <summary>He names CSV, and JSON not or later.</summary>
    public static bool PrefersCsv(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return false;
        }

        var csv = Quality(accepted, Csv.MediaType);
        return csv > 0 && csv >= Quality(accepted, "application/json");
    }

    private static double Quality(IEnumerable<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();
}
