using System.Text.Json;
using UmsSti.Application;
using UmsSti.Projections.Reactors;

namespace UmsSti.Projections.Outbox;

/// <summary>A place in a log: the last event that was taken in.</summary>
internal readonly record struct LogPlace(long Position, long EventId);

/// <summary>An effect with the event it comes from.</summary>
internal sealed record PlacedEffect(Effect Effect, long Position, long EventId, int Number);

/// <summary>The operations on the outbox, each one transaction.</summary>
internal sealed class OutboxStore(OutboxDatabase database, OutboxOptions options, TimeProvider time)
{
    // Recipients that are groups begin with it, and nothing else of a key has it.
    private const char GroupMark = '@';

    public OutboxSignal Changed { get; } = new();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Where a reactor stands; null when it has no checkpoint.</summary>
    public Task<LogPlace?> FindReactor(string name, CancellationToken ct) => database.Read(
        session => session.Rows("reactor_get", row => (LogPlace?)new LogPlace(row.GetInt64(0), row.GetInt64(1)), ("$name", name)).SingleOrDefault(), ct);

    /// <summary>Puts a reactor at a place, wherever it stood.</summary>
    public Task SetReactor(string name, LogPlace place, CancellationToken ct) => database.Write(
        session => session.Run("reactor_set", ("$name", name), ("$position", place.Position), ("$eventId", place.EventId), ("$now", Now)), ct);

    /// <summary>
    /// Takes effects in and moves the reactor's checkpoint, all or nothing. False, and nothing is done, when the reactor does not
    /// stand at <paramref name="from"/> any more (an operator has moved it).
    /// </summary>
    public async Task<bool> Append(string reactor, SourceLog log, long from, LogPlace to, IReadOnlyList<PlacedEffect> effects, CancellationToken ct)
    {
        var moved = await database.Write(session => Append(session, reactor, log, from, to, effects), ct).ConfigureAwait(false);
        if (moved && effects.Count > 0)
            Changed.Fire();
        return moved;
    }

    /// <summary>Rows of a channel whose time has come, the oldest of each recipient, none for a recipient who has one under way; they are marked as being sent.</summary>
    public Task<List<OutboxItem>> Claim(string channel, int limit, CancellationToken ct) => database.Write(
        session =>
        {
            var due = session.Rows("due", OutboxSession.Item, ("$channel", channel), ("$now", Now), ("$window", options.FairnessWindowRows), ("$limit", limit));
            foreach (var item in due)
                session.Run("claim", ("$id", item.Id), ("$now", Now));
            return due;
        },
        ct);

    /// <summary>When the next row of a channel is due; null when none waits.</summary>
    public Task<DateTimeOffset?> NextDue(string channel, CancellationToken ct) => database.Read(
        session => session.Rows("next_due", row => row.IsDBNull(0) ? (DateTimeOffset?)null : OutboxSession.Time(row.GetInt64(0)), ("$channel", channel)).Single(), ct);

    /// <summary>Writes down how a try ended.</summary>
    public async Task Finish(OutboxItem item, OutboxState state, int attempts, DateTimeOffset nextAt, string? reason, CancellationToken ct)
    {
        await database.Write(session => Finish(session, item.Id, state, attempts, nextAt, reason), ct).ConfigureAwait(false);
        Changed.Fire();
    }

    /// <summary>
    /// Replaces a row for a group by one for each member. A member may be a group himself; whoever is in several of one effect gets one row.
    /// </summary>
    public async Task Expand(OutboxItem item, IReadOnlyList<string> recipients, CancellationToken ct)
    {
        await database.Write(
            session =>
            {
                var root = RootOf(item.Key);
                foreach (var recipient in recipients)
                    session.Run("expand", ("$id", item.Id), ("$key", $"{root}:{recipient}"), ("$recipient", recipient), ("$now", Now));
                return Finish(session, item.Id, OutboxState.Delivered, item.Attempts + 1, item.NextAt, $"to {recipients.Count} recipients");
            },
            ct).ConfigureAwait(false);
        Changed.Fire();
    }

    /// <summary>What was under way when the program ended waits again.</summary>
    public Task ReleaseAll(CancellationToken ct) => database.Write(session => session.Run("release_all"), ct);

    /// <summary>Rows, newest first; <paramref name="before"/> is the last id of the page before.</summary>
    public Task<(List<OutboxItem> Items, long Total)> Page(OutboxState? state, string? kind, long before, int limit, CancellationToken ct)
    {
        var name = state is { } known ? OutboxSession.NameOf(known) : null;
        return database.Read(
            session => (
                session.Rows("page", OutboxSession.Item, ("$state", name), ("$kind", kind), ("$before", before), ("$limit", limit)),
                session.Scalar("count", ("$state", name), ("$kind", kind))),
            ct);
    }

    public Task<OutboxItem?> Find(long id, CancellationToken ct) => database.Read(
        session => session.Rows("find", OutboxSession.Item, ("$id", id)).SingleOrDefault(), ct);

    /// <summary>Makes a row due now, with all its tries; false when its state does not allow it.</summary>
    public async Task<bool> Retry(long id, CancellationToken ct)
    {
        var changed = await database.Write(session => session.Run("retry", ("$id", id), ("$now", Now)), ct).ConfigureAwait(false) == 1;
        Changed.Fire();
        return changed;
    }

    /// <summary>Gives a row up; false when its state does not allow it.</summary>
    public async Task<bool> Skip(long id, string reason, CancellationToken ct)
    {
        var changed = await database.Write(session => session.Run("skip", ("$id", id), ("$reason", reason), ("$now", Now)), ct).ConfigureAwait(false) == 1;
        Changed.Fire();
        return changed;
    }

    /// <summary>Counts by channel and state.</summary>
    public Task<List<OutboxTotal>> Totals(CancellationToken ct) => database.Read(
        session => session.Rows("totals", row => new OutboxTotal(row.GetString(0), OutboxSession.StateOf(row.GetString(1)), row.GetInt64(2), OutboxSession.Time(row.GetInt64(3)))), ct);

    /// <summary>Deletes a slice of rows that were done long ago; how many.</summary>
    public Task<int> Prune(CancellationToken ct) => database.Write(
        session => session.Run("prune", ("$before", Now - (long)options.FinishedRetention.TotalMilliseconds), ("$limit", options.PruneSliceRows)), ct);

    /// <summary>Moves a reactor back so that it reacts again from an event on; what it had done from there and what was never tried is forgotten, what
    /// is under way or waits after a failure stays.</summary>
    public async Task Replay(string reactor, LogPlace before, CancellationToken ct)
    {
        await database.Write(
            session =>
            {
                session.Run("forget_from", ("$reactor", reactor), ("$from", before.Position + 1));
                return session.Run("reactor_set", ("$name", reactor), ("$position", before.Position), ("$eventId", before.EventId), ("$now", Now));
            },
            ct).ConfigureAwait(false);
        Changed.Fire();
    }

    /// <summary>Keeps an event a reactor could not make sense of.</summary>
    public Task SaveFailed(string reactor, LogPlace at, string eventType, string error, CancellationToken ct) => database.Write(
        session => session.Run(
            "failed_save", ("$reactor", reactor), ("$position", at.Position), ("$eventId", at.EventId), ("$eventType", eventType), ("$error", error), ("$now", Now)),
        ct);

    public Task<long> FailedCount(string reactor, CancellationToken ct) => database.Read(session => session.Scalar("failed_count", ("$reactor", reactor)), ct);

    /// <summary>What reactors could not make sense of, by reactor and position.</summary>
    public Task<List<FailedReaction>> Failed(int limit, CancellationToken ct) => database.Read(session => session.Rows("failed_list", FailedOf, ("$limit", limit)), ct);

    public Task<FailedReaction?> FindFailed(string reactor, long position, CancellationToken ct) => database.Read(
        session => session.Rows("failed_find", FailedOf, ("$reactor", reactor), ("$position", position)).SingleOrDefault(), ct);

    /// <summary>Takes in what a reactor made of such an event after all, and forgets that it had failed.</summary>
    public async Task SettleFailed(string reactor, SourceLog log, long position, IReadOnlyList<PlacedEffect> effects, CancellationToken ct)
    {
        await database.Write(
            session =>
            {
                Insert(session, reactor, log, effects);
                return session.Run("failed_delete", ("$reactor", reactor), ("$position", position));
            },
            ct).ConfigureAwait(false);
        Changed.Fire();
    }

    /// <summary>Rows under way or due.</summary>
    public Task<long> Busy(CancellationToken ct) => database.Read(session => session.Scalar("busy", ("$now", Now)), ct);

    private bool Append(OutboxSession session, string reactor, SourceLog log, long from, LogPlace to, IReadOnlyList<PlacedEffect> effects)
    {
        if (session.Run("reactor_move", ("$name", reactor), ("$expected", from), ("$position", to.Position), ("$eventId", to.EventId), ("$now", Now)) == 0)
            return false;
        Insert(session, reactor, log, effects);
        return true;
    }

    private void Insert(OutboxSession session, string reactor, SourceLog log, IReadOnlyList<PlacedEffect> effects)
    {
        foreach (var placed in effects)
            session.Run(
                "insert", ("$key", KeyOf(log, placed)), ("$reactor", reactor), ("$channel", placed.Effect.Channel), ("$kind", placed.Effect.Kind),
                ("$recipient", placed.Effect.Recipient), ("$parameters", JsonSerializer.Serialize(placed.Effect.Parameters)),
                ("$log", (int)log), ("$position", placed.Position), ("$eventId", placed.EventId), ("$due", DueOf(placed.Effect)), ("$now", Now));
    }

    private static FailedReaction FailedOf(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetString(4), OutboxSession.Time(row.GetInt64(5)), row.GetInt32(6));

    // What is wanted later counts as asked for then: it has not been waiting for anybody until its time comes.
    private long DueOf(Effect effect) => Math.Max(Now, effect.NotBefore?.ToUnixTimeMilliseconds() ?? 0);

    // The channel is part of it: reactors of one log number their effects apart.
    private static string KeyOf(SourceLog log, PlacedEffect placed) =>
        placed.Effect.OnceKey is { } once ? $"{placed.Effect.Channel}:{once}" : $"{placed.Effect.Channel}:{(int)log}:{placed.EventId}:{placed.Number}";

    // The effect a row comes from, whichever groups lie between.
    private static string RootOf(string key) =>
        key.IndexOf(":" + GroupMark, StringComparison.Ordinal) is var at and >= 0 ? key[..at] : key;

    private int Finish(OutboxSession session, long id, OutboxState state, int attempts, DateTimeOffset nextAt, string? reason) => session.Run(
        "finish", ("$id", id), ("$state", OutboxSession.NameOf(state)), ("$attempts", attempts), ("$nextAt", nextAt.ToUnixTimeMilliseconds()), ("$reason", reason), ("$now", Now));
}
