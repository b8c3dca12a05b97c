using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Keeps one projector going: it catches up by itself, then joins the live tail of its log; sent away, or after a fault, it
/// begins again from its checkpoint. Others may take its turn between two batches.
/// </summary>
internal sealed partial class ProjectionRunner(
    Source source, IProjector projector, int order, ProjectionRuntime runtime) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ILogger _logger = runtime.Loggers.CreateLogger<ProjectionRunner>();
    private Sink? _sink;
    private long _startHead = long.MaxValue;

    public IProjector Projector => projector;

    public Source Source => source;

    /// <summary>Its place among all projectors; whoever needs several turns takes them in this order.</summary>
    public int Order => order;

    public ProjectorProgress Progress { get; } = new(runtime.Time);

    public Stats Stats { get; } = new(runtime.Time);

    /// <summary>The head that is to be passed before its rows count as current.</summary>
    public void NoteStart() => _startHead = source.Head;

    /// <summary>Runs until cancelled; the batch that is being written is finished.</summary>
    public async Task Run(Scheduler scheduler, CancellationToken ct)
    {
        for (var failures = 0; !ct.IsCancellationRequested;)
        {
            var before = Progress.Position;
            try
            {
                await Go(scheduler, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                failures = Progress.Position > before ? 0 : failures;
                var delay = runtime.RestartDelay(failures++);
                Stats.Faulted(failure);
                Stats.Restarted();
                LogFaulted(_logger, projector.Name, delay, failure);
                await runtime.DelayOrStop(delay, ct).ConfigureAwait(false);
            }
        }
        await Stop().ConfigureAwait(false);
    }

    /// <summary>Applies what a parked stream holds.</summary>
    public Task<ParkedRetry> RetryParked(string stream, CancellationToken ct) => InTurn(sink => sink.Retry(source.Log, stream, ct), ct);

    /// <summary>Goes on without what a parked stream fails at, or all it holds.</summary>
    public Task<ParkedSkip> SkipParked(string stream, SkipExtent extent, CancellationToken ct) => InTurn(sink => sink.Skip(source.Log, stream, extent, ct), ct);

    /// <summary>Holds the projector between two batches until disposed.</summary>
    public async Task<Turn> TakeTurn(CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        return new Turn(this);
    }

    /// <summary>Its sink on the generation that answers; only for who has the turn.</summary>
    public async ValueTask<Sink> Sink(CancellationToken ct) => _sink ??= await Projections.Sink.Open(
        runtime, projector, runtime.Database.Generations.Active(projector.Model.Name), isBuilding: false, ct).ConfigureAwait(false);

    /// <summary>What the sink has in memory may be ahead of the tables: it is opened anew. Only for who has the turn.</summary>
    public void GiveUpSink() => _sink = null;

    /// <summary>Shows how far the rows are, and wakes who waits for them. Only for who has the turn.</summary>
    public void Show()
    {
        if (_sink is not { } sink)
            return;
        if (sink.Checkpoint.Position >= source.Head)
            Stats.AtHead();
        else
            Stats.Behind();
        Progress.Publish(sink.Checkpoint, sink.ParkedCount, sink.IsWhole);
        if (sink.Checkpoint.Position >= _startHead)
            Progress.MarkCaughtUp();
    }

    public void Dispose() => _turn.Dispose();

    // Alone until it can join; then until it is sent away.
    private async Task Go(Scheduler scheduler, CancellationToken ct)
    {
        await Begin(ct).ConfigureAwait(false);
        while (true)
        {
            var departure = await (await Join(scheduler, ct).ConfigureAwait(false)).WaitAsync(ct).ConfigureAwait(false);
            if (departure.Fault is { } fault)
                ExceptionDispatchInfo.Throw(fault);
            if (departure is { Batch: { } batch, Faults: { } faults })
                await Apply(batch, faults, ct).ConfigureAwait(false);
        }
    }

    private async Task Begin(CancellationToken ct)
    {
        using var turn = await TakeTurn(ct).ConfigureAwait(false);
        await Sink(ct).ConfigureAwait(false);
        Stats.Change(RunnerState.Running);
        Show();
    }

    private async Task<Task<Scheduler.Departure>> Join(Scheduler scheduler, CancellationToken ct)
    {
        while (true)
        {
            await ReadAlone(scheduler.Position, ct).ConfigureAwait(false);
            (Batch, StreamFaults)? trouble;
            using (var pause = await scheduler.Hold(ct).ConfigureAwait(false))
            using (await TakeTurn(ct).ConfigureAwait(false))
            {
                trouble = await Reach(scheduler.Position, ct).ConfigureAwait(false);
                var reached = (await Sink(ct).ConfigureAwait(false)).Checkpoint.Position;
                if (reached >= scheduler.Position)
                    return pause.Join(this, reached);
            }
            if (trouble is var (batch, faults))
                await Apply(batch, faults, ct).ConfigureAwait(false);
        }
    }

    private async Task ReadAlone(long until, CancellationToken ct)
    {
        long after;
        using (await TakeTurn(ct).ConfigureAwait(false))
            after = (await Sink(ct).ConfigureAwait(false)).Checkpoint.Position;
        await using var ingester = new Ingester(source, [projector], after, until, runtime.Options);
        while (await ingester.Next(ct).ConfigureAwait(false) is { } batch)
            await Apply(batch, new StreamFaults(runtime.Options), ct).ConfigureAwait(false);
    }

    // What the tail went on meanwhile is made up for while it waits, if it is little and nothing fails; the batch it failed in otherwise.
    private async Task<(Batch, StreamFaults)?> Reach(long until, CancellationToken ct)
    {
        var sink = await Sink(ct).ConfigureAwait(false);
        if (until - sink.Checkpoint.Position > runtime.Options.JoinLagEvents)
            return null;
        await using var ingester = new Ingester(source, [projector], sink.Checkpoint.Position, until, runtime.Options);
        while (await ingester.Next(ct).ConfigureAwait(false) is { } batch)
        {
            var faults = new StreamFaults(runtime.Options);
            if (!await Guarded(() => sink.TryApply(batch, faults, ct)).ConfigureAwait(false))
                return (batch, faults);
            Show();
        }
        return null;
    }

    private async Task Apply(Batch batch, StreamFaults faults, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var turn = await TakeTurn(ct).ConfigureAwait(false);
        var sink = await Sink(ct).ConfigureAwait(false);
        await Guarded(async () =>
        {
            await sink.Apply(batch, faults, ct).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        Stats.Wrote();
        Show();
    }

    private async Task<T> InTurn<T>(Func<Sink, Task<T>> work, CancellationToken ct)
    {
        using var turn = await TakeTurn(ct).ConfigureAwait(false);
        var sink = await Sink(ct).ConfigureAwait(false);
        try
        {
            return await Guarded(() => work(sink)).ConfigureAwait(false);
        }
        finally
        {
            Show();
        }
    }

    private async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch
        {
            GiveUpSink();
            throw;
        }
    }

    // A position that is not saved is read again at the next start: no reason to make a stop fail.
    private async Task Stop()
    {
        using (await TakeTurn(CancellationToken.None).ConfigureAwait(false))
            try
            {
                if (_sink is not null)
                    await _sink.SavePosition(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                LogUnsaved(_logger, projector.Name, failure);
            }
        Stats.Change(RunnerState.Stopped);
    }

    /// <summary>The projector stands still while this is held.</summary>
    internal sealed class Turn(ProjectionRunner runner) : IDisposable
    {
        /// <summary>Where its rows stand, in the generation that answers.</summary>
        public async Task<Checkpoint> Checkpoint(CancellationToken ct) => (await runner.Sink(ct).ConfigureAwait(false)).Checkpoint;

        /// <summary>Goes on with another generation's sink, which must not be behind.</summary>
        public void GoOnWith(Sink sink)
        {
            runner._sink = sink;
            runner.Show();
        }

        public void Dispose() => runner._turn.Release();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Projector} fell over; it starts again from its checkpoint in {Delay}.")]
    private static partial void LogFaulted(ILogger logger, string projector, TimeSpan delay, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Projector} could not save that it had passed over events without rows; it reads them again at the next start.")]
    private static partial void LogUnsaved(ILogger logger, string projector, Exception failure);
}
