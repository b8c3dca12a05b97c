using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using UmsSti.Projections.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

public sealed class MonitorTests
{
    [Fact]
    public async Task A_waiting_read_is_woken_by_the_commit_of_its_rows()
    {
        await using var world = new World();
        var side = await world.Run();
        var gate = side.Host.Gate(UserProjectors.Directory);
        for (var i = 1; i <= 200; i++)
        {
            var waiting = gate.Pass(strong: false, minPosition: i, World.Ct);
            Assert.False(waiting.IsCompleted);
            await world.Append(Histories.Id(i), Histories.Registered("User", $"u{i}@example.org"));

            Assert.True((await waiting).Reached);
            Assert.NotNull(await side.Directory.FindAsync(Histories.Id(i), World.Ct));
        }
    }

    [Fact]
    public async Task A_strong_read_sees_every_write_that_was_answered_before_it()
    {
        await using var world = new World();
        var side = await world.Run();
        var gate = side.Host.Gate(UserProjectors.Directory);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                var id = Histories.Id(writer * 1_000 + i);
                var position = await world.Append(id, Histories.Registered("User", $"u{id}@example.org"));
                var pass = await gate.Pass(strong: true, minPosition: 0, World.Ct);

                Assert.True(pass.Reached);
                Assert.True(pass.Position >= position);
                Assert.Equal(position, (await side.Directory.FindAsync(id, World.Ct))!.Position);
            }
        })));
    }

    [Fact]
    public async Task A_position_that_does_not_come_is_a_timeout_and_leaves_no_waiter()
    {
        await using var world = new World();
        var side = await world.Run();

        Assert.False(await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, 1_000, TimeSpan.FromMilliseconds(10), World.Ct));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, 1_000, World.Soon, cancelled.Token));
        Assert.Equal(0, side.Host.Monitor.Runner(UserProjectors.Directory).Progress.Waiting);
    }

    [Fact]
    public async Task Passing_a_gate_that_is_open_allocates_nothing()
    {
        await using var world = new World();
        await world.Append(Histories.Id(1), Histories.Registered("User", "u@example.org"));
        var side = await world.Run();
        var gate = side.Host.Gate(UserProjectors.Directory);
        for (var i = 0; i < 1_000; i++)
            Assert.True((await gate.Pass(strong: true, 1, World.Ct)).Reached);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _ = await gate.Pass(strong: true, 1, CancellationToken.None);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task A_status_says_how_far_it_is()
    {
        await using var world = new World();
        var side = world.Open();
        Assert.Equal("starting", side.Status(UserProjectors.Directory).State);
        await world.Append(Histories.Id(1), Histories.Registered("User", "u@example.org"), Histories.Activated());
        Assert.Equal((2L, 2L), (side.Status(UserProjectors.Directory).Head, side.Status(UserProjectors.Directory).Lag));
        await side.Host.StartAsync(World.Ct);
        await side.Host.CaughtUp.WaitAsync(World.Soon, World.Ct);
        var status = side.Status(UserProjectors.Directory);
        Assert.Equal(
            ("users", "domain", 2L, 2L, 0L, 0d, 2L, 0L, "live", 0, null),
            (status.Model, status.Log, status.Position, status.Head, status.Lag, status.LagSeconds, status.Applied, status.Missing, status.State, status.Parked, status.Error));
        Assert.Matches("^[0-9a-f]{16}$", status.Checksum);
        await side.Host.StopAsync(World.Ct);
        Assert.Equal("stopped", side.Status(UserProjectors.Directory).State);
    }

    [Fact]
    public async Task Lag_holes_and_parked_streams_are_metrics()
    {
        await using var world = new World();
        await world.Append(Histories.Id(1), Histories.Registered("User", "u@example.org"));
        await World.AppendRaw(world.Domain, "User-" + Histories.Id(1), "UserActivated", "[]", 7);
        var side = await world.Run();
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) => { if (instrument.Meter == side.Host.Metrics.Meter) self.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal(0, seen["projection.lag"]);
        Assert.Equal(0, seen["projection.lag.time"]);
        Assert.Equal(1, seen["projection.missing"]);
        Assert.Equal(1, seen["projection.dead_letters"]);
        Assert.Equal("UmsSti.Projections", side.Host.Metrics.Meter.Name);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
                if (tag is { Key: "projection", Value: UserProjectors.Directory })
                    seen[instrument.Name] = value;
        }
    }

    [Fact]
    public async Task Settings_without_sense_are_refused_by_name()
    {
        await using var world = new World();
        Assert.Contains("BatchEvents", Assert.Throws<ArgumentException>(() => world.Open(options: World.Options with { BatchEvents = 0 })).Message);
    }
}
