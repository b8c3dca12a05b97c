using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Memberships;

/// <summary>Reads one page of a team's memberships along the index of the order, once for each kind (state and role) the filters let through.</summary>
internal sealed class MemberListReader(Connection connection, string teamId, MemberListQuery query, ListSort sort)
{
    private static readonly ListSort[] Known = KeyWalk.Sorts(("joinedAt", "joined_at", false));

    /// <summary>The orders the list knows.</summary>
    public static IReadOnlyList<ListSort> Sorts => Known;

    /// <summary>The statement of a page. Parameters: 1 time, 2 pk, 3 limit, 4 team, 5 state, 6 role.</summary>
    public static SqlText Page(ListSort sort, bool byKind) => Pages[(byKind ? Known.Length : 0) + Array.IndexOf(Known, sort)];

    private static readonly SqlText[] Pages =
    [
        .. from filter in new[] { "Rights/within_team", "Rights/within_kind" }
           from sort in Known
           select SqlText.Compose("Rights/member_page", KeyWalk.Ordered(SqlText.Read("Rights/member_page"), sort)
               .Replace("{filter}", SqlText.Read(filter), StringComparison.Ordinal)),
    ];

    /// <summary>Reads in one transaction, so that page and total are of one moment.</summary>
    public MemberPage Read(KeyCursor cursor, SortKey? after) => KeyWalk.AtOneMoment(connection, () =>
    {
        var kinds = Kinds();
        var keys = Keys(kinds, after);
        var hasMore = KeyWalk.Cut(keys, sort, query.Limit);
        return new MemberPage(
            keys.ConvertAll(key => ReadRow(key.Key)), hasMore ? cursor.Write(sort, keys[^1]) : null, kinds.Sum(kind => kind.Members));
    });

    // The kinds of this team that have members and pass the filters, from the table of counts.
    private List<(string State, string Role, long Members)> Kinds()
    {
        var statement = connection.Get("Rights/member_counts").Bind(1, teamId);
        var kinds = new List<(string State, string Role, long Members)>();
        while (statement.Step())
            kinds.Add((statement.Text(0), statement.Text(1), statement.Int64(2)));
        statement.Reset();
        return kinds.FindAll(kind => (query.State is null || kind.State == query.State) && (query.Role is null || kind.Role == query.Role));
    }

    private List<SortKey> Keys(List<(string State, string Role, long Members)> kinds, SortKey? after)
    {
        var byKind = query.State is not null || query.Role is not null;
        var statement = KeyWalk.BindStart(connection.Get(Page(sort, byKind)), sort, after).Bind(3, query.Limit + 1L).Bind(4, teamId);
        var keys = new List<SortKey>();
        if (!byKind)
            KeyWalk.ReadKeys(statement, sort, keys);
        else
            foreach (var (state, role, _) in kinds)
                KeyWalk.ReadKeys(statement.Bind(5, state).Bind(6, role), sort, keys);
        return keys;
    }

    private MemberRow ReadRow(long key)
    {
        var statement = connection.Get("Rights/member_by_key").Bind(1, key);
        if (!statement.Step())
            throw new InvalidOperationException($"The index of memberships names row {key}, which is not there.");
        var row = MemberColumns.ReadRow(statement);
        statement.Reset();
        return row;
    }
}
