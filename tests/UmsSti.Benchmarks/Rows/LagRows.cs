using System.Diagnostics;
using System.Globalization;
using UmsSti.Application;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Projections.Users;

namespace UmsSti.Benchmarks.Rows;

/// <summary>
/// Under 1,000 commands a second, spread evenly: how long after its answer a command shows in the rows, and what a strong read
/// takes more than an eventual one.
/// </summary>
internal sealed class LagRows : IBenchmark
{
    private const int CommandsPerSecond = 1_000;

    /// <summary>Reads a second of each kind.</summary>
    private const int ReadsPerSecond = 250;

    /// <summary>Requests begin in groups, a group every so often.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(4);

    public string Name => "lag";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await SeededFolder.Copy(run, people, ct);
        var time = TimeSpan.FromSeconds(run.Options.Size(10, 1));
        List<double> lags = [], strong = [], eventual = [];
        await using (var rooms = Rooms.Open(folder))
        await using (var side = ReadSide.Open(rooms, folder))
        {
            await side.Host.StartAsync(ct);
            await side.Host.CaughtUp.WaitAsync(ct);
            var load = new Load(rooms, side, people);
            await run.Repeat(async i =>
            {
                var result = await load.Run(time, ct);
                if (i < 0)
                    return 0;
                lags.Add(result.Lag);
                strong.Add(result.Strong);
                eventual.Add(result.Eventual);
                return result.Lag;
            });
        }

        var settings = $"in one process, without HTTP: {CommandsPerSecond:N0} commands and {ReadsPerSecond} reads of each kind a second for {time.TotalSeconds:0} s, "
            + $"begun in groups every {Beat.TotalMilliseconds:0} ms, on {people:N0} people; {Logs.Settings}";
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "from the answer of a command to its rows, 99th percentile",
            Unit = "ms",
            Target = Target.AtMost(50),
            Ours = lags,
            Settings = settings,
        });
        run.Report(new Row
        {
            Benchmark = Name,
            Work = "strong read of a user, 99th percentile",
            Against = "eventual read in the same load",
            Unit = "ms",
            Target = Target.DifferenceAtMost(10),
            Ours = strong,
            Baseline = eventual,
            Settings = settings,
        });
        Run.Drop(folder);
    }

    /// <summary>99th percentiles of one run, in milliseconds.</summary>
    private sealed record Result(double Lag, double Strong, double Eventual);

    private sealed class Load(Rooms rooms, ReadSide side, int people)
    {
        private int _sent;

        public async Task<Result> Run(TimeSpan time, CancellationToken ct)
        {
            var beats = (int)(time / Beat);
            List<Task<double>> lags = [], strong = [], eventual = [];
            using var timer = new PeriodicTimer(Beat);
            var started = Stopwatch.GetTimestamp();
            for (var beat = 1; beat <= beats; beat++)
            {
                Begin(lags, Due(beat, CommandsPerSecond), () => Command(ct));
                Begin(strong, Due(beat, ReadsPerSecond), () => Read(isStrong: true, ct));
                Begin(eventual, Due(beat, ReadsPerSecond), () => Read(isStrong: false, ct));
                if (Stopwatch.GetElapsedTime(started) < beat * Beat)
                    await timer.WaitForNextTickAsync(ct);
            }

            return new Result(P99(await Task.WhenAll(lags)), P99(await Task.WhenAll(strong)), P99(await Task.WhenAll(eventual)));
        }

        private static int Due(int beat, int perSecond) => (int)(beat * Beat.TotalSeconds * perSecond);

        private static void Begin(List<Task<double>> begun, int due, Func<Task<double>> work)
        {
            while (begun.Count < due)
                begun.Add(Task.Run(work));
        }

        // From the answer to the rows.
        private async Task<double> Command(CancellationToken ct)
        {
            var number = Interlocked.Increment(ref _sent);
            var id = Person.Id(number % people);
            var envelope = new Envelope(id, null, [], "0190c1e27000800000000000000000aa", null, null, null, DateTimeOffset.UtcNow, Envelope.AnyVersion);
            var text = string.Create(CultureInfo.InvariantCulture, $"Changed for the {number}th time.");
            var answer = await rooms.Application.Door.Execute(
                envelope, Application.Command.NewUpdateUser(new UpdateUser(id, null, new Dictionary<string, string?> { ["bio"] = text }, null)), ct);
            if (!answer.IsAccepted)
                throw new InvalidOperationException($"A command was refused: {answer}.");
            var answered = Stopwatch.GetTimestamp();
            if (!await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, rooms.Logs.Log.Head, TimeSpan.FromSeconds(30), ct))
                throw new InvalidOperationException("The rows did not come.");
            return Stopwatch.GetElapsedTime(answered).TotalMilliseconds;
        }

        private async Task<double> Read(bool isStrong, CancellationToken ct)
        {
            var id = Person.Id(Volatile.Read(ref _sent) % people); // somebody who is being changed
            var started = Stopwatch.GetTimestamp();
            if (isStrong && !(await side.Host.Gate(UserProjectors.Directory).Pass(strong: true, 0, ct)).Reached)
                throw new InvalidOperationException("A strong read was not let through.");
            if (await side.Directory.FindAsync(id, ct) is null)
                throw new InvalidOperationException("A user was not found.");
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        private static double P99(double[] values)
        {
            Array.Sort(values);
            return values[(int)(values.Length * 0.99)];
        }
    }
}
