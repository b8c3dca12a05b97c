using System.Globalization;
using UmsSti.Domain;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Teams;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>Rows of teams and rights, and the index: what the domain's folds say, however the log is read.</summary>
public sealed class TeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Any_batch_size_and_a_rebuild_end_with_the_same_rows(int seed)
    {
        await using var world = new World();
        var history = new TeamHistory(world, seed);
        await history.Begin();
        for (var step = 0; step < 250; step++)
            await history.Happen();
        var first = await world.RunTeams("first.db", World.Options with { BatchEvents = 1 });
        Assert.All(first.Side.Host.Monitor.Statuses(), status => Assert.Equal(0, status.Missing));
        var (rows, progress) = (Dump(first), first.Side.Progress());
        foreach (var batch in new[] { 3, 64, 4_096 })
        {
            var other = await world.RunTeams(string.Create(CultureInfo.InvariantCulture, $"batch{batch}.db"), World.Options with { BatchEvents = batch, CachedRows = 2 });
            Assert.Equal(rows, Dump(other));
            Assert.Equal(progress, other.Side.Progress());
        }
        foreach (var model in new[] { "teams", "rights" })
        {
            var rebuild = first.Side.Host.Rebuilds.Start(model);
            await rebuild.Completion;
            Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
        }
        Assert.Equal(rows, Dump(first));
        await AssertAgrees(world, first);
    }

    [Theory]
    [InlineData(3, 60)]
    [InlineData(4, 60)]
    public async Task The_index_decides_as_the_domain_does_over_its_folds_after_each_step(int seed, int steps)
    {
        await using var world = new World();
        var history = new TeamHistory(world, seed);
        await history.Begin();
        for (var step = 0; step < 120; step++)
            await history.Happen();
        var side = await world.RunTeams(options: World.Options with { BatchEvents = 5, CachedRows = 2 });
        for (var step = 0; step < steps; step++)
        {
            await history.Happen();
            await side.Side.CaughtUp();
            await AssertAgrees(world, side);
        }
        await side.Index.LoadAsync(side.Side.Database, TeamProjectors.Rights, World.Ct);
        await AssertAgrees(world, side);
    }

    [Fact]
    public async Task A_decision_that_allows_allocates_nothing()
    {
        await using var world = new World();
        var history = new TeamHistory(world, 5);
        await history.Begin();
        var (team, user) = (TeamHistory.Teams[1], TeamHistory.People[3]);
        await world.MemberFacts(team, user, "2001", Domain.Membership.Events.Event.NewTeamMemberAdded(new("leader", "2001", World.Start)));
        await world.MemberFacts(team, user, "2001", Domain.Membership.Events.Event.NewRights(
            Domain.Rights.Events.Event.NewUserPermissionGranted(new("team.move", "full_access", null, null, "2001", World.Start))));
        var side = await world.RunTeams();
        var scope = Scope.NewTeam(team);
        foreach (var permission in new[] { Permission.TeamView, Permission.TeamMove })
        {
            Assert.True(side.Checks.Decide(user, scope, permission, World.Start).IsAllowed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                side.Checks.Decide(user, scope, permission, World.Start);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(Decision.NewAllowed(Fact.NewGrant(Permission.TeamMove)), side.Checks.Decide(user, scope, Permission.TeamMove, World.Start));
    }

    [Fact]
    public async Task The_rows_are_what_the_folds_of_teams_and_memberships_say()
    {
        await using var world = new World();
        var history = new TeamHistory(world, 6);
        await history.Begin();
        for (var step = 0; step < 300; step++)
            await history.Happen();
        var (side, folded) = (await world.RunTeams(), await Folded.Of(world));
        foreach (var team in TeamHistory.Teams)
        {
            var expected = Domain.Team.Queries.tryDetails(folded.Team(team))!.Value;
            var row = (await new TeamDirectory(side.Side.Database).FindAsync(team.Value, World.Ct))!;
            Assert.Equal((expected.Name, expected.State.Name, expected.Type.Name, expected.UpdatedBy), (row.Name, row.State, row.Type, row.UpdatedBy));
            Assert.Equal(expected.Executives, System.Text.Json.JsonSerializer.Deserialize<string[]>(row.Executives.Span)!);
            Assert.Equal(
                expected.Settings.Select(pair => (pair.Key, pair.Value)).Order(),
                (await new TeamDirectory(side.Side.Database).SettingsAsync(team.Value, World.Ct)).Select(setting => (setting.Key, setting.Value)).Order());
            if (expected.State.IsLive)
                Assert.Equal(expected.ParentId?.Value, row.ParentId);
            foreach (var user in TeamHistory.People)
            {
                var member = await new MemberDirectory(side.Side.Database).FindAsync(team.Value, user.Value, World.Ct);
                var details = Domain.Membership.Queries.tryDetails(folded.Member(team, user))?.Value;
                Assert.Equal((details?.State.Name, details?.Role.Name, details?.JoinedAt?.Value, details?.LeftAt?.Value), (member?.State, member?.Role, member?.JoinedAt, member?.LeftAt));
            }
        }
    }

    private static async Task AssertAgrees(World world, TeamSide side)
    {
        var folded = await Folded.Of(world);
        foreach (var now in new[] { World.Start, World.Start.AddMinutes(150), World.Start.AddMinutes(500) })
            foreach (var user in TeamHistory.People)
            {
                var (expected, found) = (folded.Find(user), side.Checks.Find(user));
                foreach (var permission in Permission.All)
                    foreach (var scope in TeamHistory.Teams.Select(Scope.NewTeam).Append(Scope.Global).Append(Scope.NewOfUser(user)))
                    {
                        var decision = Authorization.decide(now, expected, scope, permission);
                        Assert.Equal(decision, Authorization.decide(now, found, scope, permission));
                        Assert.Equal(decision, side.Checks.Decide(user, scope, permission, now));
                    }
            }
    }

    private static string Dump(TeamSide side) => TableDump.OfTeams(side.Side);
}
