using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using UmsSti.Benchmarks.Bare;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Http;

namespace UmsSti.Benchmarks.Rows;

/// <summary>One kind of HTTP request on distinct users, by wrk, against the bare endpoint; both servers are processes of their own.</summary>
internal sealed class HttpRows(string method, double target, double? p99LimitMilliseconds) : IBenchmark
{
    /// <summary>Times a measured run that the warm-up lasts.</summary>
    private const int WarmUpFactor = 3;

    public string Name => "http-" + method.ToLowerInvariant();

    public async Task Measure(Run run, CancellationToken ct)
    {
        if (!Wrk.IsInstalled())
        {
            Missing(run, "wrk missing");
            return;
        }

        var people = Sizes.People(run);
        var users = run.Options.Size(20_000, 1_000);
        var measured = TimeSpan.FromSeconds(run.Options.Size(8, 1));
        var ids = Enumerable.Range(0, users).Select(Person.Id).ToArray();
        var scratch = run.NewFolder(Name);
        var idsFile = Path.Combine(scratch, "ids.txt");
        await File.WriteAllLinesAsync(idsFile, ids, ct);
        var bareFile = Path.Combine(scratch, "bare.db");
        BareServer.Fill(bareFile, ids);

        var folder = await ServedFolder.With(run, people, ct);
        await using var server = await ServerProcess.StartOurs(folder, ct);
        await using var bare = await ServerProcess.StartBare(bareFile, ct);
        var token = await ServedFolder.SignIn(server.Client, ct);
        await CheckTokenIsChecked(server.Client, ids[0], token, ct);

        // The runtime compiles hot code anew for some time; what it costs meanwhile is no cost of the request.
        TimeSpan TimeOf(int repetition) => repetition < 0 ? measured * WarmUpFactor : measured;

        var latencies = new List<WrkResult>();
        var bareLatencies = new List<WrkResult>();
        var (ours, baseline) = await run.Alternate(
            async i =>
            {
                var before = await Position(server.Client, ids[0], token, ct);
                var result = await Wrk.Users(server.Address, method, idsFile, token, TimeOf(i), ct);
                Check(result);
                if (method == "PATCH")
                    await CheckStored(server.Client, ids, token, before, result, ct);
                if (i >= 0)
                    latencies.Add(result);
                return result.Rate;
            },
            async i =>
            {
                var result = await Wrk.Users(bare.Address, method, idsFile, token, TimeOf(i), ct);
                Check(result);
                if (i >= 0)
                    bareLatencies.Add(result);
                return result.Rate;
            });
        Report(run, ours, baseline, latencies, bareLatencies, $"wrk -t{Wrk.Threads} -c{Wrk.Connections} -d{measured.TotalSeconds:0}s (warm-up {TimeOf(-1).TotalSeconds:0}s) on {users:N0} users in turn, "
            + $"folder of {people:N0} people, rate limits off, token of an administrator; {Logs.Settings}");
    }

    private void Missing(Run run, string reason) => run.Report(new Row
    {
        Benchmark = Name,
        Work = Work,
        Against = Against,
        Unit = "requests/s",
        Target = Target.RatioAtLeast(target),
        Settings = "the load generator wrk is not installed",
        NotMeasured = reason,
    });

    private string Work => method == "GET"
        ? "strong GET /users/{id}, 64 connections, token checked"
        : "PATCH /users/{id} on distinct users, 64 connections, durable, then strongly readable";

    private string Against => method == "GET"
        ? "bare minimal API, one row by key"
        : "bare minimal API endpoint";

    private void Report(
        Run run, double[] ours, double[] baseline, List<WrkResult> latencies, List<WrkResult> bareLatencies, string settings)
    {
        run.Report(new Row
        {
            Benchmark = Name,
            Work = Work,
            Against = Against,
            Unit = "requests/s",
            Target = Target.RatioAtLeast(target),
            Ours = ours,
            Baseline = baseline,
            Settings = settings,
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"{method} /users/{{id}}, 99th percentile",
            Against = Against,
            Unit = "ms",
            Target = p99LimitMilliseconds is { } limit ? Target.AtMost(limit) : Target.None,
            Ours = [.. latencies.Select(result => result.P99)],
            Baseline = [.. bareLatencies.Select(result => result.P99)],
            Settings = "the same runs; " + string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"medians of ours: half within {Statistics.Median([.. latencies.Select(r => r.P50)]):0.0} ms, slowest {Statistics.Median([.. latencies.Select(r => r.Max)]):0.0} ms"),
        });
    }

    private static void Check(WrkResult result)
    {
        if (result.Errors > 0 || result.Requests == 0)
            throw new InvalidOperationException($"wrk saw errors: {result}.");
    }

    /// <summary>No figure for a server that lets everybody in.</summary>
    private static async Task CheckTokenIsChecked(HttpClient client, string id, string token, CancellationToken ct)
    {
        using var good = await client.SendAsync(Request(HttpMethod.Get, id, token), ct);
        using var bad = await client.SendAsync(Request(HttpMethod.Get, id, "no-such-token"), ct);
        if (good.StatusCode != HttpStatusCode.OK || bad.StatusCode != HttpStatusCode.Unauthorized)
            throw new InvalidOperationException($"The right token was answered with {good.StatusCode}, a wrong one with {bad.StatusCode}.");
    }

    /// <summary>Every answered PATCH is an event in the log, and a change is in the next strong read.</summary>
    private static async Task CheckStored(HttpClient client, string[] ids, string token, long before, WrkResult result, CancellationToken ct)
    {
        var stored = await Position(client, ids[0], token, ct) - before;
        if (stored < result.Requests)
            throw new InvalidOperationException($"{result.Requests} changes were answered, but only {stored} events were stored.");
        for (var i = 0; i < 20; i++)
        {
            var id = ids[i * ids.Length / 20];
            var text = "Checked " + Guid.NewGuid().ToString("N");
            using var patch = Request(HttpMethod.Patch, id, token);
            patch.Content = JsonContent.Create(new { profile = new { bio = text } });
            using var patched = await client.SendAsync(patch, ct);
            patched.EnsureSuccessStatusCode();
            using var read = await client.SendAsync(Request(HttpMethod.Get, id, token), ct);
            var user = JsonNode.Parse(await read.Content.ReadAsStringAsync(ct))!;
            if (user["profile"]?["bio"]?.GetValue<string>() != text)
                throw new InvalidOperationException($"A strong read after a change did not show it: {user}.");
        }
    }

    private static async Task<long> Position(HttpClient client, string id, string token, CancellationToken ct)
    {
        using var answer = await client.SendAsync(Request(HttpMethod.Get, id, token), ct);
        answer.EnsureSuccessStatusCode();
        return long.Parse(answer.Headers.GetValues("X-Position").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static HttpRequestMessage Request(HttpMethod method, string id, string token) =>
        new(method, "/api/v1/users/" + id) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
}
