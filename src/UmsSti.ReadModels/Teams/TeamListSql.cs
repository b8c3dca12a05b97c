using System.Collections.Concurrent;
using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Teams;

/// <summary>
/// The statements of the list, put together from the files in <c>Sql/Teams</c>. Parameters: 1 key, 2 pk, 3 limit, 4 type,
/// 5 state, 6 parent, 7 match, 8 scope as a JSON array of ids.
/// </summary>
internal static class TeamListSql
{
    private static readonly ConcurrentDictionary<(string Sort, Walk Walk, Narrow Narrow), SqlText> Pages = new();

    /// <summary>The orders the list knows.</summary>
    public static readonly IReadOnlyList<ListSort> Sorts = KeyWalk.Sorts(("name", "name_key", true), ("createdAt", "created_at", false));

    /// <summary>The index that is walked: all teams, those of one type and state, those below a parent.</summary>
    public enum Walk
    {
        All,
        Kind,
        Parent,
    }

    /// <summary>Sets of teams that are looked up beside it.</summary>
    [Flags]
    public enum Narrow
    {
        None = 0,
        Search = 1,
        Scope = 2,
    }

    /// <summary>Keys of a page in order, walked along an index.</summary>
    public static SqlText Page(ListSort sort, Walk walk, Narrow narrow) => Pages.GetOrAdd((sort.Name, walk, narrow), _ =>
    {
        var filter = SqlText.Read(walk switch { Walk.All => "Teams/within_all", Walk.Kind => "Teams/within_kind", _ => "Teams/within_parent" });
        if (narrow.HasFlag(Narrow.Search))
            filter += " AND " + SqlText.Read("Teams/within_search");
        if (narrow.HasFlag(Narrow.Scope))
            filter += " AND " + SqlText.Read("Teams/within_scope");
        return SqlText.Compose("Teams/page", KeyWalk.Ordered(SqlText.Read("Teams/page"), sort).Replace("{filter}", filter, StringComparison.Ordinal));
    });

    /// <summary>How many teams match.</summary>
    public static SqlText Count(Narrow narrow) => SqlText.Get(narrow switch
    {
        Narrow.None => "Teams/count_parent",
        Narrow.Search => "Teams/count_search",
        Narrow.Scope => "Teams/count_scope",
        _ => "Teams/count_search_scope",
    });
}
