using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Listing;

/// <summary>What every list that walks an index in the order of a sort does: parameters 1 and 2 are the key to go on after, 3 the most rows.</summary>
internal static class KeyWalk
{
    /// <summary>Puts the direction of a sort and its column into a page statement.</summary>
    public static string Ordered(string page, ListSort sort) => page
        .Replace("{key}", sort.Column, StringComparison.Ordinal)
        .Replace("{after}", sort.IsDescending ? "<" : ">", StringComparison.Ordinal)
        .Replace("{order}", sort.IsDescending ? "DESC" : "ASC", StringComparison.Ordinal);

    // Before the first: beyond every number and every text. A blob is greater than any text; an empty text may be a key, so pk decides.
    public static Statement BindStart(Statement statement, ListSort sort, SortKey? after) => after switch
    {
        { } last when sort.IsText => statement.Bind(1, last.Text).Bind(2, last.Key),
        { } last => statement.Bind(1, last.Number).Bind(2, last.Key),
        null when sort is { IsText: true, IsDescending: true } => statement.BindAboveText(1).Bind(2, long.MaxValue),
        null when sort.IsText => statement.Bind(1, "").Bind(2, long.MinValue),
        null => statement.Bind(1, sort.IsDescending ? long.MaxValue : long.MinValue).Bind(2, sort.IsDescending ? long.MaxValue : long.MinValue),
    };

    /// <summary>Adds the keys a statement finds: the sort column and pk.</summary>
    public static void ReadKeys(Statement statement, ListSort sort, List<SortKey> keys)
    {
        while (statement.Step())
            keys.Add(sort.IsText ? new(statement.Text(0), 0, statement.Int64(1)) : new(null, statement.Int64(0), statement.Int64(1)));
        statement.Reset();
    }

    /// <summary>The orders a list knows: each column up and down.</summary>
    public static ListSort[] Sorts(params (string Name, string Column, bool IsText)[] columns) =>
        [.. from column in columns from isDown in new[] { false, true } select new ListSort((isDown ? "-" : "") + column.Name, column.Column, isDown, column.IsText)];

    /// <summary>Sorts what several walks found and cuts it to a page; tells whether there is more.</summary>
    public static bool Cut(List<SortKey> keys, ListSort sort, int limit)
    {
        keys.Sort((left, right) => sort.Compare(left, right));
        if (keys.Count <= limit)
            return false;
        keys.RemoveRange(limit, keys.Count - limit);
        return true;
    }

    /// <summary>Runs a read in one transaction, so that all of it is of one moment.</summary>
    public static T AtOneMoment<T>(Connection connection, Func<T> read)
    {
        connection.Execute("BEGIN");
        try
        {
            return read();
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }

    /// <summary>Throws <see cref="InvalidListQueryException"/> for a page that is too small or too long.</summary>
    public static void CheckLimit(int limit, int most)
    {
        if (limit < 1 || limit > most)
            throw new InvalidListQueryException("limit", $"must be 1 to {most}");
    }
}
