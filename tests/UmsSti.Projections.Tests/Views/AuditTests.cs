using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using UmsSti.Application;
using UmsSti.Projections.Audit;
using UmsSti.ReadModels.Audit;
using UmsSti.Store;
using Xunit;

namespace UmsSti.Projections.Tests;

/// <summary>The audit view holds every fact of both logs, once, and nothing personal (RM-11, RE-12).</summary>
public sealed class AuditTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 64)]
    [InlineData(4, 4_096)]
    public async Task Its_rows_are_exactly_the_events_of_both_logs(int seed, int batch)
    {
        var path = Directory.CreateTempSubdirectory("ums-audit-").FullName;
        try
        {
            using var folder = DataFolder.Open(path);
            await using var domain = SqliteEventLog.Open(folder, DataFolder.EventsFile, new EventLogOptions(), TimeProvider.System, NullLogger<SqliteEventLog>.Instance);
            await using var activity = SqliteEventLog.Open(folder, DataFolder.ActivityFile, new EventLogOptions(), TimeProvider.System, NullLogger<SqliteEventLog>.Instance);
            await using var world = new World { IsOfViews = true, Domain = domain, Activity = activity };
            await world.FillViews(seed, users: 12, facts: 150);
            var side = await world.Run(options: World.Options with { BatchEvents = batch });
            await world.FillViews(seed + 100, users: 12, facts: 30); // and while it runs
            await side.CaughtUp();
            var rows = await Rows(side, new AuditQuery { NewestFirst = false });

            var expected = (await World.All(domain)).Select(one => (1, one.Position, one.EventType, one.Timestamp))
                .Concat((await World.All(activity)).Select(one => (2, one.Position, one.EventType, one.Timestamp)));
            Assert.Equal(
                expected.OrderBy(one => one.Timestamp).ThenBy(one => (2 * one.Position) + one.Item1),
                rows.Select(row => (row.Log, row.Position, row.Type, row.At)));
            Assert.Equal(rows.AsEnumerable().Reverse(), await Rows(side, new AuditQuery()), Same);
            Assert.All(await side.Host.Completeness.Verify(null, World.Ct), report => Assert.True(report.IsComplete, report.ToString()));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task A_filter_lets_through_what_it_says_and_nothing_else()
    {
        await using var world = new World { IsOfViews = true };
        await world.FillViews(seed: 5, users: 6, facts: 200);
        var side = await world.Run();
        var all = await Rows(side, new AuditQuery { NewestFirst = false });
        var (from, to) = (World.Start.AddMinutes(500), World.Start.AddMinutes(2_500));
        var random = new Random(8);
        for (var round = 0; round < 200; round++)
        {
            var like = all[random.Next(all.Count)];
            T? Maybe<T>(T? value) => random.Next(3) == 0 ? value : default;
            var query = new AuditQuery
            {
                Actor = Maybe(like.Actor),
                Subject = Maybe(like.Subject),
                Type = Maybe(like.Type),
                Outcome = Maybe(like.Outcome),
                Resource = Maybe(like.ResourceId),
                ResourceType = Maybe(like.ResourceType),
                Log = Maybe((int?)like.Log),
                From = Maybe((DateTimeOffset?)from),
                To = Maybe((DateTimeOffset?)to),
                Correlation = Maybe(like.CorrelationId),
                NewestFirst = false,
            };
            var expected = all.Where(row =>
                (query.Actor ?? row.Actor) == row.Actor && (query.Subject is null || query.Subject == row.Subject) && (query.Type ?? row.Type) == row.Type
                && (query.Outcome ?? row.Outcome) == row.Outcome && (query.Resource ?? row.ResourceId) == row.ResourceId
                && (query.ResourceType ?? row.ResourceType) == row.ResourceType && (query.Log ?? row.Log) == row.Log
                && (query.From is null || row.At >= query.From) && (query.To is null || row.At < query.To) && (query.Correlation ?? row.CorrelationId) == row.CorrelationId).ToList();

            Assert.Equal(expected, await Rows(side, query), Same);
            Assert.Equal(expected.AsEnumerable().Reverse(), await Rows(side, query with { NewestFirst = true }), Same);
        }
    }

    [Fact]
    public async Task Nothing_personal_stands_in_the_file()
    {
        await using var world = new World { IsOfViews = true };
        world.Keys.Hides = true;
        await world.FillViews(seed: 6, users: 8, facts: 200);
        await using (var side = await world.Run())
            await side.Database.CheckpointAsync(World.Ct);
        foreach (var text in new[] { ViewHistories.Mark, "203.0.113.7", "a browser", "@example.org", "@Example.org", "Bio of" })
            foreach (var file in Directory.GetFiles(world.Folder, "readmodel.db*"))
                Assert.True((await File.ReadAllBytesAsync(file, World.Ct)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, $"'{text}' stands in {Path.GetFileName(file)}");
    }

    [Fact]
    public async Task Facts_of_teams_and_rights_have_their_rows_and_give_no_reason_away()
    {
        await using var world = new World { IsOfViews = true };
        world.Keys.Hides = true;
        var history = new TeamHistory(world, seed: 9);
        await history.Begin();
        for (var step = 0; step < 200; step++)
            await history.Happen();
        var events = await World.All(world.Domain);
        await using (var side = await world.Run())
        {
            var rows = await Rows(side, new AuditQuery { NewestFirst = false, Log = 1 });
            Assert.Equal(events.Select(one => (one.Position, one.EventType)).Order(), rows.Select(row => (row.Position, row.Type)).Order());
            Assert.DoesNotContain(rows, row => row.Action == "unknown");
            Assert.Equal(["membership", "permission", "role", "team", "user"], rows.Select(row => row.ResourceType).Distinct().Order());
            await side.Database.CheckpointAsync(World.Ct);
        }
        foreach (var text in new[] { "because", "go on", "please" })
            Assert.True((await File.ReadAllBytesAsync(Path.Combine(world.Folder, "readmodel.db"), World.Ct)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, text);
    }

    [Fact]
    public async Task Sealed_text_is_kept_with_what_opens_it()
    {
        await using var world = new World { IsOfViews = true };
        world.Keys.Hides = true;
        var id = Histories.Id(1);
        await world.UserFacts(id, "2001", World.Start, Histories.Registered("Ada", "ada@example.org"));
        await world.UserFacts(id, "2001", World.Start, Domain.User.Events.Event.NewUserDeactivated(new(Domain.Personal.NewKnown("on leave"), "2001", World.Start)));
        var row = (await Rows(await world.Run(), new AuditQuery()))[0];

        Assert.Equal(("disable", "user", id, id), (row.Action, row.ResourceType, row.ResourceId, row.SealedBy));
        Assert.Equal("on leave", world.Keys.Open(row.SealedBy!, row.EventId, row.Reason!));
        Assert.Equal("203.0.113.7\na browser", world.Keys.Open(row.ClientSubject!, row.EventId, row.Client!));
        await world.Keys.Destroy(id, World.Ct);
        Assert.Null(world.Keys.Open(row.SealedBy!, row.EventId, row.Reason!));
    }

    [Fact]
    public async Task An_event_of_a_newer_program_has_its_row_as_well()
    {
        await using var world = new World { IsOfViews = true };
        var meta = """{"actor":"2001","command":"c","correlation":"r","later":{"deep":[1]}}""";
        await world.Domain.Append(
            new Kernel.AppendRequest([new Kernel.StreamAppend(Kernel.StreamName.Parse("User-7"), 0, [new Kernel.EventData(1, "UserTeleported", 3, "[]"u8.ToArray(), Encoding.UTF8.GetBytes(meta), World.Start)])], null), World.Ct);
        var row = Assert.Single(await Rows(await world.Run(), new AuditQuery()));

        Assert.Equal(("UserTeleported", "unknown", "User", "7", "2001", "r"), (row.Type, row.Action, row.ResourceType, row.ResourceId, row.Actor, row.CorrelationId));
    }

    [Fact]
    public void Every_category_there_is_has_its_place_in_the_view()
    {
        var categories = typeof(UserStream).Assembly.GetTypes().Where(type => type.Name.EndsWith("Stream", StringComparison.Ordinal))
            .Select(type => type.GetField("Category", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string).OfType<string>().Order().ToList();

        Assert.NotEmpty(categories);
        Assert.Equal(categories, AuditCategory.All.Select(category => category.Name).Order());
        Assert.Equal(Categories.domain.Order(), AuditCategory.All.Where(category => category.Log == SourceLog.Domain).Select(category => category.Name).Order());
        Assert.Equal(Categories.activity.Order(), AuditCategory.All.Where(category => category.Log == SourceLog.Activity).Select(category => category.Name).Order());
    }

    [Fact]
    public async Task Cursors_of_other_filters_orders_and_lists_are_refused()
    {
        await using var world = new World { IsOfViews = true };
        await world.FillViews(seed: 7, users: 5, facts: 60);
        var side = await world.Run();
        var trail = new AuditTrail(side.Database);
        var cursor = (await trail.ListAsync(new AuditQuery { Log = 1 }, 1, null, World.Ct)).NextCursor!;
        var security = (await new ReadModels.Security.SecurityEvents(side.Database).ListAsync(new(), 1, null, World.Ct)).NextCursor!;

        await trail.ListAsync(new AuditQuery { Log = 1 }, 5, cursor, World.Ct);
        foreach (var (query, text) in new[]
        {
            (new AuditQuery(), cursor), (new AuditQuery { Log = 2 }, cursor), (new AuditQuery { Log = 1, NewestFirst = false }, cursor), (new AuditQuery { Log = 1, To = World.Start }, cursor),
            (new AuditQuery(), security), (new AuditQuery(), ""), (new AuditQuery(), "AAAA"), (new AuditQuery(), new string('A', 5_000)),
        })
            await Assert.ThrowsAsync<ReadModels.InvalidCursorException>(async () => await trail.ListAsync(query, 1, text, World.Ct));
        await Assert.ThrowsAsync<ReadModels.InvalidListQueryException>(async () => await trail.ListAsync(new AuditQuery(), 201, null, World.Ct));
    }

    private static async Task<List<AuditRow>> Rows(Side side, AuditQuery query)
    {
        var trail = new AuditTrail(side.Database);
        var (rows, cursor, total) = (new List<AuditRow>(), (string?)null, (long?)null);
        do
        {
            var page = await trail.ListAsync(query, 17, cursor, World.Ct);
            rows.AddRange(page.Items);
            (cursor, total) = (page.NextCursor, page.Total);
        }
        while (cursor is not null);
        Assert.Equal(total, rows.Count);
        var exported = new List<AuditRow>();
        await foreach (var slice in trail.SlicesAsync(query, 13, World.Ct))
            exported.AddRange(slice);
        Assert.Equal(rows, exported, Same);
        return rows;
    }

    private static bool Same(AuditRow left, AuditRow right) =>
        left.Detail.Span.SequenceEqual(right.Detail.Span) && left with { Detail = default } == right with { Detail = default };
}
