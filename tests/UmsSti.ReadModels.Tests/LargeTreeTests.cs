using System.Diagnostics;
using UmsSti.ReadModels.Hierarchy;
using UmsSti.ReadModels.Teams;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>The shapes that bring other systems down: 10,000 teams flat, in wide levels, and as 100 x 100. The best of some tries is judged.</summary>
public sealed class LargeTreeTests : IDisposable
{
    private const int Teams = 10_000, Tries = 7;

    private static readonly TimeSpan Allowed = TimeSpan.FromMilliseconds(100);

    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;

    public LargeTreeTests() => _database = _folder.Open();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("flat", 9_999)]
    [InlineData("levels", 1_428)]
    [InlineData("squares", 100)]
    public async Task Every_shape_lists_and_searches(string shape, long children)
    {
        await Plant(shape);
        var (teams, tree) = (new TeamDirectory(_database), new TeamHierarchy(_database));

        Assert.Equal(Teams, (await Timed("list", () => teams.ListAsync(new(), People.Ct))).Total);
        Assert.Equal(Teams, (await Timed("list by kind", () => teams.ListAsync(new() { State = "active", Sort = "-createdAt" }, People.Ct))).Total);
        Assert.Equal(children, (await Timed("below a team", () => teams.ListAsync(new() { Parent = "t1" }, People.Ct))).Total);
        Assert.Equal(Teams, (await Timed("wide search", () => teams.ListAsync(new() { Search = "te" }, People.Ct))).Total);
        Assert.Equal(1, (await Timed("narrow search", () => teams.ListAsync(new() { Search = "team-9999" }, People.Ct))).Total);
        Assert.Equal(children, (await Shown("children", () => tree.ChildrenAsync("t1", null, People.Ct)))!.Count);
        Assert.Equal(Teams, (await Shown("statistics", () => tree.StatisticsAsync(People.Ct))).Teams);
        await Shown("path", () => tree.PathAsync("t10000", null, People.Ct));
        Assert.Empty(await new ClosureCheck(_database).VerifyAsync(People.Ct));
    }

    [Fact]
    public async Task A_branch_of_1000_teams_moves_in_one_batch()
    {
        await _database.WriteTeams((session, rows) =>
        {
            rows.Create(session, 1, null);
            for (var key = 2; key <= 7; key++)
                rows.Create(session, key, key is 2 or 5 ? "t1" : "t" + (key - 1)); // two arms of three
            for (var key = 10; key < 1_010; key++)
                rows.Create(session, key, key < 20 ? "t4" : "t" + (10 + (key % 10)));
        });
        var rows = new TeamRows(_database.Generations.Active("teams"), cacheRows: 100);
        var position = 2_000;
        await Timed("move", () => _database.WriteAsync(session =>
        {
            position++;
            rows.Move(session, "t4", position % 2 == 0 ? "t3" : "t7", position);
            rows.Flush(session);
            return true;
        }, People.Ct));

        Assert.Empty(await new ClosureCheck(_database).VerifyAsync(People.Ct));
        var tree = new TeamHierarchy(_database);
        Assert.Equal(1_000, (await Shown("descendants", () => tree.DescendantsAsync("t4", null, null, People.Ct)))!.Count);
    }

    private Task Plant(string shape) => _database.WriteTeams((session, rows) =>
    {
        for (var key = 1; key <= Teams; key++)
            rows.Create(session, key, key == 1 ? null : "t" + shape switch
            {
                "flat" => 1,
                "levels" => key <= 1_429 ? 1 : 2 + ((key - 1_430) / 1_429 * 1_429), // below the first of the level above
                _ => key <= 101 ? 1 : 2 + ((key - 102) / 100),
            });
    });

    // The targets of lists, searches and moves.
    private static async Task<T> Timed<T>(string what, Func<Task<T>> work)
    {
        var (result, best) = await Best(what, work);
        Assert.True(best < Allowed, $"{what}: {best.TotalMilliseconds:F1} ms");
        return result;
    }

    private static async Task<T> Shown<T>(string what, Func<Task<T>> work) => (await Best(what, work)).Result;

    private static async Task<(T Result, TimeSpan Time)> Best<T>(string what, Func<Task<T>> work)
    {
        var best = TimeSpan.MaxValue;
        T result = default!;
        for (var round = 0; round < Tries; round++)
        {
            var clock = Stopwatch.StartNew();
            result = await work();
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {best.TotalMilliseconds:F2} ms");
        return (result, best);
    }
}
