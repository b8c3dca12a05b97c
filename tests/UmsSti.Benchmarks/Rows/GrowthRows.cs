using System.Globalization;
using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;

namespace UmsSti.Benchmarks.Rows;

/// <summary>
/// Cost of an append (through the port) and of a command (through the one door) on a big log against a small one, in two ways: on 64
/// busy streams, and on streams anywhere in the log. Appends and commands touch different people, so that neither disturbs the other's caches.
/// </summary>
internal sealed class GrowthRows : IBenchmark
{
    private const int Callers = 64;

    public string Name => "growth";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var (small, big) = run.Options.Size((10_000, 500_000), (500, 2_500));
        var requests = run.Options.Size(20_000, 1_280);
        var smallFolder = run.NewFolder("growth-small");
        var bigFolder = run.NewFolder("growth-big");
        foreach (var (folder, people) in new[] { (smallFolder, small), (bigFolder, big) })
        {
            await using var logs = Logs.Open(folder);
            await Seed.People(logs, people, ct);
        }

        await using (var few = new Side(Rooms.Open(smallFolder), small))
        await using (var many = new Side(Rooms.Open(bigFolder), big))
        {
            foreach (var anywhere in new[] { false, true })
            {
                await Report(run, $"append, {Where(anywhere)}", (side, _) => side.Appends(requests, anywhere, ct), many, few, requests);
                await Report(run, $"command, {Where(anywhere)}", (side, _) => side.Commands(requests, anywhere, ct), many, few, requests);
            }
        }

        Run.Drop(smallFolder);
        Run.Drop(bigFolder);
    }

    private static string Where(bool anywhere) => anywhere ? "streams anywhere in the log" : "64 busy streams";

    private async Task Report(Run run, string work, Func<Side, int, Task<double>> rate, Side many, Side few, int requests)
    {
        var (ours, baseline) = await run.Alternate(async i => 1e6 / await rate(many, i), async i => 1e6 / await rate(few, i));
        run.Report(new Row
        {
            Benchmark = Name,
            Work = $"cost of one {work}, at {many.Events:N0} events",
            Against = $"at {few.Events:N0} events",
            Unit = "us",
            Target = Target.RatioAtMost(1.2),
            Ours = ours,
            Baseline = baseline,
            Settings = $"{Callers} callers, {requests:N0} requests, time of all divided by their number; {Rooms.CacheEntries:N0} cached states; {Logs.Settings}",
        });
    }

    /// <summary>One log with the application on it.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private readonly Rooms _rooms;
        private readonly long[] _versions;
        private readonly int[] _appended, _commanded;
        private int _appendsSent, _commandsSent, _texts;

        public Side(Rooms rooms, int people)
        {
            _rooms = rooms;
            Events = people * Person.EventsEach;
            _versions = Enumerable.Repeat((long)Person.OwnEvents, people).ToArray();
            var order = Enumerable.Range(0, people).ToArray();
            new Random(7).Shuffle(order);
            _appended = Whole(order.Where(person => person % 2 == 0));
            _commanded = Whole(order.Where(person => person % 2 == 1));
        }

        public int Events { get; }

        /// <summary>Appends a second.</summary>
        public Task<double> Appends(int requests, bool anywhere, CancellationToken ct)
        {
            var from = anywhere ? _appendsSent : 0;
            _appendsSent += requests / Callers;
            return House.Callers.Rate(Callers, requests, (caller, i) =>
            {
                var person = Pick(_appended, caller, anywhere ? from + i : 0);
                return Port.Change(_rooms.Logs, person, _versions[person]++, remembered: true, ct);
            });
        }

        /// <summary>Commands a second: a person changes the own profile.</summary>
        public Task<double> Commands(int requests, bool anywhere, CancellationToken ct)
        {
            var from = anywhere ? _commandsSent : 0;
            _commandsSent += requests / Callers;
            return House.Callers.Rate(Callers, requests, async (caller, i) =>
            {
                var person = Pick(_commanded, caller, anywhere ? from + i : 0);
                var answer = await _rooms.Application.Door.Execute(Self(person), NewText(person), ct);
                if (!answer.IsAccepted)
                    throw new InvalidOperationException($"A command was refused: {answer}.");
            });
        }

        public ValueTask DisposeAsync() => _rooms.DisposeAsync();

        /// <summary>No two callers ever meet on one person.</summary>
        private static int Pick(int[] people, int caller, int turn) => people[(int)((caller + ((long)Callers * turn)) % people.Length)];

        private static int[] Whole(IEnumerable<int> people)
        {
            var all = people.ToArray();
            return all[..(all.Length / Callers * Callers)];
        }

        private static Envelope Self(int person) => new(
            Person.Id(person), null, [], "0190c1e27000800000000000000000aa", null, null, null, DateTimeOffset.UtcNow, Envelope.AnyVersion);

        private Command NewText(int person)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"Changed by myself for the {Interlocked.Increment(ref _texts)}th time.");
            return Command.NewUpdateUser(new UpdateUser(Person.Id(person), null, new Dictionary<string, string?> { ["bio"] = text }, null));
        }
    }
}
