using Microsoft.FSharp.Core;
using UmsSti.Domain;
using UmsSti.ReadModels.Analytics;
using Xunit;
using GivenFact = UmsSti.Domain.Rights.Events.Event;
using MembershipFact = UmsSti.Domain.Membership.Events.Event;
using TeamFact = UmsSti.Domain.Team.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Figures of teams (RE-31, RE-34), and what timelines tell of them (QY-18).</summary>
public sealed class TeamViewTests
{
    private const string Boss = "2001";

    private static readonly DateOnly Day = DateOnly.FromDateTime(World.Start.UtcDateTime);
    private static readonly TeamId Acme = TeamHistory.Teams[0];
    private static readonly TeamId Crew = TeamHistory.Teams[1];
    private static readonly UserId Ada = TeamHistory.People[0];
    private static readonly UserId Bob = TeamHistory.People[1];

    [Fact]
    public async Task Teams_and_new_members_are_counted_by_place_and_role()
    {
        await using var world = new World { IsOfViews = true };
        await Fill(world);
        var side = await world.Run();
        var metrics = new DailyMetrics(side.Database);
        Assert.Equal((2L, 1L, 1L), (await Total("teams.created.total"), await Total("teams.created.root_level"), await Total("teams.created.with_parent")));
        Assert.Equal(4, await Total("teams.members.added.total"));
        Assert.Equal(
            (1L, 1L, 1L, 1L, 0L),
            (await Total("teams.members.added.by_role.leader"), await Total("teams.members.added.by_role.member"), await Total("teams.members.added.by_role.observer"),
                await Total("teams.members.added.by_role.deputy"), await Total("teams.members.added.by_role.executive")));

        async Task<long> Total(string metric) => (await metrics.DaysAsync(metric, Day, Day.AddDays(9), World.Ct)).Sum(day => day.Sum);
    }

    [Fact]
    public async Task What_went_on_in_a_team_is_told_day_by_day()
    {
        await using var world = new World { IsOfViews = true };
        await Fill(world);
        var engagement = new Engagement((await world.Run()).Database);
        var days = await engagement.OfTeamAsync(Acme.Value, Day, Day.AddDays(4), World.Ct);
        Assert.Equal(
            [
                new TeamDay(Day, 1, 1, 0, 1, 2),
                new TeamDay(Day.AddDays(1), 2, 1, 0, 2, 2), // invited by the boss, accepted by Bob
                new TeamDay(Day.AddDays(2), 2, 0, 0, 0, 0),
                new TeamDay(Day.AddDays(3), 1, 0, 1, 1, 2), // a grant and a removal
                new TeamDay(Day.AddDays(4), 1, 0, 0, 0, 0), // the program is no person
            ],
            days);
        Assert.Equal([1L, 0L], (await engagement.OfTeamAsync(Acme.Value, Day.AddDays(5), Day.AddDays(5), World.Ct)).SelectMany(day => new[] { day.Members, day.Joined }));
        Assert.All(await engagement.OfTeamAsync("01HF7YAT00000000000000000Z", Day, Day.AddDays(1), World.Ct), day => Assert.Equal((0, 0), (day.Members, day.Actions)));
        var refused = await Assert.ThrowsAsync<ReadModels.InvalidListQueryException>(async () => await engagement.OfTeamAsync(Acme.Value, Day, Day.AddDays(366), World.Ct));
        Assert.Equal("from", refused.Field);
    }

    [Fact]
    public async Task What_a_user_did_is_told_day_by_day()
    {
        await using var world = new World { IsOfViews = true };
        var id = Histories.Id(1);
        await world.UserFacts(id, id, World.Start, Histories.Registered("Ada", "ada@example.org"), Histories.Activated(1));
        await world.SessionFacts(id, id, World.Start.AddMinutes(50), Histories.LoggedIn(2));
        var engagement = new Engagement((await world.Run()).Database);
        Assert.Equal(
            [new UserDay(Day.AddDays(-1), 0, 0, null, null), new UserDay(Day, 1, 2, World.Start, World.Start.AddMinutes(50))],
            await engagement.OfUserAsync(id, Day.AddDays(-1), Day, World.Ct));
    }

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    public async Task A_rebuild_in_other_batches_gives_the_same_figures(int seed)
    {
        await using var world = new World { IsOfViews = true };
        var history = new TeamHistory(world, seed);
        await history.Begin();
        var live = await world.Run(options: World.Options with { BatchEvents = 3 });
        for (var step = 0; step < 150; step++)
            await history.Happen();
        await live.CaughtUp();
        var other = await world.Run("other.db", World.Options with { BatchEvents = 64 });
        var rows = TableDump.Of(live);
        Assert.Equal(rows, TableDump.Of(other));
        var rebuild = live.Host.Rebuilds.Start("analytics");
        await rebuild.Completion;
        Assert.Equal(rows, TableDump.Of(live));
        Assert.All(await live.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete, report.ToString()));
    }

    [Fact]
    public async Task The_timeline_tells_of_the_teams_that_are_asked_for_and_of_no_other()
    {
        await using var world = new World();
        await Fill(world);
        var none = await world.Timeline.ListAsync(Bob.Value, [], 50, null, World.Ct);
        Assert.Empty(none.Items);
        var page = await world.Timeline.ListAsync(Bob.Value, [Acme.Value], 50, null, World.Ct);
        Assert.Equal(
            ["membership TeamInvitationSent", "membership TeamInvitationAccepted", "permission UserRoleAssigned", "membership TeamMemberRemoved"],
            page.Items.Select(fact => $"{fact.Kind} {fact.Type}"));
        var details = page.Items.Select(fact => System.Text.Encoding.UTF8.GetString(fact.Detail.Span)).ToArray();
        Assert.All(details, detail => Assert.Contains($"\"team\":\"{Acme.Value}\"", detail, StringComparison.Ordinal));
        Assert.DoesNotContain(details, detail => detail.Contains("odd", StringComparison.Ordinal) || detail.Contains("Join", StringComparison.Ordinal));
        Assert.Equal(5, (await world.Timeline.ListAsync(Bob.Value, [Acme.Value, Crew.Value], 50, null, World.Ct)).Total);
        Assert.Equal(2, (await world.Timeline.ListAsync(Bob.Value, [Acme.Value, Crew.Value], 3, (await world.Timeline.ListAsync(Bob.Value, [Acme.Value, Crew.Value], 3, null, World.Ct)).NextCursor, World.Ct)).Items.Count);
    }

    private static async Task Fill(World world)
    {
        var at = World.Start;
        await world.TeamFacts(Acme, Boss, at, Created("Acme", null));
        await world.MemberFacts(Acme, Ada, Boss, at, MembershipFact.NewTeamMemberAdded(new("leader", Boss, at)));
        await world.TeamFacts(Crew, "system:test", at, Created("Crew", Acme.Value));
        await world.MemberFacts(Acme, Bob, Boss, at.AddDays(1), MembershipFact.NewTeamInvitationSent(new("deputy", Text("Join us"), at.AddDays(8), Boss, at.AddDays(1))));
        await world.MemberFacts(Acme, Bob, Bob.Value, at.AddDays(1).AddMinutes(1), MembershipFact.NewTeamInvitationAccepted(new(Bob.Value, at.AddDays(1))));
        await world.MemberFacts(Acme, Bob, Boss, at.AddDays(3), MembershipFact.NewRights(GivenFact.NewUserRoleAssigned(new("global.auditor", null, false, Boss, at.AddDays(3)))));
        await world.MemberFacts(Acme, Bob, Boss, at.AddDays(3).AddMinutes(1), MembershipFact.NewTeamMemberRemoved(new(Text("odd"), Boss, at.AddDays(3))));
        await world.MemberFacts(Crew, Bob, Boss, at.AddDays(3).AddMinutes(2), MembershipFact.NewTeamMemberAdded(new("member", Boss, at.AddDays(3))));
        await world.MemberFacts(Crew, Ada, Boss, at.AddDays(3), MembershipFact.NewMembershipRequestApproved(new("observer", Boss, at.AddDays(3))));
        await world.TeamFacts(Acme, "system:test", at.AddDays(4), TeamFact.NewTeamMaintenanceStarted(new("system:test", at.AddDays(4))));
    }

    private static TeamFact Created(string name, string? parent) =>
        TeamFact.NewTeamCreated(new(name, name.ToLowerInvariant(), parent is null ? "organization" : "project", parent is null ? null : FSharpOption<string>.Some(parent), Acme.Value, [], [], Boss, World.Start));

    private static FSharpOption<Personal> Text(string text) => FSharpOption<Personal>.Some(Personal.NewKnown(text));
}
