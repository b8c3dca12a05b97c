using UmsSti.Application;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Projections.Schedules;

/// <summary>Lifts suspensions that have reached their end (FS-10.6).</summary>
/// <param name="door">Where the command goes.</param>
/// <param name="dues">Where suspensions are found.</param>
/// <param name="options">Interval.</param>
public sealed class SuspensionSchedule(Door door, DueDates dues, ScheduleOptions options) : DueSchedule(dues, DueKind.Suspension)
{
    /// <inheritdoc/>
    public override string Name => "suspension-end";

    /// <inheritdoc/>
    public override TimeSpan Every => options.SuspensionEvery;

    /// <inheritdoc/>
    public override async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct) =>
        Answers.OutcomeOf(await door.Execute(envelope, Command.NewEndSuspension(item.Id), ct).ConfigureAwait(false), "suspension-not-over");
}
