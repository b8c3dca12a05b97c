using System.Diagnostics;
using System.Text.Json;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Monitoring;

/// <summary>A real Prometheus on a folder of its own that scrapes one server and judges the rules of the repository.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    /// <summary>Longest wait for something to be scraped or judged.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process process;
    private readonly HttpClient http;

    private Prometheus(Process process, HttpClient http) => (this.process, this.http) = (process, http);

    /// <summary>Starts it with the repository's own configuration, on another target and a short interval.</summary>
    public static Prometheus Start(string folder, Uri target)
    {
        Programs.Demand("prometheus");
        var operations = Path.Combine(Repository.Root, "docs", "operations");
        var configuration = File.ReadAllText(Path.Combine(operations, "prometheus.yml"))
            .Replace("localhost:5080", target.Authority, StringComparison.Ordinal)
            .Replace("15s", "1s", StringComparison.Ordinal)
            .Replace("- alerts.yml", "- " + Path.Combine(operations, "alerts.yml"), StringComparison.Ordinal);
        var file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, configuration);
        var port = ServerProcess.FreePort();
        var start = new ProcessStartInfo("prometheus",
            [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]);
        return new Prometheus(Process.Start(start)!, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });
    }

    /// <summary>Runs promtool in the folder of the rules; its exit code and what it said.</summary>
    public static Task<(int Code, string Output)> Tool(params string[] arguments) => ToolWith("", arguments);

    /// <summary>promtool with a text on its standard input.</summary>
    public static async Task<(int Code, string Output)> ToolWith(string input, params string[] arguments)
    {
        Programs.Demand("promtool");
        var start = new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Path.Combine(Repository.Root, "docs", "operations"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        var (output, errors) = (tool.StandardOutput.ReadToEndAsync(), tool.StandardError.ReadToEndAsync());
        await tool.StandardInput.WriteAsync(input);
        tool.StandardInput.Close();
        await tool.WaitForExitAsync().WaitAsync(Patience);
        return (tool.ExitCode, await output + await errors);
    }

    /// <summary>Names of all series it has taken in from the server, once it has scraped it.</summary>
    public async Task<IReadOnlySet<string>> SeriesNames()
    {
        await Until("/api/v1/query?query=up", json => json.GetProperty("result").EnumerateArray().Any(series => series.GetProperty("value")[1].GetString() == "1"));
        var names = await Get("/api/v1/label/__name__/values");
        return names!.Value.EnumerateArray().Select(name => name.GetString()!).ToHashSet();
    }

    /// <summary>Every rule with its health, once all have been judged.</summary>
    public async Task<IReadOnlyList<(string Name, string Health)>> Rules()
    {
        var rules = await Until("/api/v1/rules", json => RulesOf(json) is { Count: > 0 } all && all.All(rule => rule.Health != "unknown"));
        return RulesOf(rules);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
    }

    private static List<(string Name, string Health)> RulesOf(JsonElement data) =>
        [.. data.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
            .Select(rule => (rule.GetProperty("name").GetString()!, rule.GetProperty("health").GetString()!))];

    // Prometheus tells nobody that it has scraped: it is asked again until it has, and given up after the time.
    private async Task<JsonElement> Until(string path, Func<JsonElement, bool> condition)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(Patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (TimeProvider.System.GetTimestamp() < end)
        {
            if (await Get(path) is { } data && condition(data))
            {
                return data;
            }

            await pause.WaitForNextTickAsync();
        }

        throw new TimeoutException($"Prometheus did not get to {path}.");
    }

    private async Task<JsonElement?> Get(string path)
    {
        try
        {
            using var answer = await http.GetAsync(path);
            return answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data") : null;
        }
        catch (HttpRequestException)
        {
            return null; // not listening yet
        }
    }
}
