using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class GenerationTests : IDisposable
{
    private static readonly ReadModelLayout Users = ReadModelLayout.Users;
    private readonly Folder _folder = new();
    private readonly ReadModelDatabase _database;
    private readonly UserDirectory _directory;

    public GenerationTests()
    {
        _database = _folder.Open(options => options with { DropSliceRows = 3, SearchFillRows = 3 });
        _directory = new UserDirectory(_database);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_generation_that_is_built_is_seen_only_when_it_is_swapped_in_and_then_whole()
    {
        await _database.Write((_, rows) => rows.Register(1, "Old"));
        var generation = await _database.Generations.BeginBuild(Users, People.Ct);
        await Fill(generation, 10);
        Assert.Equal(["u1"], await _directory.Walk(new()));
        await _database.Generations.BuildIndexes(Users, generation, People.Ct);
        Assert.Equal(["u1"], await _directory.Walk(new UserListQuery { Search = "o" }));

        await _database.WriteAsync(session => _database.Generations.Swap(session, Users, generation), People.Ct);
        await _database.Generations.DropDoomed(_ => ["p"], People.Ct);

        Assert.Equal(10, (await _directory.Walk(new UserListQuery { Search = "new" })).Count);
        Assert.Empty(await _directory.Walk(new UserListQuery { Search = "old" }));
        Assert.Equal((generation, null), (_database.Generations.Active("users"), _database.Generations.Building("users")));
        await _database.SearchIndex.Verify(People.Ct);
        Assert.Equal(0, Count("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'user*_g1*' AND name NOT GLOB 'user_state_history*'"));
        Assert.Equal(0, Count("SELECT count(*) FROM doomed_generations"));
    }

    [Fact]
    public async Task A_query_that_began_before_the_swap_ends_in_what_it_began_in()
    {
        await _database.Write((_, rows) => { for (var key = 1; key <= 5; key++) rows.Register(key, "Old"); });
        var generation = await _database.Generations.BeginBuild(Users, People.Ct);
        await Fill(generation, 2);
        await _database.Generations.BuildIndexes(Users, generation, People.Ct);
        using var lease = await _database.Readers.Rent(People.Ct);
        var running = lease.Connection.Get(SqlText.Compose("t", "SELECT name FROM users ORDER BY pk"));
        Assert.True(running.Step());

        await _database.WriteAsync(session => _database.Generations.Swap(session, Users, generation), People.Ct);
        await _database.Generations.DropDoomed(_ => ["p"], People.Ct);

        var rest = 1;
        while (running.Step())
        {
            Assert.Equal("Old", running.Text(0));
            rest++;
        }
        running.Reset();
        Assert.Equal(5, rest);
        Assert.Equal(2, (await _directory.Walk(new())).Count);
    }

    [Fact]
    public async Task A_build_that_was_left_is_given_up_by_the_next_one()
    {
        var left = await _database.Generations.BeginBuild(Users, People.Ct);
        await Fill(left, 4);
        var next = await _database.Generations.BeginBuild(Users, People.Ct);
        await _database.Generations.DropDoomed(_ => ["p"], People.Ct);

        Assert.NotEqual(left, next);
        Assert.Equal(next, _database.Generations.Building("users"));
        Assert.Equal(0, Count($"SELECT count(*) FROM sqlite_schema WHERE name GLOB 'user*_g{left}*'"));
    }

    [Fact]
    public async Task A_swap_that_is_rolled_back_changes_nothing()
    {
        await _database.Write((_, rows) => rows.Register(1, "Old"));
        var generation = await _database.Generations.BeginBuild(Users, People.Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.WriteAsync(session =>
        {
            _database.Generations.Swap(session, Users, generation);
            throw new InvalidOperationException();
        }, People.Ct));

        Assert.Equal((1, generation), (_database.Generations.Active("users"), _database.Generations.Building("users")));
        Assert.Equal(["u1"], await _directory.Walk(new()));
    }

    private Task Fill(int generation, int users) => _database.Write((_, rows) =>
    {
        for (var key = 1; key <= users; key++)
            rows.Register(key, "New " + key);
    }, generation, isBuilding: true);

    private long Count(string sql)
    {
        using var reader = Connection.Open(_database.Options, readOnly: true);
        return reader.Get(SqlText.Compose("t", sql)).Scalar();
    }
}
