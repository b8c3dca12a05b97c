using Microsoft.Extensions.Logging;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Starts rebuilds, one at a time for each model, and remembers how they went.</summary>
public sealed partial class Rebuilds
{
    /// <summary>Names all models together.</summary>
    public const string AllModels = "all";

    private readonly Lock _gate = new();
    private readonly LinkedList<RebuildOperation> _operations = [];
    private readonly ProjectionRunner[] _runners;
    private readonly ProjectionRuntime _runtime;
    private readonly ILogger _logger;

    internal Rebuilds(ProjectionRunner[] runners, ProjectionRuntime runtime) =>
        (_runners, _runtime, _logger) = (runners, runtime, runtime.Loggers.CreateLogger<Rebuilds>());

    /// <summary>
    /// Starts building a model anew beside the one that answers. Takes the model's name, that of one of its projectors, or
    /// <see cref="AllModels"/>, which reads each log once for all; throws KeyNotFoundException for any other. A rebuild of the
    /// same that is running already is returned as it is; one that shares a model with a running one begins after it.
    /// </summary>
    public RebuildOperation Start(string name) => Start(name == AllModels ? Models() : [ModelOf(name)]);

    /// <summary>Whether <see cref="Start(string)"/> knows the name.</summary>
    public bool Knows(string name) => name == AllModels || FindModel(name) is not null;

    /// <summary>A rebuild by its id; null when there is none, or when it is forgotten.</summary>
    public RebuildOperation? Find(string id)
    {
        lock (_gate)
            return _operations.FirstOrDefault(operation => operation.Id == id);
    }

    /// <summary>Those that have not ended.</summary>
    public IReadOnlyList<RebuildOperation> Running()
    {
        lock (_gate)
            return [.. _operations.Where(operation => !operation.Completion.IsCompleted)];
    }

    internal RebuildOperation Start(IReadOnlyList<ReadModelLayout> models)
    {
        var name = string.Join('+', models.Select(model => model.Name));
        lock (_gate)
            return _operations.FirstOrDefault(known => known.Model == name && !known.Completion.IsCompleted)
                ?? Begin(name, models, (run, operation) => run.Run(operation.Cancellation));
    }

    /// <summary>Builds all models anew beside those that answer, compares the rows, and gives the new ones up.</summary>
    internal async Task<IReadOnlyList<TableComparison>> Compare(IProgress<long>? progress, CancellationToken ct)
    {
        IReadOnlyList<TableComparison> compared = [];
        RebuildOperation operation;
        lock (_gate)
            operation = Begin("comparison", Models(), async (run, own) => compared = await run.Compare(own.Cancellation).ConfigureAwait(false));
        operation.Reached = progress;
        await using var cancelled = ct.Register(operation.Cancel);
        await operation.Completion.ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        return operation.Progress is { Error: { } error } ? throw new InvalidOperationException($"The rows could not be compared: {error}") : compared;
    }

    internal async Task CancelAll()
    {
        var running = Running();
        foreach (var operation in running)
            operation.Cancel();
        await Task.WhenAll(running.Select(operation => operation.Completion)).ConfigureAwait(false);
    }

    internal IEnumerable<string> ProjectorsOf(string model) =>
        _runners.Where(runner => runner.Projector.Model.Name == model).Select(runner => runner.Projector.Name);

    // Inside the gate.
    private RebuildOperation Begin(string name, IReadOnlyList<ReadModelLayout> models, Func<RebuildRun, RebuildOperation, Task> work)
    {
        var operation = new RebuildOperation(Guid.CreateVersion7(_runtime.Time.GetUtcNow()).ToString(), name, models, _runtime.Time);
        var before = Task.WhenAll(_operations.Where(known => known.Models.Intersect(models).Any()).Select(known => known.Completion));
        operation.Completion = Task.Run(() => Run(operation, before, work));
        _operations.AddFirst(operation);
        while (_operations.Count > _runtime.Options.RememberedRebuilds)
            _operations.RemoveLast();
        return operation;
    }

    private ReadModelLayout[] Models() => [.. _runners.Select(runner => runner.Projector.Model).Distinct()];

    private ReadModelLayout? FindModel(string name) =>
        _runners.FirstOrDefault(runner => runner.Projector.Model.Name == name || runner.Projector.Name == name)?.Projector.Model;

    private ReadModelLayout ModelOf(string name) => FindModel(name) ?? throw new KeyNotFoundException($"There is no read model or projector '{name}'.");

    private async Task Run(RebuildOperation operation, Task before, Func<RebuildRun, RebuildOperation, Task> work)
    {
        await before.ConfigureAwait(false);
        var runners = _runners.Where(runner => operation.Models.Contains(runner.Projector.Model)).ToArray();
        var ct = operation.Cancellation;
        try
        {
            ct.ThrowIfCancellationRequested();
            operation.Begin();
            await work(new RebuildRun(operation.Models, runners, operation, _runtime), operation).ConfigureAwait(false);
            await ClearAway(operation).ConfigureAwait(false);
            operation.End("succeeded");
            LogRebuilt(_logger, operation.Model, operation.Progress.Done, operation.Progress.RatePerSecond);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await ClearAway(operation).ConfigureAwait(false);
            operation.End("cancelled");
        }
        catch (Exception failure)
        {
            LogFailed(_logger, operation.Model, failure);
            await ClearAway(operation).ConfigureAwait(false);
            operation.End("failed", $"{failure.GetType().Name}: {failure.Message}");
        }
    }

    // The tables that answer are left as they are. What cannot be cleared away now is tried again by the housekeeper.
    private async Task ClearAway(RebuildOperation operation)
    {
        try
        {
            foreach (var model in operation.Models)
                await _runtime.Database.Generations.AbandonBuild(model, CancellationToken.None).ConfigureAwait(false);
            await _runtime.Database.Generations.DropDoomed(ProjectorsOf, operation.Cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (operation.Cancellation.IsCancellationRequested)
        {
            // the housekeeper, or the next start, goes on with it
        }
        catch (Exception failure)
        {
            LogLeft(_logger, operation.Model, failure);
        }
        _runtime.Database.Housekeeping.Ask();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Read model {Model} was rebuilt from {Events} events at {Rate:F0} a second.")]
    private static partial void LogRebuilt(ILogger logger, string model, long events, double rate);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rebuild of read model {Model} did not end well; queries go on with what they had.")]
    private static partial void LogFailed(ILogger logger, string model, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tables of {Model} that nobody asks any more could not be dropped; it is tried again.")]
    private static partial void LogLeft(ILogger logger, string model, Exception failure);
}
