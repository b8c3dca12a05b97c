using UmsSti.Projections.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

public sealed class ParkingTests
{
    private static readonly string Poisoned = Histories.Id(3);
    private static readonly string Stream = "User-" + Poisoned;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(4_096)]
    public async Task A_poisoned_event_parks_one_stream_of_one_projector_and_retry_makes_up_for_it(int batch)
    {
        await using var world = new World();
        await world.Fill(seed: 11, users: 12, length: 9);
        var undisturbed = await world.Run("undisturbed.db");
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        var side = world.Open("poisoned.db", World.Options with { BatchEvents = batch }, change);
        var tries = 0;
        meddling().BeforeApply = recorded =>
        {
            if (recorded.Stream.Value != Stream || recorded.Index != 4)
                return;
            tries++;
            throw new FormatException("poison");
        };
        await side.Host.StartAsync(World.Ct);
        await side.CaughtUp();

        Assert.Equal(3, tries);
        var status = side.Status(UserProjectors.Directory);
        var parked = Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct));
        Assert.Equal((1, 5L, "live", 3), (status.Parked, status.Missing, status.State, parked.Tries));
        Assert.Equal((Stream, 4L, 5L, "FormatException: poison"), (parked.Stream, parked.FromIndex, parked.Held, parked.Error));
        Assert.All(side.Host.Monitor.Statuses().Where(other => other.Name != UserProjectors.Directory), other => Assert.Equal((0, 0L), (other.Parked, other.Missing)));
        Assert.Equal(4, (await side.Directory.FindAsync(Poisoned, World.Ct))!.Version);
        Assert.Equal(9, (await side.Directory.FindAsync(Histories.Id(4), World.Ct))!.Version);
        Assert.True((await side.Host.Completeness.Verify(null, World.Ct)).All(report => report.IsComplete));

        // later events are held, other users go on
        await world.Append(Poisoned, Histories.Renamed("Held back", 90));
        var position = await world.Append(Histories.Id(4), Histories.Renamed("Flows on", 91));
        await undisturbed.CaughtUp();
        Assert.True(await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, position, World.Soon, World.Ct));
        Assert.Equal(10, (await side.Directory.FindAsync(Histories.Id(4), World.Ct))!.Version);
        Assert.Equal(4, (await side.Directory.FindAsync(Poisoned, World.Ct))!.Version);
        Assert.Equal(6, Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct)).Held);

        Assert.Equal(ParkedRetryOutcome.StillFailing, (await side.Host.RetryParked(UserProjectors.Directory, Stream, World.Ct)).Outcome);
        Assert.Equal(4, Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct)).Tries);
        meddling().BeforeApply = null; // mended
        Assert.Equal(ParkedRetryOutcome.Released, (await side.Host.RetryParked(UserProjectors.Directory, Stream, World.Ct)).Outcome);
        Assert.Equal(ParkedRetryOutcome.NotParked, (await side.Host.RetryParked(UserProjectors.Directory, Stream, World.Ct)).Outcome);
        await side.CaughtUp();
        Assert.Equal(await undisturbed.Dump(), await side.Dump());
        Assert.Equal(undisturbed.Progress(), side.Progress());
    }

    [Fact]
    public async Task A_fault_that_passes_within_the_tries_parks_nothing()
    {
        await using var world = new World();
        await world.Fill(seed: 12, users: 8, length: 6);
        var undisturbed = await world.Run("undisturbed.db");
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        var side = world.Open("tried.db", change: change);
        var left = 2;
        meddling().BeforeApply = recorded =>
        {
            if (recorded.Stream.Value == Stream && recorded.Index == 3 && left-- > 0)
                throw new FormatException("passing");
        };
        await side.Host.StartAsync(World.Ct);
        await side.CaughtUp();

        Assert.Empty(await side.Host.Parked(UserProjectors.Directory, World.Ct));
        Assert.Equal(await undisturbed.Dump(), await side.Dump());
        Assert.Equal(undisturbed.Progress(), side.Progress());
    }

    [Fact]
    public async Task A_body_that_is_not_what_its_name_promises_is_parked_by_everyone_who_reads_it()
    {
        await using var world = new World();
        await world.Append(Poisoned, Histories.Registered("Ada", "ada@example.org"));
        await World.AppendRaw(world.Domain, Stream, "UserActivated", "{\"method\":", 77);
        await world.Append(Histories.Id(4), Histories.Registered("Bob", "bob@example.org"));
        var side = await world.Run();

        Assert.Equal((1, 1L), (side.Status(UserProjectors.Directory).Parked, side.Status(UserProjectors.Directory).Missing));
        Assert.Equal(1, side.Status(Tally.Called).Parked);
        Assert.StartsWith("EventDecodeException", Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct)).Error);
        Assert.NotNull(await side.Directory.FindAsync(Histories.Id(4), World.Ct));
    }

    [Fact]
    public async Task A_row_the_tables_refuse_parks_the_stream_it_is_about()
    {
        await using var world = new World();
        await world.Append(Histories.Id(1), Histories.Registered("First", "same@example.org"));
        await world.Append(Histories.Id(2), Histories.Registered("Other", "other@example.org"));
        await world.Append(Poisoned, Histories.Registered("Second", "same@example.org")); // the address stream forbids it; here it was bypassed
        var side = await world.Run();

        Assert.Equal(Stream, Assert.Single(await side.Host.Parked(UserProjectors.Directory, World.Ct)).Stream);
        Assert.Equal(2, (await side.Directory.ListAsync(new(), World.Ct)).Total);
        Assert.Equal(0, side.Status(Tally.Called).Parked);
    }

    [Fact]
    public async Task A_parked_stream_is_still_parked_after_a_restart()
    {
        await using var world = new World();
        await world.Fill(seed: 13, users: 6, length: 6);
        await World.AppendRaw(world.Domain, Stream, "UserActivated", "[]", 77);
        await using (await world.Run())
        {
        }
        var again = await world.Run();
        await world.Append(Poisoned, Histories.Renamed("Later"));
        await again.CaughtUp();

        Assert.Equal((Stream, 2L), Assert.Single(await again.Host.Parked(UserProjectors.Directory, World.Ct)) is var parked ? (parked.Stream, parked.Held) : default);
    }

    [Fact]
    public async Task A_projector_that_falls_over_starts_again_and_the_others_do_not_notice()
    {
        await using var world = new World();
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        var side = await world.Run(options: World.Options with { RestartDelays = [TimeSpan.FromMilliseconds(1)] }, change: change);
        var broken = true;
        var fallen = new TaskCompletionSource();
        meddling().AfterFlush = () =>
        {
            if (!broken)
                return;
            fallen.TrySetResult();
            throw new IOException("the disk is away");
        };
        var position = await world.Append(Histories.Id(1), Histories.Registered("Ada", "ada@example.org"));
        await fallen.Task.WaitAsync(World.Soon, World.Ct);
        Assert.True(await side.Host.Monitor.AwaitPosition(Tally.Called, position, World.Soon, World.Ct));
        Assert.False(await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, position, TimeSpan.FromMilliseconds(20), World.Ct));
        Assert.Empty(await side.Host.Parked(UserProjectors.Directory, World.Ct));

        broken = false;
        await side.CaughtUp();
        Assert.Equal("Ada", (await side.Directory.FindAsync(Histories.Id(1), World.Ct))!.Name);
    }
}
