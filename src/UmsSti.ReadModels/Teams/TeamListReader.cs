using System.Text.Json;
using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;
using Narrow = UmsSti.ReadModels.Teams.TeamListSql.Narrow;
using Walk = UmsSti.ReadModels.Teams.TeamListSql.Walk;

namespace UmsSti.ReadModels.Teams;

/// <summary>
/// Reads one page along the index of the order: below a parent, or once for each kind (type and state) the filters let
/// through, or over all teams. A search and the teams a caller may see are looked up once and tested along the way.
/// </summary>
internal sealed class TeamListReader(Connection connection, TeamListQuery query, ListSort sort, string? match)
{
    private readonly string? _scope = query.Scope is null ? null : JsonSerializer.Serialize(query.Scope);

    private readonly Narrow _narrow = (match is null ? Narrow.None : Narrow.Search) | (query.Scope is null ? Narrow.None : Narrow.Scope);

    private readonly Walk _walk = query.Parent is not null ? Walk.Parent
        : query.Type is not null || query.State is not null ? Walk.Kind : Walk.All;

    /// <summary>Reads in one transaction, so that page and total are of one moment.</summary>
    public TeamPage Read(KeyCursor cursor, SortKey? after) => KeyWalk.AtOneMoment(connection, () =>
    {
        var kinds = _walk == Walk.Parent ? [] : Kinds();
        var keys = Keys(kinds, after);
        var hasMore = KeyWalk.Cut(keys, sort, query.Limit);
        var total = _walk == Walk.Parent || _narrow != Narrow.None ? Count() : kinds.Sum(kind => kind.Teams);
        return new TeamPage(keys.ConvertAll(key => ReadRow(key.Key)), hasMore ? cursor.Write(sort, keys[^1]) : null, total);
    });

    // The kinds that have teams and pass the filters, from the table of counts.
    private List<(string Type, string State, long Teams)> Kinds()
    {
        var statement = connection.Get("Teams/counts");
        var kinds = new List<(string Type, string State, long Teams)>();
        while (statement.Step())
            kinds.Add((statement.Text(0), statement.Text(1), statement.Int64(2)));
        statement.Reset();
        return kinds.FindAll(kind => (query.Type is null || kind.Type == query.Type) && (query.State is null || kind.State == query.State));
    }

    private List<SortKey> Keys(List<(string Type, string State, long Teams)> kinds, SortKey? after)
    {
        var statement = connection.Get(TeamListSql.Page(sort, _walk, _narrow));
        KeyWalk.BindStart(statement, sort, after).Bind(3, query.Limit + 1L);
        BindNarrow(statement);
        var keys = new List<SortKey>();
        if (_walk == Walk.Parent)
            KeyWalk.ReadKeys(BindFilters(statement), sort, keys);
        else if (_walk == Walk.All)
            KeyWalk.ReadKeys(statement, sort, keys);
        else
            foreach (var (type, state, _) in kinds)
                KeyWalk.ReadKeys(statement.Bind(4, type).Bind(5, state), sort, keys);
        return keys;
    }

    private long Count() => BindFilters(BindNarrow(connection.Get(TeamListSql.Count(_narrow)))).Scalar();

    private Statement BindFilters(Statement statement) => statement.Bind(4, query.Type).Bind(5, query.State).Bind(6, query.Parent);

    private Statement BindNarrow(Statement statement)
    {
        if (_narrow.HasFlag(Narrow.Search))
            statement.Bind(7, match);
        if (_narrow.HasFlag(Narrow.Scope))
            statement.Bind(8, _scope);
        return statement;
    }

    private TeamRow ReadRow(long key)
    {
        var statement = connection.Get("Teams/find_by_key").Bind(1, key);
        if (!statement.Step())
            throw new InvalidOperationException($"The index of teams names row {key}, which is not there.");
        var row = TeamColumns.ReadRow(statement);
        statement.Reset();
        return row;
    }
}
