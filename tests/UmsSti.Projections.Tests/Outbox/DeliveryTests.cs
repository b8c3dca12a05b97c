using UmsSti.Projections.Outbox;
using Xunit;

namespace UmsSti.Projections.Tests.Outbox;

/// <summary>How rows are delivered: tries, waits, give-up, fairness, and a peer that is away.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_row_is_tried_five_times_with_growing_waits_and_then_dead_with_its_reason()
    {
        await using var post = new Post();
        var peer = new Peer { Answer = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Retry("451 come back")) };
        post.Options = post.Options with { BreakerFailures = 100 };
        await post.Start(peer);
        await post.Append("a");
        for (var tries = 1; tries <= 4; tries++)
        {
            var waiting = await post.Until(row => row is { State: OutboxState.Pending } && row.Attempts == tries);
            Assert.Equal(post.Options.RetryDelays[tries - 1], waiting.NextAt - post.Time.GetUtcNow());
            await Pass(post, post.Options.RetryDelays[tries - 1]);
        }
        var dead = await post.Until(row => row.State == OutboxState.Dead);
        Assert.Equal((5, "451 come back (after 5 tries)"), (dead.Attempts, dead.Reason));
        Assert.Equal(5, peer.Taken.Count);
        Assert.Contains(post.Lines.All, line => line.Contains("gave up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_for_good_is_dead_at_once_and_an_operator_may_try_it_again()
    {
        await using var post = new Post();
        var peer = new Peer { Answer = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Refused("550 nobody here")) };
        await post.Start(peer);
        await post.Append("a");
        var dead = await post.Until(row => row.State == OutboxState.Dead);
        peer.Answer = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Delivered());
        Assert.True(await post.Host.Outbox.Retry(dead.Id, World.Ct));
        await post.Until(row => row.State == OutboxState.Delivered);
        Assert.False(await post.Host.Outbox.Retry(dead.Id, World.Ct));
        Assert.False(await post.Host.Outbox.Skip(dead.Id, "no", World.Ct));
    }

    [Fact]
    public async Task An_operator_may_give_a_row_up()
    {
        await using var post = new Post();
        var peer = new Peer { Answer = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Refused("550")) };
        await post.Start(peer);
        await post.Append("a");
        var dead = await post.Until(row => row.State == OutboxState.Dead);
        Assert.True(await post.Host.Outbox.Skip(dead.Id, "the person has left", World.Ct));
        Assert.Equal("the person has left", (await post.Until(row => row.State == OutboxState.Skipped)).Reason);
    }

    [Fact]
    public async Task A_slow_recipient_blocks_no_neighbour_and_gets_one_at_a_time()
    {
        await using var post = new Post();
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = new Peer(most: 2);
        peer.Answer = async (item, ct) =>
        {
            if (item.Recipient == "slow")
                await slow.Task.WaitAsync(ct);
            return new DeliveryOutcome.Delivered();
        };
        await post.Start(peer);
        for (var each = 0; each < 5; each++)
            await post.Append("slow");
        await peer.Heard("slow");
        for (var each = 0; each < 20; each++)
            await post.Append("quick" + each);
        for (var each = 0; each < 20; each++)
            await peer.Heard("quick" + each);
        Assert.Equal(1, peer.Taken.Count(key => key is "test:1:1001:0" or "test:1:1002:0"));
        slow.SetResult();
        await post.Settled();
        Assert.Equal(25, peer.Taken.Distinct().Count());
    }

    [Fact]
    public async Task A_peer_that_is_away_costs_no_try_is_asked_seldom_and_gets_everything_in_the_end()
    {
        await using var post = new Post();
        var away = true;
        var peer = new Peer { Answer = (_, _) => Task.FromResult<DeliveryOutcome>(Volatile.Read(ref away) ? new DeliveryOutcome.PeerDown("connection refused") : new DeliveryOutcome.Delivered()) };
        await post.Start(peer);
        for (var each = 0; each < 10; each++)
            await post.Append("r" + each);
        // An hour of absence: the waits grow, so the peer is asked a few times, not in a tight loop.
        for (var waits = 0; waits < 15; waits++)
        {
            var delay = post.Options.BreakerDelays[Math.Min(waits, post.Options.BreakerDelays.Count - 1)];
            await Pass(post, delay);
        }
        Assert.InRange(peer.Taken.Count, 10, 15 + peer.MaxConcurrent + 1);
        Assert.All(await post.Rows(OutboxState.Pending), row => Assert.Equal(0, row.Attempts));
        await post.Time.WaitedFor(post.Options.BreakerDelays[^1], post.Options.BreakerDelays[^1], World.Ct);
        Volatile.Write(ref away, false);
        post.Time.Advance(post.Options.BreakerDelays[^1]);
        for (var each = 0; each < 10; each++)
            await Delivered(post, "r" + each);
    }

    [Fact]
    public async Task An_operators_retry_does_not_wait_for_an_absent_peers_turn()
    {
        await using var post = new Post();
        var away = true;
        var peer = new Peer { Answer = (_, _) => Task.FromResult<DeliveryOutcome>(Volatile.Read(ref away) ? new DeliveryOutcome.PeerDown("connection refused") : new DeliveryOutcome.Delivered()) };
        await post.Start(peer);
        await post.Append("a");
        var waiting = await post.Until(row => row.Reason == "connection refused" && row.State == OutboxState.Pending);
        Volatile.Write(ref away, false);
        Assert.True(await post.Host.Outbox.Retry(waiting.Id, World.Ct));
        await Delivered(post, "a");
    }

    [Fact]
    public async Task A_peer_that_stays_away_for_days_makes_rows_dead()
    {
        await using var post = new Post();
        var peer = new Peer { Answer = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.PeerDown("connection refused")) };
        await post.Start(peer);
        await post.Append("a");
        await post.Until(row => row.Reason == "connection refused" && row.State == OutboxState.Pending);
        await Pass(post, post.Options.BreakerDelays[0], by: post.Options.MaxPeerWait);
        var dead = await post.Until(row => row.State == OutboxState.Dead);
        Assert.Equal("the peer was away for too long: connection refused", dead.Reason);
    }

    [Fact]
    public async Task A_try_that_never_ends_is_ended()
    {
        await using var post = new Post();
        var peer = new Peer
        {
            Answer = async (_, ct) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(ct);
                return new DeliveryOutcome.Delivered();
            },
        };
        post.Options = post.Options with { DeliveryTimeout = TimeSpan.FromSeconds(60) };
        await post.Start(peer);
        await post.Append("a");
        await peer.Heard("a");
        await Pass(post, post.Options.DeliveryTimeout);
        Assert.Equal("no end within 60 s", (await post.Until(row => row.Attempts == 1)).Reason);
    }

    [Fact]
    public async Task A_group_becomes_one_row_for_each_member_once()
    {
        await using var post = new Post();
        var peer = new Peer();
        peer.Answer = (item, _) => Task.FromResult<DeliveryOutcome>(item.Recipient == "all" ? new DeliveryOutcome.Expanded(["x", "y"]) : new DeliveryOutcome.Delivered());
        await post.Start(peer);
        await post.Append("all");
        await post.Settled();
        Assert.Equal(["test:1:1001:0", "test:1:1001:0:x", "test:1:1001:0:y"], peer.Taken.Order());
        await post.Host.Replay("echo-test", 1, World.Ct);
        await post.Settled();
        Assert.Equal(3, (await post.Rows()).Length);
    }

    [Fact]
    public async Task A_group_may_hold_groups_and_whoever_is_in_several_gets_one_row()
    {
        await using var post = new Post();
        var peer = new Peer();
        peer.Answer = (item, _) => Task.FromResult<DeliveryOutcome>(item.Recipient switch
        {
            "@all" => new DeliveryOutcome.Expanded(["x", "@rest:1"]),
            "@rest:1" => new DeliveryOutcome.Expanded(["x", "y", "@rest:2"]),
            "@rest:2" => new DeliveryOutcome.Expanded(["z"]),
            _ => new DeliveryOutcome.Delivered(),
        });
        await post.Start(peer);
        await post.Append("@all");
        await post.Settled();
        Assert.Equal(
            ["", ":@rest:1", ":@rest:2", ":x", ":y", ":z"],
            peer.Taken.Select(key => key["test:1:1001:0".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rows_that_are_done_go_after_their_time_and_dead_ones_stay()
    {
        await using var post = new Post();
        var peer = new Peer { Answer = (item, _) => Task.FromResult<DeliveryOutcome>(item.Recipient == "bad" ? new DeliveryOutcome.Refused("550") : new DeliveryOutcome.Delivered()) };
        await post.Start(peer);
        await post.Append("good");
        await post.Append("bad");
        await post.Settled();
        post.Time.Advance(post.Options.FinishedRetention + TimeSpan.FromSeconds(1));
        var store = new OutboxStore(post.Database, post.Options, post.Time);
        await store.Prune(World.Ct);
        Assert.Equal(OutboxState.Dead, (await post.Rows()).Single().State);
    }

    /// <summary>Lets a wait of that length pass, once somebody waits for it.</summary>
    private static async Task Pass(Post post, TimeSpan wait, TimeSpan? by = null)
    {
        await post.Time.WaitedFor(wait, wait, World.Ct).WaitAsync(World.Soon, World.Ct);
        post.Time.Advance(by ?? wait);
    }

    private static Task<OutboxItem> Delivered(Post post, string recipient) => post.Until(row => row.Recipient == recipient && row.State == OutboxState.Delivered);
}
