using Microsoft.FSharp.Core;
using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.Projections.Analytics;
using UmsSti.Projections.Security;
using UmsSti.ReadModels.Analytics;
using UmsSti.ReadModels.History;
using UmsSti.ReadModels.Security;
using Xunit;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Security events, history of states and analytics: what the log adds up to, however it is read.</summary>
public sealed class ViewTests
{
    [Fact]
    public async Task Any_batch_size_and_a_rebuild_end_with_the_same_rows_and_checksums()
    {
        await using var world = new World { IsOfViews = true };
        await world.FillViews(seed: 15, users: 20, facts: 300);
        var first = await world.Run("first.db", World.Options with { BatchEvents = 1 });
        var (rows, progress) = (TableDump.Of(first), first.Progress());
        foreach (var batch in new[] { 3, 64, 4_096 })
        {
            var other = await world.Run($"batch{batch}.db", World.Options with { BatchEvents = batch, CachedRows = 2 });
            Assert.Equal(rows, TableDump.Of(other));
            Assert.Equal(progress, other.Progress());
        }
        foreach (var options in new[] { World.Options, World.Options with { BatchEvents = 16, RebuildCachedRows = 20, RebuildSliceRows = 6, CachedRows = 2 } })
        {
            var side = await world.Run($"rebuilt{options.BatchEvents}.db", options);
            foreach (var model in new[] { "audit", "security-events", "user-state-history", "analytics" })
            {
                var rebuild = side.Host.Rebuilds.Start(model);
                await rebuild.Completion;
                Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
            }
            Assert.Equal(rows, TableDump.Of(side));
            Assert.Equal(progress, side.Progress());
        }
    }

    [Fact]
    public async Task Everything_together_ends_with_the_same_rows_whatever_the_batches_their_order_and_a_rebuild_of_all()
    {
        await using var world = new World { IsOfAll = true };
        await world.FillViews(seed: 17, users: 20, facts: 300);
        var teams = new TeamHistory(world, 17);
        await teams.Begin();
        for (var step = 0; step < 250; step++)
            await teams.Happen();
        var live = await world.Run("live.db", World.Options with { BatchEvents = 3 });
        var (rows, progress) = (TableDump.OfAll(live), live.Progress());
        Assert.All(live.Host.Monitor.Statuses(), status => Assert.True(status.Applied > 0, status.Name));
        foreach (var (batch, reversed) in new[] { (1, true), (64, true), (4_096, false) })
        {
            var other = world.Open($"other{batch}.db", World.Options with { BatchEvents = batch, RebuildBatchEvents = batch, RebuildSliceRows = batch + 5 }, reversed: reversed);
            await other.Host.StartAsync(World.Ct);
            await other.CaughtUp();
            for (var builds = 0; builds < 2; builds++)
            {
                Assert.Equal(rows, TableDump.OfAll(other));
                Assert.Equal(progress, other.Progress());
                var rebuild = other.Host.Rebuilds.Start(Rebuilds.AllModels);
                await rebuild.Completion;
                Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
            }

            Assert.Equal(rows, TableDump.OfAll(other));
            Assert.All(await other.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete, report.ToString()));
        }
    }

    [Fact]
    public async Task The_history_is_what_the_domains_fold_went_through()
    {
        await using var world = new World { IsOfViews = true };
        await world.FillViews(seed: 16, users: 15, facts: 400);
        var side = await world.Run(options: World.Options with { BatchEvents = 5, CachedRows = 2 });
        var codec = UserStream.codec(new Sealing(world.Keys, new EventIds()));
        var changes = 0;
        foreach (var stream in (await World.All(world.Domain)).Where(one => one.Stream.IsIn("User")).GroupBy(one => one.Stream.Id.Value))
        {
            var (state, expected) = (Fold.initial, new List<(long, string?, string)>());
            foreach (var recorded in stream)
            {
                var next = Fold.evolve(state, ((IEventCodec<UserFact, StreamContext<EncodeContext>>)codec).Decode(recorded).Value);
                if (next != state && Named(next) is { } to && (Named(state) != to || Activated(next) != Activated(state)))
                    expected.Add((recorded.Position, Named(state), to));
                state = next;
            }
            var page = await new UserStateHistory(side.Database).ListAsync(stream.Key, 200, null, World.Ct);
            Assert.Equal(expected, page.Items.Select(change => (change.Position, change.FromSubState, change.ToSubState)));
            Assert.Equal(expected.Count, page.Total);
            changes += expected.Count;
        }
        Assert.True(changes > 30, $"{changes} changes prove little");

        static string? Named(Fold.State state) => state is Fold.State.Registered user ? user.Item.SubState.Name : null;
        static FSharpOption<DateTimeOffset>? Activated(Fold.State state) => state is Fold.State.Registered user ? user.Item.ActivatedAt : null;
    }

    [Fact]
    public async Task The_figures_are_those_of_a_plain_count_over_the_logs()
    {
        await using var world = new World { IsOfViews = true };
        await world.FillViews(seed: 17, users: 15, facts: 400);
        var side = await world.Run(options: World.Options with { BatchEvents = 9 });
        var (domain, activity) = (await World.All(world.Domain), await World.All(world.Activity));
        var logIns = activity.Where(one => one.EventType == "UserLoggedIn").ToList();
        var actions = domain.Where(one => one.Stream.IsIn("User") && Actors.isUser(Metadata.actor(one))).ToList();
        var active = logIns.Select(one => (Day(one), one.Stream.Id.Value)).Concat(actions.Select(one => (Day(one), Metadata.actor(one)))).Distinct().Select(one => one.Item1);

        await Matches("users.logins.total", logIns.Select(Day));
        await Matches("users.logins.failed", activity.Where(one => one.EventType == "FailedLoginAttempt").Select(Day));
        await Matches("access.denials.total", activity.Where(one => one.EventType == "AccessDenied").Select(Day));
        await Matches("access.bypasses.total", activity.Where(one => one.EventType == "SystemBypass").Select(Day));
        await Matches("users.active.sessions", logIns.Select(Day));
        await Matches("users.active.actions", actions.Select(Day));
        await Matches("users.active.total", active);
        await Matches("users.registrations.total", domain.Where(one => one.Stream.IsIn("User")).GroupBy(one => one.Stream).Select(stream => Day(stream.First())));

        async Task Matches(string metric, IEnumerable<DateOnly> expected)
        {
            Assert.NotNull(Metrics.Find(metric));
            var counts = expected.CountBy(day => day).ToDictionary();
            var first = DateOnly.FromDateTime(World.Start.UtcDateTime).AddDays(-1);
            var days = await new DailyMetrics(side.Database).DaysAsync(metric, first, first.AddDays(300), World.Ct);
            Assert.True(counts.Count > 2, metric);
            Assert.Equal(counts.OrderBy(day => day.Key).Select(day => (day.Key, (long)day.Value)), days.Where(day => day.Count > 0).Select(day => (day.Day, day.Sum)));
        }

        static DateOnly Day(RecordedEvent recorded) => DateOnly.FromDateTime(recorded.Timestamp.UtcDateTime);
    }

    [Fact]
    public async Task An_activation_is_counted_once_by_its_method_and_timed_in_minutes()
    {
        await using var world = new World { IsOfViews = true };
        var (ada, bob, eve) = (Histories.Id(1), Histories.Id(2), Histories.Id(3));
        foreach (var id in new[] { ada, bob })
            await world.UserFacts(id, "anonymous", World.Start, UserFact.NewUserRegistrationInitiated(new("standard", Text(id + "@example.org"), Text(id), [], null, "anonymous", World.Start)));
        await world.UserFacts(eve, ada, World.Start, UserFact.NewAdminRegistrationInitiated(new(Text("eve@example.org"), Text("Eve"), [], ada, World.Start)));
        await world.UserFacts(ada, "anonymous", Later(90), UserFact.NewUserEmailVerified(new("anonymous", Later(90))));
        await world.UserFacts(ada, "anonymous", Later(95), UserFact.NewUserEmailVerified(new("anonymous", Later(95))));
        await world.UserFacts(bob, "2001", Later(30), UserFact.NewUserActivated(new("admin", "2001", Later(30))));
        await world.UserFacts(bob, "2001", Later(40), UserFact.NewUserDeactivated(new(Text("leave"), "2001", Later(40))), UserFact.NewUserReactivated(new("2001", Later(50))));
        await world.UserFacts(eve, "2001", Later(10), UserFact.NewAdminUserActivated(new("2001", Later(10))));
        var side = await world.Run();

        Assert.Equal((3, 130, 10, 90), await Day("users.activation_time_minutes"));
        Assert.Equal(3, (await Day("users.activations.total")).Item2);
        Assert.Equal((1L, 2L, 0L), ((await Day("users.activations.by_method.email")).Item2, (await Day("users.activations.by_method.admin")).Item2, (await Day("users.activations.by_method.auto")).Item2));
        Assert.Equal((2L, 1L), ((await Day("users.registrations.by_source.web")).Item2, (await Day("users.registrations.by_source.admin_panel")).Item2));
        Assert.Equal((2L, 1L), ((await Day("users.registrations.by_type.standard")).Item2, (await Day("users.registrations.by_type.admin")).Item2));

        async Task<(long, long, long?, long?)> Day(string metric)
        {
            var day = DateOnly.FromDateTime(World.Start.UtcDateTime);
            var found = Assert.Single(await new DailyMetrics(side.Database).DaysAsync(metric, day, day, World.Ct));
            return (found.Count, found.Sum, found.Low, found.High);
        }
    }

    [Fact]
    public async Task Failed_sign_ins_of_one_account_weigh_more_the_more_there_are_within_the_window()
    {
        await using var world = new World { IsOfViews = true };
        var (ada, bob) = (Histories.Id(1), Histories.Id(2));
        for (var i = 0; i < 60; i++)
        {
            await world.DecisionFacts(ada, "anonymous", World.Start.AddSeconds(i), Failed);
            if (i % 20 == 0)
                await world.DecisionFacts(bob, "anonymous", World.Start.AddSeconds(i), Failed);
            if (i < 50)
                await world.DecisionFacts("anonymous", "anonymous", World.Start.AddSeconds(i), Failed);
        }
        await world.DecisionFacts(ada, "anonymous", World.Start.AddMinutes(20), Failed);
        var side = await world.Run(options: World.Options with { BatchEvents = 7 });

        var ofAda = (await Events(side, new SecurityQuery { User = ada, NewestFirst = false })).Select(row => row.Severity).ToList();
        Assert.Equal([.. Repeat("low", 4), .. Repeat("medium", 5), .. Repeat("high", 40), .. Repeat("critical", 11), "low"], ofAda);
        Assert.All(await Events(side, new SecurityQuery { User = bob }), row => Assert.Equal("sign-in-failed", row.Type));
        var all = await Events(side, new SecurityQuery { NewestFirst = false });
        Assert.Equal("sign-ins-failed-repeatedly", all.Last(row => row.UserId is null).Type);
        Assert.Equal(49, all.Count(row => row.UserId is null && row.Severity == "low"));
        Assert.Equal(11, (await Events(side, new SecurityQuery { Severity = "critical" })).Count);
        Assert.Equal(all.Count(row => row.Type == "sign-ins-under-attack"), (await Events(side, new SecurityQuery { Type = "sign-ins-under-attack" })).Count);

        static IEnumerable<string> Repeat(string severity, int times) => Enumerable.Repeat(severity, times);
    }

    [Fact]
    public void Kinds_of_security_events_are_a_fixed_table()
    {
        Assert.Equal(SecurityKind.All.Count, SecurityKind.All.Select(kind => kind.Name).Distinct().Count());
        Assert.Equal(SecurityKind.All.Count, typeof(SecurityKind).GetFields().Count(field => field.FieldType == typeof(SecurityKind)));
        Assert.All(SecurityKind.All, kind => Assert.Contains(kind.Severity, SecurityKind.Severities));
    }

    private static readonly AccessFact Failed = AccessFact.NewFailedLoginAttempt(new("invalid_credentials", World.Start));

    private static DateTimeOffset Later(int minutes) => World.Start.AddMinutes(minutes);

    private static Personal Text(string text) => Personal.NewKnown(text);

    private static async Task<IReadOnlyList<SecurityRow>> Events(Side side, SecurityQuery query)
    {
        var page = await new SecurityEvents(side.Database).ListAsync(query, 200, null, World.Ct);
        Assert.Equal(page.Items.Count, page.Total);
        return page.Items;
    }
}
