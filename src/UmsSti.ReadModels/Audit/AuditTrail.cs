using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Audit;

/// <summary>Queries over everything that was done, tried and refused (AD-07).</summary>
public sealed class AuditTrail
{
    private readonly TimedList<AuditRow> _list;

    /// <summary>Over the audit view of a database.</summary>
    public AuditTrail(ReadModelDatabase database) => _list = new(database, "Audit", "audit", Filters, Read, KeyOf);

    // The narrowest first: it is the index the list is read along.
    private static readonly TimedFilter[] Filters =
    [
        new("correlation", 12), new("resource", 8), new("subject", 7), new("actor", 6), new("type", 10), new("outcome", 11),
        new("resource_type", 9) { HasIndex = false }, new("log", 13) { IsNumber = true, HasIndex = false },
    ];

    internal TimedList<AuditRow> Facts => _list;

    /// <summary>
    /// One page. Throws <see cref="InvalidListQueryException"/> for a limit out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list.
    /// </summary>
    public async ValueTask<AuditPage> ListAsync(AuditQuery query, int limit, string? cursor, CancellationToken ct)
    {
        if (limit is < 1 or > AuditQuery.MaxLimit)
            throw new InvalidListQueryException("limit", $"must be 1 to {AuditQuery.MaxLimit}");
        var (items, next, total) = await _list.Page(ToTimed(query), limit, cursor, ct).ConfigureAwait(false);
        return new AuditPage(items, next, total);
    }

    /// <summary>Everything that is asked for, in slices of so many rows: for exports, in memory that does not grow.</summary>
    public IAsyncEnumerable<IReadOnlyList<AuditRow>> SlicesAsync(AuditQuery query, int rows, CancellationToken ct) =>
        _list.Slices(ToTimed(query), rows, ct);

    internal static TimedQuery ToTimed(AuditQuery query) => new(
        [query.Correlation, query.Resource, query.Subject, query.Actor, query.Type, query.Outcome, query.ResourceType, query.Log is { } log ? $"{log - 1}" : null],
        query.From, query.To, query.NewestFirst);

    private static TimedKey KeyOf(AuditRow row) => new(row.At.ToUnixTimeMilliseconds(), TimedKey.Of(row.Log, row.Position));

    private static AuditRow Read(Statement row) => new()
    {
        Log = TimedKey.LogOf(row.Int64(0)),
        Position = TimedKey.PositionOf(row.Int64(0)),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(1)),
        EventId = row.Int64(2),
        Type = row.Text(3),
        Action = row.Text(4),
        Outcome = row.Text(5),
        Actor = row.Text(6),
        OnBehalfOf = row.TextOrNull(7),
        Subject = row.TextOrNull(8),
        ResourceType = row.Text(9),
        ResourceId = row.Text(10),
        Reason = row.TextOrNull(11),
        SealedBy = row.TextOrNull(12),
        Client = row.TextOrNull(13),
        ClientSubject = row.TextOrNull(14),
        CommandId = row.Text(15),
        CorrelationId = row.Text(16),
        CausationId = row.TextOrNull(17),
        Detail = row.Utf8(18),
    };
}
