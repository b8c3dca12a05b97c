using System.Diagnostics;
using UmsSti.Benchmarks.Bare;
using UmsSti.Benchmarks.Harness;
using UmsSti.Benchmarks.House;
using UmsSti.Benchmarks.Rows;

// The bare endpoint of the HTTP rows runs in a process of its own, started by those rows.
if (args is ["bare", .. var rest])
    return await BareServer.Serve(rest);

// So does a rebuild, so that its memory is nothing else's.
if (args is [RebuildProcess.Verb, var folder, var model])
    return await RebuildProcess.Rebuild(folder, model, CancellationToken.None);

var (options, error) = BenchOptions.Parse(args);
if (error is not null)
{
    Console.Error.WriteLine(error);
    Console.Error.WriteLine(BenchOptions.Usage);
    return 2;
}

var names = Catalogue.All.Select(benchmark => benchmark.Name).ToList();
if (options.List)
{
    names.ForEach(Console.WriteLine);
    return 0;
}

var unknown = options.Only.Except(names).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"No benchmark is named {string.Join(", ", unknown)}; there are {string.Join(", ", names)}.");
    return 2;
}

var machine = Machine.Here(options.Folder);
Console.WriteLine(machine.Describe());
if (options.Quick)
    Console.WriteLine("Small sizes: this shows that everything works, the figures mean nothing.");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var started = Stopwatch.GetTimestamp();
var failed = new List<string>();
using (var run = new Run(options))
{
    foreach (var benchmark in Catalogue.All.Where(benchmark => options.Only.Count == 0 || options.Only.Contains(benchmark.Name)))
    {
        Console.WriteLine(benchmark.Name);
        try
        {
            await benchmark.Measure(run, stop.Token);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            // The other rows are still worth having; the run as a whole has failed, and says so.
            failed.Add(benchmark.Name);
            Console.Error.WriteLine($"    {benchmark.Name} failed: {fault}");
        }
    }

    if (options.Write && failed.Count == 0)
        Documents.Write(machine, run.Rows, names);
    var missed = run.Rows.Where(row => row.Met() == false).ToList();
    Console.WriteLine($"{run.Rows.Count} rows in {Stopwatch.GetElapsedTime(started).TotalMinutes:0.0} min, {missed.Count} below target, {failed.Count} benchmarks failed");
}

return failed.Count == 0 ? 0 : 1;
