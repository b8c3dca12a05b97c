using System.Text.Json;
using System.Text.RegularExpressions;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests.Monitoring;

/// <summary>The files in <c>docs/operations</c>, held against a real Prometheus that scrapes a real server.</summary>
public sealed partial class MonitoringTests
{
    /// <summary>Series that are there only while something goes on.</summary>
    private static readonly string[] OnlyWhileBusy = ["projection_rebuild_progress"];

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public async Task Promtool_accepts(params string[] arguments)
    {
        var (code, output) = await Prometheus.Tool(arguments);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_say_about_the_metrics()
    {
        await using var server = await RunningServer.Start();
        (await server.Root.Get("/me")).Is(200);
        var (code, output) = await Prometheus.ToolWith(await server.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), "check", "metrics");
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Every_alert_has_a_test_and_a_place_in_the_runbook()
    {
        var alerts = await ReadAsync("operations/alerts.yml");
        var tests = await ReadAsync("operations/alerts.test.yml");
        var runbook = Headings(await ReadAsync("operations.md"));
        var names = AlertName().Matches(alerts).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"alertname: {name}\n", tests, StringComparison.Ordinal));
        Assert.All(Runbook().Matches(alerts).Select(match => match.Groups[1].Value), anchor => Assert.Contains(anchor, runbook));
    }

    [Fact]
    public async Task A_real_Prometheus_finds_every_series_the_rules_and_the_dashboard_use()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.Start();
        var ada = await server.Root.NewUser("ada@example.org");
        (await server.Root.Post($"/users/{ada}/unsuspend", """{"note":"never was"}""")).Is(409);
        await using var prometheus = Prometheus.Start(folder.Path, server.Http.BaseAddress!);

        var known = await prometheus.SeriesNames();
        var used = SeriesOf(await ReadAsync("operations/alerts.yml")).Concat(SeriesOf(await DashboardQueries())).Distinct().ToArray();
        Assert.True(used.Length > 15, "The rules and the dashboard name hardly any series: the test does not find them.");
        Assert.Empty(used.Except(known).Except(OnlyWhileBusy));

        var rules = await prometheus.Rules();
        Assert.All(rules, rule => Assert.Equal("ok", rule.Health));
        Assert.Equal(AlertName().Matches(await ReadAsync("operations/alerts.yml")).Count, rules.Count);
    }

    private static async Task<string> DashboardQueries()
    {
        using var dashboard = JsonDocument.Parse(await ReadAsync("operations/dashboard.json"));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString());
        return string.Join('\n', queries);
    }

    private static Task<string> ReadAsync(string document) => File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", document));

    // A series of ours always carries the label of the job.
    private static IEnumerable<string> SeriesOf(string queries) => Series().Matches(queries).Select(match => match.Groups[1].Value);

    private static HashSet<string> Headings(string markdown) =>
        [.. Heading().Matches(markdown).Select(match => match.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-').Replace(",", "", StringComparison.Ordinal))];

    [GeneratedRegex(@"(\w+)\{job=""ums""")]
    private static partial Regex Series();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"runbook: ""docs/operations\.md#([^""]+)""")]
    private static partial Regex Runbook();

    [GeneratedRegex(@"^##+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
