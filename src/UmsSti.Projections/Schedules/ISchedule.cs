using UmsSti.Application;

namespace UmsSti.Projections.Schedules;

/// <summary>
/// Work that comes round by the clock. It finds candidates in the read models and acts on each through the door, where the
/// domain decides; so a run that is repeated finds nothing left to do. Retention registers here too.
/// </summary>
public interface ISchedule
{
    /// <summary>Stable, letters and '-' only: names its stream, and the actor <c>system:{name}</c>.</summary>
    string Name { get; }

    /// <summary>How often it comes round.</summary>
    TimeSpan Every { get; }

    /// <summary>Projectors whose rows it looks at; a run first waits until they show the head.</summary>
    IReadOnlyList<string> Projectors { get; }

    /// <summary>A page of candidates in a fixed order. Those that were acted on may be gone from the next page or not.</summary>
    /// <param name="now">The time of the run; what is due later is no candidate.</param>
    /// <param name="after">The page before, or null.</param>
    /// <param name="limit">Most items of the page.</param>
    /// <param name="ct">Ends the run.</param>
    Task<SchedulePage> Find(DateTimeOffset now, SchedulePage? after, int limit, CancellationToken ct);

    /// <summary>Acts on one candidate. What it throws counts as the failure of this one; the run goes on.</summary>
    Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct);
}

/// <summary>A candidate.</summary>
/// <param name="Id">What it is about; logged when it fails.</param>
/// <param name="At">The time that makes it one: an end that has passed, or when somebody was last seen.</param>
public record ScheduleItem(string Id, DateTimeOffset At);

/// <summary>Candidates, and where the next page begins; its meaning is the schedule's own.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Null: this was the last page.</param>
public sealed record SchedulePage(IReadOnlyList<ScheduleItem> Items, object? Next);

/// <summary>What became of a candidate.</summary>
public enum ItemOutcome
{
    /// <summary>Its command was carried out.</summary>
    Done,

    /// <summary>There was nothing to do any more.</summary>
    Skipped,

    /// <summary>It was refused; a later run tries again.</summary>
    Failed,
}
