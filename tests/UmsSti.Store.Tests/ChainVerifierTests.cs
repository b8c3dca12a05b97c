using System.Text;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary><c>ums verify</c> names the first bad position, whatever was done to the file.</summary>
public sealed class ChainVerifierTests : IDisposable
{
    private const int Count = 600;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_empty_log_and_a_whole_one_are_good()
    {
        await using (_folder.OpenLog())
        {
        }

        Assert.Equal(new ChainVerification(0, 0, null), ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token));
        await Write();
        Assert.Equal(new ChainVerification(Count, Count, null), ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token));
    }

    [Fact]
    public async Task A_log_in_use_is_verified_beside_the_server()
    {
        await using var log = _folder.OpenLog();
        for (var i = 0; i < 50; i++)
            await TestFolder.Append(log, "s", i, TestFolder.Event());
        Assert.Equal(new ChainVerification(50, 50, null), ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token));
    }

    [Fact]
    public async Task A_chain_goes_on_over_a_restart()
    {
        await Write();
        await using (var log = _folder.OpenLog())
            await TestFolder.Append(log, "s0", 60, TestFolder.Event());
        Assert.Equal(new ChainVerification(Count + 1, Count + 1, null), ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(337)]
    [InlineData(Count)]
    public async Task A_flipped_bit_in_data_names_its_position(int position)
    {
        await Write();
        Flip(Encoding.UTF8.GetBytes(Marker(position)));
        AssertBreak(position, "hash");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(337)]
    [InlineData(Count)]
    public async Task A_flipped_bit_in_a_hash_names_its_position(int position)
    {
        var events = await Write();
        Flip(events[position - 1].Hash.ToArray());
        AssertBreak(position, "hash");
    }

    [Fact]
    public async Task A_changed_stream_name_names_its_first_event()
    {
        await Write();
        Change("UPDATE streams SET name = 'Test-x' WHERE name = 'Test-s4'");
        AssertBreak(5, "hash");
    }

    [Fact]
    public async Task A_missing_event_names_the_gap()
    {
        await Write();
        Change("DELETE FROM events WHERE position = 300");
        AssertBreak(300, "missing");
    }

    [Fact]
    public async Task A_missing_end_is_seen_as_long_as_the_head_is_known()
    {
        await Write();
        Change("UPDATE events SET position = 900 WHERE position = 600");
        AssertBreak(600, "missing");
    }

    [Fact]
    public async Task A_changed_version_names_its_position()
    {
        await Write();
        Change("UPDATE events SET version = 999 WHERE position = 222");
        AssertBreak(222, "version 999");
    }

    [Theory]
    [InlineData("time = time + 1")]
    [InlineData("event_id = event_id + 1")]
    [InlineData("schema_version = 2")]
    [InlineData("meta = x'7b7d'")]
    [InlineData("type_id = 1")]
    [InlineData("type_id = 99")]
    [InlineData("stream_id = 77777")]
    public async Task Every_column_is_covered(string change)
    {
        await Write();
        Change($"UPDATE events SET {change} WHERE position = 222");
        AssertBreak(222, "");
    }

    [Fact]
    public async Task A_broken_page_is_reported_with_the_first_position_that_cannot_be_read()
    {
        await Write();
        var bytes = await File.ReadAllBytesAsync(_folder.Events, TestFolder.Token);
        var page = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker(400))) / Pragmas.PageBytes * Pragmas.PageBytes;
        bytes.AsSpan(page, 64).Fill(0xff);
        await File.WriteAllBytesAsync(_folder.Events, bytes, TestFolder.Token);

        var found = ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token);
        Assert.NotNull(found.Break);
        Assert.InRange(found.Break.Position, 385, 400);
        Assert.Equal(found.Break.Position - 1, found.Events);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_never_throws_and_never_moves_good_events()
    {
        await Write();
        var good = await File.ReadAllBytesAsync(_folder.Events, TestFolder.Token);
        var random = new Random(11);
        var found = 0;
        for (var i = 0; i < 150; i++)
        {
            var bytes = (byte[])good.Clone();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_folder.Events, bytes, TestFolder.Token);
            var result = ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token);
            Assert.InRange(result.Events, 0, Count);
            if (!result.IsGood)
                found++;
        }

        // Unused bytes of a page hold nothing, so some flips are nobody's; most are seen.
        Assert.InRange(found, 75, 150);
    }

    [Fact]
    public async Task A_damaged_index_is_found_although_the_chain_is_whole()
    {
        await Write();
        var bytes = await File.ReadAllBytesAsync(_folder.Events, TestFolder.Token);
        int root;
        using (var database = Database.Open(_folder.Events))
        {
            root = int.Parse(
                database.QueryText("SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_stream'")!,
                System.Globalization.CultureInfo.InvariantCulture);
        }

        bytes.AsSpan((root - 1) * Pragmas.PageBytes + Pragmas.PageBytes - 40, 40).Fill(0x7f);
        await File.WriteAllBytesAsync(_folder.Events, bytes, TestFolder.Token);
        AssertBreak(0, "outside the events");
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_in_one_line()
    {
        var refused = Assert.Throws<StoreStartException>(() => ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.False(File.Exists(_folder.Events));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_reported()
    {
        _ = _folder.Folder;
        await File.WriteAllTextAsync(_folder.Events, new string('x', 5000), TestFolder.Token);
        Assert.Equal(1, ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token).Break?.Position);
    }

    [Fact]
    public async Task Verifying_reports_progress_and_can_be_cancelled()
    {
        await using (var log = _folder.OpenLog(new EventLogOptions { Synchronous = Synchronous.Normal }))
        {
            for (var i = 0; i < 12; i++)
                await TestFolder.Append(log, "s", i * 1000, [.. Enumerable.Range(0, 1000).Select(_ => TestFolder.Event())]);
        }

        var seen = new Seen();
        Assert.True(ChainVerifier.Verify(_folder.Events, seen, TestFolder.Token).IsGood);
        Assert.Equal([new VerifyProgress(10_000, 12_000), new VerifyProgress(12_000, 12_000)], seen.Reports);
        Assert.Throws<OperationCanceledException>(() => ChainVerifier.Verify(_folder.Events, ct: new CancellationToken(canceled: true)));
    }

    private static string Marker(int position) => $"marker-{position:D6}-marker";

    /// <summary>600 events of common size in 10 streams, closed so that everything is in the file itself.</summary>
    private async Task<RecordedEvent[]> Write()
    {
        await using var log = _folder.OpenLog(new EventLogOptions { Synchronous = Synchronous.Normal });
        for (var i = 0; i < Count; i++)
        {
            var data = $"{{\"note\":\"{Marker(i + 1)}\",\"filler\":\"{new string('f', 150)}\"}}";
            await TestFolder.Append(log, "s" + i % 10, i / 10, TestFolder.Event("Type" + i % 3, data, "{\"actor\":\"someone\"}"));
        }

        return await log.ReadAll(0, Count, TestFolder.Token);
    }

    private void Flip(byte[] pattern)
    {
        var bytes = File.ReadAllBytes(_folder.Events);
        var at = bytes.AsSpan().IndexOf(pattern);
        Assert.True(at > 0, "the pattern is not in the file");
        bytes[at + pattern.Length / 2] ^= 0x10;
        File.WriteAllBytes(_folder.Events, bytes);
    }

    private void Change(string sql)
    {
        using var database = Database.Open(_folder.Events);
        database.Execute(sql);
        Assert.Equal("1", database.QueryText("SELECT changes()"));
    }

    private void AssertBreak(long position, string reason)
    {
        var found = ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token);
        Assert.Equal(position, found.Break?.Position);
        Assert.Contains(reason, found.Break?.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', found.Break?.Reason ?? "");
    }

    private sealed class Seen : IProgress<VerifyProgress>
    {
        public List<VerifyProgress> Reports { get; } = [];

        public void Report(VerifyProgress value) => Reports.Add(value);
    }
}
