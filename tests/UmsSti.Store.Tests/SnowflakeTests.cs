using System.Collections.Concurrent;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>Event ids (ID-10, ID-11).</summary>
public sealed class SnowflakeTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_id_tells_when_and_where_it_was_made()
    {
        var ids = new SnowflakeEventIds(datacenter: 3, worker: 31, time: new ManualTime(Start));
        Assert.Equal((Start, 3, 31, 0), SnowflakeEventIds.Parse(ids.Next()));
        Assert.Equal((Start, 3, 31, 1), SnowflakeEventIds.Parse(ids.Next()));
    }

    [Fact]
    public void The_layout_is_that_of_the_requirement()
    {
        var id = new SnowflakeEventIds(datacenter: 1, worker: 2, time: new ManualTime(SnowflakeEventIds.Epoch.AddMilliseconds(5))).Next();
        Assert.Equal((5L << 22) | (1 << 17) | (2 << 12), id);
    }

    [Fact]
    public void A_clock_that_steps_back_is_not_followed()
    {
        var time = new ManualTime(Start);
        var ids = new SnowflakeEventIds(time: time);
        var before = ids.Next();
        time.Advance(TimeSpan.FromDays(-1));
        var made = Enumerable.Range(0, 10_000).Select(_ => ids.Next()).ToArray();
        AssertGrowing([before, .. made]);
        time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Start.AddDays(1), SnowflakeEventIds.Parse(ids.Next()).Time);
    }

    [Fact]
    public void A_clock_that_stands_still_uses_up_the_millisecond_and_goes_on()
    {
        var ids = new SnowflakeEventIds(time: new ManualTime(Start));
        var made = Enumerable.Range(0, 4097).Select(_ => ids.Next()).ToArray();
        AssertGrowing(made);
        Assert.Equal((Start, 0, 0, 4095), SnowflakeEventIds.Parse(made[4095]));
        Assert.Equal((Start.AddMilliseconds(1), 0, 0, 0), SnowflakeEventIds.Parse(made[4096]));
    }

    [Fact]
    public void A_used_up_millisecond_waits_for_the_real_clock()
    {
        var ids = new SnowflakeEventIds();
        long last = 0;
        for (var i = 0; i < 50_000; i++)
            last = ids.Next();
        Assert.True(SnowflakeEventIds.Parse(last).Time <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public void Ids_go_on_after_the_newest_stored_one()
    {
        var time = new ManualTime(Start);
        var stored = new SnowflakeEventIds(time: new ManualTime(Start.AddHours(1))).Next();
        Assert.True(new SnowflakeEventIds(stored, time: time).Next() > stored);
    }

    [Fact]
    public void Many_threads_never_get_the_same_id()
    {
        var ids = new SnowflakeEventIds();
        var all = new ConcurrentBag<long[]>();
        Parallel.For(0, 8, _ =>
        {
            var mine = new long[50_000];
            for (var i = 0; i < mine.Length; i++)
                mine[i] = ids.Next();
            AssertGrowing(mine);
            all.Add(mine);
        });
        Assert.Equal(400_000, all.SelectMany(made => made).ToHashSet().Count);
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 32)]
    [InlineData(0, -1)]
    public void Nodes_out_of_range_are_refused(int datacenter, int worker) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SnowflakeEventIds(datacenter: datacenter, worker: worker));

    private static void AssertGrowing(long[] ids)
    {
        for (var i = 1; i < ids.Length; i++)
            Assert.True(ids[i] > ids[i - 1], $"id {i} does not grow");
    }
}
