using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>Every row is what a fresh build gives, and a row that is not shows.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public async Task Rows_agree_with_a_fresh_build_while_events_arrive_and_nothing_is_left_behind()
    {
        await using var world = new World();
        await world.Fill(seed: 41, users: 60, length: 10);
        await World.AppendRaw(world.Domain, "User-" + Histories.Id(2), "UserActivated", "[]", 77); // one is parked
        var side = await world.Run(options: World.Options with { BatchEvents = 16, RebuildBatchEvents = 16, SwapLagEvents = 5, RebuildCachedRows = 20, RebuildSliceRows = 6 });
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var position = await world.Append(Histories.Id(i % 60), Histories.Renamed("Renamed " + i, i));
                Assert.True(await side.Host.Monitor.AwaitPosition(Users.UserProjectors.Directory, position, World.Soon, World.Ct));
            }
        });
        var tables = await side.Host.Completeness.CompareRows(null, World.Ct);
        await stop.CancelAsync();
        await writing;

        Assert.Equal(["users", "user_logins", "user_counts"], tables.Select(table => table.Table));
        Assert.All(tables, table => Assert.Equal((0, null), (table.Different, table.First)));
        Assert.Equal(60, tables[0].Rows);
        Assert.Equal((1, null), (side.Database.Generations.Active("users"), side.Database.Generations.Building("users")));
        await side.CaughtUp();
        Assert.Equal(1, side.Status(Users.UserProjectors.Directory).Parked);
    }

    [Fact]
    public async Task A_row_that_was_changed_behind_the_projectors_back_is_named()
    {
        await using var world = new World();
        await world.Fill(seed: 42, users: 20, length: 6);
        var side = await world.Run();
        var key = 0L;
        await side.Database.WriteAsync(
            session =>
            {
                var rows = new UserRows(side.Database, side.Database.Generations.Active("users"), 10, isBuilding: false);
                var draft = rows.Find(session, Histories.Id(7))!;
                key = draft.Key;
                draft.Name = "Somebody else";
                draft.Version++;
                rows.Flush(session);
            },
            World.Ct);

        Assert.All(await side.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete)); // counts do not see it
        var users = (await side.Host.Completeness.CompareRows(null, World.Ct))[0];
        Assert.Equal(("users", 1L, key.ToString(System.Globalization.CultureInfo.InvariantCulture)), (users.Table, users.Different, users.First));
    }
}
