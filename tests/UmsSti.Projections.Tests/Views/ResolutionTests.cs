using UmsSti.Domain;
using UmsSti.ReadModels.Security;
using Xunit;
using AccessFact = UmsSti.Domain.Access.Events.Event;
using OperatorFact = UmsSti.Domain.Operator.Events.Event;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>What became of security events (RM-12): two projectors fill the view, in no fixed order.</summary>
public sealed class ResolutionTests
{
    private static readonly string Ada = Histories.Id(1);
    private static readonly string Grace = Histories.Id(2);
    private static readonly string Eve = Histories.Id(3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_joined_whichever_log_comes_first_and_after_a_rebuild(bool settledFirst)
    {
        await using var world = new World { IsOfViews = true };
        var live = await world.Run("live.db", World.Options with { BatchEvents = 1 });
        if (!settledFirst)
            await Suspend(world, live);
        await world.DecisionFacts(Ada, "anonymous", World.Start, AccessFact.NewFailedLoginAttempt(new("invalid_credentials", World.Start)));
        await Settle(world, Grace, "domain", 2);
        await Settle(world, Grace, "activity", 1);
        await live.CaughtUp();
        if (settledFirst)
            await Suspend(world, live);

        Assert.Equal(["user-suspended True", "sign-in-failed True"], await Shown(live, new SecurityQuery()));
        Assert.Empty(await Shown(live, new SecurityQuery { IsResolved = false }));
        Assert.Equal(["user-suspended True"], await Shown(live, new SecurityQuery { IsResolved = true, Type = "user-suspended" }));
        Assert.Null(await new SecurityEvents(live.Database).FindAsync(1, 1, World.Ct));
        var resolution = (await new SecurityEvents(live.Database).FindAsync(1, 2, World.Ct))!.Resolution!;
        Assert.Equal((1, 2L, Grace, 2L, World.Start.AddHours(1)), (resolution.Log, resolution.Position, resolution.By, resolution.RecordedAt, resolution.At));
        Assert.Equal($"{Grace}|{resolution.EventId}|a typo", resolution.Note); // as the keys of tests seal it

        var rows = TableDump.Of(live);
        Assert.Equal(rows, TableDump.Of(await world.Run("at-once.db")));
        var rebuild = live.Host.Rebuilds.Start("security-events");
        await rebuild.Completion;
        Assert.Equal(("succeeded", null), (rebuild.Progress.State, rebuild.Progress.Error));
        Assert.Equal(rows, TableDump.Of(live));
        Assert.Equal(["user-suspended True", "sign-in-failed True"], await Shown(live, new SecurityQuery()));
    }

    [Fact]
    public async Task Of_several_the_first_on_record_holds_and_what_names_no_event_shows_nowhere()
    {
        await using var world = new World { IsOfViews = true };
        await world.DecisionFacts(Ada, "anonymous", World.Start, AccessFact.NewFailedLoginAttempt(new("invalid_credentials", World.Start)));
        await world.DecisionFacts(Eve, "anonymous", World.Start, AccessFact.NewFailedLoginAttempt(new("invalid_credentials", World.Start)));
        await Settle(world, Grace, "activity", 1);
        await Settle(world, Eve, "activity", 1);
        await Settle(world, Grace, "activity", 4_000);
        await Settle(world, Grace, "third", 2);
        foreach (var batch in new[] { 1, 64 })
        {
            var side = await world.Run($"batch{batch}.db", World.Options with { BatchEvents = batch });
            var all = (await new SecurityEvents(side.Database).ListAsync(new SecurityQuery { NewestFirst = false }, 200, null, World.Ct)).Items;
            Assert.Equal([Grace, null], all.Select(row => row.Resolution?.By));
            Assert.Equal([2L], (await new SecurityEvents(side.Database).ListAsync(new SecurityQuery { IsResolved = false }, 200, null, World.Ct)).Items.Select(row => row.Position));
        }
    }

    [Fact]
    public async Task Pages_of_open_ones_go_on_where_the_one_before_ended()
    {
        await using var world = new World { IsOfViews = true };
        for (var i = 0; i < 10; i++)
            await world.DecisionFacts(Ada, "anonymous", World.Start.AddHours(i), AccessFact.NewFailedLoginAttempt(new("invalid_credentials", World.Start)));
        foreach (var position in new[] { 2, 3, 7 })
            await Settle(world, Grace, "activity", position);
        var events = new SecurityEvents((await world.Run()).Database);
        var (seen, cursor) = (new List<long>(), (string?)null);
        do
        {
            var page = await events.ListAsync(new SecurityQuery { IsResolved = false, NewestFirst = false }, 2, cursor, World.Ct);
            Assert.Equal(7, page.Total);
            seen.AddRange(page.Items.Select(row => row.Position));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal([1, 4, 5, 6, 8, 9, 10], seen);
    }

    // The second event of the domain log.
    private static async Task Suspend(World world, Side side)
    {
        await world.UserFacts(Ada, "anonymous", World.Start, UserFact.NewUserRegistrationInitiated(new("standard", Text("ada@example.org"), Text("Ada"), [], null, "anonymous", World.Start)));
        await world.UserFacts(Ada, Grace, World.Start.AddMinutes(1), UserFact.NewUserSuspended(new(Text("odd orders"), null, Grace, World.Start.AddMinutes(1))));
        await side.CaughtUp();
    }

    private static Task Settle(World world, string actor, string log, long position) =>
        world.OperatorFacts(actor, World.Start.AddHours(1), OperatorFact.NewSecurityEventResolved(new(log, position, Text("a typo"), World.Start.AddHours(1))));

    private static Personal Text(string text) => Personal.NewKnown(text);

    private static async Task<List<string>> Shown(Side side, SecurityQuery query)
    {
        var page = await new SecurityEvents(side.Database).ListAsync(query, 200, null, World.Ct);
        Assert.Equal(page.Items.Count, page.Total);
        return [.. page.Items.Select(row => $"{row.Type} {row.Resolution is not null}")];
    }
}
