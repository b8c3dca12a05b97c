using UmsSti.Projections.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>The same events give the same rows, counts and checksums, whatever the batches and whatever happened in between.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Any_batch_size_and_a_rebuild_end_with_the_same_rows_and_checksums()
    {
        await using var world = new World();
        await world.Fill(seed: 5, users: 60, length: 15);
        var first = await world.Run("first.db", World.Options with { BatchEvents = 1 });
        var (rows, progress) = (await first.Dump(), first.Progress());

        foreach (var batch in new[] { 3, 64, 4_096 })
        {
            var other = world.Open($"batch{batch}.db", World.Options with { BatchEvents = batch, CachedRows = batch }, reversed: batch == 64);
            await other.Host.StartAsync(World.Ct);
            await other.CaughtUp();
            Assert.Equal(rows, await other.Dump());
            Assert.Equal(progress, other.Progress());
        }
        var rebuild = first.Host.Rebuilds.Start(Rebuilds.AllModels);
        await rebuild.Completion;
        Assert.Equal("succeeded", rebuild.Progress.State);
        Assert.Equal(rows, await first.Dump());
        Assert.Equal(progress, first.Progress());
        Assert.All(await first.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete, report.ToString()));
    }

    [Fact]
    public async Task A_start_goes_on_at_the_checkpoint_and_reads_nothing_again()
    {
        await using var world = new World();
        await world.Fill(seed: 7, users: 10, length: 10);
        await using (await world.Run())
        {
        }
        var (change, meddling) = Meddling.With(UserProjectors.Directory);
        var again = await world.Run(change: change);
        Assert.Equal(0, meddling().Decoded);
        await world.Append(Histories.Id(500), Histories.Registered("New", "new@example.org"));
        await again.CaughtUp();

        Assert.Equal(1, meddling().Decoded);
        Assert.NotNull(await again.Directory.FindAsync(Histories.Id(500), World.Ct));
    }

    [Fact]
    public async Task Events_without_rows_move_the_position_and_a_stop_keeps_it()
    {
        await using var world = new World();
        for (var i = 1; i <= 30; i++)
            await World.AppendRaw(world.Domain, "EmailAddress-a", "Claimed", "{}", i);
        await using (var side = await world.Run())
            Assert.Equal((30L, 0L), (side.Status(UserProjectors.Directory).Position, side.Status(UserProjectors.Directory).Applied));
        var again = world.Open();

        Assert.All((await again.Host.Completeness.Verify(null, World.Ct)).Where(report => report.Projector == UserProjectors.Directory),
            report => Assert.Equal((30L, true), (report.Position, report.IsComplete)));
    }

    [Fact]
    public async Task Completeness_notices_a_hole_that_a_distance_does_not()
    {
        await using var world = new World();
        await world.Fill(seed: 9, users: 10, length: 8);
        var side = await world.Run();
        var generation = side.Database.Generations.Active("users");
        await side.Host.StopAsync(World.Ct);
        await side.Database.WriteAsync(session =>
        {
            var checkpoint = session.FindCheckpoint(UserProjectors.Directory, generation)!.Value;
            session.SaveCheckpoint(UserProjectors.Directory, generation, checkpoint with { Applied = checkpoint.Applied - 1 });
        }, World.Ct);

        var reports = await side.Host.Completeness.Verify(null, World.Ct);
        Assert.Equal([UserProjectors.Directory], reports.Where(report => !report.IsComplete).Select(report => report.Projector));
    }

    [Fact]
    public void The_checksum_notices_a_missing_a_doubled_and_an_exchanged_event()
    {
        var random = new Random(3);
        var events = Enumerable.Range(1, 200).Select(position => (Position: (long)position, Id: random.NextInt64())).ToArray();
        var whole = Sum(events);

        Assert.Equal(whole, Sum(events.Reverse()));
        Assert.Equal(200, Enumerable.Range(0, 200).Select(missing => Sum(events.Where((_, i) => i != missing))).Append(whole).Distinct().Count() - 1);
        Assert.NotEqual(whole, Sum(events.Append(events[7])));
        Assert.NotEqual(whole, Sum(events.Select((each, i) => i switch { 3 => (each.Position, events[4].Id), 4 => (each.Position, events[3].Id), _ => each })));

        static long Sum(IEnumerable<(long Position, long Id)> events) => events.Aggregate(0L, (sum, each) => AppliedChecksum.Add(sum, each.Position, each.Id));
    }
}
