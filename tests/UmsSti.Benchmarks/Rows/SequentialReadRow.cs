using System.Diagnostics;
using Microsoft.Data.Sqlite;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Raw;

namespace UmsSti.Benchmarks.Rows;

/// <summary>Reading the whole log in order through the port, against a plain ADO.NET scan of the same file that touches every column.</summary>
internal sealed class SequentialReadRow : IBenchmark
{
    public const int Page = 1_000;

    public string Name => "sequential-read";

    public async Task Measure(Run run, CancellationToken ct)
    {
        var people = Sizes.People(run);
        var folder = await SeededFolder.With(run, people, ct);
        double[] ours, baseline;
        await using (var logs = Logs.Open(folder))
        {
            (ours, baseline) = await run.Alternate(
                _ => ThroughThePort(logs, ct),
                _ => Task.FromResult(ByAdoNet(Logs.EventsFile(folder))));
        }

        run.Report(new Row
        {
            Benchmark = Name,
            Work = "sequential read of the log through the port",
            Against = "plain ADO.NET scan, every column",
            Unit = "events/s",
            Target = Target.RatioAtLeast(0.5),
            Ours = ours,
            Baseline = baseline,
            Settings = $"{people * Person.EventsEach:N0} events of {people:N0} people, interleaved; pages of {Page:N0}; file in the system's cache",
        });
    }

    /// <summary>Events a second.</summary>
    public static async Task<double> ThroughThePort(Logs logs, CancellationToken ct)
    {
        long position = 0, bytes = 0;
        var started = Stopwatch.GetTimestamp();
        while (position < logs.Log.Head)
        {
            var page = await logs.Log.ReadAll(position, Page, ct);
            foreach (var e in page)
                bytes += e.Data.Length;
            position = page[^1].Position;
        }

        return bytes > 0 ? Run.Rate(position, started) : throw new InvalidOperationException("The log is empty.");
    }

    /// <summary>Events a second.</summary>
    public static double ByAdoNet(string file)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Scripts.Own("all_events");
        long events = 0, sum = 0;
        var started = Stopwatch.GetTimestamp();
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                for (var column = 0; column < 7; column++)
                    sum += row.GetInt64(column);
                for (var column = 7; column < 10; column++)
                    sum += row.GetFieldValue<byte[]>(column).Length;
                events++;
            }
        }

        return sum != 0 ? Run.Rate(events, started) : throw new InvalidOperationException("The log is empty.");
    }
}
