using UmsSti.Projections.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>What happens before projectors start: rows of another log, rows far behind, checks that fail.</summary>
public sealed class PreparationTests
{
    [Fact]
    public async Task Rows_of_a_log_that_is_not_there_any_more_are_built_anew()
    {
        foreach (var shorter in new[] { true, false })
        {
            await using var restored = await Restored(shorter);
            var side = restored.Open();
            await side.Host.StartAsync(World.Ct);
            await side.Host.CaughtUp.WaitAsync(World.Soon, World.Ct);
            await side.CaughtUp();
            var expected = await restored.Run("fresh.db");

            Assert.Equal(await expected.Dump(), await side.Dump());
            Assert.Equal(expected.Progress(), side.Progress());
        }
    }

    [Fact]
    public async Task While_such_a_rebuild_fails_the_old_rows_are_not_called_current_and_it_is_tried_again()
    {
        await using var restored = await Restored(shorter: true);
        var (broken, begun) = (true, 0);
        var tried = new TaskCompletionSource();
        var hook = new Faults((point, _) =>
        {
            if (point != FaultPoint.BuildBegun || !Volatile.Read(ref broken))
                return;
            if (Interlocked.Increment(ref begun) == 4)
                tried.SetResult();
            throw new IOException("no space");
        });
        var side = restored.Open(options: World.Options with { FaultPoints = hook });
        await side.Host.StartAsync(World.Ct);
        await tried.Task.WaitAsync(World.Soon, World.Ct);

        Assert.False(side.Host.CaughtUp.IsCompleted);
        Assert.Contains(side.Status(UserProjectors.Directory).State, new[] { "faulted", "rebuilding" });
        Assert.False((await side.Host.Gate(UserProjectors.Directory).Pass(strong: true, 0, World.Ct).AsTask()
            .WaitAsync(TimeSpan.FromMilliseconds(50), World.Ct).ContinueWith(pass => pass.IsCompletedSuccessfully && pass.Result.Reached, TaskScheduler.Default)));
        Volatile.Write(ref broken, false);
        await side.Host.CaughtUp.WaitAsync(World.Soon, World.Ct);
        await side.CaughtUp();
        var expected = await restored.Run("fresh.db");
        Assert.Equal(await expected.Dump(), await side.Dump());
    }

    [Fact]
    public async Task A_check_that_fails_is_made_again()
    {
        await using var world = new World();
        await world.Fill(seed: 83, users: 5, length: 5);
        await using (await world.Run())
        {
        }
        var log = new Flaky(world.Domain);
        var left = 4;
        log.BeforeRead = () =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
                throw new IOException("no answer");
        };
        var side = world.Open(domain: log);
        await side.Host.StartAsync(World.Ct);
        await side.Host.CaughtUp.WaitAsync(World.Soon, World.Ct);

        Assert.True(left < 0);
        Assert.Equal("live", side.Status(UserProjectors.Directory).State);
    }

    [Fact]
    public async Task A_first_start_far_behind_takes_the_fast_way_and_ends_with_the_same_rows()
    {
        await using var world = new World();
        await world.Fill(seed: 84, users: 30, length: 8);
        var slow = await world.Run("slow.db");
        var fast = await world.Run("fast.db", World.Options with { CatchUpEvents = 50 });

        Assert.Equal((1, 2), (slow.Database.Generations.Active("users"), fast.Database.Generations.Active("users")));
        Assert.Equal(await slow.Dump(), await fast.Dump());
        Assert.Equal(slow.Progress(), fast.Progress());
    }

    [Fact]
    public async Task When_the_fast_way_fails_the_slow_one_is_taken()
    {
        await using var world = new World();
        await world.Fill(seed: 85, users: 30, length: 8);
        var slow = await world.Run("slow.db");
        var hook = new Faults((point, _) =>
        {
            if (point == FaultPoint.RowsBuilt)
                throw new IOException("no space");
        });
        var side = await world.Run("failed.db", World.Options with { CatchUpEvents = 50, FaultPoints = hook });

        Assert.Equal(1, side.Database.Generations.Active("users"));
        Assert.Equal(await slow.Dump(), await side.Dump());
    }

    // A world whose read model was built from the log of another one.
    private static async Task<World> Restored(bool shorter)
    {
        await using var world = new World();
        await world.Fill(seed: 8, users: 20, length: 8);
        await using (await world.Run())
        {
        }
        var restored = new World();
        await restored.Fill(seed: shorter ? 80 : 81, users: shorter ? 3 : 40, length: 9);
        foreach (var ending in new[] { "", "-wal" })
            if (File.Exists(Path.Combine(world.Folder, "readmodel.db" + ending)))
                File.Copy(Path.Combine(world.Folder, "readmodel.db" + ending), Path.Combine(restored.Folder, "readmodel.db" + ending));
        return restored;
    }
}
