using System.Diagnostics;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Http;
using UmsSti.Domain;
using UmsSti.Projections.Rights;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Permissions;
using UmsSti.Store;

namespace UmsSti.Benchmarks.Rows;

/// <summary>One decision about a right in this process, from the permission index; at the size of the targets and at ten times it.</summary>
internal sealed class PermissionCheckRows : IBenchmark
{
    private static readonly DateTimeOffset Now = Person.At(2);

    public string Name => "permission-check";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var (few, many) = (Crowd.Of(run, 1), Crowd.Of(run, 10));
        using var ofFew = await Side.Loaded(run, few, ct);
        using var ofMany = await Side.Loaded(run, many, ct);
        var (slowFew, slowMany) = (new List<double>(), new List<double>());
        var (manyMedians, fewMedians) = await run.Alternate(i => Task.FromResult(Median(ofMany, i, slowMany)), i => Task.FromResult(Median(ofFew, i, slowFew)));
        var settings = $"{Side.Asked:N0} questions about people at random, each timed alone, clock included (two readings take about 30 ns): may he see a team he is in; "
            + $"one in {TeamSeed.MembershipsPerGrant} by a grant, the others by their team role";
        Report(run, "permission decision in process, median", many.Size, "us", Target.AtMost(1), manyMedians, settings);
        Report(run, "permission decision in process, 99th percentile", many.Size, "us", Target.AtMost(5), slowMany, "the same runs");
        Report(run, "permission decision in process, median", few.Size, "us", Target.AtMost(1), fewMedians, settings);
        Report(run, "permission decision in process, 99th percentile", few.Size, "us", Target.AtMost(5), slowFew, "the same runs");
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "permission decision in process, median at ten times the data",
            Against = "at once the data",
            Unit = "us",
            Target = Target.RatioAtMost(1.5),
            Ours = manyMedians,
            Baseline = fewMedians,
            Settings = $"{many.Size}, against {few.Size}; the same runs",
        });
        Report(run, "bytes allocated by a decision that allows", few.Size, "bytes", Target.AtMost(0), [ofFew.BytesAllocatedEach()], "10,000 decisions after the first of each kind");
        Report(run, "memory of the permission index a membership", few.Size, "bytes", Target.AtMost(64), [ofFew.BytesEach], Side.BytesMeasured);
        Report(run, "memory of the permission index a membership", many.Size, "bytes", Target.AtMost(64), [ofMany.BytesEach], Side.BytesMeasured);
    }

    private static double Median(Side side, int repetition, List<double> slow)
    {
        var (median, p99) = side.Decide();
        if (repetition >= 0)
            slow.Add(p99);
        return median;
    }

    private void Report(Run run, string work, string size, string unit, Target target, IReadOnlyList<double> values, string settings) => run.Report(new Row
    {
        Benchmark = Name,
        Work = $"{work}, {size}",
        Unit = unit,
        Target = target,
        Ours = values,
        Settings = settings,
    });

    /// <summary>The index of one folder, loaded from its rows as at a start.</summary>
    private sealed class Side(ReadModelDatabase database, PermissionIndex index, Crowd crowd, double bytesEach) : IDisposable
    {
        public const int Asked = 100_000;
        public const string BytesMeasured = "what the collector knows of after the load less before it, divided by the memberships: people, teams and memberships";

        private readonly PermissionChecks _checks = new(index);
        private readonly (UserId User, Scope Team)[] _questions = [.. Questions(crowd)];

        public double BytesEach => bytesEach;

        public static async Task<Side> Loaded(Run run, Crowd crowd, CancellationToken ct)
        {
            var folder = await CrowdFolder.With(run, crowd, ct);
            var database = ReadModelDatabase.Open(new ReadModelOptions { Path = Path.Combine(folder, DataFolder.ReadModelFile) }, TimeProvider.System);
            var index = PermissionChecks.NewIndex();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var started = Stopwatch.GetTimestamp();
            await index.LoadAsync(database, TeamProjectors.Rights, ct);
            Run.Say($"index of {crowd.Memberships:N0} memberships loaded in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            return new Side(database, index, crowd, (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)crowd.Memberships);
        }

        /// <summary>Microseconds of the median and of the 99th percentile.</summary>
        public (double Median, double P99) Decide()
        {
            var ticks = new long[Asked];
            var read = 0;
            for (var i = 0; i < Asked; i++)
            {
                var (user, team) = _questions[i];
                read += Touch(user.Value) + Touch(team.team.Value); // as they are when a request was just read
                var started = Stopwatch.GetTimestamp();
                var decision = _checks.Decide(user, team, Permission.TeamView, Now);
                ticks[i] = Stopwatch.GetTimestamp() - started;
                if (!decision.IsAllowed)
                    throw new InvalidOperationException($"{user} was denied: {decision}.");
            }

            GC.KeepAlive(read);
            Array.Sort(ticks);
            return (ticks[Asked / 2] * 1e6 / Stopwatch.Frequency, ticks[Asked * 99 / 100] * 1e6 / Stopwatch.Frequency);
        }

        public double BytesAllocatedEach()
        {
            foreach (var (user, team) in _questions)
                _checks.Decide(user, team, Permission.TeamView, Now);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++)
                _checks.Decide(_questions[i].User, _questions[i].Team, Permission.TeamView, Now);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000.0;
        }

        public void Dispose() => database.Dispose();

        private static int Touch(string text)
        {
            var sum = 0;
            foreach (var character in text)
                sum += character;
            return sum;
        }

        private static IEnumerable<(UserId User, Scope Team)> Questions(Crowd crowd)
        {
            var random = new Random(1);
            for (var i = 0; i < Asked; i++)
            {
                var person = random.Next(crowd.People);
                yield return (UserId.Parse(Person.Id(person)), Scope.NewTeam(TeamId.Parse(crowd.TeamOf(person, random.Next(Crowd.MembershipsEach)))));
            }
        }
    }
}
