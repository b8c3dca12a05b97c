using System.Collections.Concurrent;
using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Users;

/// <summary>The statements of the list, one for each combination of order and source, put together from the files in <c>Sql/Users</c>.</summary>
internal static class UserListSql
{
    private static readonly ConcurrentDictionary<(string Sort, bool ByKind, Source Source), SqlText> Pages = new();
    private static readonly ConcurrentDictionary<(string Column, Source Source), SqlText> Found = new();

    /// <summary>What narrows a list to a set of users, besides type and state.</summary>
    [Flags]
    public enum Source
    {
        Everybody = 0,
        Search = 1,
        Team = 2,
    }

    /// <summary>Keys of a page in order, walked along an index. Parameters: 1 key, 2 pk, 3 limit, 4 type, 5 state, 6 match, 7 team.</summary>
    public static SqlText Page(ListSort sort, bool byKind, Source source) => Pages.GetOrAdd((sort.Name, byKind, source), _ =>
    {
        var filter = SqlText.Read(byKind ? "Users/within_kind" : "Users/within_all");
        if (source.HasFlag(Source.Search))
            filter += " AND " + SqlText.Read("Users/within_search");
        if (source.HasFlag(Source.Team))
            filter += " AND " + SqlText.Read("Users/within_team");
        return SqlText.Compose("Users/page", SqlText.Read("Users/page")
            .Replace("{key}", sort.Column, StringComparison.Ordinal)
            .Replace("{filter}", filter, StringComparison.Ordinal)
            .Replace("{after}", sort.IsDescending ? "<" : ">", StringComparison.Ordinal)
            .Replace("{order}", sort.IsDescending ? "DESC" : "ASC", StringComparison.Ordinal));
    });

    /// <summary>Users of a source in no order, with kind and key. Parameters: 1 match, 2 team, 3 limit.</summary>
    public static SqlText Candidates(ListSort sort, Source source) => Found.GetOrAdd((sort.Column, source), _ =>
        SqlText.Compose("Users/candidates", SqlText.Read("Users/candidates_" + Suffix(source))
            .Replace("{key}", sort.Column, StringComparison.Ordinal)));

    /// <summary>How many users of a source there are. Parameters: 1 match, 2 team, 3 type or NULL, 4 state or NULL.</summary>
    public static SqlText Count(Source source) => SqlText.Get("Users/count_" + Suffix(source));

    private static string Suffix(Source source) => source switch
    {
        Source.Search => "search",
        Source.Team => "team",
        Source.Search | Source.Team => "search_team",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Everybody is not looked up."),
    };
}
