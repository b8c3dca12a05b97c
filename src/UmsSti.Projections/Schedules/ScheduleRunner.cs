using Microsoft.Extensions.Logging;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using StartOutcome = UmsSti.Domain.Schedule.Decisions.StartOutcome;

namespace UmsSti.Projections.Schedules;

/// <summary>Runs one schedule once: takes the lease, acts on the candidates page by page, and notes how it ended.</summary>
internal sealed partial class ScheduleRunner(
    ScheduleRuns runs, Func<string, ReadGate> gates, ScheduleOptions options, string owner, TimeProvider time, ILogger logger)
{
    /// <summary>The rhythm in which a schedule comes round.</summary>
    public Schedule.Rhythm RhythmOf(ISchedule schedule) => new(schedule.Every, options.RetryAfter);

    /// <summary>Starts a run if it may be started now; the envelope says who asked.</summary>
    public Task<StartOutcome> Begin(ISchedule schedule, string runId, Schedule.Trigger trigger, Envelope envelope, CancellationToken ct) =>
        runs.Start(schedule.Name, new(time.GetUtcNow(), runId, owner, trigger, RhythmOf(schedule), options.Lease, runs.OwnerIsAlone), envelope, ct);

    /// <summary>Carries a run that was begun to its end. Whatever happens is noted; where it cannot be noted, the lease runs out.</summary>
    public async Task Carry(ISchedule schedule, ScheduleOperation run)
    {
        var (state, error) = ("failed", (string?)"It ended before it could say why.");
        try
        {
            (state, error) = await Act(schedule, run).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Cancellation.IsCancellationRequested)
        {
            (state, error) = ("cancelled", null);
        }
        catch (Exception failure)
        {
            LogRunFailed(logger, schedule.Name, run.Id, failure);
            (state, error) = ("failed", failure.Message);
        }
        finally
        {
            run.End(state, error);
        }

        ScheduleMetrics.Ended(schedule.Name, run.Progress);
        if (state != "abandoned")
            await Note(schedule, run, state, error).ConfigureAwait(false);
    }

    /// <summary>An envelope for what a run does; its id ties everything together.</summary>
    public Envelope EnvelopeOf(ISchedule schedule, string runId) =>
        new(Actors.system(schedule.Name), null, [], runId, null, null, null, time.GetUtcNow(), Envelope.AnyVersion);

    private async Task<(string State, string? Error)> Act(ISchedule schedule, ScheduleOperation run)
    {
        var ct = run.Cancellation;
        foreach (var projector in schedule.Projectors)
            if (!(await gates(projector).Pass(strong: true, 0, ct).ConfigureAwait(false)).Reached)
                return ("failed", $"The read model of {projector} did not catch up in time.");

        var now = time.GetUtcNow();
        SchedulePage? page = null;
        do
        {
            page = await schedule.Find(now, page, Math.Min(options.PageItems, options.ItemsPerRun - run.Progress.Seen), ct).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                ct.ThrowIfCancellationRequested();
                run.Count(await ActOn(schedule, run, item).ConfigureAwait(false));
            }

            var progress = run.Progress;
            if (!await runs.Renew(schedule.Name, run.Id, options.Lease, progress.Done, progress.Failed, EnvelopeOf(schedule, run.Id), ct).ConfigureAwait(false))
                return ("abandoned", "Another run took over.");
        }
        while (page.Next is not null && run.Progress.Seen < options.ItemsPerRun);
        return ("succeeded", null);
    }

    private async Task<ItemOutcome> ActOn(ISchedule schedule, ScheduleOperation run, ScheduleItem item)
    {
        try
        {
            var outcome = await schedule.Act(item, EnvelopeOf(schedule, run.Id), run.Cancellation).ConfigureAwait(false);
            if (outcome == ItemOutcome.Failed)
                LogItemRefused(logger, schedule.Name, item.Id);
            return outcome;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or LogUnavailableException))
        {
            LogItemFailed(logger, schedule.Name, item.Id, failure);
            return ItemOutcome.Failed;
        }
    }

    // A run that was cancelled is noted as well, so the token of the run is not asked any more.
    private async Task Note(ISchedule schedule, ScheduleOperation run, string state, string? error)
    {
        var (_, done, skipped, failed, _) = run.Progress;
        var why = error is null ? null : Microsoft.FSharp.Core.FSharpOption<string>.Some(error);
        var ended = new Schedule.Events.RunEnded(run.Id, state, done, skipped, failed, why, time.GetUtcNow());
        try
        {
            await runs.Finish(schedule.Name, ended, EnvelopeOf(schedule, run.Id), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogNotNoted(logger, schedule.Name, run.Id, state, failure);
            return;
        }

        LogRunEnded(logger, schedule.Name, run.Id, state, done, skipped, failed);
    }

    [LoggerMessage(1, LogLevel.Information, "Schedule {Schedule}, run {Run}: {State}; {Done} done, {Skipped} skipped, {Failed} failed.")]
    private static partial void LogRunEnded(ILogger logger, string schedule, string run, string state, int done, int skipped, int failed);

    [LoggerMessage(5, LogLevel.Error, "Schedule {Schedule}, run {Run} ended as {State}, and that could not be noted; it counts as abandoned once its lease has run out.")]
    private static partial void LogNotNoted(ILogger logger, string schedule, string run, string state, Exception failure);

    [LoggerMessage(2, LogLevel.Error, "Schedule {Schedule}, run {Run} failed; it is repeated later.")]
    private static partial void LogRunFailed(ILogger logger, string schedule, string run, Exception failure);

    [LoggerMessage(3, LogLevel.Warning, "Schedule {Schedule}: {Item} was refused.")]
    private static partial void LogItemRefused(ILogger logger, string schedule, string item);

    [LoggerMessage(4, LogLevel.Error, "Schedule {Schedule}: {Item} failed.")]
    private static partial void LogItemFailed(ILogger logger, string schedule, string item, Exception failure);
}
