using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Schedules;
using UmsSti.ReadModels.Dues;

namespace UmsSti.Server.Tests.Schedules;

/// <summary>Schedules on real files: what they do to users, twice, late, at once and cut short.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public async Task A_link_that_is_never_used_expires_its_user_and_later_archives_him()
    {
        await using var works = await Clockwork.Open();
        var ada = await works.NewUser(active: false);
        var other = await works.NewUser(active: false);
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("verification-expiry")));
        works.Time.Advance(TimeSpan.FromHours(12));
        await works.Do(Command.NewActivateUser(other));
        works.Time.Advance(TimeSpan.FromHours(12.1));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("verification-expiry")));
        Assert.Equal(("expired", "active"), (await works.SubStateOf(ada), await works.SubStateOf(other)));

        works.Time.Advance(TimeSpan.FromDays(6));
        await works.Reopen();
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("processes")));
        works.Time.Advance(TimeSpan.FromDays(1.1));
        await works.Reopen();
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("processes")));
        Assert.Equal("archived", await works.SubStateOf(ada));
    }

    [Fact]
    public async Task A_link_sent_again_begins_anew()
    {
        await using var works = await Clockwork.Open();
        var ada = await works.NewUser(active: false);
        works.Time.Advance(TimeSpan.FromHours(25));
        await works.Run("verification-expiry");
        works.Time.Advance(TimeSpan.FromDays(5));
        await works.Do(Command.NewResendVerification(ada));
        works.Time.Advance(TimeSpan.FromDays(3));
        await works.Run("processes");
        Assert.Equal("pending_verification", await works.SubStateOf(ada));
        await works.Run("verification-expiry");
        Assert.Equal("expired", await works.SubStateOf(ada));
        works.Time.Advance(TimeSpan.FromDays(7));
        await works.Run("processes");
        Assert.Equal("archived", await works.SubStateOf(ada));
    }

    [Fact]
    public async Task Whoever_was_expired_by_hand_is_found_by_the_reconciling_pass()
    {
        await using var works = await Clockwork.Open();
        var ada = await works.NewUser(active: false);
        works.Time.Advance(TimeSpan.FromHours(25));
        await works.Do(Command.NewExpireVerification(ada));
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("verification-expiry")));
        works.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("verification-expiry")));
        Assert.Equal("archived", await works.SubStateOf(ada));
    }

    [Fact]
    public async Task A_suspension_ends_at_its_end_and_one_that_was_renewed_does_not()
    {
        await using var works = await Clockwork.Open();
        var (ada, bob, eve) = (await works.NewUser(), await works.NewUser(), await works.NewUser());
        var now = works.Time.GetUtcNow();
        await works.Do(Command.NewSuspendUser(ada, "odd orders", now.AddDays(1)));
        await works.Do(Command.NewSuspendUser(bob, "odd orders", now.AddDays(1)));
        await works.Do(Command.NewSuspendUser(eve, "odd orders", null));
        await works.Do(Command.NewUnsuspendUser(bob, "explained"));
        await works.Do(Command.NewSuspendUser(bob, "odd again", now.AddDays(3)));
        works.Time.Advance(TimeSpan.FromDays(1.1));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("suspension-end")));
        Assert.Equal(["active", "suspended", "suspended"], [await works.SubStateOf(ada), await works.SubStateOf(bob), await works.SubStateOf(eve)]);
        works.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(("succeeded", 1), Outcome(await works.Run("suspension-end")));
        Assert.Equal(["active", "suspended"], [await works.SubStateOf(bob), await works.SubStateOf(eve)]);
    }

    [Fact]
    public async Task Ninety_days_without_a_sign_in_make_inactive_but_no_system_user()
    {
        await using var works = await Clockwork.Open();
        var (ada, bob, admin, system) = (await works.NewUser(), await works.NewUser(), await works.NewUser("admin"), await works.NewUser("system"));
        works.Time.Advance(TimeSpan.FromDays(89));
        Assert.Equal(("succeeded", 0), Outcome(await works.Run("inactivity")));
        await works.SignIn(bob);
        works.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(("succeeded", 2), Outcome(await works.Run("inactivity")));
        Assert.Equal(["inactive", "active", "inactive", "active"], [await works.SubStateOf(ada), await works.SubStateOf(bob), await works.SubStateOf(admin), await works.SubStateOf(system)]);
    }

    [Fact]
    public async Task Running_twice_changes_nothing_more()
    {
        await using var works = await Clockwork.Open();
        await Populate(works);
        var head = works.House.Events.Head;
        foreach (var schedule in Names)
        {
            await works.Run(schedule);
        }

        Assert.NotEmpty(await works.TypesAfter(head));
        head = works.House.Events.Head;
        foreach (var schedule in Names)
        {
            Assert.Equal(("succeeded", 0), Outcome(await works.Run(schedule)));
        }

        Assert.Empty(await works.TypesAfter(head));
    }

    [Fact]
    public async Task Runs_that_were_missed_are_caught_up_once_at_the_start()
    {
        await using var works = await Clockwork.Open();
        await works.Schedules.RunDue(Clockwork.Ct);
        var ada = await works.NewUser();
        await works.Close();
        works.Time.Advance(TimeSpan.FromDays(200));
        await works.Reopen();
        await works.Schedules.RunDue(Clockwork.Ct);
        Assert.Equal("inactive", await works.SubStateOf(ada));
        var first = await works.LastRun("inactivity");
        await works.Schedules.RunDue(Clockwork.Ct);
        Assert.Equal(first.Id, (await works.LastRun("inactivity")).Id);
        Assert.True(first.State.IsSucceeded);
        Assert.Equal(("due", 1, 0), (first.Trigger, first.Done, first.Failed));
    }

    [Fact]
    public async Task Of_two_at_once_one_runs_and_the_other_is_told()
    {
        await using var works = await Clockwork.Open();
        var gate = new Held("held", 3);
        await using var one = Host(works, gate);
        await using var two = Host(works, gate);
        var first = await one.RunNow("held", works.Envelope(), Clockwork.Ct);
        await gate.Entered.WaitAsync(Clockwork.Ct);
        // The same log and another owner, as a second host has: it is alone only where no other process can be.
        var runs = works.House.Application.ScheduleRuns;
        var wish = new Schedule.Decisions.Start(works.Time.GetUtcNow(), "second", "other host", Schedule.Trigger.Due, new Schedule.Rhythm(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), TimeSpan.FromMinutes(1), false);
        var refused = Assert.IsType<Schedule.Decisions.StartOutcome.Taken>(await runs.Start("held", wish, works.Envelope(), Clockwork.Ct));
        Assert.Equal(first, refused.runId);
        Assert.Equal(first, await one.RunNow("held", works.Envelope(), Clockwork.Ct));
        gate.Release();
        await one.Find(first)!.Completion.WaitAsync(Clockwork.Ct);
        Assert.Equal(("succeeded", 3), Outcome(one.Find(first)!.Progress));
    }

    [Fact]
    public async Task A_run_is_cancelled_between_two_candidates_and_says_so()
    {
        await using var works = await Clockwork.Open();
        var gate = new Held("held", 10);
        await using var host = Host(works, gate);
        var run = host.Find(await host.RunNow("held", works.Envelope(), Clockwork.Ct))!;
        await gate.Entered.WaitAsync(Clockwork.Ct);
        run.Cancel();
        gate.Release();
        await run.Completion.WaitAsync(Clockwork.Ct);
        Assert.Equal("cancelled", run.Progress.State);
        Assert.InRange(run.Progress.Seen, 1, 9);
        var last = await works.LastRun("held");
        Assert.True(last.State.IsCancelled);
        Assert.Equal(run.Progress.Done, last.Done);
    }

    [Fact]
    public async Task A_run_ends_at_its_limit_and_the_next_one_goes_on()
    {
        await using var works = await Clockwork.Open(new ScheduleOptions { Enabled = false, ItemsPerRun = 3, PageItems = 2 });
        var users = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            users.Add(await works.NewUser());
        }

        works.Time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(("succeeded", 3), Outcome(await works.Run("inactivity")));
        Assert.Equal(("succeeded", 2), Outcome(await works.Run("inactivity")));
        foreach (var user in users)
        {
            Assert.Equal("inactive", await works.SubStateOf(user));
        }
    }

    [Fact]
    public async Task One_candidate_that_fails_is_counted_and_the_others_are_done()
    {
        await using var works = await Clockwork.Open();
        await using var host = Host(works, new Held("held", 4, failing: 2));
        var run = host.Find(await host.RunNow("held", works.Envelope(), Clockwork.Ct))!;
        await run.Completion.WaitAsync(Clockwork.Ct);
        Assert.Equal(("succeeded", 3, 1), (run.Progress.State, run.Progress.Done, run.Progress.Failed));
        Assert.Equal(1, (await works.LastRun("held")).Failed);
    }

    [Fact]
    public async Task A_program_killed_in_the_middle_of_a_run_starts_it_anew_at_once()
    {
        await using var works = await Clockwork.Open();
        var wish = new Schedule.Decisions.Start(works.Time.GetUtcNow(), "dead", "a host that was killed", Schedule.Trigger.Due, new Schedule.Rhythm(TimeSpan.FromDays(1), TimeSpan.FromMinutes(5)), TimeSpan.FromMinutes(2), false);
        Assert.True((await works.House.Application.ScheduleRuns.Start("inactivity", wish, works.Envelope(), Clockwork.Ct)).IsStarted);
        await works.Reopen();
        await works.Schedules.RunDue(Clockwork.Ct);
        var last = await works.LastRun("inactivity");
        Assert.NotEqual("dead", last.Id);
        Assert.True(last.State.IsSucceeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_process_killed_anywhere_goes_on_after_the_next_start(int places)
    {
        await using var works = await Clockwork.Open();
        var ada = await works.NewUser(active: false);
        works.Time.Advance(TimeSpan.FromDays(9));
        var ended = (await works.House.Application.Users.TryView(ada, Clockwork.Ct)).Value.CreatedAt.AddHours(24);
        var id = VerificationProcess.id(ada, ended);
        var left = places;
        var dying = works.House.Application.ProcessesOf(ProcessFlows.all, _ =>
        {
            if (--left == 0)
            {
                throw new TimeoutException("killed");
            }
        });
        await dying.Start(id, VerificationProcess.plan(ended, 7, "run"), works.Envelope(), Clockwork.Ct);
        await Assert.ThrowsAsync<TimeoutException>(() => dying.Advance(id, works.Time.GetUtcNow(), Clockwork.Ct));
        await works.Reopen();
        await works.Run("processes");
        Assert.Equal("archived", await works.SubStateOf(ada));
        Assert.Equal(["UserVerificationExpired", "UserArchived"], (await works.TypesAfter(0)).Where(type => type is "UserVerificationExpired" or "UserArchived"));
        Assert.DoesNotContain(await Dues(works), due => due.StartsWith(DueKind.Process, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_due_is_the_same_after_a_rebuild()
    {
        await using var works = await Clockwork.Open();
        await Populate(works);
        var before = await Dues(works);
        Assert.NotEmpty(before);
        var rebuild = works.House.Projections.Rebuilds.Start("dues");
        await rebuild.Completion.WaitAsync(Clockwork.Ct);
        Assert.Equal("succeeded", rebuild.Progress.State);
        Assert.Equal(before, await Dues(works));
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        var wrong = Assert.Throws<ArgumentException>(() => new ScheduleOptions { PageItems = 0 }.Validate());
        Assert.Contains("PageItems", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ScheduleOptions { InactivityEvery = TimeSpan.Zero }.Validate());
    }

    private static readonly string[] Names = ["verification-expiry", "processes", "suspension-end", "inactivity"];

    private static (string State, int Done) Outcome(ScheduleProgress progress) => (progress.State, progress.Done);

    private static async Task Populate(Clockwork works)
    {
        var suspended = await works.NewUser();
        await works.Do(Command.NewSuspendUser(suspended, "odd orders", works.Time.GetUtcNow().AddDays(20)));
        await works.NewUser();
        await works.NewUser(active: false);
        var changed = await works.NewUser(active: false);
        await works.Do(Command.NewChangeEmail(changed, "changed@example.org"));
        works.Time.Advance(TimeSpan.FromHours(25));
        await works.Run("verification-expiry");
        await works.Do(Command.NewResendVerification(changed));
        works.Time.Advance(TimeSpan.FromDays(100));
    }

    private static async Task<List<string>> Dues(Clockwork works)
    {
        Assert.True(await works.House.Projections.Monitor.AwaitCompletion(TimeSpan.FromSeconds(30), Clockwork.Ct));
        var dates = new DueDates(works.House.ReadModel);
        var found = new List<string>();
        foreach (var kind in new[] { DueKind.Verification, DueKind.Expired, DueKind.Suspension, DueKind.Process, DueKind.Standing })
        {
            found.AddRange((await dates.PageAsync(kind, DateTimeOffset.MaxValue, null, 100, Clockwork.Ct)).Select(due => $"{kind} {due}"));
        }

        return found;
    }

    private static ScheduleHost Host(Clockwork works, ISchedule schedule) => new(
        [schedule], works.House.Application.ScheduleRuns, works.House.Projections.Gate, works.Options, works.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

    /// <summary>A schedule that stops at its first candidate until it is let go, and may fail at one.</summary>
    private sealed class Held(string name, int items, int failing = -1) : ISchedule
    {
        private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => name;

        public TimeSpan Every => TimeSpan.FromHours(1);

        public IReadOnlyList<string> Projectors => [];

        public Task Entered => entered.Task;

        public void Release() => released.SetResult();

        public Task<SchedulePage> Find(DateTimeOffset now, SchedulePage? after, int limit, CancellationToken ct) => Task.FromResult(new SchedulePage(
            [.. Enumerable.Range(0, items).Select(n => new ScheduleItem(n.ToString(System.Globalization.CultureInfo.InvariantCulture), now))], null));

        public async Task<ItemOutcome> Act(ScheduleItem item, Envelope envelope, CancellationToken ct)
        {
            if (failing >= 0)
            {
                return item.Id == failing.ToString(System.Globalization.CultureInfo.InvariantCulture) ? throw new InvalidOperationException("poison") : ItemOutcome.Done;
            }

            entered.TrySetResult();
            await released.Task.WaitAsync(Clockwork.Ct);
            return ItemOutcome.Done;
        }
    }
}
