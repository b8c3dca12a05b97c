using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Listing;

/// <summary>
/// Reads a list ordered by time along one index: that of the first filter asked for, in the order given here (the narrowest
/// first), or that of the time itself. Further filters are looked at row by row.
/// </summary>
/// <param name="database">Where the rows are.</param>
/// <param name="folder">Folder of the list's SQL files.</param>
/// <param name="name">Names the list in its cursors.</param>
/// <param name="filters">What it can be narrowed by, the narrowest first.</param>
/// <param name="read">Reads the row a statement stands on.</param>
/// <param name="keyOf">Where a row stands.</param>
internal sealed class TimedList<TRow>(
    ReadModelDatabase database, string folder, string name, IReadOnlyList<TimedFilter> filters, Func<Statement, TRow> read, Func<TRow, TimedKey> keyOf)
{
    /// <summary>Rows counted for a total; a list that is longer has none.</summary>
    public const int MaxCounted = 100_000;

    private readonly ConcurrentDictionary<(string File, int Filters, bool NewestFirst), SqlText> _texts = new();

    /// <summary>One page of one moment. Throws <see cref="InvalidCursorException"/> for a cursor of another list.</summary>
    public async ValueTask<(IReadOnlyList<TRow> Items, string? NextCursor, long? Total)> Page(TimedQuery query, int limit, string? cursor, CancellationToken ct)
    {
        var after = cursor is null ? (TimedKey?)null : TimedCursor.Read(cursor, name, query);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        lease.Connection.Execute("BEGIN");
        try
        {
            var items = Read(lease.Connection, query, after, limit + 1);
            var total = Count(lease.Connection, query);
            if (items.Count <= limit)
                return (items, null, total);
            items.RemoveAt(limit);
            return (items, TimedCursor.Write(name, query, keyOf(items[^1])), total);
        }
        finally
        {
            lease.Connection.Execute("COMMIT");
        }
    }

    /// <summary>
    /// Everything asked for, a slice at a time. Each slice is a read of its own, so that a long one neither keeps a
    /// connection nor holds back the WAL; keys stay the same over a rebuild.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<TRow>> Slices(TimedQuery query, int rows, [EnumeratorCancellation] CancellationToken ct)
    {
        TimedKey? after = null;
        while (true)
        {
            List<TRow> slice;
            using (var lease = await database.Readers.Rent(ct).ConfigureAwait(false))
                slice = Read(lease.Connection, query, after, rows);
            if (slice.Count > 0)
                yield return slice;
            if (slice.Count < rows)
                yield break;
            after = keyOf(slice[^1]);
        }
    }

    /// <summary>The statement of a page; for checks of its plan.</summary>
    internal SqlText PageText(IReadOnlyList<string?> values, bool newestFirst) => Text("page", values, newestFirst);

    /// <summary>The statement of a count; for checks of its plan.</summary>
    internal SqlText CountText(IReadOnlyList<string?> values) => Text("count", values, newestFirst: false);

    private List<TRow> Read(Connection connection, TimedQuery query, TimedKey? after, int rows)
    {
        var statement = Bind(connection.Get(PageText(query.Values, query.NewestFirst)), query, after).Bind(5, rows);
        var items = new List<TRow>();
        try
        {
            while (statement.Step())
                items.Add(read(statement));
            return items;
        }
        finally
        {
            statement.Reset();
        }
    }

    private long? Count(Connection connection, TimedQuery query)
    {
        var counted = Bind(connection.Get(CountText(query.Values)), query, after: null).Bind(5, MaxCounted + 1L).Scalar();
        return counted > MaxCounted ? null : counted;
    }

    // Keys are 2 and more: (from, 0) lies before every row of that time, (to, 0) as well.
    private Statement Bind(Statement statement, TimedQuery query, TimedKey? after)
    {
        var low = new TimedKey(query.From?.ToUnixTimeMilliseconds() ?? long.MinValue, 0);
        var high = new TimedKey(query.To?.ToUnixTimeMilliseconds() ?? long.MaxValue, 0);
        if (after is { } last)
            (low, high) = query.NewestFirst ? (low, last) : (last, high);
        statement.Bind(1, low.At).Bind(2, low.Key).Bind(3, high.At).Bind(4, high.Key);
        for (var i = 0; i < filters.Count; i++)
            if (query.Values[i] is { } value)
                _ = filters[i].IsNumber ? statement.Bind(filters[i].Parameter, long.Parse(value)) : statement.Bind(filters[i].Parameter, value);
        return statement;
    }

    private SqlText Text(string file, IReadOnlyList<string?> values, bool newestFirst)
    {
        var asked = 0;
        for (var i = 0; i < filters.Count; i++)
            asked |= values[i] is null ? 0 : 1 << i;
        return _texts.GetOrAdd((file, asked, newestFirst), Compose);
    }

    // A '+' before a column keeps the planner from another index than the one that leads.
    private SqlText Compose((string File, int Filters, bool NewestFirst) key)
    {
        var leads = true;
        var conditions = new List<string>();
        for (var i = 0; i < filters.Count; i++)
        {
            if ((key.Filters & (1 << i)) == 0)
                continue;
            var isLeader = leads && filters[i].HasIndex;
            conditions.Add(SqlText.Read($"{folder}/within_{filters[i].Name}").Replace("{u}", isLeader ? "" : "+", StringComparison.Ordinal));
            leads &= !isLeader;
        }
        return SqlText.Compose($"{folder}/{key.File}", SqlText.Read($"{folder}/{key.File}")
            .Replace("{filter}", conditions.Count == 0 ? "TRUE" : string.Join(" AND ", conditions), StringComparison.Ordinal)
            .Replace("{order}", key.NewestFirst ? "DESC" : "ASC", StringComparison.Ordinal));
    }
}
