using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Schedules;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;

namespace UmsSti.Server.Tests.Schedules;

/// <summary>What gives nothing any more is put on record, once (PE-24, XR-01, XR-02, XR-04).</summary>
public sealed class RightsScheduleTests
{
    private const string Team = "01J00000000000000000000001";

    [Fact]
    public async Task A_right_that_ran_out_and_a_membership_of_an_archived_person_are_closed_once()
    {
        await using var works = await Clockwork.Open();
        var (ada, bob, eve) = (await works.NewUser(), await works.NewUser(), await works.NewUser());
        await Tell(works, TeamCommand.NewCreateTeam(new CreateTeam(Team, "Makers", "organization", null, null, null, true)));
        foreach (var (user, role) in new[] { (ada, "executive"), (bob, "member"), (eve, "member") })
        {
            await Tell(works, TeamCommand.NewChangeMembership(Team, user, MembershipStep.NewAdd(role)));
        }

        await Tell(works, TeamCommand.NewChangeGrant(eve, Team, "team.move", GrantStep.NewGrant(null, works.Time.GetUtcNow().AddDays(1), "for a day")));
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("rights-reconcile")));
        Assert.True(Decide(works, eve).IsAllowed);
        await works.Do(Command.NewArchiveUser(bob, "left"));
        works.Time.Advance(TimeSpan.FromDays(2));
        Assert.False(Decide(works, eve).IsAllowed); // before any event says so
        Assert.Equal(("succeeded", 2), Outcome(await works.Run("rights-reconcile")));
        Assert.True(await works.House.Projections.Monitor.AwaitCompletion(TimeSpan.FromSeconds(30), Clockwork.Ct));
        Assert.Equal("inactive", (await new MemberDirectory(works.House.ReadModel).FindAsync(Team, bob, Clockwork.Ct))!.State);
        Assert.Equal("expired", Assert.Single((await new RightsDirectory(works.House.ReadModel).GivenAsync(eve, Team, Clockwork.Ct)).Grants).State);
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("rights-reconcile")));
    }

    [Fact]
    public async Task Invitations_and_requests_that_ran_out_are_closed_once()
    {
        await using var works = await Clockwork.Open();
        var (ada, bob, eve, gus) = (await works.NewUser(), await works.NewUser(), await works.NewUser(), await works.NewUser());
        await Tell(works, TeamCommand.NewCreateTeam(new CreateTeam(Team, "Makers", "organization", null, null, null, true)));
        await Tell(works, TeamCommand.NewChangeMembership(Team, ada, MembershipStep.NewAdd("executive")));
        await Tell(works, TeamCommand.NewChangeMembership(Team, bob, MembershipStep.NewInvite("member", null, null)));
        await Tell(works, TeamCommand.NewChangeMembership(Team, gus, MembershipStep.NewInvite("member", null, null)));
        await Tell(works, TeamCommand.NewChangeGrant(eve, null, "users.view", GrantStep.NewRequest(null, "to help")));
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("rights-reconcile")));
        await works.Do(Command.NewArchiveUser(gus, "left"));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("rights-reconcile")));
        works.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("rights-reconcile")));
        works.Time.Advance(TimeSpan.FromDays(23));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("rights-reconcile")));
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("rights-reconcile")));
        Assert.True(await works.House.Projections.Monitor.AwaitCompletion(TimeSpan.FromSeconds(30), Clockwork.Ct));
        var members = new MemberDirectory(works.House.ReadModel);
        Assert.Equal("expired", (await members.FindAsync(Team, bob, Clockwork.Ct))!.State);
        Assert.Equal("revoked", (await members.FindAsync(Team, gus, Clockwork.Ct))!.State);
        Assert.Equal("expired", Assert.Single((await new RightsDirectory(works.House.ReadModel).GivenAsync(eve, null, Clockwork.Ct)).Grants).State);
    }

    private static async Task Tell(Clockwork works, TeamCommand command)
    {
        var answer = await works.House.Application.Door.Execute(works.Envelope(), Command.NewOfTeams(command), Clockwork.Ct);
        Assert.True(answer.IsAccepted, answer.ToString());
    }

    private static Decision Decide(Clockwork works, string user) =>
        works.House.Permissions.Decide(UserId.Parse(user), Scope.NewTeam(TeamId.Parse(Team)), Permission.TeamMove, works.Time.GetUtcNow());

    private static (string State, int Done) Outcome(ScheduleProgress progress) => (progress.State, progress.Done);
}
