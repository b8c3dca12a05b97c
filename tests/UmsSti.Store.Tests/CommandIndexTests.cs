using UmsSti.Kernel;
using UmsSti.Store.EventLog;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>Remembered commands are found wherever they are: in memory, in a segment half written, in a segment, after a restart.</summary>
public sealed class CommandIndexTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_command_is_found_through_segments_and_restarts()
    {
        var known = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            await using var log = Open(commandsPerSegment: 10);
            for (var i = 0; i < 27; i++)
            {
                await AssertAll(log, known.TakeLast(3));
                known.Add($"c{round}-{i}");
                Assert.IsType<AppendResult.Appended>(await Remember(log, known[^1]));
            }

            Assert.InRange(log.CommandIndex.SegmentCount, 2 * round + 1, 12);
            await AssertAll(log, known);
            Assert.Null(await log.Find("unknown", TestFolder.Token));
        }
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_writing_a_segment_loses_nothing()
    {
        var known = Enumerable.Range(0, 1500).Select(i => "c" + i).ToList();
        await using (var log = Open(commandsPerSegment: 1500))
        {
            await Task.WhenAll(known.Select(id => Remember(log, id)));

            // The commit that filled the young part wrote the first slice of keys, and no commit came after it.
            Assert.Equal((1_024, 0), (await Keys(log), log.CommandIndex.SegmentCount));
        }

        await using (var log = Open(commandsPerSegment: 1500))
        {
            await AssertAll(log, known);
            await Remember(log, "a");
            await Remember(log, "b");
            await Remember(log, "c");
            Assert.Equal(1, log.CommandIndex.SegmentCount);
            await AssertAll(log, [.. known, "a", "b", "c"]);
        }
    }

    [Fact]
    public async Task A_refused_append_takes_its_command_along_while_a_segment_is_in_work()
    {
        await using var log = Open(commandsPerSegment: 1500);
        await Task.WhenAll(Enumerable.Range(0, 1500).Select(i => Remember(log, "c" + i)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => log.Append(
            new AppendRequest([new(TestFolder.Stream("s"), 0, [TestFolder.Event("\ud800")])], Command("bad")), TestFolder.Token));
        Assert.Null(await log.Find("bad", TestFolder.Token));
        Assert.IsType<AppendResult.Appended>(await Remember(log, "bad"));
        await Remember(log, "x");
        await Remember(log, "y");
        await AssertAll(log, [.. Enumerable.Range(0, 1500).Select(i => "c" + i), "bad", "x", "y"]);
    }

    [Fact]
    public async Task A_full_disk_forgets_no_remembered_command_and_remembers_no_refused_one()
    {
        await using var log = Open(commandsPerSegment: 20);
        await log.OnWriter(session => session.Database.Execute("PRAGMA max_page_count=30"));
        var known = new List<string>();
        var refused = new List<string>();
        for (var i = 0; refused.Count < 30; i++)
        {
            try
            {
                await Remember(log, "c" + i);
                known.Add("c" + i);
            }
            catch (LogUnavailableException)
            {
                refused.Add("c" + i);
            }
        }

        await log.OnWriter(session => session.Database.Execute("PRAGMA max_page_count=100000"));
        await AssertAll(log, known);
        foreach (var id in refused)
        {
            Assert.Null(await log.Find(id, TestFolder.Token));
            Assert.IsType<AppendResult.Appended>(await Remember(log, id));
        }

        await AssertAll(log, [.. known, .. refused]);
    }

    [Fact]
    public async Task Forgotten_segments_are_deleted_and_numbers_are_not_given_out_again()
    {
        await using (var log = SqliteEventLog.Open(
            _folder.Folder, DataFolder.EventsFile, new EventLogOptions { CommandsPerSegment = 10, PruneSlice = 4 }, _time))
        {
            for (var i = 0; i < 45; i++)
                await Remember(log, "old" + i);
            _time.Advance(TimeSpan.FromDays(8));
            _time.FireTimers();
            await TestFolder.Until(async () => await Keys(log) == 0);
            Assert.Equal(1, log.CommandIndex.SegmentCount);
            for (var i = 0; i < 25; i++)
                await Remember(log, "new" + i);
            await AssertAll(log, Enumerable.Range(0, 25).Select(i => "new" + i));
            Assert.Null(await log.Find("old7", TestFolder.Token));
        }

        await using var again = Open(commandsPerSegment: 10);
        await AssertAll(again, Enumerable.Range(0, 25).Select(i => "new" + i));
        Assert.Null(await again.Find("old7", TestFolder.Token));
    }

    [Fact]
    public void A_filter_never_denies_what_it_holds_and_seldom_affirms_what_it_does_not()
    {
        var random = new Random(5);
        var keys = Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)).ToArray();
        var filter = new KeyFilter(keys.Length);
        foreach (var key in keys)
            filter.Add(key);
        var stored = KeyFilter.From(filter.Bytes);
        Assert.NotNull(stored);
        Assert.All(keys, key => Assert.True(filter.MayContain(key) && stored.MayContain(key)));
        var wrong = Enumerable.Range(0, 100_000).Count(_ => stored.MayContain(random.NextInt64(long.MinValue, long.MaxValue)));
        Assert.InRange(wrong, 0, 600);
        Assert.Null(KeyFilter.From([]));
        Assert.Null(KeyFilter.From(new byte[63]));
    }

    private SqliteEventLog Open(int commandsPerSegment) => SqliteEventLog.Open(
        _folder.Folder,
        DataFolder.EventsFile,
        new EventLogOptions { CommandsPerSegment = commandsPerSegment, Synchronous = Synchronous.Normal },
        _time);

    private RememberedCommand Command(string id) =>
        new(id, "print"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes("answer to " + id), _time.GetUtcNow(), 0);

    private Task<AppendResult> Remember(SqliteEventLog log, string id) => log.Append(new AppendRequest([], Command(id)), TestFolder.Token);

    private async Task AssertAll(SqliteEventLog log, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            var found = await log.Find(id, TestFolder.Token);
            Assert.NotNull(found);
            Assert.Equal("answer to " + id, System.Text.Encoding.UTF8.GetString(found.Answer.Span));
            Assert.IsType<AppendResult.AlreadyRemembered>(await Remember(log, id));
        }
    }

    private static Task<int> Keys(SqliteEventLog log) => log.OnReader(
        reader => int.Parse(reader.Database.QueryText("SELECT count(*) FROM command_keys")!, System.Globalization.CultureInfo.InvariantCulture));
}
