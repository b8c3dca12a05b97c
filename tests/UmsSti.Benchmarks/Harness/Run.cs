using System.Diagnostics;
using System.Globalization;

namespace UmsSti.Benchmarks.Harness;

/// <summary>One run of the program: its options, its folders, and the rows it has gathered.</summary>
public sealed class Run(BenchOptions options) : IDisposable
{
    private readonly string _root = Directory.CreateDirectory(Path.Combine(options.Folder, "ums-bench-" + Guid.NewGuid().ToString("N")[..8])).FullName;
    private readonly List<Row> _rows = [];
    private int _folders;

    public BenchOptions Options => options;

    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>A new empty folder, gone at the end of the run.</summary>
    public string NewFolder(string purpose) =>
        Directory.CreateDirectory(Path.Combine(_root, $"{Interlocked.Increment(ref _folders):000}-{purpose}")).FullName;

    /// <summary>Deletes a folder early, for rows that need much room.</summary>
    public static void Drop(string folder) => Directory.Delete(folder, recursive: true);

    public void Report(Row row)
    {
        var stamped = row with { MeasuredAt = DateTimeOffset.UtcNow, Quick = options.Quick };
        _rows.Add(stamped);
        Console.WriteLine("    " + Table.OneLine(stamped));
        Console.WriteLine("        " + stamped.Settings);
    }

    public static void Say(string text) => Console.WriteLine($"    {DateTime.UtcNow.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} {text}");

    /// <summary>
    /// Runs both sides in turns, <see cref="BenchOptions.Repetitions"/> times after one warm-up each, so that whatever the machine does
    /// meanwhile falls on both. <paramref name="baseline"/> runs after <paramref name="ours"/> of the same repetition.
    /// </summary>
    public async Task<(double[] Ours, double[] Baseline)> Alternate(Func<int, Task<double>> ours, Func<int, Task<double>> baseline)
    {
        double[] a = new double[options.Repetitions], b = new double[options.Repetitions];
        for (var i = -1; i < options.Repetitions; i++)
        {
            Settle();
            var first = await ours(i);
            Settle();
            var second = await baseline(i);
            if (i < 0)
                continue;
            (a[i], b[i]) = (first, second);
        }

        return (a, b);
    }

    /// <summary>Repeats one side after one warm-up.</summary>
    public async Task<double[]> Repeat(Func<int, Task<double>> work)
    {
        var values = new double[options.Repetitions];
        for (var i = -1; i < options.Repetitions; i++)
        {
            Settle();
            var value = await work(i);
            if (i >= 0)
                values[i] = value;
        }

        return values;
    }

    /// <summary>Garbage of the side before is not paid by the side after.</summary>
    public static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Events (or calls) a second.</summary>
    public static double Rate(long count, long startedAt) => count / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
