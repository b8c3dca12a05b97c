using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class DatabaseTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_connection_has_the_settings_it_was_given(bool readOnly)
    {
        using var database = _folder.Open();
        using var connection = Connection.Open(database.Options, readOnly);

        Assert.Equal("wal", connection.Pragma("journal_mode"));
        Assert.Equal("1", connection.Pragma("synchronous"));
        Assert.Equal("1", connection.Pragma("secure_delete"));
        Assert.Equal("1", connection.Pragma("foreign_keys"));
        Assert.Equal("2", connection.Pragma("temp_store"));
        Assert.Equal("0", connection.Pragma("mmap_size"));
        Assert.Equal("30000", connection.Pragma("busy_timeout"));
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart()
    {
        using (var database = _folder.Open())
            await database.Write((_, rows) => rows.Register(1, "Ada"));
        using var again = _folder.Open();

        Assert.Equal("Ada", (await new UserDirectory(again).FindAsync("u1", People.Ct))?.Name);
    }

    [Fact]
    public void A_newer_schema_is_refused_in_one_line()
    {
        using (var database = _folder.Open())
        {
            using var connection = Connection.Open(database.Options, readOnly: false);
            connection.Execute("INSERT INTO schema_versions VALUES (999, 'of tomorrow', 0)");
        }
        var refused = Assert.Throws<ReadModelStartException>(() => _folder.Open());

        Assert.Contains("schema 999", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_in_one_line()
    {
        File.WriteAllText(_folder.File, new string('x', 10_000));

        Assert.DoesNotContain('\n', Assert.Throws<ReadModelStartException>(() => _folder.Open()).Message);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_in_one_line() =>
        Assert.DoesNotContain('\n', Assert.Throws<ReadModelStartException>(
            () => _folder.Open(options => options with { Path = Path.Combine(_folder.File, "nowhere", "readmodel.db") })).Message);

    [Fact]
    public void A_setting_without_sense_is_refused_by_name() =>
        Assert.Contains("ReadConnections", Assert.Throws<ReadModelStartException>(() => _folder.Open(options => options with { ReadConnections = 0 })).Message);

    [Fact]
    public async Task Tables_of_another_layout_give_way_to_empty_ones()
    {
        using (var database = _folder.Open())
        {
            await database.Write((_, rows) => rows.Register(1, "Ada"));
            using var connection = Connection.Open(database.Options, readOnly: false);
            connection.Execute("UPDATE models SET layout = 0 WHERE name = 'users'");
        }
        using var again = _folder.Open();

        Assert.Equal(2, again.Generations.Active("users"));
        Assert.Null(await new UserDirectory(again).FindAsync("u1", People.Ct));
        await again.Generations.DropDoomed(_ => ["p"], People.Ct);
        using var reader = Connection.Open(again.Options, readOnly: true);
        Assert.Equal(0, reader.Get(SqlText.Compose("t", "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'user*_g1*' AND name NOT GLOB 'user_state_history*'")).Scalar());
    }

    [Fact]
    public async Task More_readers_than_connections_take_turns()
    {
        using var database = _folder.Open(options => options with { ReadConnections = 2 });
        await database.Write((_, rows) => rows.Register(1, "Ada"));
        var directory = new UserDirectory(database);

        var names = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => (await directory.FindAsync("u1", People.Ct))?.Name)));

        Assert.All(names, name => Assert.Equal("Ada", name));
    }

    [Fact]
    public async Task Checkpoint_and_parked_streams_are_kept_with_the_transaction()
    {
        using var database = _folder.Open();
        var checkpoint = new Checkpoint(10, 77, 9, 8, -3);
        var parked = new ParkedStream("User-1", 3, 7, "broken", 3, People.Start, 2);
        await database.WriteAsync(session =>
        {
            session.SaveCheckpoint("p", 1, checkpoint);
            session.Park("p", 1, parked);
        }, People.Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(session =>
        {
            session.SaveCheckpoint("p", 1, checkpoint with { Position = 11 });
            session.Release("p", 1, "User-1");
            throw new InvalidOperationException();
        }, People.Ct));

        await database.WriteAsync(session =>
        {
            Assert.Equal(checkpoint, session.FindCheckpoint("p", 1));
            Assert.Null(session.FindCheckpoint("p", 2));
            Assert.Equal([parked], session.Parked("p", 1));
        }, People.Ct);
    }
}
