using Microsoft.Extensions.Logging;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// What happens before a model's projectors start. Rows built from another log (a restored backup, a replaced file) are built
/// anew before anybody is told they are current, however often that takes; rows far behind, or none at all, are built the
/// fast way, all such models together, and batch by batch if that fails.
/// </summary>
internal sealed partial class Preparation(ProjectionRunner[] runners, Rebuilds rebuilds, ProjectionRuntime runtime)
{
    private readonly ILogger _logger = runtime.Loggers.CreateLogger<Preparation>();

    /// <summary>What is wrong with a model's rows.</summary>
    private enum Verdict
    {
        Ready,
        FarBehind,
        OfAnotherLog,
    }

    /// <summary>The rebuild of all models that are far behind now, begun; null when there is none, or when it cannot be told yet.</summary>
    public async Task<RebuildOperation?> BeginTogether(CancellationToken ct)
    {
        try
        {
            var behind = new List<ReadModelLayout>();
            foreach (var model in runners.Select(runner => runner.Projector.Model).Distinct())
                if (await Judge(Of(model), ct).ConfigureAwait(false) == Verdict.FarBehind)
                    behind.Add(model);
            return behind.Count == 0 ? null : rebuilds.Start(behind);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogUntold(_logger, "all", TimeSpan.Zero, failure);
            return null; // each model looks for itself
        }
    }

    /// <summary>Completes when the model's projectors may start, or when it is time to stop.</summary>
    public async Task Prepare(ReadModelLayout model, RebuildOperation? together, CancellationToken ct)
    {
        var own = Of(model);
        if (together?.Models.Contains(model) == true)
        {
            Change(own, RunnerState.Rebuilding);
            await together.Completion.ConfigureAwait(false);
        }
        for (var failures = 0; !ct.IsCancellationRequested; failures++)
        {
            try
            {
                if (await Judge(own, ct).ConfigureAwait(false) != Verdict.OfAnotherLog)
                    return;
                LogAnotherLog(_logger, model.Name);
                Change(own, RunnerState.Rebuilding);
                var rebuild = rebuilds.Start(model.Name);
                await rebuild.Completion.ConfigureAwait(false);
                if (rebuild.Progress.State == "succeeded")
                    return;
                throw new InvalidOperationException($"Its rows are of another log, and the rebuild ended as {rebuild.Progress.State}: {rebuild.Progress.Error}");
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                var delay = runtime.RestartDelay(failures);
                foreach (var runner in own)
                    runner.Stats.Faulted(failure);
                LogUntold(_logger, model.Name, delay, failure);
                await runtime.DelayOrStop(delay, ct).ConfigureAwait(false);
            }
        }
    }

    private ProjectionRunner[] Of(ReadModelLayout model) => [.. runners.Where(runner => runner.Projector.Model == model)];

    private async Task<Verdict> Judge(ProjectionRunner[] own, CancellationToken ct)
    {
        var verdict = Verdict.Ready;
        foreach (var runner in own)
            switch (await Judge(runner, ct).ConfigureAwait(false))
            {
                case Verdict.OfAnotherLog:
                    return Verdict.OfAnotherLog;
                case Verdict.FarBehind:
                    verdict = Verdict.FarBehind;
                    break;
            }
        return verdict;
    }

    private async Task<Verdict> Judge(ProjectionRunner runner, CancellationToken ct)
    {
        var generation = runtime.Database.Generations.Active(runner.Projector.Model.Name);
        var stored = await runtime.Database.WriteAsync(session => session.FindCheckpoint(runner.Projector.Name, generation), ct).ConfigureAwait(false) ?? default;
        var head = runner.Source.Head;
        if (stored.Position > head || (stored.Position > 0 && await IsReplaced(runner.Source, stored, ct).ConfigureAwait(false)))
            return Verdict.OfAnotherLog;
        var lag = head - stored.Position;
        return lag > runtime.Options.CatchUpEvents && lag > head / runtime.Options.CatchUpShare ? Verdict.FarBehind : Verdict.Ready;
    }

    // Whether another event stands where the checkpoint does. A log whose beginning was pruned by age is the same log.
    private static async Task<bool> IsReplaced(Source source, Checkpoint stored, CancellationToken ct)
    {
        var there = await source.Log.ReadAll(stored.Position - 1, 1, ct).ConfigureAwait(false);
        return there.Length > 0 && there[0].Position == stored.Position && there[0].EventId != stored.EventId;
    }

    private static void Change(ProjectionRunner[] own, RunnerState state)
    {
        foreach (var runner in own)
            runner.Stats.Change(state);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Read model {Model} was built from another log than the one that is there; it is built anew.")]
    private static partial void LogAnotherLog(ILogger logger, string model);

    [LoggerMessage(Level = LogLevel.Error, Message = "Read model {Model} cannot be made ready; its projectors wait, and it is tried again in {Delay}.")]
    private static partial void LogUntold(ILogger logger, string model, TimeSpan delay, Exception failure);
}
