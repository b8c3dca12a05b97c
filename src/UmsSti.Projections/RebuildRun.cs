using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Builds models beside those that answer: each log is read and decoded once for all of them, rows first, indexes and full
/// text last, then what has arrived meanwhile, then the swap of all in one transaction while the old projectors pause for a
/// moment. Reactors have no part in it (ES-18).
/// </summary>
internal sealed class RebuildRun(IReadOnlyList<ReadModelLayout> models, ProjectionRunner[] runners, RebuildOperation operation, ProjectionRuntime runtime)
{
    /// <summary>Longest wait for the rows that answer to reach those they are compared with.</summary>
    private static readonly TimeSpan ComparisonWait = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> _generations = [];

    private ReadModelDatabase Database => runtime.Database;

    private ProjectionOptions Options => runtime.Options;

    /// <summary>Builds and swaps.</summary>
    public async Task Run(CancellationToken ct)
    {
        await Build(ct).ConfigureAwait(false);
        foreach (var model in models)
        {
            await Database.Generations.BuildIndexes(model, _generations[model.Name], ct).ConfigureAwait(false);
            runtime.Reach(FaultPoint.IndexesBuilt, model.Name);
        }
        var sinks = await CatchUp(isBuilding: false, ct).ConfigureAwait(false);
        await Swap(sinks, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Builds without indexes, and compares every table with the one that answers, both at one position (see
    /// <see cref="Completeness"/>). The new generation is left to be given up.
    /// </summary>
    public async Task<IReadOnlyList<TableComparison>> Compare(CancellationToken ct)
    {
        await Build(ct).ConfigureAwait(false);
        var sinks = await CatchUp(isBuilding: true, ct).ConfigureAwait(false); // its full text is empty
        await AwaitThoseThatAnswer(sinks, ct).ConfigureAwait(false);
        GenerationComparison comparison;
        using (var stop = await StandStill(sinks, ct).ConfigureAwait(false))
            comparison = await GenerationComparison.Open(Database, [.. models.Select(model => (model, _generations[model.Name]))], ct).ConfigureAwait(false);
        using (comparison)
            return comparison.Run(ct);
    }

    private async Task Build(CancellationToken ct)
    {
        Expect();
        foreach (var model in models)
        {
            _generations[model.Name] = await Database.Generations.BeginBuild(model, ct).ConfigureAwait(false);
            runtime.Reach(FaultPoint.BuildBegun, model.Name);
        }
        foreach (var ofLog in runners.GroupBy(runner => runner.Source))
            await Build(ofLog.Key, [.. ofLog], ct).ConfigureAwait(false);
    }

    private async Task Build(Source source, ProjectionRunner[] readers, CancellationToken ct)
    {
        var head = source.Head;
        var gatherings = new List<Sink.Gathering>();
        foreach (var runner in readers)
            gatherings.Add((await Open(runner, isBuilding: true, ct).ConfigureAwait(false)).Gather());
        await Gather(source, gatherings, head, ct).ConfigureAwait(false);
        foreach (var gathering in gatherings)
        {
            await BuildAlone(source, gathering, head, ct).ConfigureAwait(false);
            runtime.Reach(FaultPoint.RowsBuilt, gathering.Sink.Projector.Name);
        }
    }

    private async Task Gather(Source source, IReadOnlyList<Sink.Gathering> gatherings, long until, CancellationToken ct)
    {
        var after = gatherings.Min(gathering => gathering.Sink.Checkpoint.Position);
        await using var ingester = new Ingester(source, [.. gatherings.Select(gathering => gathering.Sink.Projector)], after, until, Options, isBuilding: true);
        var garbage = new Garbage(Options);
        while (gatherings.Any(gathering => gathering.FailedAt is null) && await ingester.Next(ct).ConfigureAwait(false) is { } batch)
        {
            await Take(gatherings, batch, ct).ConfigureAwait(false);
            while (IsFull(gatherings))
                await gatherings.MaxBy(gathering => gathering.PendingBytes)!.Write(ct).ConfigureAwait(false);
            operation.Reach(source.Name, batch.Position);
            garbage.Clear();
        }
        foreach (var gathering in gatherings)
            await gathering.Write(ct).ConfigureAwait(false);
    }

    private bool IsFull(IReadOnlyList<Sink.Gathering> gatherings) =>
        gatherings.Sum(gathering => gathering.Pending) >= Options.RebuildCachedRows
        || gatherings.Sum(gathering => gathering.PendingBytes) >= Options.RebuildCachedBytes;

    private async Task Take(IReadOnlyList<Sink.Gathering> gatherings, Batch batch, CancellationToken ct)
    {
        for (var (isTaken, isWritten) = (false, false); !isWritten;)
            try
            {
                await Database.WriteAsync(
                    session =>
                    {
                        foreach (var gathering in gatherings)
                            if (!isTaken && gathering.FailedAt is null)
                                gathering.Take(session, batch);
                        isTaken = true;
                        foreach (var gathering in gatherings)
                            gathering.WriteThrough(session);
                    },
                    ct).ConfigureAwait(false);
                isWritten = true;
            }
            catch (RowRefusedException)
            {
                // again without whoever failed
            }
        foreach (var gathering in gatherings)
            gathering.Committed();
    }

    // Past an event that fails, batch by batch with tries and parking, then fast again.
    private async Task BuildAlone(Source source, Sink.Gathering gathering, long until, CancellationToken ct)
    {
        var sink = gathering.Sink;
        while (gathering.FailedAt is { } failedAt)
        {
            await Follow(source, sink, failedAt, ct).ConfigureAwait(false);
            gathering = sink.Gather();
            await Gather(source, [gathering], until, ct).ConfigureAwait(false);
        }
    }

    private async Task<Sink[]> CatchUp(bool isBuilding, CancellationToken ct)
    {
        var sinks = new Sink[runners.Length];
        for (var i = 0; i < runners.Length; i++)
        {
            sinks[i] = await Open(runners[i], isBuilding, ct).ConfigureAwait(false);
            while (runners[i].Source.Head is var head && head - sinks[i].Checkpoint.Position > Options.SwapLagEvents)
            {
                Expect();
                await Follow(runners[i].Source, sinks[i], head, ct).ConfigureAwait(false);
            }
        }
        return sinks;
    }

    // The new rows go up to the head, which the old ones may not have reached yet; from then on the new ones follow the old.
    private async Task AwaitThoseThatAnswer(Sink[] sinks, CancellationToken ct)
    {
        for (var i = 0; i < runners.Length; i++)
            if (!await runners[i].Progress.AwaitPosition(sinks[i].Checkpoint.Position, ComparisonWait, ct).ConfigureAwait(false))
                throw new TimeoutException($"{runners[i].Projector.Name} did not reach position {sinks[i].Checkpoint.Position} within {ComparisonWait}.");
    }

    private async Task Swap(Sink[] sinks, CancellationToken ct)
    {
        using var stop = await StandStill(sinks, ct).ConfigureAwait(false);
        await Database.WriteAsync(
            session =>
            {
                foreach (var model in models)
                {
                    Database.Generations.Swap(session, model, _generations[model.Name]);
                    runtime.Reach(FaultPoint.Swapping, model.Name);
                }
            },
            ct).ConfigureAwait(false);
        for (var i = 0; i < runners.Length; i++)
            stop.Turns[i].GoOnWith(sinks[i]);
        foreach (var model in models)
            await runtime.Answering(model, CancellationToken.None).ConfigureAwait(false); // swapped already: what is seen must follow
        foreach (var model in models)
            runtime.Reach(FaultPoint.Swapped, model.Name);
    }

    // The old projectors stand still until it is disposed. The new rows are not behind them: nobody's position goes back.
    private async Task<Standstill> StandStill(Sink[] sinks, CancellationToken ct)
    {
        var stop = new Standstill();
        try
        {
            for (var i = 0; i < runners.Length; i++)
            {
                var turn = await runners[i].TakeTurn(ct).ConfigureAwait(false);
                stop.Turns.Add(turn);
                var position = (await turn.Checkpoint(ct).ConfigureAwait(false)).Position; // beyond the head when the rows are of another log
                await Follow(runners[i].Source, sinks[i], Math.Min(position, runners[i].Source.Head), ct).ConfigureAwait(false);
            }
            return stop;
        }
        catch
        {
            stop.Dispose();
            throw;
        }
    }

    private async Task Follow(Source source, Sink sink, long until, CancellationToken ct)
    {
        await using var ingester = new Ingester(source, [sink.Projector], sink.Checkpoint.Position, until, Options);
        while (await ingester.Next(ct).ConfigureAwait(false) is { } batch)
        {
            await sink.Apply(batch, new StreamFaults(Options), ct).ConfigureAwait(false);
            operation.Reach(source.Name, batch.Position);
        }
        await sink.SavePosition(ct).ConfigureAwait(false);
    }

    private Task<Sink> Open(ProjectionRunner runner, bool isBuilding, CancellationToken ct) =>
        Sink.Open(runtime, runner.Projector, _generations[runner.Projector.Model.Name], isBuilding, ct);

    private void Expect() => operation.Expect(runners.Select(runner => runner.Source).Distinct().Sum(source => source.Head));

    private sealed class Standstill : IDisposable
    {
        public List<ProjectionRunner.Turn> Turns { get; } = [];

        public void Dispose() => Turns.ForEach(turn => turn.Dispose());
    }
}
