using System.Text;
using UmsSti.Kernel;
using Xunit;

namespace UmsSti.EventLog.Acceptance;

/// <summary>Snapshots (ES-13) and waiting for the head.</summary>
public abstract partial class EventLogContract
{
    [Fact]
    public async Task The_newest_snapshot_is_kept()
    {
        await Appended(Stream("a"), 0, Event(), Event(), Event());
        Assert.Null(await Snapshots.Load(Stream("a"), Token));

        await Snapshots.Save(Stream("a"), Snap(2, "v1", "two"), Token);
        await Snapshots.Save(Stream("a"), Snap(1, "v1", "one"), Token);
        Assert.Equal((2, "v1", "two"), Parts(await Snapshots.Load(Stream("a"), Token)));

        await Snapshots.Save(Stream("a"), Snap(3, "v1", "three"), Token);
        Assert.Equal((3, "v1", "three"), Parts(await Snapshots.Load(Stream("a"), Token)));
        Assert.Null(await Snapshots.Load(Stream("b"), Token));
    }

    [Fact]
    public async Task A_snapshot_of_another_schema_takes_the_place_of_one_of_the_same_version()
    {
        await Appended(Stream("a"), 0, Event());
        await Snapshots.Save(Stream("a"), Snap(1, "v1", "old"), Token);
        await Snapshots.Save(Stream("a"), Snap(1, "v2", "new"), Token);
        Assert.Equal((1, "v2", "new"), Parts(await Snapshots.Load(Stream("a"), Token)));
    }

    [Fact]
    public async Task Waiting_ends_at_once_when_the_head_is_beyond()
    {
        await Appended(Stream("a"), 0, Event(), Event());
        Assert.Equal(2, await Log.AwaitBeyond(0, Token));
        Assert.Equal(2, await Log.AwaitBeyond(1, Token));
    }

    [Fact]
    public async Task Waiting_is_ended_by_the_append_that_passes_the_position()
    {
        var first = Log.AwaitBeyond(0, Token);
        var third = Log.AwaitBeyond(2, Token);
        Assert.False(first.IsCompleted);
        await Appended(Stream("a"), 0, Event());
        Assert.Equal(1, await first);
        await Appended(Stream("a"), 1, Event());
        Assert.False(third.IsCompleted);
        await Appended(Stream("a"), 2, Event());
        Assert.Equal(3, await third);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var waiting = Log.AwaitBeyond(0, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Snapshot Snap(long version, string fingerprint, string data) => new(version, fingerprint, Encoding.UTF8.GetBytes(data));

    private static (long Version, string Fingerprint, string Data) Parts(Snapshot? snapshot) =>
        (snapshot!.Version, snapshot.Fingerprint, Encoding.UTF8.GetString(snapshot.Data.Span));
}
