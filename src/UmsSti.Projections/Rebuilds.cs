using Microsoft.Extensions.Logging;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Starts rebuilds, one at a time for each model, and remembers how they went.</summary>
public sealed partial class Rebuilds
{
    private readonly Lock _gate = new();
    private readonly LinkedList<RebuildOperation> _operations = [];
    private readonly ReadModelDatabase _database;
    private readonly ProjectionRunner[] _runners;
    private readonly ProjectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal Rebuilds(ReadModelDatabase database, ProjectionRunner[] runners, ProjectionOptions options, TimeProvider time, ILogger logger) =>
        (_database, _runners, _options, _time, _logger) = (database, runners, options, time, logger);

    /// <summary>
    /// Starts building a model anew beside the one that answers. Takes the model's name or that of one of its projectors;
    /// throws KeyNotFoundException for any other. A rebuild of that model that is running already is returned as it is.
    /// </summary>
    public RebuildOperation Start(string name)
    {
        var model = ModelOf(name);
        lock (_gate)
        {
            if (_operations.FirstOrDefault(known => known.Model == model.Name && !known.Completion.IsCompleted) is { } running)
                return running;
            var operation = new RebuildOperation(Guid.CreateVersion7(_time.GetUtcNow()).ToString(), model.Name, _time);
            operation.Completion = Task.Run(() => Run(model, operation));
            _operations.AddFirst(operation);
            while (_operations.Count > _options.RememberedRebuilds)
                _operations.RemoveLast();
            return operation;
        }
    }

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

    internal async Task CancelAll()
    {
        var running = Running();
        foreach (var operation in running)
            operation.Cancel();
        await Task.WhenAll(running.Select(operation => operation.Completion)).ConfigureAwait(false);
    }

    internal IEnumerable<string> ProjectorsOf(string model) =>
        _runners.Where(runner => runner.Projector.Model.Name == model).Select(runner => runner.Projector.Name);

    private ReadModelLayout ModelOf(string name) =>
        _runners.FirstOrDefault(runner => runner.Projector.Model.Name == name || runner.Projector.Name == name)?.Projector.Model
        ?? throw new KeyNotFoundException($"There is no read model or projector '{name}'.");

    private async Task Run(ReadModelLayout model, RebuildOperation operation)
    {
        var runners = _runners.Where(runner => runner.Projector.Model == model).ToArray();
        var ct = operation.Cancellation;
        try
        {
            await new RebuildRun(_database, model, runners, operation, _options, _time, _logger).Run(ct).ConfigureAwait(false);
            await _database.Generations.DropDoomed(ProjectorsOf, ct).ConfigureAwait(false);
            operation.End("succeeded");
            LogRebuilt(_logger, model.Name, operation.Progress.Done, operation.Progress.RatePerSecond);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await GiveUp(model, operation, "cancelled", null).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogFailed(_logger, model.Name, failure);
            await GiveUp(model, operation, "failed", $"{failure.GetType().Name}: {failure.Message}").ConfigureAwait(false);
        }
    }

    // Leaves the tables that answer as they are. What cannot be cleared away now is cleared away at the next start.
    private async Task GiveUp(ReadModelLayout model, RebuildOperation operation, string state, string? error)
    {
        try
        {
            await _database.Generations.AbandonBuild(model, CancellationToken.None).ConfigureAwait(false);
            await _database.Generations.DropDoomed(ProjectorsOf, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ReadModelException failure)
        {
            LogFailed(_logger, model.Name, failure);
        }
        operation.End(state, error);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Read model {Model} was rebuilt from {Events} events at {Rate:F0} a second.")]
    private static partial void LogRebuilt(ILogger logger, string model, long events, double rate);

    [LoggerMessage(Level = LogLevel.Error, Message = "The rebuild of read model {Model} did not end well; queries go on with what they had.")]
    private static partial void LogFailed(ILogger logger, string model, Exception failure);
}
