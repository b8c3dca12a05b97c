using UmsSti.Projections.Users;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

public sealed class RebuildTests
{
    [Fact]
    public async Task A_rebuild_while_events_arrive_is_never_seen_half_done_and_ends_equal()
    {
        await using var world = new World();
        await world.Fill(seed: 21, users: 80, length: 8);
        var side = await world.Run(options: World.Options with { BatchEvents = 16, RebuildBatchEvents = 16, SwapLagEvents = 5, RebuildCachedRows = 20, RebuildSliceRows = 6 });
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await world.Append(Histories.Id(1_000 + i), Histories.Registered("New " + i, $"new{i}@example.org"));
                var position = await world.Append(Histories.Id(i % 80), Histories.Renamed("Renamed " + i, i));
                Assert.True(await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, position, World.Soon, World.Ct));
            }
        });
        var reading = Task.Run(async () =>
        {
            var (seen, position) = (80L, 0L);
            while (!stop.IsCancellationRequested)
            {
                var page = await side.Directory.ListAsync(new UserListQuery { Limit = 1 }, World.Ct);
                var now = side.Host.Monitor.PositionOf(UserProjectors.Directory);
                Assert.True(page.Total >= seen, $"{page.Total} users after {seen}");
                Assert.True(now >= position, $"position {now} after {position}");
                (seen, position) = (page.Total, now);
            }
        });

        for (var round = 0; round < 5; round++)
        {
            var rebuild = side.Host.Rebuilds.Start("users");
            Assert.Same(rebuild, side.Host.Rebuilds.Start(UserProjectors.Logins));
            await rebuild.Completion;
            Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
            Assert.True(rebuild.Progress.Done >= rebuild.Progress.Total, rebuild.Progress.ToString());
            Assert.Equal(2 + round, side.Database.Generations.Active("users"));
        }
        await stop.CancelAsync();
        await Task.WhenAll(writing, reading);
        await side.CaughtUp();

        var fresh = await world.Run("fresh.db");
        Assert.Equal(await fresh.Dump(), await side.Dump());
        Assert.Equal(fresh.Progress(), side.Progress());
    }

    [Fact]
    public async Task A_rebuild_that_is_cancelled_or_fails_leaves_what_was_there()
    {
        await using var world = new World();
        await world.Fill(seed: 22, users: 20, length: 5);
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        var side = await world.Run(options: World.Options with { BatchEvents = 8 }, change: change);
        var before = await side.Dump();
        var reached = new TaskCompletionSource();
        using var goOn = new ManualResetEventSlim();
        meddling().AfterFlush = () =>
        {
            reached.TrySetResult();
            goOn.Wait(World.Ct);
        };
        var cancelled = side.Host.Rebuilds.Start("users");
        await reached.Task.WaitAsync(World.Soon, World.Ct);
        cancelled.Cancel();
        goOn.Set();
        await cancelled.Completion;
        meddling().AfterFlush = () => throw new IOException("no space");
        var failed = side.Host.Rebuilds.Start("users");
        await failed.Completion;
        meddling().AfterFlush = null;

        Assert.Equal(("cancelled", "failed"), (cancelled.Progress.State, failed.Progress.State));
        Assert.Contains("no space", failed.Progress.Error);
        Assert.Equal((1, null), (side.Database.Generations.Active("users"), side.Database.Generations.Building("users")));
        Assert.Equal(before, await side.Dump());
        Assert.Same(failed, side.Host.Rebuilds.Find(failed.Id));
        await side.Host.Rebuilds.Start("users").Completion;
        Assert.Equal(before, await side.Dump());
    }

    [Fact]
    public async Task A_poisoned_stream_is_parked_by_the_rebuild_as_well_and_nothing_else_is_lost()
    {
        await using var world = new World();
        await world.Fill(seed: 23, users: 10, length: 5);
        await World.AppendRaw(world.Domain, "User-" + Histories.Id(2), "UserActivated", "[]", 77);
        await world.Fill(seed: 230, users: 5, length: 4); // more for the parked one, and second registrations
        await world.Append(Histories.Id(300), Histories.Registered("Twice", Histories.Id(1) + "@example.org"));
        var side = await world.Run(options: World.Options with { BatchEvents = 9, RebuildBatchEvents = 9, RebuildCachedRows = 4, RebuildSliceRows = 3 });
        var before = (await side.Dump(), side.Progress());
        var rebuild = side.Host.Rebuilds.Start(UserProjectors.Directory);
        await rebuild.Completion;

        Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
        Assert.Equal(before, (await side.Dump(), side.Progress()));
        Assert.Equal(
            ["User-" + Histories.Id(2), "User-" + Histories.Id(300)],
            (await side.Host.Parked(UserProjectors.Directory, World.Ct)).Select(parked => parked.Stream));
        Assert.All(await side.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete, report.ToString()));
    }

    [Fact]
    public async Task A_model_can_be_built_on_a_host_that_does_not_run()
    {
        await using var world = new World();
        await world.Fill(seed: 24, users: 10, length: 5);
        var side = world.Open();
        foreach (var model in new[] { "users", Rebuilds.AllModels })
        {
            var rebuild = side.Host.Rebuilds.Start(model);
            await rebuild.Completion;
            Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
        }
        var expected = await world.Run("expected.db");

        Assert.Equal(await expected.Dump(), await side.Dump());
    }

    [Fact]
    public async Task An_unknown_name_is_refused()
    {
        await using var world = new World();
        Assert.Throws<KeyNotFoundException>(() => world.Open().Host.Rebuilds.Start("nothing"));
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_rebuild_is_cleared_away_at_the_next_start()
    {
        await using var world = new World();
        await world.Fill(seed: 25, users: 10, length: 5);
        await using (var side = await world.Run())
            await side.Database.Generations.BeginBuild(ReadModels.ReadModelLayout.Users, World.Ct);
        var again = await world.Run();

        Assert.Null(again.Database.Generations.Building("users"));
        Assert.Equal(1, again.Database.Generations.Active("users"));
    }
}
