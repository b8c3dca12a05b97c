using UmsSti.ReadModels.Hierarchy;
using UmsSti.ReadModels.Teams;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class HierarchyTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly TeamHierarchy _tree;
    private readonly ClosureCheck _check;

    public HierarchyTests()
    {
        _database = _folder.Open();
        _tree = new TeamHierarchy(_database);
        _check = new ClosureCheck(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(3, 6)]
    [InlineData(4, 10)]
    public async Task A_chain_has_a_row_for_every_pair(int levels, long rows)
    {
        await _database.WriteTeams((session, teams) =>
        {
            for (var key = 1; key <= levels; key++)
                teams.Create(session, key, key == 1 ? null : "t" + (key - 1));
        });

        Assert.Equal(rows, await Rows());
        Assert.Equal(new HierarchyStatistics(levels, 1, 1, levels), await _tree.StatisticsAsync(People.Ct));
    }

    [Fact]
    public async Task Above_below_and_beside()
    {
        await Sample();

        Assert.Equal(["t1", "t2", "t4"], (await _tree.AncestorsAsync("t6", null, null, People.Ct)).Ids());
        Assert.Equal(["t4"], (await _tree.AncestorsAsync("t6", 1, null, People.Ct)).Ids());
        Assert.Equal(["t1", "t2", "t4", "t6"], (await _tree.PathAsync("t6", null, People.Ct)).Ids());
        Assert.Equal(["t5", "t4", "t6"], (await _tree.DescendantsAsync("t2", null, null, People.Ct)).Ids()); // by depth, then by name
        Assert.Equal(["t5", "t4"], (await _tree.DescendantsAsync("t2", 1, null, People.Ct)).Ids());
        Assert.Equal(["t3", "t2"], (await _tree.ChildrenAsync("t1", null, People.Ct)).Ids());
        Assert.Equal(["t6"], (await _tree.AtDepthAsync("t1", 3, null, People.Ct)).Ids());
        Assert.Empty((await _tree.ChildrenAsync("t6", null, People.Ct))!);
        Assert.Empty((await _tree.AncestorsAsync("t1", null, null, People.Ct))!);
        Assert.Equal(["t1"], (await _tree.RootsAsync(null, People.Ct)).Ids());
        Assert.Equal(new HierarchyStatistics(6, 1, 3, 4), await _tree.StatisticsAsync(People.Ct));
        Assert.Equal(3, await _tree.LevelsBelowAsync("t1", "t6", People.Ct));
        Assert.Null(await _tree.LevelsBelowAsync("t6", "t1", People.Ct));
        Assert.Null(await _tree.LevelsBelowAsync("t1", "t1", People.Ct));
    }

    [Fact]
    public async Task A_team_that_is_not_there_has_no_place()
    {
        await Sample();

        Assert.Null(await _tree.AncestorsAsync("t9", null, null, People.Ct));
        Assert.Null(await _tree.DescendantsAsync("t9", null, null, People.Ct));
        Assert.Null(await _tree.AtDepthAsync("t9", 2, null, People.Ct));
        Assert.Null(await _tree.TreeAsync("t9", null, null, People.Ct));
        var error = await Assert.ThrowsAsync<InvalidListQueryException>(() => _tree.DescendantsAsync("t1", 0, null, People.Ct));
        Assert.Equal("depth", error.Field);
    }

    [Fact]
    public async Task A_tree_is_nested_and_ordered_by_name()
    {
        await Sample();

        Assert.Equal("t1(t3 t2(t5 t4(t6)))", Show((await _tree.TreeAsync("t1", null, null, People.Ct))!));
        Assert.Equal("t1(t3 t2)", Show((await _tree.TreeAsync("t1", 1, null, People.Ct))!));
    }

    [Fact]
    public async Task Teams_a_caller_does_not_see_are_left_out()
    {
        await Sample();
        var scope = new HashSet<string> { "t1", "t4", "t6", "t3" };

        Assert.Equal("t1(t4(t6) t3)", Show((await _tree.TreeAsync("t1", null, scope, People.Ct))!));
        Assert.Null(await _tree.TreeAsync("t2", null, scope, People.Ct));
        Assert.Equal(["t1", "t4"], (await _tree.AncestorsAsync("t6", null, scope, People.Ct)).Ids());
        Assert.Equal(["t4", "t6"], (await _tree.DescendantsAsync("t2", null, scope, People.Ct)).Ids());
    }

    [Fact]
    public async Task A_branch_moves_with_all_that_is_below_it()
    {
        await Sample();
        await _database.WriteTeams((session, teams) => teams.Move(session, "t4", "t3", 10));

        Assert.Equal("t1(t3(t4(t6)) t2(t5))", Show((await _tree.TreeAsync("t1", null, null, People.Ct))!));
        Assert.Empty(await _check.VerifyAsync(People.Ct));
        Assert.Equal(3, (await new TeamDirectory(_database).FindAsync("t4", People.Ct))!.Level);
    }

    [Fact]
    public async Task Moves_of_one_batch_happen_in_their_order()
    {
        await Sample();
        await _database.WriteTeams((session, teams) =>
        {
            teams.Move(session, "t4", "t3", 10); // out of t2 first, so that t2 may go below it
            teams.Move(session, "t2", "t4", 11);
        });

        Assert.Equal("t1(t3(t4(t6 t2(t5))))", Show((await _tree.TreeAsync("t1", null, null, People.Ct))!));
        Assert.Empty(await _check.VerifyAsync(People.Ct));
    }

    [Fact]
    public async Task What_the_tree_does_not_allow_is_refused_and_changes_nothing()
    {
        await Sample();
        var rows = await Rows();

        var circle = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteTeams((session, teams) => teams.Move(session, "t2", "t6", 10)));
        var itself = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteTeams((session, teams) => teams.Move(session, "t2", "t2", 10)));
        var orphans = await Assert.ThrowsAsync<RowRefusedException>(() => _database.WriteTeams((session, teams) =>
        {
            var draft = teams.Find(session, "t4")!;
            teams.Remove(draft);
            draft.Touch(10);
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.WriteTeams((session, teams) => teams.Create(session, 20, "t19")));

        Assert.Equal(["t2", "t2", "t4"], new[] { circle.Subject, itself.Subject, orphans.Subject });
        Assert.Equal(rows, await Rows());
        Assert.Empty(await _check.VerifyAsync(People.Ct));
    }

    [Fact]
    public async Task A_removed_team_is_out_of_the_tree()
    {
        await Sample();
        await _database.WriteTeams((session, teams) =>
        {
            var draft = teams.Find(session, "t6")!;
            teams.Remove(draft);
            draft.State = "purged";
            draft.Touch(10);
        });

        Assert.Null(await _tree.PathAsync("t6", null, People.Ct));
        Assert.Equal(new HierarchyStatistics(5, 1, 3, 3), await _tree.StatisticsAsync(People.Ct));
        Assert.Empty(await _check.VerifyAsync(People.Ct));
    }

    [Fact]
    public async Task Damage_is_named_and_mended_from_the_parent_links()
    {
        await Sample();
        await _database.WriteAsync(session => session.Connection.Execute("DELETE FROM team_closure_g1 WHERE ancestor = 1 AND descendant = 6"), People.Ct);
        await _database.WriteAsync(session => session.Connection.Execute("INSERT INTO team_closure_g1 VALUES (3, 5, 1)"), People.Ct);

        Assert.Equal([new("t5", 1), new("t6", 1)], await _check.VerifyAsync(People.Ct));
        await _check.RebuildAsync(People.Ct);
        Assert.Empty(await _check.VerifyAsync(People.Ct));
    }

    /// <summary>TM-34 over random trees, moves and removals, several in a batch.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_closure_kept_by_moves_is_the_one_of_the_parent_links(int seed)
    {
        var random = new Random(seed);
        var parents = new SortedDictionary<int, int?> { [1] = null };
        var rows = new TeamRows(_database.Generations.Active("teams"), cacheRows: 10);
        await _database.WriteAsync(session => { rows.Create(session, 1, null); rows.Flush(session); }, People.Ct);
        for (var (batch, position) = (0, 2); batch < 40; batch++)
        {
            await _database.WriteAsync(session =>
            {
                for (var step = 0; step < 6; step++, position++)
                    Step(random, parents, rows, session, position);
                rows.Flush(session);
            }, People.Ct);
        }

        Assert.Empty(await _check.VerifyAsync(People.Ct));
        foreach (var team in parents.Keys)
        {
            var path = Chain(parents, team).Reverse().Select(key => "t" + key).ToArray();
            Assert.Equal(path, (await _tree.PathAsync("t" + team, null, People.Ct)).Ids());
        }
        Assert.Equal(parents.Keys.Sum(team => Chain(parents, team).Count()), await Rows());
    }

    private static void Step(Random random, SortedDictionary<int, int?> parents, TeamRows rows, WriteSession session, int position)
    {
        var known = parents.Keys.ToArray();
        var (team, other) = (known[random.Next(known.Length)], known[random.Next(known.Length)]);
        switch (random.Next(5))
        {
            case 0 or 1:
                rows.Create(session, position, "t" + team);
                parents.Add(position, team);
                break;
            case 2 when team != 1 && !parents.ContainsValue(team):
                var draft = rows.Find(session, "t" + team)!;
                rows.Remove(draft);
                draft.Touch(position);
                parents.Remove(team);
                break;
            default:
                if (team == 1 || Chain(parents, other).Contains(team))
                    break; // the domain refuses these
                rows.Move(session, "t" + team, "t" + other, position);
                parents[team] = other;
                break;
        }
    }

    private static IEnumerable<int> Chain(SortedDictionary<int, int?> parents, int team)
    {
        for (int? at = team; at is { } here; at = parents[here])
            yield return here;
    }

    private Task Sample() => _database.WriteTeams((session, teams) =>
    {
        teams.Create(session, 1, null, "Acme", "organization");
        teams.Create(session, 2, "t1", "Sales");
        teams.Create(session, 3, "t1", "research"); // case does not count
        teams.Create(session, 4, "t2", "Nord");
        teams.Create(session, 5, "t2", "East");
        teams.Create(session, 6, "t4", "Field");
    });

    private Task<long> Rows() => _database.WriteAsync(
        session => session.Connection.Get(Sqlite.SqlText.Compose("rows", "SELECT count(*) FROM team_closure")).Scalar(), People.Ct);

    private static string Show(TreeNode node) =>
        node.Team.Id + (node.Children.Count == 0 ? "" : $"({string.Join(' ', node.Children.Select(Show))})");
}
