using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;
using Source = UmsSti.ReadModels.Users.UserListSql.Source;

namespace UmsSti.ReadModels.Users;

/// <summary>
/// Reads one page. Without search and team it walks the index of the order, once for each kind (type and state) the
/// filters let through, and merges. A narrow search or team is read whole and sorted here; a wide one is walked in order.
/// </summary>
internal sealed class UserListReader
{
    private readonly Connection _connection;
    private readonly UserListQuery _query;
    private readonly ListSort _sort;
    private readonly KeyCursor _cursor;
    private readonly SortKey? _after;
    private readonly string? _match;
    private readonly Source _source;

    private UserListReader(Connection connection, UserListQuery query, ListSort sort, KeyCursor cursor, SortKey? after, string? match)
    {
        (_connection, _query, _sort, _cursor, _after, _match) = (connection, query, sort, cursor, after, match);
        _source = (match is null ? Source.Everybody : Source.Search) | (query.Team is null ? Source.Everybody : Source.Team);
    }

    /// <summary>Reads in one transaction, so that page and total are of one moment.</summary>
    public static UserPage Read(Connection connection, UserListQuery query, ListSort sort, KeyCursor cursor, SortKey? after, string? match, int sortedMatches)
    {
        connection.Execute("BEGIN");
        try
        {
            return new UserListReader(connection, query, sort, cursor, after, match).Read(sortedMatches);
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }

    private UserPage Read(int sortedMatches)
    {
        if (_source != Source.Everybody && ReadCandidates(sortedMatches) is { } found)
            return Page(Select(found), found.Count);
        var kinds = Kinds();
        var total = _source == Source.Everybody ? kinds.Sum(kind => kind.Users) : CountSource();
        return Page(Walk(kinds), total);
    }

    private UserPage Page(List<SortKey> keys, long total)
    {
        var hasMore = keys.Count > _query.Limit;
        if (hasMore)
            keys.RemoveRange(_query.Limit, keys.Count - _query.Limit);
        var next = hasMore ? _cursor.Write(_sort, keys[^1]) : null;
        return new UserPage(keys.ConvertAll(key => ReadRow(key.Key)), next, total);
    }

    // The kinds that have users and pass the filters, from the table of counts.
    private List<(string Type, string State, long Users)> Kinds()
    {
        var statement = _connection.Get("Users/counts");
        var kinds = new List<(string Type, string State, long Users)>();
        while (statement.Step())
            kinds.Add((statement.Text(0), statement.Text(1), statement.Int64(2)));
        statement.Reset();
        return kinds.FindAll(kind => (_query.Type is null || kind.Type == _query.Type) && (_query.State is null || kind.State == _query.State));
    }

    private List<SortKey> Walk(List<(string Type, string State, long Users)> kinds)
    {
        var byKind = _query.Type is not null || _query.State is not null;
        var statement = _connection.Get(UserListSql.Page(_sort, byKind, _source));
        BindStart(statement);
        statement.Bind(3, _query.Limit + 1L);
        if (_source.HasFlag(Source.Search))
            statement.Bind(6, _match);
        if (_source.HasFlag(Source.Team))
            statement.Bind(7, _query.Team);
        var keys = new List<SortKey>();
        if (!byKind)
            ReadKeys(statement, keys);
        else
            foreach (var (type, state, _) in kinds)
                ReadKeys(statement.Bind(4, type).Bind(5, state), keys);
        keys.Sort((left, right) => _sort.Compare(left, right));
        return keys;
    }

    // Before the first: beyond every number and every text. A blob is greater than any text; an empty text may be a key, so pk decides.
    private void BindStart(Statement statement)
    {
        if (_after is { } after && _sort.IsText)
            statement.Bind(1, after.Text).Bind(2, after.Key);
        else if (_after is { } afterNumber)
            statement.Bind(1, afterNumber.Number).Bind(2, afterNumber.Key);
        else if (_sort.IsText && _sort.IsDescending)
            statement.BindAboveText(1).Bind(2, long.MaxValue);
        else if (_sort.IsText)
            statement.Bind(1, "").Bind(2, long.MinValue);
        else
            statement.Bind(1, _sort.IsDescending ? long.MaxValue : long.MinValue).Bind(2, _sort.IsDescending ? long.MaxValue : long.MinValue);
    }

    private void ReadKeys(Statement statement, List<SortKey> keys)
    {
        while (statement.Step())
            keys.Add(_sort.IsText ? new(statement.Text(0), 0, statement.Int64(1)) : new(null, statement.Int64(0), statement.Int64(1)));
        statement.Reset();
    }

    // Null when there are too many to sort.
    private List<SortKey>? ReadCandidates(int most)
    {
        var statement = _connection.Get(UserListSql.Candidates(_sort, _source)).Bind(3, most + 1L);
        if (_match is not null)
            statement.Bind(1, _match);
        if (_query.Team is not null)
            statement.Bind(2, _query.Team);
        var found = new List<SortKey>();
        var read = 0;
        while (statement.Step())
        {
            read++;
            if ((_query.Type is null || statement.Text(1) == _query.Type) && (_query.State is null || statement.Text(2) == _query.State))
                found.Add(_sort.IsText ? new(statement.Text(3), 0, statement.Int64(0)) : new(null, statement.Int64(3), statement.Int64(0)));
        }
        statement.Reset();
        return read > most ? null : found;
    }

    private List<SortKey> Select(List<SortKey> found)
    {
        var rest = _after is { } after ? found.FindAll(key => _sort.Compare(key, after) > 0) : [.. found];
        rest.Sort((left, right) => _sort.Compare(left, right));
        return rest;
    }

    private long CountSource()
    {
        var statement = _connection.Get(UserListSql.Count(_source));
        if (_match is not null)
            statement.Bind(1, _match);
        if (_query.Team is not null)
            statement.Bind(2, _query.Team);
        return statement.Bind(3, _query.Type).Bind(4, _query.State).Scalar();
    }

    private UserRow ReadRow(long key)
    {
        var statement = _connection.Get("Users/find_by_key").Bind(1, key);
        if (!statement.Step())
            throw new InvalidOperationException($"The directory's index names row {key}, which is not there.");
        var row = UserColumns.ReadRow(statement);
        statement.Reset();
        return row;
    }
}
