using SQLitePCL;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Raw;

namespace UmsSti.Benchmarks.Rows;

/// <summary>What an event takes on disk beside what is in it: the closed file against the bytes of data and metadata.</summary>
internal sealed class DiskRow : IBenchmark
{
    public string Name => "disk";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await SeededFolder.With(run, people, ct);
        run.Report(Measured(folder, "bytes on disk an event", Target.RatioAtMost(1.7),
            $"{people * Person.EventsEach:N0} events of {people:N0} people (streams, names, indexes and hashes included), file closed, no commands remembered"));

        var writers = 64;
        var each = run.Options.Size(2_000, 50);
        var withCommands = run.NewFolder(Name + "-commands");
        await using (var logs = Logs.Open(withCommands))
        {
            await Port.EnsureKeys(logs, writers, ct);
            await Callers.Rate(writers, writers * each, (writer, version) => Port.Change(logs, writer, version, remembered: true, ct));
        }

        run.Report(Measured(withCommands, "the same while every event's command is remembered (7 days)", Target.None,
            $"{writers * each:N0} events of {writers} streams, each with its remembered command (key, fingerprint, answer)"));
    }

    private Row Measured(string folder, string work, Target target, string settings)
    {
        var file = Logs.EventsFile(folder);
        if (File.Exists(file + "-wal") && new FileInfo(file + "-wal").Length > 0)
            throw new InvalidOperationException("The log was not closed: a write-ahead log is left.");
        var (events, payload) = Count(file);
        return new Row
        {
            Benchmark = Name,
            Work = work,
            Against = "bytes of data and metadata",
            Unit = "bytes",
            Target = target,
            Ours = [new FileInfo(file).Length / (double)events],
            Baseline = [payload / (double)events],
            Settings = settings,
        };
    }

    private static (long Events, long Bytes) Count(string file)
    {
        using var connection = new RawConnection(file);
        var statement = connection.Prepare(Scripts.Own("count_bytes"));
        connection.Step(statement);
        return (raw.sqlite3_column_int64(statement, 0), raw.sqlite3_column_int64(statement, 1));
    }
}
