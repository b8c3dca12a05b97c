using System.Collections.Concurrent;
using UmsSti.Kernel;
using Xunit;

namespace UmsSti.EventLog.Acceptance;

/// <summary>Many writers at once while a reader tails the log: nothing lost, doubled, reordered or skipped.</summary>
public abstract partial class EventLogContract
{
    private const int Writers = 64;
    private const int AppendsPerWriter = 40;
    private const int SharedStreams = 4;

    [Fact]
    public async Task Sixty_four_writers_on_streams_of_their_own_lose_nothing()
    {
        var tail = Tail(Writers * AppendsPerWriter);
        var answers = new ConcurrentBag<(long EventId, long Position)>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(
            async () =>
            {
                for (var i = 0; i < AppendsPerWriter; i++)
                {
                    var e = Event($"E{i}");
                    var (first, last) = await Appended(Stream("w" + w), i, e);
                    Assert.Equal(first, last);
                    answers.Add((e.EventId, first));
                }
            },
            Token)));

        var all = await tail;
        await AssertWhole(all, answers);
        foreach (var stream in all.GroupBy(e => e.Stream))
            Assert.Equal(Enumerable.Range(0, AppendsPerWriter).Select(i => $"E{i}"), stream.Select(e => e.EventType));
    }

    [Fact]
    public async Task Sixty_four_writers_who_conflict_lose_nothing_either()
    {
        var tail = Tail(Writers * AppendsPerWriter * 3);
        var answers = new ConcurrentBag<(long EventId, long Position)>();
        var conflicts = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(
            async () =>
            {
                for (var i = 0; i < AppendsPerWriter; i++)
                {
                    EventData[] own = [Event("Own")];
                    EventData[] shared = [Event("Shared"), Event("Shared")];
                    var met = await AppendUntilItFits(Stream("own" + w), i, own, Stream("shared" + w % SharedStreams), shared, answers);
                    Interlocked.Add(ref conflicts, met);
                }
            },
            Token)));

        Assert.True(conflicts > 0, "the writers never conflicted, so this test showed nothing");
        await AssertWhole(await tail, answers);
    }

    [Fact]
    public async Task Conflicts_and_repeats_in_one_batch_leave_the_others_alone()
    {
        await Appended(Stream("hot"), 0, Event());
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(
            () => (i % 3) switch
            {
                0 => Append(Stream("good" + i), 0, Event("Good")),
                1 => Append(Stream("hot"), 0, Event("Conflicting")),
                _ => AppendWith(Command("c", "x"), Stream("repeat" + i), 0, Event("Once")),
            },
            Token)));

        Assert.Equal(100, results.Where((_, i) => i % 3 == 0).OfType<AppendResult.Appended>().Count());
        Assert.Equal(100, results.Where((_, i) => i % 3 == 1).OfType<AppendResult.Conflict>().Count());
        Assert.Single(results.Where((_, i) => i % 3 == 2).OfType<AppendResult.Appended>());
        Assert.Equal(102, Log.Head);
        Assert.DoesNotContain(await Log.ReadAll(0, 200, Token), e => e.EventType == "Conflicting");
    }

    [Fact]
    public async Task What_was_answered_can_be_read_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(w => Task.Run(
            async () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    var (position, _) = await Appended(Stream("r" + w), i, Event("E" + i));
                    Assert.True(Log.Head >= position);
                    Assert.Equal("E" + i, Assert.Single(await Log.LoadStream(Stream("r" + w), i, Token)).EventType);
                    Assert.Equal(position, Assert.Single(await Log.ReadAll(position - 1, 1, Token)).Position);
                }
            },
            Token)));
    }

    /// <summary>Appends to two streams at once, re-reading the shared one's version after each conflict. Returns the conflicts met.</summary>
    private async Task<int> AppendUntilItFits(
        StreamName own, long ownVersion, EventData[] ownEvents, StreamName shared, EventData[] sharedEvents,
        ConcurrentBag<(long EventId, long Position)> answers)
    {
        var expected = (long)(await Log.LoadStream(shared, 0, Token)).Length;

        // Lets the others in between reading and appending, also on a log that never waits.
        await Task.Yield();
        for (var conflicts = 0; ; conflicts++)
        {
            var request = new AppendRequest([new(own, ownVersion, ownEvents), new(shared, expected, sharedEvents)], null);
            switch (await Log.Append(request, Token))
            {
                case AppendResult.Appended appended:
                    Assert.Equal(appended.firstPosition + 2, appended.lastPosition);
                    foreach (var (e, i) in ownEvents.Concat(sharedEvents).Select((e, i) => (e, i)))
                        answers.Add((e.EventId, appended.firstPosition + i));
                    return conflicts;
                case AppendResult.Conflict conflict:
                    Assert.Equal(shared, conflict.stream);
                    Assert.NotEqual(expected, conflict.actualVersion);
                    expected = conflict.actualVersion;
                    break;
                case var other:
                    Assert.Fail($"unexpected: {other}");
                    break;
            }
        }
    }

    /// <summary>Follows the log from its start as a projector does, until it has seen that many events.</summary>
    private Task<List<RecordedEvent>> Tail(int count) => Task.Run(
        async () =>
        {
            var seen = new List<RecordedEvent>();
            while (seen.Count < count)
            {
                await Log.AwaitBeyond(seen.Count, Token);
                seen.AddRange(await Log.ReadAll(seen.Count, 100, Token));
            }

            return seen;
        },
        Token);

    /// <summary>The tailed events are the answered ones, each once, positions without gaps, versions without gaps; and a fresh read agrees.</summary>
    private async Task AssertWhole(List<RecordedEvent> tailed, IReadOnlyCollection<(long EventId, long Position)> answers)
    {
        Assert.Equal(Enumerable.Range(1, tailed.Count).Select(i => (long)i), tailed.Select(e => e.Position));
        Assert.Equal(answers.OrderBy(a => a.Position), tailed.Select(e => (e.EventId, e.Position)));
        foreach (var stream in tailed.GroupBy(e => e.Stream))
            Assert.Equal(Enumerable.Range(0, stream.Count()).Select(i => (long)i), stream.Select(e => e.Index));

        Assert.Equal(tailed.Count, Log.Head);
        var fresh = await Log.ReadAll(0, tailed.Count + 1, Token);
        Assert.Equal(tailed.Select(e => (e.Position, e.EventId)), fresh.Select(e => (e.Position, e.EventId)));
    }
}
