using UmsSti.Store.Sqlite;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>Opening: what is checked, what is refused, and that every refusal is one line.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_folder_belongs_to_its_owner_alone()
    {
        _ = _folder.Folder;
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public void A_folder_has_one_owner()
    {
        _ = _folder.Folder;
        Refused("in use by another process", () => DataFolder.Open(_folder.Path));
        _folder.Release();
        DataFolder.Open(_folder.Path).Dispose();
    }

    [Fact]
    public void A_folder_that_is_a_file_is_refused()
    {
        File.WriteAllText(_folder.Path, "x");
        try
        {
            Refused("cannot be used", () => DataFolder.Open(_folder.Path));
        }
        finally
        {
            File.Delete(_folder.Path);
        }
    }

    [Fact]
    public async Task A_newer_file_than_the_program_is_refused_and_left_alone()
    {
        await using (_folder.OpenLog())
        {
        }

        using (var database = Database.Open(_folder.Events))
            database.Execute("INSERT INTO schema_versions VALUES (999, 'future', 'now')");
        var before = await File.ReadAllBytesAsync(_folder.Events, TestFolder.Token);
        Refused("schema version 999", () => _folder.OpenLog());
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.Events, TestFolder.Token));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        _ = _folder.Folder;
        File.WriteAllText(_folder.Events, new string('x', 5000));
        Refused("damaged or no log", () => _folder.OpenLog());
    }

    [Fact]
    public void A_file_that_is_a_folder_is_refused()
    {
        _ = _folder.Folder;
        Directory.CreateDirectory(_folder.Events);
        Refused("cannot be opened", () => _folder.OpenLog());
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_by_name()
    {
        Refused("MaxBatchEvents", () => _folder.OpenLog(new EventLogOptions { MaxBatchEvents = 0 }));
        Refused("Synchronous", () => _folder.OpenLog(new EventLogOptions { Synchronous = (Synchronous)7 }));
        Refused("WriterSpin", () => _folder.OpenLog(new EventLogOptions { WriterSpin = TimeSpan.FromSeconds(-1) }));
    }

    [Theory]
    [InlineData(Synchronous.Full, "2")]
    [InlineData(Synchronous.Normal, "1")]
    public async Task Settings_take_effect_on_every_connection(Synchronous synchronous, string readsBackAs)
    {
        await using var log = _folder.OpenLog(new EventLogOptions { Synchronous = synchronous });
        Assert.Empty(log.Warnings);
        await log.OnWriter(session => AssertSettings(session.Database, readsBackAs, "-64000", "0"));
        await log.OnReader(reader =>
        {
            AssertSettings(reader.Database, readsBackAs, "-8000", "0");
            return true;
        });
    }

    [Fact]
    public async Task Closing_leaves_one_file_and_opening_finds_the_head_again()
    {
        await using (var log = _folder.OpenLog())
        {
            for (var i = 0; i < 10; i++)
                await TestFolder.Append(log, "s", i, TestFolder.Event());
        }

        Assert.Equal(
            [DataFolder.EventsFile, "folder.lock"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await using var again = _folder.OpenLog();
        Assert.Equal(10, again.Head);
        Assert.True(again.NewestEventId > 0);
        Assert.Equal(11, await TestFolder.Append(again, "s", 10, TestFolder.Event()));
    }

    [Fact]
    public async Task The_self_check_of_a_good_log_is_good_and_names_what_it_saw()
    {
        await using var log = _folder.OpenLog();
        await TestFolder.Append(log, "s", 0, TestFolder.Event());
        var results = await StoreSelfCheck.Run(log);
        Assert.Equal(5, results.Count);
        Assert.All(results, result => Assert.True(result.Ok, $"{result.Name}: {result.Detail}"));
        Assert.All(results, result => Assert.NotEmpty(result.Detail));
    }

    [Fact]
    public async Task The_self_check_sees_a_setting_that_was_changed()
    {
        await using var log = _folder.OpenLog();
        await log.OnWriter(session => session.Database.Execute("PRAGMA busy_timeout=1"));
        var failed = Assert.Single(await StoreSelfCheck.Run(log), result => !result.Ok);
        Assert.Contains("busy_timeout is 1, 30000 was asked for", failed.Detail, StringComparison.Ordinal);
    }

    private static void AssertSettings(Database database, string synchronous, string cache, string mmap)
    {
        Assert.Equal("wal", database.QueryText("PRAGMA journal_mode"));
        Assert.Equal(synchronous, database.QueryText("PRAGMA synchronous"));
        Assert.Equal(cache, database.QueryText("PRAGMA cache_size"));
        Assert.Equal(mmap, database.QueryText("PRAGMA mmap_size"));
        Assert.Equal("2", database.QueryText("PRAGMA temp_store"));
        Assert.Equal("1", database.QueryText("PRAGMA foreign_keys"));
        Assert.Equal("30000", database.QueryText("PRAGMA busy_timeout"));
        Assert.Equal("0", database.QueryText("PRAGMA wal_autocheckpoint"));
    }

    private static void Refused(string says, Func<object> open)
    {
        var refused = Assert.Throws<StoreStartException>(open);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
