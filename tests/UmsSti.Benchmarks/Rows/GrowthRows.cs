using System.Globalization;
using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;

namespace UmsSti.Benchmarks.Rows;

/// <summary>
/// Cost of an append (through the port) and of a command (through the one door) on a big log against a small one, in two ways: on 64
/// busy streams, which the caches hold, and on streams touched for the first time since the start, which have to be found in the file.
/// Appends and commands touch different people, so that neither disturbs the other's caches. Each log is seeded once, in bulk.
/// </summary>
internal sealed class GrowthRows : IBenchmark
{
    private const int Callers = 64;

    public string Name => "growth";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var (small, big) = run.Options.Size((10_000, 500_000), (2_000, 10_000));
        await using (var few = await Side.Seeded(run.NewFolder("growth-small"), small, ct))
        await using (var many = await Side.Seeded(run.NewFolder("growth-big"), big, ct))
        {
            var busy = run.Options.Size(20_000, 1_280);
            await Report(run, "append, 64 busy streams", side => side.Appends(busy, anywhere: false, ct), many, few, busy);
            await Report(run, "command, 64 busy streams", side => side.Commands(busy, anywhere: false, ct), many, few, busy);

            // Half of the small log's people for each kind, so that both sides find nobody in their caches.
            var first = small / 2 / Callers * Callers;
            await Report(run, "append, streams touched first", side => side.FirstAppends(first, ct), many, few, first);
            await Report(run, "command, streams touched first", side => side.FirstCommands(first, ct), many, few, first);
        }
    }

    private async Task Report(Run run, string work, Func<Side, Task<double>> rate, Side many, Side few, int requests)
    {
        var (ours, baseline) = await run.Alternate(async _ => 1e6 / await rate(many), async _ => 1e6 / await rate(few));
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
        private readonly string _folder;
        private readonly long[] _versions;
        private readonly int[] _appended, _commanded;
        private Rooms _rooms;
        private int _appendsSent, _commandsSent, _texts;

        private Side(string folder, int people)
        {
            _folder = folder;
            _rooms = Rooms.Open(folder);
            Events = people * Person.EventsEach;
            _versions = Enumerable.Repeat((long)Person.OwnEvents, people).ToArray();
            var order = Enumerable.Range(0, people).ToArray();
            new Random(7).Shuffle(order);
            _appended = Whole(order.Where(person => person % 2 == 0));
            _commanded = Whole(order.Where(person => person % 2 == 1));
        }

        public int Events { get; }

        /// <summary>A new log of that many people.</summary>
        public static async Task<Side> Seeded(string folder, int people, CancellationToken ct)
        {
            await using (var logs = Logs.Open(folder))
                await Seed.People(logs, people, ct);
            return new Side(folder, people);
        }

        /// <summary>Appends a second, after a start, so that no stream is known yet.</summary>
        public async Task<double> FirstAppends(int requests, CancellationToken ct)
        {
            await Restart();
            return await Appends(requests, anywhere: true, ct);
        }

        /// <summary>Commands a second, after a start, so that no state and no key is known yet.</summary>
        public async Task<double> FirstCommands(int requests, CancellationToken ct)
        {
            await Restart();
            return await Commands(requests, anywhere: true, ct);
        }

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

        private async Task Restart()
        {
            await _rooms.DisposeAsync();
            _rooms = Rooms.Open(_folder);
        }

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
