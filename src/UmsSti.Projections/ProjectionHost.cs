using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Starts every projector, keeps them going, and stops them at the end of a batch.</summary>
public sealed partial class ProjectionHost : IAsyncDisposable
{
    private readonly ReadModelDatabase _database;
    private readonly ProjectionOptions _options;
    private readonly ILogger _logger;
    private readonly ProjectionRunner[] _runners;
    private readonly ProjectionMetrics _metrics;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Puts the parts together; nothing runs until <see cref="StartAsync"/>. Throws when a setting makes no sense.</summary>
    public ProjectionHost(
        ReadModelDatabase database, IEventLog domain, IEventLog activity, IReadOnlyList<IProjector> projectors, ProjectionOptions options,
        TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        (_database, _options, _logger) = (database, options, loggers.CreateLogger<ProjectionHost>());
        Logs = log => log == SourceLog.Domain ? domain : activity;
        _runners = [.. projectors.Select(projector => new ProjectionRunner(
            database, Logs(projector.Log), projector, options, time, loggers.CreateLogger<ProjectionRunner>()))];
        Monitor = new ProjectionMonitor(_runners);
        Rebuilds = new Rebuilds(database, _runners, options, time, loggers.CreateLogger<Rebuilds>());
        Completeness = new Completeness(database, _runners);
        _metrics = new ProjectionMetrics(Monitor, Rebuilds);
    }

    /// <summary>How the projectors are doing.</summary>
    public ProjectionMonitor Monitor { get; }

    /// <summary>Blue/green rebuilds; they also work on a host that was not started (<c>ums rebuild</c>).</summary>
    public Rebuilds Rebuilds { get; }

    /// <summary>Compares what was applied with the logs.</summary>
    public Completeness Completeness { get; }

    /// <summary>Completes when every projector has passed the head that stood at the start.</summary>
    public Task CaughtUp => Task.WhenAll(_runners.Select(runner => runner.Progress.CaughtUp));

    internal ProjectionMetrics Metrics => _metrics;

    private Func<SourceLog, IEventLog> Logs { get; }

    /// <summary>Starts the loops. What a stop in the middle of a rebuild left behind is given up and cleared away.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var model in ReadModelLayout.All)
            await _database.Generations.AbandonBuild(model, ct).ConfigureAwait(false);
        _running = Task.WhenAll([.. _runners.GroupBy(runner => runner.Projector.Model).Select(model => Task.Run(() => RunModel([.. model]), CancellationToken.None)), Clear()]);
    }

    /// <summary>Finishes the batches that are being written, and rebuilds are cancelled. Idempotent.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Rebuilds.CancelAll().WaitAsync(ct).ConfigureAwait(false);
        await _running.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>A gate for reads of the rows of one projector.</summary>
    public ReadGate Gate(string projector) => new(Monitor, projector, Monitor.Runner(projector).Log, _options.ConsistencyTimeout);

    /// <summary>Tries a parked stream again, from where it was parked.</summary>
    public Task<ParkedRetry> RetryParked(string projector, string stream, CancellationToken ct) =>
        Monitor.Runner(projector).RetryParked(stream, ct);

    /// <summary>The streams a projector holds back.</summary>
    public Task<IReadOnlyList<ParkedStream>> Parked(string projector, CancellationToken ct) =>
        _database.ParkedAsync(projector, Monitor.Runner(projector).Projector.Model.Name, ct);

    /// <summary>Stops and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _metrics.Dispose();
        foreach (var runner in _runners)
            runner.Dispose();
        _stop.Dispose();
    }

    private async Task RunModel(ProjectionRunner[] runners)
    {
        await RebuildWhenOfAnotherLog(runners).ConfigureAwait(false);
        await Task.WhenAll(runners.Select(runner => runner.Run(_stop.Token))).ConfigureAwait(false);
    }

    // After a restore of the log the rows may show what the log no longer holds. They are built anew before anybody is told they are current.
    private async Task RebuildWhenOfAnotherLog(ProjectionRunner[] runners)
    {
        var model = runners[0].Projector.Model;
        try
        {
            foreach (var runner in runners)
            {
                if (!await LogIdentity.IsOfAnotherLog(_database, runner, _stop.Token).ConfigureAwait(false))
                    continue;
                LogAnotherLog(_logger, model.Name, runner.Projector.Name);
                foreach (var each in runners)
                    each.Progress.Change(RunnerState.Rebuilding);
                await Rebuilds.Start(model.Name).Completion.ConfigureAwait(false);
                return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopping: the loops end at once
        }
    }

    private async Task Clear()
    {
        try
        {
            await _database.Generations.DropDoomed(Rebuilds.ProjectorsOf, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the next start goes on with it
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Read model {Model} was built from another log than the one {Projector} reads; it is built anew.")]
    private static partial void LogAnotherLog(ILogger logger, string model, string projector);
}
