using System.Diagnostics;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Raw;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Appends through the port by many writers, each on its own stream, against the same rows in the same commits on raw SQLite.</summary>
internal sealed class AppendRows(int writers, double target, int fullSize, int quickSize) : IBenchmark
{
    public string Name => $"append-{writers}";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var total = run.Options.Size(fullSize, quickSize) / writers * writers;
        var commits = new List<double>();
        List<(double, double)> ourCost = [], rawCost = [];
        var folder = "";
        int[] sizes = [];
        var (ours, baseline) = await run.Alternate(
            async _ =>
            {
                folder = run.NewFolder(Name);
                await using var logs = Logs.Open(folder);
                await Port.EnsureKeys(logs, writers, ct);
                using var seen = new CommitSizes();
                var before = Cost.SoFar();
                var rate = await Callers.Rate(writers, total, (writer, version) => Port.Change(logs, writer, version, remembered: true, ct));
                ourCost.Add(Cost.Each(before, total));
                sizes = seen.Take();
                commits.Add(total / (double)sizes.Length);
                return rate;
            },
            _ =>
            {
                var rows = LogRows.Read(Logs.EventsFile(folder));
                Run.Settle();
                var before = Cost.SoFar();
                var rate = RawReplay.Write(Path.Combine(run.NewFolder(Name + "-raw"), "raw.db"), rows, sizes, Logs.Options);
                rawCost.Add(Cost.Each(before, rows.Events.Count));
                Run.Drop(folder);
                return Task.FromResult(rate);
            });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = writers == 1 ? "append, one writer, one event a commit" : $"append through the port, {writers} writers",
            Against = "raw SQLite, same rows and commits",
            Unit = "events/s",
            Target = Target.RatioAtLeast(target),
            Ours = ours,
            Baseline = baseline,
            Settings = $"{total:N0} events of {writers} streams, one event an append, expected versions, codec, one sealed field, hash chain, "
                + $"remembered command; {Logs.Settings}; {Statistics.Median(commits):0.0} events a commit on average; {Cost.Describe(ourCost, rawCost)}",
        });
    }
}

/// <summary>
/// Bulk append by one caller, 1,000 events in one append, against the same rows on raw SQLite. As a bulk loader does, the caller encodes
/// the next 1,000 while the last are being written, and sends them when those are durable.
/// </summary>
internal sealed class BulkAppendRow : IBenchmark
{
    private const int PerCommit = 1_000;

    public string Name => "append-bulk";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var appends = run.Options.Size(200, 10);
        var folder = "";
        int[] sizes = [];
        List<(double, double)> ourCost = [], rawCost = [];
        var (ours, baseline) = await run.Alternate(
            async _ =>
            {
                folder = run.NewFolder(Name);
                await using var logs = Logs.Open(folder);
                await Port.EnsureKeys(logs, PerCommit, ct);
                using var seen = new CommitSizes();
                var before = Cost.SoFar();
                var started = Stopwatch.GetTimestamp();
                await Port.Bulk(logs, Enumerable.Range(0, appends).Select(version => Seed.Round(logs, 0, PerCommit, version)), ct);
                var rate = Run.Rate(appends * PerCommit, started);
                ourCost.Add(Cost.Each(before, appends * PerCommit));
                sizes = [.. seen.Take().Select(count => count * PerCommit)];
                return rate;
            },
            _ =>
            {
                var rows = LogRows.Read(Logs.EventsFile(folder));
                Run.Settle();
                var before = Cost.SoFar();
                var rate = RawReplay.Write(Path.Combine(run.NewFolder(Name + "-raw"), "raw.db"), rows, sizes, Logs.Options);
                rawCost.Add(Cost.Each(before, rows.Events.Count));
                Run.Drop(folder);
                return Task.FromResult(rate);
            });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "bulk append, 1,000 events a commit",
            Against = "raw SQLite, same rows and commits",
            Unit = "events/s",
            Target = Target.RatioAtLeast(0.7),
            Ours = ours,
            Baseline = baseline,
            Settings = $"{appends * PerCommit:N0} events, one event on each of 1,000 streams an append, one caller who encodes the next while the last is written, codec, sealed fields, hash chain; {Logs.Settings}; {Cost.Describe(ourCost, rawCost)}",
        });
    }
}
