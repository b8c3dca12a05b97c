using UmsSti.Kernel;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using Xunit;

namespace UmsSti.Projections.Tests.Outbox;

/// <summary>Reactors stand on their own checkpoints: nothing is reacted to twice, and nothing old is sent when the file is lost.</summary>
public sealed class ReactorTests
{
    [Fact]
    public async Task A_fresh_installation_reacts_to_its_first_event()
    {
        await using var post = new Post();
        var peer = new Peer();
        await post.Start(peer);
        await post.Append("a");
        await post.Append("b");
        await post.Settled();
        Assert.Equal(["test:1:1001:0", "test:1:1002:0"], peer.Taken.Order());
        Assert.All(await post.Rows(), row => Assert.Equal(OutboxState.Delivered, row.State));
        Assert.Empty(post.Lines.All);
    }

    [Fact]
    public async Task A_restart_reacts_to_nothing_twice()
    {
        await using var post = new Post();
        var peer = new Peer();
        for (var round = 0; round < 3; round++)
        {
            await post.Start(peer);
            await post.Append("a");
            await post.Settled();
            await post.Stop();
        }
        Assert.Equal(3, peer.Taken.Count);
    }

    [Fact]
    public async Task When_the_file_is_lost_nothing_old_is_sent_and_one_line_says_so()
    {
        await using var post = new Post();
        var peer = new Peer();
        await post.Append("old");
        await post.Start(peer);
        Assert.Equal(["Warning: Reactor echo-test has no checkpoint; it begins behind event 1, so nothing that happened before is sent. "], post.Lines.All);
        await post.Append("new");
        await post.Settled();
        Assert.Equal(["test:1:1002:0"], peer.Taken);
    }

    [Fact]
    public async Task A_reactor_whose_effects_may_repeat_begins_with_the_first_event()
    {
        await using var post = new Post();
        var peer = new Peer();
        await post.Append("old");
        await post.Start([new EchoReactor(start: ReactorStart.Beginning)], [peer]);
        await post.Settled();
        Assert.Equal(["test:1:1001:0"], peer.Taken);
    }

    [Fact]
    public async Task A_checkpoint_of_another_log_is_given_up_with_a_warning()
    {
        await using var post = new Post();
        var peer = new Peer();
        await post.Start(peer);
        for (var each = 0; each < 5; each++)
            await post.Append("a");
        await post.Settled();
        await post.Stop();
        post.Log = new VolatileStore();
        await post.Append("restored");
        await post.Start(peer);
        Assert.Contains(post.Lines.All, line => line.Contains("stood at event 5 of another log; it goes on behind event 1", StringComparison.Ordinal));
        await post.Append("next");
        await post.Settled();
        Assert.Equal(6, peer.Taken.Count);
    }

    [Fact]
    public async Task An_event_that_cannot_be_understood_is_kept_and_the_rest_flows()
    {
        await using var post = new Post();
        var peer = new Peer();
        await post.Start(peer);
        await post.Append("a", "Poison");
        await post.Append("b");
        await post.Settled();
        Assert.Equal(["test:1:1002:0"], peer.Taken);
        Assert.Equal(1, post.Host.Statuses().Single().Failed);
        Assert.Contains(post.Lines.All, line => line.StartsWith("Error: Reactor echo-test could not make sense of event 1 (Poison)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_sends_what_was_done_again_under_the_same_keys_and_leaves_what_waits()
    {
        await using var post = new Post();
        var peer = new Peer();
        await post.Start(peer);
        for (var each = 0; each < 4; each++)
            await post.Append("s" + each);
        await post.Settled();
        Assert.True(await post.Host.Replay("echo-test", 3, World.Ct));
        await post.Settled();
        Assert.Equal(["test:1:1001:0", "test:1:1002:0", "test:1:1003:0", "test:1:1003:0", "test:1:1004:0", "test:1:1004:0"], peer.Taken.Order());
        Assert.False(await post.Host.Replay("nobody", 1, World.Ct));
        await post.Append("after");
        await post.Settled();
        Assert.Equal(7, peer.Taken.Count);
    }

    [Fact]
    public async Task Channels_of_one_log_do_not_share_keys()
    {
        await using var post = new Post();
        Peer one = new("one"), two = new("two");
        await post.Start([new EchoReactor("one"), new EchoReactor("two")], [one, two]);
        await post.Append("a");
        await post.Settled();
        Assert.Equal(("one:1:1001:0", "two:1:1001:0"), (one.Taken.Single(), two.Taken.Single()));
    }

    [Fact]
    public async Task A_newer_file_is_refused_in_one_line()
    {
        await using var post = new Post();
        await post.Start(new Peer());
        await post.Database.Write(session => session.Run("schema_record", ("$version", 99), ("$now", 0)), World.Ct);
        await post.Stop();
        var refused = Assert.Throws<OutboxStartException>(() => OutboxDatabase.Open(post.File, TimeProvider.System));
        Assert.Contains("has schema 99, this program knows 1: use the newer program", refused.Message, StringComparison.Ordinal);
    }
}
