using System.Buffers.Text;
using System.Globalization;
using System.Text;
using UmsSti.Application;
using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using MemberFact = UmsSti.Domain.Membership.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Users;

/// <summary>
/// What happened to a user, folded from his streams when it is asked for: a row for each event, written with every
/// command and read once in a while, was half of what the read side cost. Always as new as the logs.
/// </summary>
public sealed class UserTimeline(IEventLog domain, IEventLog activity, EventDecoder users, EventDecoder access)
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    private const string CursorKind = "user-timeline";

    /// <summary>
    /// One page, oldest first. Throws <see cref="InvalidListQueryException"/> for a limit out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list. An event that cannot be read is left out.
    /// </summary>
    /// <param name="userId">Whose it is.</param>
    /// <param name="teams">The teams whose part of it is shown.</param>
    /// <param name="limit">1 to <see cref="MaxLimit"/>.</param>
    /// <param name="cursor">Where the page before ended; null: from the beginning.</param>
    /// <param name="ct">Gives up.</param>
    public async ValueTask<TimelinePage> ListAsync(string userId, IReadOnlyCollection<string> teams, int limit, string? cursor, CancellationToken ct)
    {
        if (limit is < 1 or > MaxLimit)
            throw new InvalidListQueryException("limit", $"must be 1 to {MaxLimit}");
        var after = cursor is null ? (At: long.MinValue, Log: 0L, Position: 0L) : ReadCursor(cursor, userId);
        var facts = await Facts(userId, teams, ct).ConfigureAwait(false);
        var page = facts.SkipWhile(fact => Place(fact).CompareTo(after) <= 0).Take(limit + 1).ToList();
        var hasMore = page.Count > limit;
        if (hasMore)
            page.RemoveAt(limit);
        return new TimelinePage(page, hasMore ? WriteCursor(userId, page[^1]) : null, facts.Count);
    }

    // In order of time; what happened at one time, the domain log first.
    private async Task<List<TimelineRow>> Facts(string userId, IReadOnlyCollection<string> teams, CancellationToken ct)
    {
        var ofUser = await domain.LoadStream(StreamName.Create(UserStream.Category, StreamId.Create(userId)), 0, ct).ConfigureAwait(false);
        var ofAccess = await activity.LoadStream(StreamName.Create(AccessStream.Category, StreamId.Create(userId)), 0, ct).ConfigureAwait(false);
        var facts = new List<TimelineRow>(ofUser.Length + ofAccess.Length);
        var (userFacts, sessionFacts) = (new UserFacts(), new SessionFacts());
        foreach (var recorded in ofUser)
            if (Read(users, recorded) is UserFact fact)
                facts.Add(Reactions.dispatch(userFacts, fact).ToRow(recorded, SourceLog.Domain));
        foreach (var recorded in ofAccess)
            if (Read(access, recorded) is AccessFact fact && sessionFacts.Of(recorded, fact) is { } shown)
                facts.Add(shown.ToRow(recorded, SourceLog.Activity));
        foreach (var team in teams)
            await AddMembership(facts, team, userId, ct).ConfigureAwait(false);
        facts.Sort((one, other) => Place(one).CompareTo(Place(other)));
        return facts;
    }

    // What is personal in it is not shown, so it is not opened.
    private async Task AddMembership(List<TimelineRow> facts, string team, string userId, CancellationToken ct)
    {
        var stream = StreamName.Create(MembershipStream.Category, StreamId.Create($"{team}_{userId}"));
        var membershipFacts = new MembershipFacts(team);
        foreach (var recorded in await domain.LoadStream(stream, 0, ct).ConfigureAwait(false))
            if (Read(SealedDecoders.Memberships, recorded) is MemberFact fact)
                facts.Add(Domain.Membership.Reactions.dispatch(membershipFacts, fact).ToRow(recorded, SourceLog.Domain));
    }

    // The event itself is shown, as it is stored, by GET /users/{id}/events; ums verify names it.
    private static object? Read(EventDecoder decoder, RecordedEvent recorded)
    {
        try
        {
            return decoder.Decode(recorded);
        }
        catch (EventDecodeException)
        {
            return null;
        }
    }

    private static (long At, long Log, long Position) Place(TimelineRow row) => (row.At.ToUnixTimeMilliseconds(), row.Log, row.Position);

    private static string WriteCursor(string userId, TimelineRow last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{CursorKind} {userId} {last.At.ToUnixTimeMilliseconds()} {last.Log} {last.Position}")));

    private static (long At, long Log, long Position) ReadCursor(string cursor, string userId)
    {
        var parts = Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') : [];
        if (parts.Length == 5 && parts[0] == CursorKind && parts[1] == userId
            && Number(parts[2], out var at) && Number(parts[3], out var log) && Number(parts[4], out var position))
            return (at, log, position);
        throw new InvalidCursorException();
    }

    private static bool Number(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
