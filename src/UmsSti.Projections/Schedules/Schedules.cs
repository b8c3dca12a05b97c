using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Dues;
using UmsSti.Projections.Users;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Dues;
using UmsSti.ReadModels.Users;
using Command = UmsSti.Application.Command;

namespace UmsSti.Projections.Schedules;

/// <summary>The schedules of this program.</summary>
public static class AllSchedules
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ISchedule> Of(Application.Application application, ReadModelDatabase readModel, ScheduleOptions options)
    {
        var dues = new DueDates(readModel);
        return
        [
            new VerificationSchedule(application.Processes, dues, options),
            new ProcessSchedule(application.Processes, dues, options),
            new SuspensionSchedule(application.Door, dues, options),
            new InactivitySchedule(application.Door, application.SignIns, new InactiveUsers(readModel), options),
        ];
    }
}

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
        return ProcessSchedule.OutcomeOf(await processes.Advance(id, envelope.Now, ct).ConfigureAwait(false));
    }

    private sealed record Place(string Kind, Due? Last);
}

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

    /// <summary>Whether a process moved on or ended well.</summary>
    internal static ItemOutcome OutcomeOf(ProcessStanding standing) => standing switch
    {
        ProcessStanding.Waiting => ItemOutcome.Done,
        ProcessStanding.Ended { outcome.IsSuperseded: true } => ItemOutcome.Skipped,
        ProcessStanding.Ended { outcome.IsCompleted: true } => ItemOutcome.Done,
        _ => ItemOutcome.Failed,
    };

    /// <inheritdoc/>
    public override async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct)
    {
        var id = ProcessId.TryParse(item.Id);
        return id.IsValueSome
            ? OutcomeOf(await processes.Advance(id.Value, envelope.Now, ct).ConfigureAwait(false))
            : throw new InvalidOperationException($"'{item.Id}' is not the id of a process.");
    }
}

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
        Refusal.OutcomeOf(await door.Execute(envelope, Command.NewEndSuspension(item.Id), ct).ConfigureAwait(false), "suspension-not-over");
}

/// <summary>
/// Sets users inactive whom nobody has seen for 90 days (US-22, FS-10.10). System users are left alone: they work by token, and the
/// last one must never be locked out by a clock.
/// </summary>
/// <param name="door">Where the command goes.</param>
/// <param name="signIns">When a user really signed in last.</param>
/// <param name="users">Where candidates are found.</param>
/// <param name="options">Interval.</param>
public sealed class InactivitySchedule(Door door, SignIns signIns, InactiveUsers users, ScheduleOptions options) : ISchedule
{
    private static readonly string[] Types = [UserType.Standard.Name, UserType.Admin.Name];

    /// <inheritdoc/>
    public string Name => "inactivity";

    /// <inheritdoc/>
    public TimeSpan Every => options.InactivityEvery;

    /// <inheritdoc/>
    public IReadOnlyList<string> Projectors { get; } = [UserProjectors.Directory, UserProjectors.Logins];

    /// <inheritdoc/>
    public async Task<SchedulePage> Find(DateTimeOffset now, SchedulePage? after, int limit, CancellationToken ct)
    {
        var place = after?.Next is Place known ? known : new Place(0, InactiveCursor.Start);
        var page = await users.PageAsync(Types[place.Type], now.AddDays(-Domain.User.Decisions.InactivityDays), place.Cursor, limit, ct).ConfigureAwait(false);
        Place? next = page.Count == limit ? place with { Cursor = page[^1].Cursor }
            : place.Type + 1 < Types.Length ? new Place(place.Type + 1, InactiveCursor.Start)
            : null;
        return new SchedulePage([.. page.Select(user => new ScheduleItem(user.Id, user.LastSeenAt))], next);
    }

    /// <inheritdoc/>
    public async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct)
    {
        // Whoever signed in since the candidates were read is told apart by his own stream.
        var last = await signIns.TryLastLogIn(item.Id, ct).ConfigureAwait(false);
        var seenAt = last.IsValueSome && last.Value > item.At ? last.Value : item.At;
        return Refusal.OutcomeOf(await door.Execute(envelope, Command.NewAutoInactivate(item.Id, seenAt), ct).ConfigureAwait(false), "recently-active");
    }

    private sealed record Place(int Type, InactiveCursor Cursor);
}

/// <summary>What the door's answer means to a schedule.</summary>
internal static class Refusal
{
    /// <summary>A candidate the domain no longer sees as one was overtaken; that is no failure.</summary>
    public static ItemOutcome OutcomeOf(Answer answer, string overtaken) => answer switch
    {
        Answer.Accepted => ItemOutcome.Done,
        Answer.Refused { Item.Code: "invalid-transition" or "not-found" } => ItemOutcome.Skipped,
        Answer.Refused refused when refused.Item.Code == overtaken => ItemOutcome.Skipped,
        _ => ItemOutcome.Failed,
    };
}
