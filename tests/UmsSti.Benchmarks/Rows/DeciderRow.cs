using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Kernel;
using Events = UmsSti.Domain.User.Events;
using Fold = UmsSti.Domain.User.Fold;

namespace UmsSti.Benchmarks.Rows;

/// <summary>What the decider adds to the port: the same events, once decided on a cached state, once appended with a version the caller knows.</summary>
internal sealed class DeciderRow : IBenchmark
{
    private const int Callers = 64;
    private static readonly TimeSpan CacheWindow = TimeSpan.FromMinutes(20);

    public string Name => "decider";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var total = run.Options.Size(200_000, 6_400) / Callers * Callers;
        await using var logs = Logs.Open(run.NewFolder(Name));
        await Port.EnsureKeys(logs, 2 * Callers, ct);
        for (var index = 0; index < 2; index++)
            Port.Expect(await logs.Log.Append(Seed.Round(logs, 0, 2 * Callers, index), ct));

        var users = Users(logs);
        var versions = Enumerable.Repeat(2L, Callers).ToArray();
        List<(double, double)> ourCost = [], portCost = [];
        var (ours, baseline) = await run.Alternate(
            _ => Rate(ourCost, total, (caller, i) => Transact(users, caller, i, ct)),
            _ => Rate(portCost, total, (caller, _) => Port.Change(logs, Callers + caller, versions[caller]++, remembered: false, ct)));
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "Decider.Transact on cached state, 64 callers",
            Against = "the port, same events",
            Unit = "transacts/s",
            Target = Target.RatioAtLeast(0.85),
            Ours = ours,
            Baseline = baseline,
            Settings = $"{total:N0} transacts of 64 streams, each yields one event with one sealed field; sole writer, sliding cache; "
                + $"the port side knows its versions; nothing remembered on either side; {Logs.Settings}; {Cost.Describe(ourCost, portCost)}",
        });
    }

    private static async Task<double> Rate(List<(double, double)> costs, int total, Func<int, int, Task> send)
    {
        var before = Cost.SoFar();
        var rate = await House.Callers.Rate(Callers, total, send);
        costs.Add(Cost.Each(before, total));
        return rate;
    }

    private static Task Transact(Category<Events.Event, Fold.State, EncodeContext> users, int person, int i, CancellationToken ct)
    {
        var decider = users.Resolve(Person.Context(person, i)).Invoke(StreamId.Create(Person.Id(person)));
        return decider.Transact(_ => [Person.Changed(person, i)], ct: ct);
    }

    private static Category<Events.Event, Fold.State, EncodeContext> Users(Logs logs)
    {
        var shared = CategoryOptions.For(logs.Log);
        return new Category<Events.Event, Fold.State, EncodeContext>(
            UserStream.Category,
            logs.Log,
            logs.Users,
            Fold.fold,
            Fold.initial,
            AccessStrategy<Fold.State>.Unoptimized,
            CachingStrategy.NewSlidingWindow(new Cache("benchmark", 10_000), CacheWindow),
            new CategoryOptions(soleWriter: true, shared.Turns, shared.Backoff, shared.SnapshotFailed));
    }
}
