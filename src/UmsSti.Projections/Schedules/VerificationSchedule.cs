using UmsSti.Application;
using UmsSti.Projections.Dues;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Projections.Schedules;

/// <summary>
/// Begins the process of each verification link that has run out (FS-15.3). It looks at users, not at what prompted anything, so whoever
/// is expired past the grace period and was overlooked is found too (FS-82).
/// </summary>
/// <param name="processes">Carries it out.</param>
/// <param name="dues">Where links are found.</param>
/// <param name="options">Interval and grace period.</param>
public sealed class VerificationSchedule(Processes processes, DueDates dues, ScheduleOptions options) : ISchedule
{
    /// <inheritdoc/>
    public string Name => "verification-expiry";

    /// <inheritdoc/>
    public TimeSpan Every => options.VerificationEvery;

    /// <inheritdoc/>
    public IReadOnlyList<string> Projectors { get; } = [DuesProjector.ProjectorName];

    /// <inheritdoc/>
    public async Task<SchedulePage> Find(DateTimeOffset now, SchedulePage? after, int limit, CancellationToken ct)
    {
        var place = after?.Next as Place ?? new Place(DueKind.Verification, null);
        var until = place.Kind == DueKind.Verification ? now : now.AddDays(-options.VerificationGraceDays);
        var page = await dues.PageAsync(place.Kind, until, place.Last, limit, ct).ConfigureAwait(false);
        var next = page.Count == limit ? place with { Last = page[^1] }
            : place.Kind == DueKind.Verification ? new Place(DueKind.Expired, null)
            : null;
        return new SchedulePage([.. page.Select(due => new ScheduleItem(due.Id, due.At))], next);
    }

    /// <inheritdoc/>
    public async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct)
    {
        var id = VerificationProcess.id(item.Id, item.At);
        await processes.Start(id, VerificationProcess.plan(item.At, options.VerificationGraceDays, envelope.CorrelationId), envelope, ct).ConfigureAwait(false);
        return ProcessSchedule.OutcomeOf(await processes.Advance(id, envelope.Now, ct).ConfigureAwait(false), envelope.Now);
    }

    private sealed record Place(string Kind, Due? Last);
}
