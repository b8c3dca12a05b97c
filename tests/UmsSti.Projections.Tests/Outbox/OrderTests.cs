using System.Collections.Concurrent;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using Xunit;

namespace UmsSti.Projections.Tests.Outbox;

/// <summary>What is for one recipient (a stream, for webhooks) arrives oldest first and one at a time while nothing fails.</summary>
public sealed class OrderTests
{
    private const int Streams = 25, Rounds = 12;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> _heard = new();
    private readonly ConcurrentDictionary<string, int> _inside = new();
    private readonly ConcurrentQueue<string> _together = new();

    [Fact]
    public async Task Rows_of_one_moment_go_oldest_first()
    {
        await using var post = new Post();
        await Write(post, 0, Rounds);
        await post.Start([new EchoReactor(start: ReactorStart.Beginning)], [Listener()]);
        await post.Settled();
        Assert.All(_heard, stream => Assert.Equal(stream.Value.Order(), stream.Value));
        Assert.Equal(Streams * Rounds, _heard.Values.Sum(heard => heard.Count));
        Assert.Empty(_together);
    }

    [Fact]
    public async Task A_replay_amid_writing_sends_every_stream_again_from_its_first_event_on_in_order()
    {
        await using var post = new Post();
        await post.Start(Listener());
        await Write(post, 0, Rounds);
        var writing = Task.Run(() => Write(post, Rounds, Rounds), World.Ct);
        Assert.True(await post.Host.Replay("echo-test", 1, World.Ct));
        await writing;
        await post.Settled();
        Assert.Empty(_together);
        Assert.Equal(Streams, _heard.Count);
        foreach (var heard in _heard.Values.Select(heard => heard.ToArray()))
        {
            // Backwards once, where the replay begins; from there on every event, but for one that was under way just then.
            var steps = heard.Zip(heard.Skip(1)).Select((pair, at) => (Back: pair.First >= pair.Second, At: at + 1)).Where(step => step.Back).ToArray();
            Assert.InRange(steps.Length, 0, 1);
            var again = heard[(steps.Length == 0 ? 0 : steps[0].At)..];
            Assert.InRange(again.Length, (2 * Rounds) - 1, 2 * Rounds);
        }
    }

    private static async Task Write(Post post, int from, int rounds)
    {
        for (var round = from; round < from + rounds; round++)
        {
            for (var stream = 0; stream < Streams; stream++)
                await post.Append("s" + stream);
        }
    }

    private Peer Listener() => new()
    {
        Answer = async (item, _) =>
        {
            if (_inside.AddOrUpdate(item.Recipient, 1, (_, now) => now + 1) > 1)
                _together.Enqueue(item.Key);
            _heard.GetOrAdd(item.Recipient, _ => new()).Enqueue(item.Position);
            await Task.Yield();
            _inside.AddOrUpdate(item.Recipient, 0, (_, now) => now - 1);
            return new DeliveryOutcome.Delivered();
        },
    };
}
