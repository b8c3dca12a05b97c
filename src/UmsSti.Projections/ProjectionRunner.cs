using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Keeps one projector going: source to sink, again from the checkpoint after a fault. Others may take its turn between two batches.</summary>
internal sealed partial class ProjectionRunner(
    ReadModelDatabase database, IEventLog log, IProjector projector, ProjectionOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ProjectionSink? _sink;

    public IProjector Projector => projector;

    public IEventLog Log => log;

    public ProjectorProgress Progress { get; } = new(time);

    /// <summary>Runs until cancelled; the batch that is being written is finished.</summary>
    public async Task Run(CancellationToken ct)
    {
        var startHead = log.Head;
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var before = Progress.Position;
            try
            {
                await RunOnce(startHead, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                failures = Progress.Position > before ? 0 : failures;
                var delay = options.RestartDelays[Math.Min(failures++, options.RestartDelays.Count - 1)];
                Progress.Change(RunnerState.Faulted, $"{failure.GetType().Name}: {failure.Message}");
                LogFaulted(logger, projector.Name, delay, failure);
                await DelayOrStop(delay, ct).ConfigureAwait(false);
            }
        }
        await Stop().ConfigureAwait(false);
    }

    /// <summary>Applies what a parked stream holds.</summary>
    public async Task<ParkedRetry> RetryParked(string stream, CancellationToken ct)
    {
        using var turn = await TakeTurn(ct).ConfigureAwait(false);
        var sink = await Sink(ct).ConfigureAwait(false);
        try
        {
            return await sink.Retry(log, stream, ct).ConfigureAwait(false);
        }
        catch
        {
            _sink = null;
            throw;
        }
        finally
        {
            Publish(sink);
        }
    }

    /// <summary>Holds the projector between two batches until disposed.</summary>
    public async Task<Turn> TakeTurn(CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        return new Turn(this);
    }

    public void Dispose() => _turn.Dispose();

    private async Task RunOnce(long startHead, CancellationToken ct)
    {
        await using var tail = await Begin(startHead, ct).ConfigureAwait(false);
        while (await tail.Batches.WaitToReadAsync(ct).ConfigureAwait(false))
            while (tail.Batches.TryRead(out var batch))
                await Apply(batch, startHead, ct).ConfigureAwait(false);
    }

    private async Task<LogSource.Tail> Begin(long startHead, CancellationToken ct)
    {
        using var turn = await TakeTurn(ct).ConfigureAwait(false);
        var sink = await Sink(ct).ConfigureAwait(false);
        Progress.Change(RunnerState.Running);
        Publish(sink);
        NoteCaughtUp(sink, startHead);
        return new LogSource(log, projector, options).Start(sink.Checkpoint.Position, long.MaxValue, Progress.Behind);
    }

    private async Task Apply(Batch batch, long startHead, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var turn = await TakeTurn(ct).ConfigureAwait(false);
        var sink = await Sink(ct).ConfigureAwait(false);
        try
        {
            await sink.Apply(batch, ct).ConfigureAwait(false);
        }
        catch
        {
            _sink = null; // what it has in memory may be ahead of the tables
            throw;
        }
        Publish(sink);
        NoteCaughtUp(sink, startHead);
    }

    private void NoteCaughtUp(ProjectionSink sink, long startHead)
    {
        if (sink.Checkpoint.Position >= startHead)
            Progress.MarkCaughtUp();
    }

    private async Task<ProjectionSink> Sink(CancellationToken ct) => _sink ??= await ProjectionSink.Open(
        database, projector, database.Generations.Active(projector.Model.Name), isBuilding: false, options, time, logger, ct).ConfigureAwait(false);

    private void Publish(ProjectionSink sink) => Progress.Publish(sink.Checkpoint, sink.ParkedCount, log.Head);

    private async Task Stop()
    {
        using (await TakeTurn(CancellationToken.None).ConfigureAwait(false))
            if (_sink is not null)
                await _sink.SavePosition(CancellationToken.None).ConfigureAwait(false);
        Progress.Change(RunnerState.Stopped);
    }

    private async Task DelayOrStop(TimeSpan delay, CancellationToken ct)
    {
        try
        {
            await Task.Delay(delay, time, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // stopping: the loop sees it
        }
    }

    /// <summary>The projector stands still while this is held.</summary>
    internal sealed class Turn(ProjectionRunner runner) : IDisposable
    {
        /// <summary>Where its rows stand, in the generation that answers.</summary>
        public async Task<long> Position(CancellationToken ct) => (await runner.Sink(ct).ConfigureAwait(false)).Checkpoint.Position;

        /// <summary>Goes on with another generation's sink, which must not be behind.</summary>
        public void GoOnWith(ProjectionSink sink)
        {
            runner._sink = sink;
            runner.Publish(sink);
        }

        public void Dispose() => runner._turn.Release();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Projector} fell over; it starts again from its checkpoint in {Delay}.")]
    private static partial void LogFaulted(ILogger logger, string projector, TimeSpan delay, Exception failure);
}
