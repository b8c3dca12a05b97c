using System.Text;
using UmsSti.Kernel;
using Xunit;

namespace UmsSti.EventLog.Acceptance;

/// <summary>
/// What every event log must do, whatever it stands on. A log without this suite is not merged; whoever writes a new one adds a
/// class that opens it, and nothing else. This part: appending and reading back.
/// </summary>
public abstract partial class EventLogContract : IAsyncDisposable
{
    private static long _nextEventId;

    private readonly Lazy<ILogUnderTest> _opened;

    protected EventLogContract() => _opened = new Lazy<ILogUnderTest>(Open);

    private IEventLog Log => _opened.Value.Log;

    private ICommandMemory Commands => _opened.Value.Commands;

    private ISnapshotStore Snapshots => _opened.Value.Snapshots;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens an empty log.</summary>
    protected abstract ILogUnderTest Open();

    public async ValueTask DisposeAsync()
    {
        if (_opened.IsValueCreated)
            await _opened.Value.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_new_log_is_empty()
    {
        Assert.Equal(0, Log.Head);
        Assert.Empty(await Log.ReadAll(0, 10, Token));
        Assert.Empty(await Log.LoadStream(Stream("nobody"), 0, Token));
    }

    [Fact]
    public async Task What_was_appended_is_read_back_to_the_byte()
    {
        var stream = Stream("a");
        var at = new DateTimeOffset(2024, 2, 29, 23, 59, 59, 999, TimeSpan.Zero);
        var written = new EventData(
            77, "ThingHappened", 3, Encoding.UTF8.GetBytes("{\"a\":\"ä€😀\"}"), Encoding.UTF8.GetBytes("{\"m\":1}"), at);
        await Appended(stream, 0, written);

        foreach (var read in (RecordedEvent[])[.. await Log.LoadStream(stream, 0, Token), .. await Log.ReadAll(0, 10, Token)])
        {
            Assert.Equal(1, read.Position);
            Assert.Equal(0, read.Index);
            Assert.Equal(stream, read.Stream);
            Assert.Equal(77, read.EventId);
            Assert.Equal("ThingHappened", read.EventType);
            Assert.Equal(3, read.SchemaVersion);
            Assert.Equal(written.Data.ToArray(), read.Data.ToArray());
            Assert.Equal(written.Meta.ToArray(), read.Meta.ToArray());
            Assert.Equal(at, read.Timestamp);
            Assert.True(read.Hash.Length is 0 or 32);
        }
    }

    [Fact]
    public async Task Empty_bodies_and_very_large_ones_come_back()
    {
        var large = new byte[1_500_000];
        new Random(7).NextBytes(large);
        await Appended(Stream("a"), 0, Event(data: [], meta: []), Event(data: large, meta: large));

        var read = await Log.LoadStream(Stream("a"), 0, Token);
        Assert.Equal(0, read[0].Data.Length + read[0].Meta.Length);
        Assert.True(read[1].Data.Span.SequenceEqual(large) && read[1].Meta.Span.SequenceEqual(large));
    }

    [Fact]
    public async Task Positions_start_at_one_and_indexes_at_zero_in_the_order_of_appending()
    {
        Assert.Equal((1, 2), await Appended(Stream("a"), 0, Event("A0"), Event("A1")));
        Assert.Equal((3, 3), await Appended(Stream("b"), 0, Event("B0")));
        Assert.Equal((4, 4), await Appended(Stream("a"), 2, Event("A2")));

        var all = await Log.ReadAll(0, 10, Token);
        Assert.Equal([(1L, 0L, "A0"), (2L, 1L, "A1"), (3L, 0L, "B0"), (4L, 2L, "A2")], all.Select(e => (e.Position, e.Index, e.EventType)));
        Assert.Equal(["A0", "A1", "A2"], (await Log.LoadStream(Stream("a"), 0, Token)).Select(e => e.EventType));
        Assert.Equal(4, Log.Head);
    }

    [Fact]
    public async Task A_stream_is_loaded_from_an_index_on()
    {
        await Appended(Stream("a"), 0, Event("A0"), Event("A1"), Event("A2"));
        Assert.Equal(["A1", "A2"], (await Log.LoadStream(Stream("a"), 1, Token)).Select(e => e.EventType));
        Assert.Empty(await Log.LoadStream(Stream("a"), 3, Token));
        Assert.Empty(await Log.LoadStream(Stream("a"), 99, Token));
    }

    [Fact]
    public async Task Streams_whose_names_share_a_beginning_or_differ_in_case_are_different()
    {
        await Appended(Stream("a"), 0, Event("one"));
        await Appended(Stream("A"), 0, Event("two"));
        await Appended(Stream("ab"), 0, Event("three"));
        await Appended(StreamName.Create("Other", StreamId.Create("a")), 0, Event("four"));
        Assert.Equal("one", Assert.Single(await Log.LoadStream(Stream("a"), 0, Token)).EventType);
        Assert.Equal("two", Assert.Single(await Log.LoadStream(Stream("A"), 0, Token)).EventType);
    }

    [Fact]
    public async Task Reading_all_pages_through_everything_and_is_shorter_only_at_the_head()
    {
        for (var i = 0; i < 5; i++)
            await Appended(Stream("s" + i), 0, Event("E" + i), Event("F" + i));

        Assert.Equal([1L, 2, 3], (await Log.ReadAll(0, 3, Token)).Select(e => e.Position));
        Assert.Equal([4L, 5, 6], (await Log.ReadAll(3, 3, Token)).Select(e => e.Position));
        Assert.Equal([10L], (await Log.ReadAll(9, 3, Token)).Select(e => e.Position));
        Assert.Empty(await Log.ReadAll(10, 3, Token));
        Assert.Empty(await Log.ReadAll(99, 3, Token));
        Assert.Equal(10, (await Log.ReadAll(0, int.MaxValue, Token)).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Another_version_than_expected_is_a_conflict_that_stores_nothing(long expected)
    {
        await Appended(Stream("a"), 0, Event(), Event());
        var conflict = Assert.IsType<AppendResult.Conflict>(await Append(Stream("a"), expected, Event()));
        Assert.Equal(Stream("a"), conflict.stream);
        Assert.Equal(2, conflict.actualVersion);
        Assert.Equal(2, Log.Head);
        Assert.Equal((3, 3), await Appended(Stream("a"), 2, Event()));
    }

    [Fact]
    public async Task A_stream_that_does_not_exist_is_at_version_zero()
    {
        var conflict = Assert.IsType<AppendResult.Conflict>(await Append(Stream("a"), 1, Event()));
        Assert.Equal(0, conflict.actualVersion);
        await Appended(Stream("a"), 0, Event());
    }

    [Fact]
    public async Task Any_version_may_be_expected()
    {
        await Appended(Stream("a"), ExpectedVersion.Any, Event("A0"));
        await Appended(Stream("a"), ExpectedVersion.Any, Event("A1"));
        Assert.Equal([0L, 1], (await Log.LoadStream(Stream("a"), 0, Token)).Select(e => e.Index));
    }

    [Fact]
    public async Task Several_streams_are_appended_together()
    {
        await Appended(Stream("a"), 0, Event("A0"));
        var result = await Log.Append(
            new AppendRequest([new(Stream("a"), 1, [Event("A1"), Event("A2")]), new(Stream("b"), 0, [Event("B0")])], null), Token);
        Assert.Equal(AppendResult.NewAppended(2, 4), result);
        Assert.Equal(["A0", "A1", "A2", "B0"], (await Log.ReadAll(0, 10, Token)).Select(e => e.EventType));
    }

    [Fact]
    public async Task One_conflict_refuses_every_stream_of_an_append()
    {
        await Appended(Stream("b"), 0, Event("B0"));
        var result = await Log.Append(
            new AppendRequest([new(Stream("a"), 0, [Event("A0")]), new(Stream("b"), 0, [Event("B1")])], null), Token);
        var conflict = Assert.IsType<AppendResult.Conflict>(result);
        Assert.Equal((Stream("b"), 1L), (conflict.stream, conflict.actualVersion));
        Assert.Equal(1, Log.Head);
        Assert.Empty(await Log.LoadStream(Stream("a"), 0, Token));
        await Appended(Stream("a"), 0, Event("A0"));
    }

    [Fact]
    public async Task A_stream_without_events_only_has_its_version_checked()
    {
        await Appended(Stream("a"), 0, Event("A0"));
        Assert.Equal(
            AppendResult.NewAppended(2, 2),
            await Log.Append(new AppendRequest([new(Stream("a"), 1, []), new(Stream("b"), 0, [Event("B0")])], null), Token));
        var conflict = Assert.IsType<AppendResult.Conflict>(
            await Log.Append(new AppendRequest([new(Stream("a"), 0, []), new(Stream("b"), 1, [Event("B1")])], null), Token));
        Assert.Equal(Stream("a"), conflict.stream);
        Assert.Equal(2, Log.Head);
    }

    [Fact]
    public async Task An_append_of_nothing_stores_nothing_and_answers_with_the_head()
    {
        await Appended(Stream("a"), 0, Event("A0"));
        Assert.Equal(AppendResult.NewAppended(1, 1), await Log.Append(new AppendRequest([], null), Token));
        Assert.Equal(AppendResult.NewAppended(1, 1), await Log.Append(new AppendRequest([new(Stream("b"), 0, [])], null), Token));
        Assert.Equal(1, Log.Head);
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_is_not_stored()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Log.Append(new AppendRequest([new(Stream("a"), 0, [Event()])], null), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Log.ReadAll(0, 1, cancelled.Token));
        Assert.Equal(0, Log.Head);
    }

    private static StreamName Stream(string id) => StreamName.Create("Test", StreamId.Create(id));

    private static EventData Event(string type = "Happened", byte[]? data = null, byte[]? meta = null) =>
        new(
            Interlocked.Increment(ref _nextEventId), type, 1, data ?? "{}"u8.ToArray(), meta ?? "{}"u8.ToArray(), DateTimeOffset.UnixEpoch);

    private Task<AppendResult> Append(StreamName stream, long expected, params EventData[] events) =>
        Log.Append(new AppendRequest([new StreamAppend(stream, expected, events)], null), Token);

    private async Task<(long First, long Last)> Appended(StreamName stream, long expected, params EventData[] events)
    {
        var appended = Assert.IsType<AppendResult.Appended>(await Append(stream, expected, events));
        return (appended.firstPosition, appended.lastPosition);
    }
}
