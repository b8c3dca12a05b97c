using System.Text.Json.Nodes;
using UmsSti.Benchmarks.Bare;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Http;

namespace UmsSti.Benchmarks.Rows;

/// <summary>A decision over HTTP, by wrk, against a bare endpoint that reads the same query and decides nothing.</summary>
internal sealed class CheckHttpRow : IBenchmark
{
    private const int WarmUpFactor = 3;

    public string Name => "check-http";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var crowd = Crowd.Of(run, 1);
        var row = new Row
        {
            Benchmark = Name,
            Work = "strong GET /permissions/check, 64 connections, token checked",
            Against = "bare minimal API endpoint, same query",
            Unit = "requests/s",
            Target = Target.RatioAtLeast(0.6),
            Settings = "the load generator wrk is not installed",
        };
        if (!Wrk.IsInstalled())
        {
            run.Report(row with { NotMeasured = "wrk missing" });
            return;
        }

        var scratch = run.NewFolder(Name);
        var (bareFile, paths) = (Path.Combine(scratch, "bare.db"), Path.Combine(scratch, "paths.txt"));
        BareServer.Fill(bareFile, []);
        var questions = Questions(crowd, run.Options.Size(20_000, 500));
        await File.WriteAllLinesAsync(paths, questions, ct);
        var measured = TimeSpan.FromSeconds(run.Options.Size(8, 1));
        await using var server = await ServerProcess.StartOurs(await CrowdFolder.With(run, crowd, ct), ct);
        await using var bare = await ServerProcess.StartBare(bareFile, ct);
        var token = await ServedFolder.SignIn(server.Client, ct);
        await CheckAnswers(server.Client, token, questions, ct);

        TimeSpan TimeOf(int repetition) => repetition < 0 ? measured * WarmUpFactor : measured;
        async Task<double> Rate(ServerProcess side, int repetition)
        {
            var result = await Wrk.Paths(side.Address, paths, token, TimeOf(repetition), ct);
            return result is { Errors: 0, Requests: > 0 } ? result.Rate : throw new InvalidOperationException($"wrk saw errors: {result}.");
        }

        var (ours, baseline) = await run.Alternate(i => Rate(server, i), i => Rate(bare, i));
        run.Report(row with
        {
            Ours = ours,
            Baseline = baseline,
            Settings = $"wrk -t{Wrk.Threads} -c{Wrk.Connections} -d{measured.TotalSeconds:0}s (warm-up {TimeOf(-1).TotalSeconds:0}s) on {questions.Length:N0} questions in turn, half of them denied, "
                + $"asked by an administrator; {crowd.Size}; rate limits off; the bare side answers the same fields as JSON",
        });
    }

    /// <summary>Every other one is about a team the person is not in.</summary>
    private static string[] Questions(Crowd crowd, int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"/api/v1/permissions/check?user={Person.Id(i)}&permission=team.view&team={crowd.TeamOf(i, i % 2 == 0 ? 0 : Crowd.MembershipsEach)}")];

    /// <summary>No figure for a server that answers everybody alike.</summary>
    private static async Task CheckAnswers(HttpClient client, string token, string[] questions, CancellationToken ct)
    {
        var caller = new Timed(client, token);
        for (var i = 0; i < 10; i++)
        {
            var answer = JsonNode.Parse(await caller.Get(questions[i]["/api/v1".Length..], ct))!;
            if (answer["allowed"]!.GetValue<bool>() != (i % 2 == 0))
                throw new InvalidOperationException($"{questions[i]} was answered with {answer}.");
        }
    }
}
