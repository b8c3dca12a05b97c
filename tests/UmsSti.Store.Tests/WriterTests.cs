using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using UmsSti.Kernel;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>The writer on bad days: full disk, one bad append among good ones, a full queue, closing under load; and its housekeeping.</summary>
public sealed class WriterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_refuses_writes_loses_nothing_and_ends()
    {
        await using var log = _folder.OpenLog();
        await TestFolder.Append(log, "s", 0, TestFolder.Event("Before"));
        await log.OnWriter(session => session.Database.Execute("PRAGMA max_page_count=14"));

        var filler = new string('f', 3000);
        var stored = 1L;
        var refused = 0;
        while (refused < 3)
        {
            try
            {
                await TestFolder.Append(log, "s", stored, TestFolder.Event("Filler", filler), TestFolder.Event("Filler", filler));
                stored += 2;
            }
            catch (LogUnavailableException)
            {
                refused++;
            }
        }

        // Reads go on, and see exactly what was acknowledged.
        Assert.Equal(stored, log.Head);
        Assert.Equal(stored, (await log.LoadStream(TestFolder.Stream("s"), 0, TestFolder.Token)).Length);

        await log.OnWriter(session => session.Database.Execute("PRAGMA max_page_count=1000000"));
        Assert.Equal(stored + 1, await TestFolder.Append(log, "s", stored, TestFolder.Event("After")));
        Assert.Equal(stored + 2, await TestFolder.Append(log, "new", 0, TestFolder.Event("NewType")));
        Assert.Equal(new ChainVerification(stored + 2, stored + 2, null), ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token));
    }

    [Fact]
    public async Task A_bad_append_fails_alone()
    {
        await using var log = _folder.OpenLog();
        await TestFolder.Append(log, "a", 0, TestFolder.Event());
        var batch = await InOneBatch(
            log,
            TestFolder.Request("a", 1, TestFolder.Event("A1")),
            new AppendRequest([new(TestFolder.Stream("a"), 2, [TestFolder.Event("Good")]), new(TestFolder.Stream("c"), 0, [TestFolder.Event("\ud800")])], null),
            TestFolder.Request("a", 2, TestFolder.Event("A2")),
            TestFolder.Request("b", 0, TestFolder.Event("B0")));

        Assert.Equal(AppendResult.NewAppended(2, 2), await batch[0]);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => batch[1]);
        Assert.Equal(AppendResult.NewAppended(3, 3), await batch[2]);
        Assert.Equal(AppendResult.NewAppended(4, 4), await batch[3]);
        Assert.Equal(["Happened", "A1", "A2", "B0"], (await log.ReadAll(0, 10, TestFolder.Token)).Select(e => e.EventType));
        Assert.True(ChainVerifier.Verify(_folder.Events, ct: TestFolder.Token).IsGood);
    }

    [Fact]
    public async Task One_batch_holds_conflicts_repeats_and_appends_that_build_on_each_other()
    {
        await using var log = _folder.OpenLog();
        var command = new RememberedCommand("c", "print"u8.ToArray(), "answer"u8.ToArray(), DateTimeOffset.UtcNow, 0);
        var batch = await InOneBatch(
            log,
            new AppendRequest([new(TestFolder.Stream("a"), 0, [TestFolder.Event("A0")])], command),
            TestFolder.Request("a", 1, TestFolder.Event("A1")),
            TestFolder.Request("a", 1, TestFolder.Event("late")),
            new AppendRequest([new(TestFolder.Stream("b"), 0, [TestFolder.Event("again")])], command));

        Assert.Equal(AppendResult.NewAppended(1, 1), await batch[0]);
        Assert.Equal(AppendResult.NewAppended(2, 2), await batch[1]);
        Assert.Equal(2, Assert.IsType<AppendResult.Conflict>(await batch[2]).actualVersion);
        Assert.Equal("answer", Encoding.UTF8.GetString(Assert.IsType<AppendResult.AlreadyRemembered>(await batch[3]).command.Answer.Span));
        Assert.Equal(2, log.Head);
    }

    [Fact]
    public async Task A_full_queue_is_busy_and_what_waits_is_still_written()
    {
        await using var log = _folder.OpenLog(new EventLogOptions { MaxQueuedAppends = 4 });
        using var held = new Hold(log);
        await held.Begun;
        var waiting = Enumerable.Range(0, 4).Select(i => log.Append(TestFolder.Request("s" + i, 0, TestFolder.Event()), TestFolder.Token)).ToArray();
        var refused = await Assert.ThrowsAsync<LogUnavailableException>(
            () => log.Append(TestFolder.Request("s9", 0, TestFolder.Event()), TestFolder.Token));
        Assert.Contains("busy", refused.Message, StringComparison.Ordinal);
        held.Release();
        Assert.All(await Task.WhenAll(waiting), result => Assert.IsType<AppendResult.Appended>(result));
        Assert.Equal(4, log.Head);
    }

    [Fact]
    public async Task An_append_cancelled_while_it_waits_is_not_stored()
    {
        await using var log = _folder.OpenLog();
        using var held = new Hold(log);
        await held.Begun;
        using var stop = new CancellationTokenSource();
        var dropped = log.Append(TestFolder.Request("a", 0, TestFolder.Event()), stop.Token);
        var kept = log.Append(TestFolder.Request("b", 0, TestFolder.Event()), TestFolder.Token);
        await stop.CancelAsync();
        held.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropped);
        Assert.Equal(AppendResult.NewAppended(1, 1), await kept);
    }

    [Fact]
    public async Task Closing_writes_what_waits_and_refuses_what_comes_later()
    {
        var log = _folder.OpenLog();
        Task<AppendResult>[] waiting;
        using (var held = new Hold(log))
        {
            await held.Begun;
            waiting = [.. Enumerable.Range(0, 50).Select(i => log.Append(TestFolder.Request("s" + i, 0, TestFolder.Event()), TestFolder.Token))];
            held.Release();
        }

        var follower = log.AwaitBeyond(1_000, TestFolder.Token);
        await log.DisposeAsync();
        Assert.All(await Task.WhenAll(waiting), result => Assert.IsType<AppendResult.Appended>(result));
        await Assert.ThrowsAsync<LogUnavailableException>(() => follower);
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.Append(TestFolder.Request("x", 0, TestFolder.Event()), TestFolder.Token));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.LoadStream(TestFolder.Stream("s1"), 0, TestFolder.Token));
        await using var again = _folder.OpenLog();
        Assert.Equal(50, again.Head);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Appends_that_cannot_be_are_argument_errors(bool twice)
    {
        await using var log = _folder.OpenLog(new EventLogOptions { MaxAppendBytes = 1000 });
        var request = twice
            ? new AppendRequest([new(TestFolder.Stream("a"), 0, []), new(TestFolder.Stream("a"), 0, [])], null)
            : TestFolder.Request("a", 0, TestFolder.Event(data: new string('x', 2000)));
        await Assert.ThrowsAsync<ArgumentException>(() => log.Append(request, TestFolder.Token));
        Assert.Equal(0, log.Head);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(300)]
    public async Task A_stream_stands_in_an_append_once_however_many_there_are(int streams)
    {
        await using var log = _folder.OpenLog();
        var appends = Enumerable.Range(0, streams).Select(i => new StreamAppend(TestFolder.Stream("s" + i), 0, [TestFolder.Event()])).ToArray();
        var doubled = appends[..^1].Append(new StreamAppend(TestFolder.Stream("s0"), 0, [TestFolder.Event()])).ToArray();
        await Assert.ThrowsAsync<ArgumentException>(() => log.Append(new AppendRequest(doubled, null), TestFolder.Token));
        Assert.Equal(0, log.Head);
        Assert.Equal(AppendResult.NewAppended(1, streams), await log.Append(new AppendRequest(appends, null), TestFolder.Token));
    }

    [Fact]
    public async Task A_bulk_append_leaves_its_callers_thread_free()
    {
        var committedOn = new ConcurrentQueue<int>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument is { Meter.Name: StoreMeter.Name, Name: "eventstore.append.batch.size" })
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, _, tags, _) =>
        {
            if (tags.Contains(new KeyValuePair<string, object?>("log", "apart")))
                committedOn.Enqueue(Environment.CurrentManagedThreadId);
        });
        listener.Start();
        await using var log = SqliteEventLog.Open(_folder.Folder, "apart.db", new EventLogOptions());
        for (var i = 0; i < 10; i++)
        {
            var events = Enumerable.Range(0, 100).Select(_ => TestFolder.Event()).ToArray();
            var caller = Environment.CurrentManagedThreadId;
            var answer = log.Append(TestFolder.Request("s", i * 100, events), TestFolder.Token);
            Assert.IsType<AppendResult.Appended>(await answer);
            Assert.True(committedOn.TryDequeue(out var writer));
            Assert.NotEqual(caller, writer);
        }
    }

    [Fact]
    public async Task Commands_are_forgotten_after_seven_days_in_slices()
    {
        var time = new ManualTime();
        await using var log = _folder.OpenLog(new EventLogOptions { PruneSlice = 7 }, time);
        for (var i = 0; i < 30; i++)
            await log.Append(new AppendRequest([], Command("old" + i, time)), TestFolder.Token);
        time.Advance(TimeSpan.FromDays(4));
        await log.Append(new AppendRequest([], Command("young", time)), TestFolder.Token);
        time.Advance(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1));

        // Forgotten even before the rows are gone, for readers and for the writer.
        Assert.Null(await log.Find("old1", TestFolder.Token));
        Assert.IsType<AppendResult.Appended>(await log.Append(new AppendRequest([], Command("old1", time)), TestFolder.Token));
        Assert.NotNull(await log.Find("old1", TestFolder.Token));

        time.FireTimers();
        await TestFolder.Until(async () => await Rows(log) == 2);
        Assert.NotNull(await log.Find("young", TestFolder.Token));
        Assert.NotNull(await log.Find("old1", TestFolder.Token));
    }

    [Fact]
    public async Task The_write_ahead_log_stays_near_its_limit()
    {
        await using var log = _folder.OpenLog(new EventLogOptions { WalCheckpointPages = 100, Synchronous = Synchronous.Normal });
        for (var i = 0; i < 3_000; i++)
            await TestFolder.Append(log, "s" + i, 0, TestFolder.Event());

        // About 15,000 pages were written; at most four times the limit, and what one commit adds, may be in the WAL.
        Assert.InRange(new FileInfo(_folder.Events + "-wal").Length, 1, 600 * Sqlite.Pragmas.PageBytes);
        Assert.Equal(3_000, (await log.ReadAll(0, 5_000, TestFolder.Token)).Length);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_ignored()
    {
        await using var log = _folder.OpenLog();
        await TestFolder.Append(log, "a", 0, TestFolder.Event());
        await log.Save(TestFolder.Stream("a"), new Snapshot(1, "v1", "state"u8.ToArray()), TestFolder.Token);
        Assert.NotNull(await log.Load(TestFolder.Stream("a"), TestFolder.Token));
        await log.OnWriter(session => session.Database.Execute("UPDATE snapshots SET data = x'00'"));
        Assert.Null(await log.Load(TestFolder.Stream("a"), TestFolder.Token));
    }

    [Fact]
    public async Task The_log_is_measured()
    {
        var seen = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == StoreMeter.Name)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => See(instrument));
        listener.SetMeasurementEventCallback<int>((instrument, _, _, _) => See(instrument));
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => See(instrument));
        listener.Start();

        await using (var log = _folder.OpenLog())
        {
            await TestFolder.Append(log, "a", 0, TestFolder.Event());
            listener.RecordObservableInstruments();
        }

        lock (seen)
        {
            Assert.Superset(
                new HashSet<string>
                {
                    "eventstore.append.duration", "eventstore.append.batch.size", "eventstore.events.appended", "eventstore.position",
                    "eventstore.fsync.duration",
                },
                seen);
        }

        void See(Instrument instrument)
        {
            lock (seen)
                seen.Add(instrument.Name);
        }
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_turn_a_commit_into_a_failure()
    {
        await using var log = _folder.OpenLog();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == StoreMeter.Name && instrument.Name.StartsWith("eventstore.", StringComparison.Ordinal))
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("listener"));
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => throw new InvalidOperationException("listener"));
        listener.Start();
        var batch = await InOneBatch(
            log, TestFolder.Request("a", 0, TestFolder.Event()), TestFolder.Request("b", 0, TestFolder.Event()));
        Assert.Equal([AppendResult.NewAppended(1, 1), AppendResult.NewAppended(2, 2)], await Task.WhenAll(batch));
        Assert.Equal(2, log.Head);
    }

    private static RememberedCommand Command(string id, TimeProvider time) =>
        new(id, "print"u8.ToArray(), "answer"u8.ToArray(), time.GetUtcNow(), 0);

    private static Task<int> Rows(SqliteEventLog log) => log.OnReader(
        reader => int.Parse(reader.Database.QueryText("SELECT count(*) FROM commands")!, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Lets the appends pile up behind a held writer, so that one commit takes them all.</summary>
    private static async Task<Task<AppendResult>[]> InOneBatch(SqliteEventLog log, params AppendRequest[] requests)
    {
        using var held = new Hold(log);
        await held.Begun;
        var tasks = requests.Select(request => log.Append(request, TestFolder.Token)).ToArray();
        held.Release();
        return tasks;
    }

    /// <summary>Holds the writer inside a commit of its own.</summary>
    private sealed class Hold : IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _done;

        public Hold(SqliteEventLog log) => _done = log.OnWriter(_ =>
        {
            _begun.TrySetResult();
            _go.Wait();
        });

        public Task Begun => _begun.Task;

        public void Release() => _go.Set();

        public void Dispose()
        {
            Release();
            _done.GetAwaiter().GetResult();
            _go.Dispose();
        }
    }
}
