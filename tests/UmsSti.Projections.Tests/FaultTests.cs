using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>The process dies, or something throws, at every step of a batch and of a rebuild: what comes out is what an undisturbed run gives.</summary>
public sealed class FaultTests
{
    public static TheoryData<FaultPoint> StepsOfABatch { get; } =
    [
        FaultPoint.Read, FaultPoint.Decoded, FaultPoint.Begun, FaultPoint.Applied, FaultPoint.RowsWritten, FaultPoint.CheckpointWritten, FaultPoint.Committed,
    ];

    public static TheoryData<FaultPoint> StepsOfARebuild { get; } =
    [
        FaultPoint.BuildBegun, FaultPoint.SliceWritten, FaultPoint.RowsBuilt, FaultPoint.IndexesBuilt, FaultPoint.Swapping, FaultPoint.Swapped,
    ];

    [Theory]
    [MemberData(nameof(StepsOfABatch))]
    public async Task Killed_at_a_step_of_every_few_batches_each_event_counts_once(FaultPoint step)
    {
        await using var world = new World();
        await world.Fill(seed: 6, users: 12, length: 10);
        var undisturbed = await world.Run("undisturbed.db");
        var file = "killed0.db";
        var kills = 0;
        for (var life = 1; ; life++)
        {
            var (from, copy) = (file, $"killed{life}.db");
            var reached = 0;
            var killed = new TaskCompletionSource();
            var hook = new Faults((point, _) =>
            {
                if (point != step || Interlocked.Increment(ref reached) != 5)
                    return;
                world.CopyReadModel(from, copy);
                killed.SetResult();
            });
            var side = world.Open(from, World.Options with { BatchEvents = 7, FaultPoints = hook });
            await side.Host.StartAsync(World.Ct);
            await Task.WhenAny(killed.Task, side.CaughtUp());
            await side.DisposeAsync();
            if (!killed.Task.IsCompleted)
                break;
            file = copy;
            kills++;
            Assert.True(life < 100);
        }

        Assert.InRange(kills, 2, 99);
        var last = await world.Run(file);
        Assert.Equal(await undisturbed.Dump(), await last.Dump());
        Assert.Equal(undisturbed.Progress(), last.Progress());
    }

    [Theory]
    [MemberData(nameof(StepsOfARebuild))]
    public async Task Killed_at_a_step_of_a_rebuild_nothing_half_done_is_seen(FaultPoint step)
    {
        await using var world = new World();
        await world.Fill(seed: 61, users: 30, length: 8);
        var undisturbed = await world.Run("undisturbed.db");
        var killed = new TaskCompletionSource();
        var hook = new Faults((point, _) =>
        {
            if (point != step || killed.Task.IsCompleted)
                return;
            world.CopyReadModel("rebuilt.db", "killed.db");
            killed.SetResult();
        });
        var side = await world.Run("rebuilt.db", World.Options with { BatchEvents = 40, RebuildBatchEvents = 40, RebuildCachedRows = 12, RebuildSliceRows = 4, FaultPoints = hook });
        var rebuild = side.Host.Rebuilds.Start(Rebuilds.AllModels);
        await rebuild.Completion;
        Assert.Equal(("succeeded", true), (rebuild.Progress.State, killed.Task.IsCompleted));

        var next = await world.Run("killed.db");
        Assert.Equal(await undisturbed.Dump(), await next.Dump());
        Assert.Equal(undisturbed.Progress(), next.Progress());
        Assert.Null(next.Database.Generations.Building("users"));
        Assert.Equal(step == FaultPoint.Swapped ? 2 : 1, next.Database.Generations.Active("users"));
    }

    [Theory]
    [MemberData(nameof(StepsOfABatch))]
    public async Task What_throws_at_a_step_is_made_good_without_help(FaultPoint step)
    {
        await using var world = new World();
        await world.Fill(seed: 62, users: 12, length: 10);
        var undisturbed = await world.Run("undisturbed.db");
        var reached = 0;
        var hook = new Faults((point, _) =>
        {
            if (point == step && Interlocked.Increment(ref reached) % 4 == 0)
                throw new IOException("the disk is away");
        });
        var side = await world.Run("disturbed.db", World.Options with { BatchEvents = 7, FaultPoints = hook });
        for (var i = 0; i < 20; i++)
            await world.Append(Histories.Id(i % 12), Histories.Renamed("Name " + i, i));
        await side.CaughtUp();
        await undisturbed.CaughtUp();

        Assert.True(reached >= 4);
        Assert.Empty(await side.Host.Parked(Users.UserProjectors.Directory, World.Ct));
        Assert.Equal(await undisturbed.Dump(), await side.Dump());
        Assert.Equal(undisturbed.Progress(), side.Progress());
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_for_a_while_stops_nobody_for_good()
    {
        await using var world = new World();
        await world.Fill(seed: 63, users: 6, length: 5);
        var log = new Flaky(world.Domain);
        var side = world.Open("flaky.db", domain: log);
        var reads = 0;
        log.BeforeRead = () =>
        {
            if (Interlocked.Increment(ref reads) % 2 == 1)
                throw new IOException("no answer");
        };
        await side.Host.StartAsync(World.Ct);
        await side.CaughtUp();
        for (var i = 0; i < 10; i++)
        {
            await world.Append(Histories.Id(1), Histories.Renamed("Name " + i, i));
            await side.CaughtUp();
        }

        Assert.True(reads > 10);
        Assert.Equal("Name 9", (await side.Directory.FindAsync(Histories.Id(1), World.Ct))!.Name);
    }

    [Fact]
    public async Task Each_event_is_decoded_once_for_all_who_share_its_decoder()
    {
        await using var world = new World();
        var side = await world.Run();
        await world.Append(Histories.Id(99), Histories.Registered("First", "first@example.org"));
        var before = 0;
        for (var events = 1; before + 1 != world.Decoded; events++) // until all have joined the tail
        {
            before = world.Decoded;
            await world.Append(Histories.Id(99), Histories.Renamed("Again", events));
            await side.CaughtUp();
            Assert.True(events < 10_000);
        }
        before = world.Decoded;
        await world.Fill(seed: 64, users: 20, length: 6);
        await side.CaughtUp();
        Assert.Equal(120, world.Decoded - before);

        before = world.Decoded;
        await side.Host.Rebuilds.Start(Rebuilds.AllModels).Completion;
        Assert.Equal(side.Status(Users.UserProjectors.Directory).Applied, world.Decoded - before);
    }
}
