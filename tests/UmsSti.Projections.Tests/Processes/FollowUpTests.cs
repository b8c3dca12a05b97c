using UmsSti.Application;
using UmsSti.Projections.Outbox;
using UmsSti.Projections.Reactors;
using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using Xunit;

namespace UmsSti.Projections.Tests.Processes;

/// <summary>Processes that follow an event, through the whole loop: what they put on record, once, wherever the program dies (XR-11).</summary>
public sealed class FollowUpTests
{
    /// <summary>What becomes of a person in two teams who was given something in one of them: three facts of rights, and the process's own.</summary>
    private static readonly string[] Followed =
        ["Completed", "MemberDeactivated", "MemberDeactivated", "Started", "StepDone", "StepDone", "UserArchived", "UserPermissionRevoked"];

    /// <summary>Each append after the archiving, once before it is stored and once after; the last one is never reached.</summary>
    public static TheoryData<int, bool> Appends => [.. Enumerable.Range(1, 7).SelectMany(append => new[] { (append, false), (append, true) })];

    [Fact]
    public async Task The_end_of_a_person_ends_his_memberships_and_what_he_was_given_in_them()
    {
        await using var house = await Household.Begin();
        await house.Start();
        var (user, teams, head) = await Leaver(house);
        Assert.Equal(Followed, await house.TypesAfter(head));
        foreach (var team in teams)
            Assert.Equal("inactive", (await new MemberDirectory(house.Rows.Side.Database).FindAsync(team, user, World.Ct))!.State);
        var row = Assert.Single(await house.Post.Rows(), row => row.Kind == FollowUps.ArchivedUser);
        Assert.Equal((OutboxState.Delivered, "completed"), (row.State, row.Reason));
        Assert.Empty((await new RightsDirectory(house.Rows.Side.Database).IsolationAsync(["team.move"], house.Post.Time.GetUtcNow(), World.Ct)).Violations);
    }

    [Fact]
    public async Task A_rebuild_and_a_replay_and_a_lost_outbox_add_nothing()
    {
        await using var house = await Household.Begin();
        await house.Start();
        await Leaver(house);
        var head = house.Log.Head;
        var rebuild = house.Rows.Side.Host.Rebuilds.Start(Rebuilds.AllModels);
        await rebuild.Completion;
        Assert.Equal("succeeded", rebuild.Progress.State);
        await house.Settled();
        Assert.Equal(head, house.Log.Head);

        Assert.True(await house.Post.Host.Replay("processes", 1, World.Ct));
        await house.Settled();
        Assert.Equal(head, house.Log.Head);

        await house.Post.Stop();
        File.Delete(house.Post.File);
        await house.Start();
        await house.Settled();
        Assert.NotEmpty(await house.Post.Rows());
        Assert.All(await house.Post.Rows(), row => Assert.Contains(row.State, new[] { OutboxState.Delivered, OutboxState.Skipped }));
        Assert.Equal(head, house.Log.Head);
    }

    [Theory]
    [MemberData(nameof(Appends))]
    public async Task A_death_at_any_append_is_made_good_by_the_next_start(int append, bool stored)
    {
        await using var house = await Household.Begin();
        await house.Start();
        var (_, _, head) = await Leaver(house, () => (house.Log.DiesAt, house.Log.DiesAfter) = (append + 1, stored));
        await house.Post.Stop();
        var died = house.Log.IsDead;
        house.Log.Revive();
        await house.Start();
        house.Post.Time.Advance(TimeSpan.FromMinutes(2)); // what failed is tried again a minute later
        await house.Settled();
        Assert.Equal(Followed, await house.TypesAfter(head));
        Assert.True(died || append == 7, "it died");
    }

    [Theory]
    [InlineData(ReactorStep.Read)]
    [InlineData(ReactorStep.Reacted)]
    [InlineData(ReactorStep.Stored)]
    internal async Task A_death_at_any_step_of_the_reaction_is_made_good_by_the_next_start(ReactorStep step)
    {
        await using var house = await Household.Begin();
        var isDying = false;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await house.Start(atReaction: at => at == step && isDying ? Die(reached) : Task.CompletedTask);
        var (_, _, head) = await Leaver(house, () => isDying = true, reached.Task);
        await house.Post.Stop();
        await house.Start();
        await house.Settled();
        Assert.Equal(Followed, await house.TypesAfter(head));
    }

    [Theory]
    [InlineData(OutboxStep.BeforeSend)]
    [InlineData(OutboxStep.BeforeRecord)]
    [InlineData(OutboxStep.AfterRecord)]
    internal async Task A_death_at_any_step_of_the_delivery_is_made_good_by_the_next_start(OutboxStep step)
    {
        await using var house = await Household.Begin();
        var isDying = false;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await house.Start((at, item) => at == step && isDying && item.Kind == FollowUps.ArchivedUser ? Die(reached) : Task.CompletedTask);
        var (_, _, head) = await Leaver(house, () => isDying = true, reached.Task);
        try
        {
            await house.Post.Stop();
        }
        catch (InvalidOperationException)
        {
            house.Post.Forget(); // the delivery that died may be seen by whoever stops the host
        }
        await house.Start();
        await house.Settled();
        Assert.Equal(Followed, await house.TypesAfter(head));
    }

    [Fact]
    public async Task The_end_of_a_team_ends_its_memberships_and_invitations()
    {
        await using var house = await Household.Begin();
        await house.Start();
        var (boss, ada, eve) = (await house.NewUser(), await house.NewUser(), await house.NewUser());
        var team = await house.NewTeam();
        await house.Join(team, boss, "executive");
        await house.Join(team, ada);
        await house.Do(Command.NewOfTeams(TeamCommand.NewChangeMembership(team, eve, MembershipStep.NewInvite("member", null, null))));
        await house.Settled();
        await house.Do(Command.NewOfTeams(TeamCommand.NewArchiveTeam(new ArchiveTeam(team, "finished", null, null))));
        await house.Settled();
        var members = new MemberDirectory(house.Rows.Side.Database);
        Assert.Equal(
            ["inactive", "inactive", "revoked"],
            [(await members.FindAsync(team, boss, World.Ct))!.State, (await members.FindAsync(team, ada, World.Ct))!.State, (await members.FindAsync(team, eve, World.Ct))!.State]);
    }

    [Fact]
    public async Task Whoever_is_purged_leaves_for_good()
    {
        await using var house = await Household.Begin();
        await house.Start();
        var (user, teams, _) = await Leaver(house);
        await house.Do(Command.NewPurgeUser(user, "retention_expired"));
        await house.Settled();
        foreach (var team in teams)
            Assert.Equal("removed", (await new MemberDirectory(house.Rows.Side.Database).FindAsync(team, user, World.Ct))!.State);
    }

    [Fact]
    public async Task A_suspended_admin_loses_his_elevated_grants_on_record_and_others_keep_theirs()
    {
        await using var house = await Household.Begin();
        await house.Start();
        var (admin, standard) = (await house.NewUser("admin"), await house.NewUser());
        await house.Do(Command.NewActivateUser(admin));
        foreach (var user in new[] { admin, standard })
        {
            await house.Give(user, null, "gdpr.manage");
            await house.Give(user, null, "users.view");
        }
        await house.Settled();
        var head = house.Log.Head;
        await house.Do(Command.NewSuspendUser(standard, "odd orders", null));
        await house.Settled();
        Assert.Equal(["UserSuspended"], await house.TypesAfter(head)); // nothing was taken: no process

        head = house.Log.Head;
        await house.Do(Command.NewSuspendUser(admin, "odd orders", null));
        await house.Settled();
        Assert.Equal(["Completed", "Started", "StepDone", "UserPermissionRevoked", "UserSuspended"], await house.TypesAfter(head));
        var grants = (await new RightsDirectory(house.Rows.Side.Database).GivenAsync(admin, null, World.Ct)).Grants;
        Assert.Equal([("gdpr.manage", "revoked"), ("users.view", "active")], grants.Select(grant => (grant.Permission, grant.State)).Order());
    }

    [Fact]
    public async Task A_retired_role_is_taken_from_those_who_have_it()
    {
        await using var house = await Household.Begin();
        await house.Start();
        var user = await house.NewUser();
        await house.Do(Command.NewOfTeams(TeamCommand.NewChangeRole(null, "data_keeper", RoleStep.NewDefine("for tests", ["users.view"], null))));
        await house.Do(Command.NewOfTeams(TeamCommand.NewChangeAssignment(user, null, "data_keeper", AssignmentStep.NewAssign(null))));
        await house.Settled();
        var head = house.Log.Head;
        await house.Do(Command.NewOfTeams(TeamCommand.NewChangeRole(null, "data_keeper", RoleStep.NewRetire("over"))));
        await house.Settled();
        Assert.Equal(["Completed", "RoleRetired", "Started", "StepDone", "UserRoleRevoked"], await house.TypesAfter(head));
    }

    // A person in two teams with a grant in the second is archived; `before` is called right before.
    private static async Task<(string User, string[] Teams, long Head)> Leaver(Household house, Action? before = null, Task? until = null)
    {
        var (boss, user) = (await house.NewUser(), await house.NewUser());
        string[] teams = [await house.NewTeam(), await house.NewTeam()];
        foreach (var team in teams)
        {
            await house.Join(team, boss, "executive");
            await house.Join(team, user);
        }
        await house.Give(user, teams[1], "team.move");
        await house.Settled();
        var head = house.Log.Head;
        house.Log.Revive();
        before?.Invoke();
        await house.Do(Command.NewArchiveUser(user, "left"));
        await (until is null ? house.Settled() : until.WaitAsync(World.Soon, World.Ct));
        return (user, teams, head);
    }

    private static Task Die(TaskCompletionSource reached)
    {
        reached.TrySetResult();
        throw new InvalidOperationException("This program is dead.");
    }
}
