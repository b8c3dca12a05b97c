using Microsoft.Extensions.Logging;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Builds one model beside the one that answers: rows first, indexes and full text last, then what has arrived meanwhile,
/// then the swap in one transaction while the old projectors pause for a moment. Reactors have no part in it.
/// </summary>
internal sealed class RebuildRun(
    ReadModelDatabase database, ReadModelLayout model, ProjectionRunner[] runners, RebuildOperation operation, ProjectionOptions options,
    TimeProvider time, ILogger logger)
{
    public async Task Run(CancellationToken ct)
    {
        operation.Expect(runners.Sum(runner => runner.Log.Head));
        var generation = await database.Generations.BeginBuild(model, ct).ConfigureAwait(false);
        foreach (var runner in runners)
            await Build(runner, await Open(runner, generation, isBuilding: true, ct).ConfigureAwait(false), runner.Log.Head, ct).ConfigureAwait(false);
        await database.Generations.BuildIndexes(model, generation, ct).ConfigureAwait(false);

        var sinks = new ProjectionSink[runners.Length];
        for (var i = 0; i < runners.Length; i++)
        {
            sinks[i] = await Open(runners[i], generation, isBuilding: false, ct).ConfigureAwait(false);
            await CatchUpClosely(runners[i], sinks[i], ct).ConfigureAwait(false);
        }
        await Swap(generation, sinks, ct).ConfigureAwait(false);
    }

    private Task<ProjectionSink> Open(ProjectionRunner runner, int generation, bool isBuilding, CancellationToken ct) =>
        ProjectionSink.Open(database, runner.Projector, generation, isBuilding, options, time, logger, ct);

    // Fast as long as nothing fails; past an event that does, batch by batch with tries and parking, then fast again.
    private async Task Build(ProjectionRunner runner, ProjectionSink sink, long until, CancellationToken ct)
    {
        while (sink.Checkpoint.Position < until)
        {
            await using var tail = new LogSource(runner.Log, runner.Projector, options).Start(sink.Checkpoint.Position, until, woken: null);
            if (await sink.Gather(tail.Batches, operation.Advance, ct).ConfigureAwait(false) is { } failedAt)
                await CatchUp(runner, sink, failedAt, ct).ConfigureAwait(false);
        }
    }

    private async Task CatchUpClosely(ProjectionRunner runner, ProjectionSink sink, CancellationToken ct)
    {
        while (runner.Log.Head is var head && head - sink.Checkpoint.Position > options.SwapLagEvents)
        {
            operation.Expect(runners.Sum(each => each.Log.Head));
            await CatchUp(runner, sink, head, ct).ConfigureAwait(false);
        }
    }

    private async Task CatchUp(ProjectionRunner runner, ProjectionSink sink, long until, CancellationToken ct)
    {
        await using var tail = new LogSource(runner.Log, runner.Projector, options).Start(sink.Checkpoint.Position, until, woken: null);
        while (await tail.Batches.WaitToReadAsync(ct).ConfigureAwait(false))
            while (tail.Batches.TryRead(out var batch))
            {
                await sink.Apply(batch, ct).ConfigureAwait(false);
                operation.Advance(batch.Position - batch.After);
            }
        await sink.SavePosition(ct).ConfigureAwait(false);
    }

    // The old projectors stand still from here to the end. The new rows must not be behind them: nobody's position goes back.
    private async Task Swap(int generation, ProjectionSink[] sinks, CancellationToken ct)
    {
        var turns = new List<ProjectionRunner.Turn>();
        try
        {
            for (var i = 0; i < runners.Length; i++)
            {
                var turn = await runners[i].TakeTurn(ct).ConfigureAwait(false);
                turns.Add(turn);
                var position = await turn.Position(ct).ConfigureAwait(false); // beyond the head when the rows are of another log
                await CatchUp(runners[i], sinks[i], Math.Min(position, runners[i].Log.Head), ct).ConfigureAwait(false);
            }
            await database.WriteAsync(session => database.Generations.Swap(session, model, generation), ct).ConfigureAwait(false);
            for (var i = 0; i < runners.Length; i++)
                turns[i].GoOnWith(sinks[i]);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
    }
}
