using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Users;

namespace UmsSti.Projections.Schedules;

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
        return Answers.OutcomeOf(await door.Execute(envelope, Command.NewAutoInactivate(item.Id, seenAt), ct).ConfigureAwait(false), "recently-active");
    }

    private sealed record Place(int Type, InactiveCursor Cursor);
}
