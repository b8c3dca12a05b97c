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
            var other = await world.Run($"batch{batch}.db", World.Options with { BatchEvents = batch, CachedRows = batch });
            Assert.Equal(rows, await other.Dump());
            Assert.Equal(progress, other.Progress());
        }
        foreach (var model in new[] { "users", "user-timeline" })
        {
            var rebuild = first.Host.Rebuilds.Start(model);
            await rebuild.Completion;
            Assert.Equal("succeeded", rebuild.Progress.State);
        }
        Assert.Equal(rows, await first.Dump());
        Assert.Equal(progress, first.Progress());
        Assert.All(await first.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete, report.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_batch_every_event_counts_once(bool inTheMiddleOfOne)
    {
        await using var world = new World();
        await world.Fill(seed: 6, users: 25, length: 10);
        var (rows, progress) = await Undisturbed(world);
        var file = "killed0.db";
        for (var life = 1; ; life++)
        {
            var copy = $"killed{life}.db";
            var batches = 0;
            var killed = new TaskCompletionSource();
            var (change, meddling) = Meddling.With(UserProjectors.Directory);
            var side = world.Open(file, World.Options with { BatchEvents = 7 }, change);
            // What a kill leaves is the files as they are at that moment: copied while the transaction is open, or just before it begins.
            void Kill()
            {
                if (++batches != 4 || killed.Task.IsCompleted)
                    return;
                foreach (var ending in new[] { "", "-wal" })
                    File.Copy(Path.Combine(world.Folder, file + ending), Path.Combine(world.Folder, copy + ending));
                killed.SetResult();
            }
            if (inTheMiddleOfOne)
                meddling().AfterFlush = Kill;
            else
                meddling().BeforeApply = recorded => { if (recorded.Position % 7 == 1) Kill(); };
            await side.Host.StartAsync(World.Ct);
            await Task.WhenAny(killed.Task, side.CaughtUp());
            await side.DisposeAsync();
            if (!killed.Task.IsCompleted)
                break;
            file = copy;
            Assert.True(life < 100);
        }

        var last = await world.Run(file);
        Assert.Equal(rows, await last.Dump());
        Assert.Equal(progress, last.Progress());
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
    public async Task Rows_of_a_log_that_is_not_there_any_more_are_built_anew()
    {
        await using var world = new World();
        await world.Fill(seed: 8, users: 20, length: 8);
        await using (await world.Run())
        {
        }
        foreach (var shorter in new[] { true, false })
        {
            await using var restored = new World();
            await restored.Fill(seed: shorter ? 80 : 81, users: shorter ? 3 : 40, length: 9);
            foreach (var ending in new[] { "", "-wal" })
                if (File.Exists(Path.Combine(world.Folder, "readmodel.db" + ending)))
                    File.Copy(Path.Combine(world.Folder, "readmodel.db" + ending), Path.Combine(restored.Folder, "readmodel.db" + ending));
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

    private static async Task<(string Rows, string Progress)> Undisturbed(World world)
    {
        await using var side = await world.Run("undisturbed.db");
        return (await side.Dump(), side.Progress());
    }
}
