using System.Diagnostics;
using System.Net.Http.Headers;

namespace UmsSti.Benchmarks.Http;

/// <summary>One caller who sends one request after the other and reads every answer to its end.</summary>
internal sealed class Timed(HttpClient client, string token)
{
    /// <summary>Milliseconds of each of some strong reads, in order of their length.</summary>
    public async Task<double[]> Get(IReadOnlyList<string> paths, int times, CancellationToken ct)
    {
        var taken = new double[times];
        for (var i = 0; i < times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await Get(paths[i % paths.Count], ct);
            taken[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(taken);
        return taken;
    }

    public Task<byte[]> Get(string path, CancellationToken ct) => Send(HttpMethod.Get, path, null, ct);

    public Task<byte[]> Post(string path, string json, CancellationToken ct) => Send(HttpMethod.Post, path, json, ct);

    /// <summary>The value that one in a hundred exceeds.</summary>
    public static double P99(double[] sorted) => sorted[Math.Min(sorted.Length - 1, sorted.Length * 99 / 100)];

    private async Task<byte[]> Send(HttpMethod method, string path, string? json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, ct);
        var body = await answer.Content.ReadAsByteArrayAsync(ct);
        return answer.IsSuccessStatusCode
            ? body
            : throw new InvalidOperationException($"{method} {path} was answered with {(int)answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }
}
