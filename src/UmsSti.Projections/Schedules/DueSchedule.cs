using UmsSti.Application;
using UmsSti.Projections.Dues;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Projections.Schedules;

/// <summary>Candidates from the table of dues.</summary>
/// <param name="dues">The table.</param>
/// <param name="kind">A <see cref="DueKind"/>.</param>
public abstract class DueSchedule(DueDates dues, string kind) : ISchedule
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract TimeSpan Every { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Projectors { get; } = [DuesProjector.ProjectorName];

    /// <inheritdoc/>
    public async Task<SchedulePage> Find(DateTimeOffset now, SchedulePage? after, int limit, CancellationToken ct)
    {
        var page = await dues.PageAsync(kind, now, (Due?)after?.Next, limit, ct).ConfigureAwait(false);
        return new SchedulePage([.. page.Select(due => new ScheduleItem(due.Id, due.At))], page.Count < limit ? null : page[^1]);
    }

    /// <inheritdoc/>
    public abstract Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct);
}
