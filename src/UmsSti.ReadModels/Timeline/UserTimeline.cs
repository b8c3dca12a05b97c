using System.Buffers.Text;
using System.Globalization;
using System.Text;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Timeline;

/// <summary>Queries over what happened to a user.</summary>
public sealed class UserTimeline(ReadModelDatabase database)
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    private const string CursorKind = "user-timeline";

    /// <summary>
    /// One page, oldest first. Throws <see cref="InvalidListQueryException"/> for a limit out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list.
    /// </summary>
    public async ValueTask<TimelinePage> ListAsync(string userId, int limit, string? cursor, CancellationToken ct)
    {
        if (limit is < 1 or > MaxLimit)
            throw new InvalidListQueryException("limit", $"must be 1 to {MaxLimit}");
        var after = cursor is null ? (At: long.MinValue, Log: 0L, Position: 0L) : ReadCursor(cursor, userId);
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

    private static TimelinePage Read(Connection connection, string userId, int limit, (long At, long Log, long Position) after)
    {
        var statement = connection.Get("Timeline/page")
            .Bind(1, userId).Bind(2, after.At).Bind(3, after.Log).Bind(4, after.Position).Bind(5, limit + 1L);
        var items = new List<TimelineRow>();
        while (statement.Step())
            items.Add(new(
                DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(0)), (int)statement.Int64(1), statement.Int64(2),
                statement.Text(3), statement.Text(4), statement.Text(5), statement.Utf8(6)));
        statement.Reset();
        var hasMore = items.Count > limit;
        if (hasMore)
            items.RemoveAt(limit);
        var total = connection.Get("Timeline/count").Bind(1, userId).Scalar();
        return new TimelinePage(items, hasMore ? WriteCursor(userId, items[^1]) : null, total);
    }

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
