using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Rights;
using UmsSti.Projections.Teams;
using UmsSti.ReadModels;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>The index as checks ask it: it answers only when it is known to have everything.</summary>
public sealed class LiveTests
{
    private static readonly UserId Ann = TeamHistory.People[3];

    [Fact]
    public async Task It_answers_what_it_has_reached_and_nothing_beyond()
    {
        await using var world = new World();
        var history = new TeamHistory(world, 7);
        await history.Begin();
        var side = await world.RunTeams();
        var live = new LivePrincipals(side.Index);
        Assert.True(live.Find(Ann, 0).IsNone); // follows nobody yet
        live.Follow(side.Side.Host.Monitor);

        Assert.True(live.Find(Ann, world.Domain.Head) is { IsSome: true, Value: (Principal.Known, var position) } && position == world.Domain.Head);
        Assert.True(live.Find(Ann, world.Domain.Head + 1).IsNone);
        Assert.True(live.TeamsOf(Ann, world.Domain.Head).IsSome);
        Assert.True(live.TeamsOf(Ann, world.Domain.Head + 1).IsNone);
    }

    [Fact]
    public async Task It_answers_nothing_while_a_stream_is_parked_or_an_event_was_skipped()
    {
        await using var world = new World();
        var history = new TeamHistory(world, 8);
        await history.Begin();
        Meddling? meddling = null;
        var side = await world.RunTeams(change: projector => projector.Name == TeamProjectors.Rights ? meddling = new Meddling(projector) : projector);
        var live = new LivePrincipals(side.Index);
        live.Follow(side.Side.Host.Monitor);
        var (team, other) = (TeamHistory.Teams[1], TeamHistory.People[2]);
        await world.MemberFacts(team, Ann, "2001", Domain.Membership.Events.Event.NewTeamMemberAdded(new("leader", "2001", World.Start)));
        await side.Side.CaughtUp();
        Assert.True(live.Find(Ann, world.Domain.Head).IsSome);

        // the event that takes the membership away cannot be applied: whoever believed the index would let him in
        meddling!.BeforeApply = recorded => { if (recorded.EventType == "TeamMemberRemoved") throw new FormatException("poison"); };
        await world.MemberFacts(team, Ann, "2001", Domain.Membership.Events.Event.NewTeamMemberRemoved(new(null, "2001", World.Start)));
        await side.Side.CaughtUp();
        Assert.True(side.Checks.Decide(Ann, Scope.NewTeam(team), Permission.TeamView, World.Start).IsAllowed);
        Assert.True(live.Find(Ann, 0).IsNone);
        Assert.True(live.Find(other, 0).IsNone); // of the others it is not known either

        var stream = MembershipStream.streamName(team, Ann).Value;
        await side.Side.Host.SkipParked(TeamProjectors.Rights, stream, SkipExtent.FailingEvent, World.Ct);
        Assert.Empty(await side.Side.Host.Parked(TeamProjectors.Rights, World.Ct));
        Assert.True(live.Find(Ann, 0).IsNone);
    }

    [Fact]
    public async Task Loads_at_the_same_time_follow_each_other_and_end_with_the_same_rights()
    {
        await using var world = new World();
        var history = new TeamHistory(world, 9);
        await history.Begin();
        for (var step = 0; step < 60; step++)
            await history.Happen();
        var side = await world.RunTeams();
        var expected = (side.Index.Current.KnownPeople, side.Index.Current.KnownTeams);
        var rebuild = side.Side.Host.Rebuilds.Start("rights"); // its swap loads the index as well

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => side.Index.LoadAsync(side.Side.Database, TeamProjectors.Rights, World.Ct)));
        await rebuild.Completion;

        Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
        Assert.Equal(expected, (side.Index.Current.KnownPeople, side.Index.Current.KnownTeams));
        Assert.True(side.Index.IsLoaded);
    }

    [Fact]
    public async Task A_load_that_fails_is_tried_again_and_meanwhile_the_index_says_so()
    {
        await using var world = new World();
        await new TeamHistory(world, 10).Begin();
        var side = await world.RunTeams();
        var clock = new Outbox.Clock(World.Start);
        var broken = ReadModelDatabase.Open(new ReadModelOptions { Path = Path.Combine(world.Folder, "broken.db") }, TimeProvider.System);
        Change(broken, "DROP VIEW principal_counts");
        await using (var keeper = new IndexKeeper(side.Index, broken, clock, NullLogger.Instance))
        {
            await keeper.Answering(ReadModelLayout.Rights, World.Ct);
            Assert.False(side.Index.IsLoaded);
            Change(broken, "CREATE VIEW principal_counts AS SELECT * FROM principal_counts_g1");
            await clock.WaitedFor(IndexKeeper.RetryDelay, IndexKeeper.RetryDelay, World.Ct);
            clock.Advance(IndexKeeper.RetryDelay);
            await keeper.Settled;
            Assert.True(side.Index.IsLoaded);
        }

        broken.Dispose();
    }

    private static void Change(ReadModelDatabase database, string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(database.Options.Path, out var file));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(file, sql));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_close(file));
    }
}
