using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Projections.Users;
using UmsSti.ReadModels.Users;
using Xunit;
using Fold = UmsSti.Domain.User.Fold;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Tests;

/// <summary>Rows agree with the domain's fold, whatever happens to a user.</summary>
public sealed class DirectoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_row_says_what_the_fold_of_its_stream_says(int seed)
    {
        await using var world = new World();
        var random = new Random(seed);
        var histories = Enumerable.Range(0, 150).ToDictionary(Histories.Id, user => Histories.Any(random, Histories.Id(user), random.Next(1, 25)).ToArray());
        foreach (var (id, history) in histories)
            await world.Append(id, history);
        var side = await world.Run(options: World.Options with { BatchEvents = random.Next(1, 60), CachedRows = random.Next(1, 100) });

        foreach (var (id, history) in histories)
            AssertAgree(id, history, (await side.Directory.FindAsync(id, World.Ct))!);
    }

    [Fact]
    public async Task After_every_single_event_the_row_is_at_the_streams_version()
    {
        await using var world = new World();
        var side = await world.Run();
        var random = new Random(99);
        var history = Histories.Any(random, Histories.Id(1), 60).ToArray();
        for (var length = 1; length <= history.Length; length++)
        {
            var position = await world.Append(Histories.Id(1), history[length - 1]);
            Assert.True(await side.Host.Monitor.AwaitPosition(UserProjectors.Directory, position, World.Soon, World.Ct));

            var row = (await side.Directory.FindAsync(Histories.Id(1), World.Ct))!;
            Assert.Equal((length, position), (row.Version, row.Position));
            AssertAgree(Histories.Id(1), history[..length], row);
        }
    }

    [Fact]
    public async Task An_event_this_program_does_not_know_moves_the_version_only()
    {
        await using var world = new World();
        await world.Append(Histories.Id(1), Histories.Registered("Ada", "ada@example.org"));
        await World.AppendRaw(world.Domain, "User-" + Histories.Id(1), "UserBeamedUp", "{}", 5);
        var side = await world.Run();

        var row = (await side.Directory.FindAsync(Histories.Id(1), World.Ct))!;
        Assert.Equal(("Ada", 2L), (row.Name, row.Version));
        Assert.Equal(0, side.Status(UserProjectors.Directory).Parked);
    }

    [Fact]
    public async Task Sign_ins_of_the_activity_log_show_in_the_row()
    {
        await using var world = new World();
        await world.Append(Histories.Id(1), Histories.LoggedIn(7)); // before the directory knows the user
        var side = await world.Run();
        await world.Append(Histories.Id(1), Histories.Registered("Ada", "ada@example.org"));
        await world.Append(Histories.Id(2), Histories.Registered("Bob", "bob@example.org"));
        await side.CaughtUp();
        await world.Append(Histories.Id(2), Histories.LoggedIn(9), Histories.LoggedIn(8));
        await side.CaughtUp();

        Assert.Equal(Histories.At(7), (await side.Directory.FindAsync(Histories.Id(1), World.Ct))!.LastLoginAt);
        Assert.Equal(Histories.At(9), (await side.Directory.FindAsync(Histories.Id(2), World.Ct))!.LastLoginAt);
        var page = await side.Directory.ListAsync(new UserListQuery { Sort = "-lastLoginAt" }, World.Ct);
        Assert.Equal([Histories.Id(2), Histories.Id(1)], page.Items.Select(user => user.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_erased_person_shows_as_anonymized_and_is_found_by_nothing(bool purged)
    {
        await using var world = new World();
        var id = Histories.Id(1);
        await world.Append(id, Histories.Registered("Vorname Nachname", "heimlich@example.org"), Histories.Renamed("Neuer Nachname"), Histories.Archived());
        var side = await world.Run();
        Assert.Single((await side.Directory.ListAsync(new UserListQuery { Search = "neuer" }, World.Ct)).Items);
        await world.Keys.Destroy(id, World.Ct);
        if (purged)
            await world.Append(id, Histories.Purged());
        await side.CaughtUp();
        if (!purged)
            await side.Host.Rebuilds.Start("users").Completion; // without the key, the past itself reads as erased

        var row = (await side.Directory.FindAsync(id, World.Ct))!;
        Assert.Equal((UserRow.Anonymized, UserRow.Anonymized), (row.Name, row.Email));
        Assert.Equal($$"""{"bio":"{{UserRow.Anonymized}}"}""", System.Text.Encoding.UTF8.GetString(row.Profile.Span));
        Assert.Null(await side.Directory.FindByEmailAsync("heimlich@example.org", World.Ct));
        foreach (var word in new[] { "vorname", "nachname", "neuer", "heimlich", "anonymized" })
            Assert.Empty((await side.Directory.ListAsync(new UserListQuery { Search = word }, World.Ct)).Items);
    }

    [Fact]
    public async Task The_timeline_tells_what_happened_in_order_and_holds_nothing_personal()
    {
        await using var world = new World();
        var id = Histories.Id(1);
        await world.Append(id, Histories.Registered("Vorname Nachname", "heimlich@example.org"), Histories.Activated(1), Histories.Renamed("Neuer", 3));
        await world.Append(id, Histories.LoggedIn(2));
        var first = await world.Timeline.ListAsync(id, [], 3, null, World.Ct);
        var rest = await world.Timeline.ListAsync(id, [], 3, first.NextCursor, World.Ct);
        var facts = first.Items.Concat(rest.Items).ToList();
        Assert.Equal((4, null), (first.Total, rest.NextCursor));
        Assert.Equal(4, facts.Count);
        Assert.Equal(["state", "state", "session", "profile"], Sorted(facts.Select(fact => fact.Kind)));
        Assert.DoesNotContain(facts, fact => System.Text.Encoding.UTF8.GetString(fact.Detail.Span) is var detail
            && (detail.Contains("Vorname") || detail.Contains("Neuer") || detail.Contains("heimlich")));
        await Assert.ThrowsAsync<ReadModels.InvalidCursorException>(async () => await world.Timeline.ListAsync(Histories.Id(2), [], 3, first.NextCursor, World.Ct));

        static IEnumerable<string> Sorted(IEnumerable<string> kinds) => kinds.OrderBy(kind => Array.IndexOf(["state", "session", "profile"], kind));
    }

    private static void AssertAgree(string id, UserFact[] history, UserRow row)
    {
        var state = Fold.fold(Fold.initial, history);
        var view = Views.user(UserId.Parse(id), history.Length, state).Value;
        var details = ((Fold.State.Registered)state).Item;

        Assert.Equal(
            (view.Type, view.State, view.SubState, view.Email, view.EmailVerified, view.Name),
            (row.Type, row.State, row.SubState, row.Email, row.EmailVerified, row.Name));
        Assert.Equal(
            (view.CreatedAt, view.CreatedBy, view.UpdatedAt, view.UpdatedBy, view.Version),
            (row.CreatedAt, row.CreatedBy, row.UpdatedAt, row.UpdatedBy, row.Version));
        Assert.Equal(view.Profile.OrderBy(pair => pair.Key, StringComparer.Ordinal), Texts(row.Profile));
        Assert.Equal(view.Preferences.OrderBy(pair => pair.Key, StringComparer.Ordinal), Texts(row.Preferences));
        Assert.Equal(
            (details.ActivatedAt?.Value, details.ActivatedBy?.Value, details.DeactivatedAt?.Value, details.DeactivatedBy?.Value,
                details.DeactivationReason?.Value.ToString(), details.SuspendedUntil?.Value),
            (row.ActivatedAt, row.ActivatedBy, row.DeactivatedAt, row.DeactivatedBy, row.DeactivationReason, row.SuspendedUntil));
    }

    private static IEnumerable<KeyValuePair<string, string>> Texts(ReadOnlyMemory<byte> json) =>
        System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(json.Span)!.OrderBy(pair => pair.Key, StringComparer.Ordinal);
}
