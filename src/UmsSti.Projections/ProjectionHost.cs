using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Starts every projector, keeps them going, and stops them at the end of a batch.</summary>
public sealed class ProjectionHost : IAsyncDisposable
{
    private readonly ProjectionRuntime _runtime;
    private readonly ProjectionRunner[] _runners;
    private readonly Dictionary<Source, Scheduler> _schedulers;
    private readonly ProjectionMetrics _metrics;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Puts the parts together; nothing runs until <see cref="StartAsync"/>. Throws when a setting makes no sense.</summary>
    /// <param name="database">Where the rows are.</param>
    /// <param name="domain">The domain log.</param>
    /// <param name="activity">The activity log.</param>
    /// <param name="projectors">All projectors; each in one model.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock of waits and rates.</param>
    /// <param name="loggers">Where it says how it goes.</param>
    /// <param name="answering">Awaited when rows of a model begin to answer, before a position of theirs is told: at the start and after each rebuild.</param>
    public ProjectionHost(
        ReadModelDatabase database, IEventLog domain, IEventLog activity, IReadOnlyList<IProjector> projectors, ProjectionOptions options,
        TimeProvider time, ILoggerFactory loggers, Func<ReadModelLayout, CancellationToken, Task>? answering = null)
    {
        options.Validate();
        _runtime = new ProjectionRuntime(database, options, time, loggers);
        if (answering is not null)
            _runtime = _runtime with { Answering = answering };
        var (ofDomain, ofActivity) = (new Source(domain, SourceLog.Domain), new Source(activity, SourceLog.Activity));
        _runners = [.. projectors.Select((projector, order) => new ProjectionRunner(
            projector.Log == SourceLog.Domain ? ofDomain : ofActivity, projector, order, _runtime))];
        _schedulers = _runners.GroupBy(runner => runner.Source).ToDictionary(log => log.Key, log => new Scheduler(log.Key, [.. log], _runtime));
        Monitor = new ProjectionMonitor(_runners);
        Rebuilds = new Rebuilds(_runners, _runtime);
        Completeness = new Completeness(_runtime, _runners, Rebuilds);
        _metrics = new ProjectionMetrics(Monitor, Rebuilds);
    }

    /// <summary>How the projectors are doing.</summary>
    public ProjectionMonitor Monitor { get; }

    /// <summary>Blue/green rebuilds; they also work on a host that was not started (<c>ums rebuild</c>).</summary>
    public Rebuilds Rebuilds { get; }

    /// <summary>Compares what was applied, and the rows, with the logs.</summary>
    public Completeness Completeness { get; }

    /// <summary>Completes when every projector has passed the head that stood at the start.</summary>
    public Task CaughtUp => Task.WhenAll(_runners.Select(runner => runner.Progress.CaughtUp));

    internal ProjectionMetrics Metrics => _metrics;

    /// <summary>Starts the loops. What a stop in the middle of a rebuild left behind is given up and cleared away.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var model in ReadModelLayout.All)
            await _runtime.Database.Generations.AbandonBuild(model, ct).ConfigureAwait(false);
        foreach (var runner in _runners)
            runner.NoteStart();
        _running = Task.WhenAll(Task.Run(RunAll, CancellationToken.None), Task.Run(() => new Housekeeper(_runtime, Rebuilds).Run(_stop.Token), CancellationToken.None));
    }

    /// <summary>Finishes the batches that are being written, and rebuilds are cancelled. Idempotent.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Rebuilds.CancelAll().WaitAsync(ct).ConfigureAwait(false);
        await _running.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>A gate for reads of the rows of one projector.</summary>
    public ReadGate Gate(string projector) => new(Monitor, projector, Monitor.Runner(projector).Source.Log, _runtime.Options.ConsistencyTimeout);

    /// <summary>Tries a parked stream again, from where it was parked.</summary>
    public Task<ParkedRetry> RetryParked(string projector, string stream, CancellationToken ct) =>
        Monitor.Runner(projector).RetryParked(stream, ct);

    /// <summary>
    /// Lets a projector go on without the event a parked stream fails at, or without everything the stream holds now. Answers
    /// what was passed by, so that the caller can put it on record; a rebuild passes the same events by.
    /// </summary>
    public Task<ParkedSkip> SkipParked(string projector, string stream, SkipExtent extent, CancellationToken ct) =>
        Monitor.Runner(projector).SkipParked(stream, extent, ct);

    /// <summary>The streams a projector holds back.</summary>
    public Task<IReadOnlyList<ParkedStream>> Parked(string projector, CancellationToken ct) =>
        _runtime.Database.ParkedAsync(projector, Monitor.Runner(projector).Projector.Model.Name, ct);

    /// <summary>The events a projector was told to go on without.</summary>
    public Task<IReadOnlyList<SkippedPlace>> Skipped(string projector, CancellationToken ct) =>
        _runtime.Database.SkippedAsync(Monitor.Runner(projector).Projector.Name, ct);

    /// <summary>Stops and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _metrics.Dispose();
        foreach (var scheduler in _schedulers.Values)
            scheduler.Dispose();
        foreach (var runner in _runners)
            runner.Dispose();
        _stop.Dispose();
    }

    private async Task RunAll()
    {
        var preparation = new Preparation(_runners, Rebuilds, _runtime);
        RebuildOperation? together;
        try
        {
            together = await preparation.BeginTogether(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            together = null; // the loops end at once
        }
        await Task.WhenAll(
            _runners.GroupBy(runner => runner.Projector.Model).Select(model => RunModel([.. model], preparation, together))
                .Concat(_schedulers.Values.Select(scheduler => scheduler.Run(_stop.Token)))).ConfigureAwait(false);
    }

    private async Task RunModel(ProjectionRunner[] runners, Preparation preparation, RebuildOperation? together)
    {
        var model = runners[0].Projector.Model;
        await preparation.Prepare(model, together, _stop.Token).ConfigureAwait(false);
        try
        {
            await _runtime.Answering(model, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        await Task.WhenAll(runners.Select(runner => Task.Run(() => runner.Run(_schedulers[runner.Source], _stop.Token), CancellationToken.None))).ConfigureAwait(false);
    }
}
