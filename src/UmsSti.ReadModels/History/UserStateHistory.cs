using System.Buffers.Text;
using System.Globalization;
using System.Text;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.History;

/// <summary>Queries over the states a user has been in.</summary>
public sealed class UserStateHistory(ReadModelDatabase database)
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    private const string CursorKind = "user-state-history";

    /// <summary>
    /// One page, oldest first. Throws <see cref="InvalidListQueryException"/> for a limit out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list.
    /// </summary>
    public async ValueTask<StateChangePage> ListAsync(string userId, int limit, string? cursor, CancellationToken ct)
    {
        if (limit is < 1 or > MaxLimit)
            throw new InvalidListQueryException("limit", $"must be 1 to {MaxLimit}");
        var after = cursor is null ? 0 : ReadCursor(cursor, userId);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        lease.Connection.Execute("BEGIN");
        try
        {
            return Read(lease.Connection, userId, limit, after);
        }
        finally
        {
            lease.Connection.Execute("COMMIT");
        }
    }

    private static StateChangePage Read(Connection connection, string userId, int limit, long after)
    {
        var statement = connection.Get("History/page").Bind(1, userId).Bind(2, after).Bind(3, limit + 1L);
        var items = new List<StateChange>();
        while (statement.Step())
            items.Add(Row(statement));
        statement.Reset();
        var hasMore = items.Count > limit;
        if (hasMore)
            items.RemoveAt(limit);
        var total = connection.Get("History/count").Bind(1, userId).Scalar();
        return new StateChangePage(items, hasMore ? WriteCursor(userId, items[^1].Position) : null, total);
    }

    private static StateChange Row(Statement row) => new()
    {
        Position = row.Int64(0),
        Version = row.Int64(1),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2)),
        EventId = row.Int64(3),
        Type = row.Text(4),
        FromSubState = row.TextOrNull(5),
        FromState = row.TextOrNull(6),
        ToSubState = row.Text(7),
        ToState = row.Text(8),
        Actor = row.Text(9),
        Reason = row.TextOrNull(10),
        CommandId = row.Text(11),
        CorrelationId = row.Text(12),
    };

    private static string WriteCursor(string userId, long last) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CursorKind} {userId} {last}")));

    private static long ReadCursor(string cursor, string userId)
    {
        var parts = Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') : [];
        return parts.Length == 3 && parts[0] == CursorKind && parts[1] == userId
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : throw new InvalidCursorException();
    }
}
