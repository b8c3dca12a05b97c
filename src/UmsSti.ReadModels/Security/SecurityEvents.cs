using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Security;

/// <summary>Queries over the security events.</summary>
public sealed class SecurityEvents
{
    private readonly ReadModelDatabase _database;
    private readonly TimedList<SecurityRow> _list;

    /// <summary>Over the security events of a database.</summary>
    public SecurityEvents(ReadModelDatabase database) =>
        (_database, _list) = (database, new(database, "Security", "security-events", Filters, Read, KeyOf));

    // The narrowest first: it is the index the list is read along.
    private static readonly TimedFilter[] Filters = [new("user", 6), new("type", 7), new("severity", 8), new("resolved", 9) { IsNumber = true, HasIndex = false }];

    internal TimedList<SecurityRow> Facts => _list;

    /// <summary>
    /// One page. Throws <see cref="InvalidListQueryException"/> for a limit out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list.
    /// </summary>
    public async ValueTask<SecurityPage> ListAsync(SecurityQuery query, int limit, string? cursor, CancellationToken ct)
    {
        if (limit is < 1 or > SecurityQuery.MaxLimit)
            throw new InvalidListQueryException("limit", $"must be 1 to {SecurityQuery.MaxLimit}");
        var timed = new TimedQuery([query.User, query.Type, query.Severity, query.IsResolved switch { null => null, true => "1", false => "0" }], query.From, query.To, query.NewestFirst);
        var (items, next, total) = await _list.Page(timed, limit, cursor, ct).ConfigureAwait(false);
        return new SecurityPage(items, next, total);
    }

    /// <summary>One of them by its place; null when what stands there is none.</summary>
    /// <param name="log">1: domain log, 2: activity log.</param>
    /// <param name="position">Position in that log.</param>
    /// <param name="ct">Stops the wait for a connection.</param>
    public async ValueTask<SecurityRow?> FindAsync(int log, long position, CancellationToken ct)
    {
        using var lease = await _database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Security/find").Bind(1, TimedKey.Of(log, position));
        try
        {
            return statement.Step() ? Read(statement) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private static TimedKey KeyOf(SecurityRow row) => new(row.At.ToUnixTimeMilliseconds(), TimedKey.Of(row.Log, row.Position));

    private static SecurityRow Read(Statement row) => new()
    {
        Log = TimedKey.LogOf(row.Int64(0)),
        Position = TimedKey.PositionOf(row.Int64(0)),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(1)),
        EventId = row.Int64(2),
        Type = row.Text(3),
        Severity = row.Text(4),
        UserId = row.TextOrNull(5),
        Actor = row.Text(6),
        Client = row.TextOrNull(7),
        ClientSubject = row.TextOrNull(8),
        CorrelationId = row.Text(9),
        Detail = row.Utf8(10),
        Resolution = row.TextOrNull(12) is { } resolvedBy ? ReadResolution(row, resolvedBy) : null,
    };

    private static SecurityResolution ReadResolution(Statement row, string resolvedBy) => new()
    {
        Log = TimedKey.LogOf(row.Int64(0)),
        Position = TimedKey.PositionOf(row.Int64(0)),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(11)),
        By = resolvedBy,
        EventId = row.Int64(13),
        RecordedAt = row.Int64(14),
        Note = row.TextOrNull(15),
    };
}
