using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Hierarchy;

/// <summary>
/// Queries over the tree of teams (QY-06, QY-10, QY-11, TM-35). Each sees one moment. Where the teams a caller may see are
/// given, others are left out, and in a tree what is below them stands below the nearest one he sees.
/// </summary>
public sealed class TeamHierarchy(ReadModelDatabase database)
{
    /// <summary>Most teams of one answer.</summary>
    public const int MaxTeams = 20_000;

    /// <summary>Levels below a team that are answered when the caller does not say (QY-06).</summary>
    public const int DefaultDepth = 10;

    /// <summary>The teams above one, root first, without itself. Null: there is no such team in the tree.</summary>
    public Task<IReadOnlyList<TreeTeam>?> AncestorsAsync(string id, int? depth, IReadOnlySet<string>? scope, CancellationToken ct) =>
        AboveAsync(id, 1, depth, scope, ct);

    /// <summary>The teams from the root down to one, with itself. Null: there is no such team in the tree.</summary>
    public Task<IReadOnlyList<TreeTeam>?> PathAsync(string id, IReadOnlySet<string>? scope, CancellationToken ct) => AboveAsync(id, 0, null, scope, ct);

    /// <summary>The teams below one, by depth and then name. Null: there is no such team in the tree.</summary>
    public Task<IReadOnlyList<TreeTeam>?> DescendantsAsync(string id, int? depth, IReadOnlySet<string>? scope, CancellationToken ct) =>
        BelowAsync(id, 1, Checked(depth), scope, ct);

    /// <summary>The teams exactly that many levels below one, by name. Null: there is no such team in the tree.</summary>
    public Task<IReadOnlyList<TreeTeam>?> AtDepthAsync(string id, int depth, IReadOnlySet<string>? scope, CancellationToken ct) =>
        BelowAsync(id, Checked(depth), Checked(depth), scope, ct);

    /// <summary>The teams directly below one, by name. Null: there is no such team in the tree.</summary>
    public Task<IReadOnlyList<TreeTeam>?> ChildrenAsync(string id, IReadOnlySet<string>? scope, CancellationToken ct) => BelowAsync(id, 1, 1, scope, ct);

    /// <summary>One team with all below it, nested. Null: there is no such team in the tree, or the caller does not see it.</summary>
    public async Task<TreeNode?> TreeAsync(string id, int? depth, IReadOnlySet<string>? scope, CancellationToken ct)
    {
        var teams = await ReadBelow(id, 0, Checked(depth), ct).ConfigureAwait(false);
        return teams is null || scope?.Contains(id) == false ? null : Nest(teams, id, scope);
    }

    /// <summary>The roots, by name.</summary>
    public async Task<IReadOnlyList<TreeTeam>> RootsAsync(IReadOnlySet<string>? scope, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var roots = Read(lease.Connection.Get("Teams/roots").Bind(1, MaxTeams + 1L));
        return Ordered(Bounded(roots), scope);
    }

    /// <summary>How many levels a team lies below another; null when it does not.</summary>
    public async Task<int?> LevelsBelowAsync(string ancestorId, string id, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var levels = lease.Connection.Get("Teams/is_above").Bind(1, ancestorId).Bind(2, id).Scalar();
        return levels == 0 ? null : (int)levels;
    }

    /// <summary>QY-11</summary>
    public async Task<HierarchyStatistics> StatisticsAsync(CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Teams/statistics");
        statement.Step();
        var (teams, roots, parents) = (statement.Int64(0), statement.Int64(1), statement.Int64(2));
        var deepest = statement.Int64OrNull(3) is { } depth ? (int)depth + 1 : 0;
        statement.Reset();
        return new HierarchyStatistics(teams, roots, teams - parents, deepest);
    }

    private async Task<IReadOnlyList<TreeTeam>?> AboveAsync(string id, int from, int? depth, IReadOnlySet<string>? scope, CancellationToken ct)
    {
        var most = Checked(depth ?? int.MaxValue);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var teams = Read(lease.Connection.Get("Teams/above").Bind(1, id).Bind(2, 0));
        return teams.Count == 0
            ? null
            : teams.FindAll(team => team.Depth >= from && team.Depth <= most && scope?.Contains(team.Id) != false);
    }

    private async Task<IReadOnlyList<TreeTeam>?> BelowAsync(string id, int from, int to, IReadOnlySet<string>? scope, CancellationToken ct)
    {
        // Itself is read along, so that a team without teams below it differs from none.
        var teams = await ReadBelow(id, from == 1 ? 0 : from, to, ct).ConfigureAwait(false);
        if (teams is null)
            return null;
        return Ordered(teams.FindAll(team => team.Depth >= from), scope);
    }

    private async Task<List<TreeTeam>?> ReadBelow(string id, int from, int to, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var teams = Read(lease.Connection.Get("Teams/below").Bind(1, id).Bind(2, from).Bind(3, to).Bind(4, MaxTeams + 2L));
        if (teams.Count == 0 && (from == 0 || Read(lease.Connection.Get("Teams/above").Bind(1, id).Bind(2, 0)).Count == 0))
            return null;
        return Bounded(teams);
    }

    private static List<TreeTeam> Read(Statement statement)
    {
        var teams = new List<TreeTeam>();
        var (type, state, parent) = (new RepeatedText(), new RepeatedText(), new RepeatedText());
        while (statement.Step())
            teams.Add(new(
                statement.Text(0), statement.Text(1), statement.Text(2), type.Of(statement.Raw(3)), state.Of(statement.Raw(4)),
                statement.IsNull(5) ? null : parent.Of(statement.Raw(5)), (int)statement.Int64(6)));
        statement.Reset();
        return teams;
    }

    private static List<TreeTeam> Bounded(List<TreeTeam> teams) => teams.Count <= MaxTeams + 1
        ? teams
        : throw new InvalidListQueryException("depth", $"would answer more than {MaxTeams} teams; ask for fewer levels");

    private static int Checked(int? depth) => depth is null or >= 1
        ? depth ?? DefaultDepth
        : throw new InvalidListQueryException("depth", "must be at least 1");

    private static TreeTeam[] Ordered(List<TreeTeam> teams, IReadOnlySet<string>? scope)
    {
        TreeTeam[] seen = scope is null ? [.. teams] : [.. teams.Where(team => scope.Contains(team.Id))];
        var places = Array.ConvertAll(seen, static team => new Place(team.Depth, ListSort.NameKey(team.Name), team.Id));
        Array.Sort(places, seen);
        return seen;
    }

    /// <summary>A team with all below it out of a list that has them all; teams that are not seen are left out, what is below them is not.</summary>
    public static TreeNode Nest(List<TreeTeam> teams, string rootId, IReadOnlySet<string>? scope)
    {
        var parents = teams.ToDictionary(team => team.Id, team => team.ParentId, StringComparer.Ordinal);
        var children = teams.Where(team => team.Id != rootId && scope?.Contains(team.Id) != false)
            .ToLookup(team => NearestSeen(team, parents, rootId, scope), StringComparer.Ordinal);
        return Node(teams.Find(team => team.Id == rootId)!);

        TreeNode Node(TreeTeam team) => new(team, [.. children[team.Id].OrderBy(static child => new Place(0, ListSort.NameKey(child.Name), child.Id)).Select(Node)]);
    }

    private static string NearestSeen(TreeTeam team, Dictionary<string, string?> parents, string rootId, IReadOnlySet<string>? scope)
    {
        var parent = team.ParentId!;
        while (parent != rootId && scope?.Contains(parent) == false)
            parent = parents[parent]!;
        return parent;
    }

    // Where a team stands in an answer; made once a team, not once a comparison.
    private readonly record struct Place(int Depth, string NameKey, string Id) : IComparable<Place>
    {
        public int CompareTo(Place other)
        {
            var order = Depth.CompareTo(other.Depth);
            if (order == 0)
                order = string.CompareOrdinal(NameKey, other.NameKey);
            return order == 0 ? string.CompareOrdinal(Id, other.Id) : order;
        }
    }
}
