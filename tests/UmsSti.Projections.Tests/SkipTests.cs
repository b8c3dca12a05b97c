using UmsSti.Projections.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>Going on without what a parked stream fails at.</summary>
public sealed class SkipTests
{
    private static readonly string Id = Histories.Id(3);
    private static readonly string Stream = "User-" + Id;

    [Fact]
    public async Task Without_the_failing_event_the_rest_is_applied_and_a_rebuild_agrees()
    {
        await using var world = new World();
        var side = await Parked(world, 4);
        var skip = await side.Host.SkipParked(UserProjectors.Directory, Stream, SkipExtent.FailingEvent, World.Ct);

        Assert.Equal((ParkedRetryOutcome.Released, null), (skip.Outcome, skip.Error));
        var skipped = Assert.Single(skip.Skipped);
        Assert.Equal((Stream, 4L, "FormatException: poison"), (skipped.Stream, skipped.Index, skipped.Error));
        Assert.Equal([skipped.EventId], (await side.Host.Skipped(UserProjectors.Directory, World.Ct)).Select(each => each.EventId));
        Assert.Empty(await side.Host.Parked(UserProjectors.Directory, World.Ct));
        Assert.Equal((0, 1L), (side.Status(UserProjectors.Directory).Parked, side.Status(UserProjectors.Directory).Missing));
        Assert.Equal(9, (await side.Directory.FindAsync(Id, World.Ct))!.Version);
        await world.Append(Id, Histories.Renamed("Flows again", 90));
        await side.CaughtUp();
        Assert.Equal(10, (await side.Directory.FindAsync(Id, World.Ct))!.Version);

        await AgreesWithARebuild(side);
        var report = (await side.Host.Completeness.Verify(null, World.Ct)).Single(each => each.Projector == UserProjectors.Directory);
        Assert.Equal((true, 1L), (report.IsComplete, report.Skipped));
    }

    [Fact]
    public async Task Each_failing_event_takes_a_skip_of_its_own()
    {
        await using var world = new World();
        var side = await Parked(world, 4, 6);
        var first = await side.Host.SkipParked(UserProjectors.Directory, Stream, SkipExtent.FailingEvent, World.Ct);
        Assert.Equal((ParkedRetryOutcome.StillFailing, 4L), (first.Outcome, Assert.Single(first.Skipped).Index));
        var parked = Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct));
        Assert.Equal((6L, 3L), (parked.FromIndex, parked.Held));
        Assert.Equal(6, (await side.Directory.FindAsync(Id, World.Ct))!.Version);

        var second = await side.Host.SkipParked(UserProjectors.Directory, Stream, SkipExtent.FailingEvent, World.Ct);
        Assert.Equal((ParkedRetryOutcome.Released, 6L), (second.Outcome, Assert.Single(second.Skipped).Index));
        Assert.Equal(2, side.Status(UserProjectors.Directory).Missing);
        await AgreesWithARebuild(side);
    }

    [Fact]
    public async Task All_that_is_held_can_be_passed_by_at_once_and_stays_so_after_a_restart()
    {
        await using var world = new World();
        var side = await Parked(world, 4);
        var skip = await side.Host.SkipParked(UserProjectors.Directory, Stream, SkipExtent.AllHeld, World.Ct);
        Assert.Equal((ParkedRetryOutcome.Released, 5), (skip.Outcome, skip.Skipped.Count));
        await side.DisposeAsync();

        var again = await world.Run();
        await world.Append(Id, Histories.Renamed("Later", 95));
        await again.CaughtUp();
        Assert.Equal(("Later", 10L), (await again.Directory.FindAsync(Id, World.Ct)) is { } row ? (row.Name, row.Version) : default);
        await AgreesWithARebuild(again);
    }

    [Fact]
    public async Task A_stream_that_is_well_again_loses_nothing()
    {
        await using var world = new World();
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        var side = await Parked(world, change, meddling, 4);
        meddling().BeforeApply = null;

        var skip = await side.Host.SkipParked(UserProjectors.Directory, Stream, SkipExtent.FailingEvent, World.Ct);
        Assert.Equal((ParkedRetryOutcome.Released, 0), (skip.Outcome, skip.Skipped.Count));
        Assert.Equal(ParkedRetryOutcome.NotParked, (await side.Host.SkipParked(UserProjectors.Directory, Stream, SkipExtent.AllHeld, World.Ct)).Outcome);
        Assert.Equal((await world.Run("undisturbed.db")).Progress(), side.Progress());
    }

    private static async Task<Side> Parked(World world, params long[] poison)
    {
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        return await Parked(world, change, meddling, poison);
    }

    private static async Task<Side> Parked(World world, Func<IProjector, IProjector> change, Func<Meddling> meddling, params long[] poison)
    {
        await world.Fill(seed: 11, users: 12, length: 9);
        var side = world.Open(change: change);
        meddling().BeforeApply = recorded =>
        {
            if (recorded.Stream.Value == Stream && poison.Contains(recorded.Index))
                throw new FormatException("poison");
        };
        await side.Host.StartAsync(World.Ct);
        await side.CaughtUp();
        Assert.Equal((Stream, 4L), Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct)) is var parked ? (parked.Stream, parked.FromIndex) : default);
        return side;
    }

    private static async Task AgreesWithARebuild(Side side)
    {
        Assert.All(await side.Host.Completeness.CompareRows(null, World.Ct), table => Assert.Equal((0, null), (table.Different, table.First)));
        var before = (await side.Dump(), side.Progress());
        var rebuild = side.Host.Rebuilds.Start(UserProjectors.Directory);
        await rebuild.Completion;
        Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
        Assert.Equal(before, (await side.Dump(), side.Progress()));
    }
}
