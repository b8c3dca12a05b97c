using UmsSti.Application;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Projections.Schedules;

/// <summary>Lets processes go on whose time has come: after a wait, a failure, or the end of the program in the middle (FS-82).</summary>
/// <param name="processes">Carries them out.</param>
/// <param name="dues">Where they are found.</param>
/// <param name="options">Interval.</param>
public sealed class ProcessSchedule(Processes processes, DueDates dues, ScheduleOptions options) : DueSchedule(dues, DueKind.Process)
{
    /// <inheritdoc/>
    public override string Name => "processes";

    /// <inheritdoc/>
    public override TimeSpan Every => options.ProcessesEvery;

    /// <summary>Whether a process moved on or ended well; one that is due still is of a kind this program does not know.</summary>
    internal static ItemOutcome OutcomeOf(ProcessStanding standing, DateTimeOffset now) => standing switch
    {
        ProcessStanding.Waiting waiting => waiting.nextAt > now ? ItemOutcome.Done : ItemOutcome.Skipped,
        ProcessStanding.Ended { outcome.IsSuperseded: true } => ItemOutcome.Skipped,
        ProcessStanding.Ended { outcome.IsCompleted: true } => ItemOutcome.Done,
        _ => ItemOutcome.Failed,
    };

    /// <inheritdoc/>
    public override async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct)
    {
        var id = ProcessId.TryParse(item.Id);
        return id.IsValueSome
            ? OutcomeOf(await processes.AdvanceFully(id.Value, envelope.Now, ct).ConfigureAwait(false), envelope.Now)
            : throw new InvalidOperationException($"'{item.Id}' is not the id of a process.");
    }
}
