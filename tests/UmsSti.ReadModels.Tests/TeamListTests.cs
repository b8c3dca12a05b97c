using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Teams;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class TeamListTests : IAsyncLifetime
{
    private static readonly string[] Types = ["department", "project", "squad"];
    private static readonly string[] States = ["draft", "active", "archived"];

    private readonly Folder _folder = new();
    private readonly List<TeamRow> _all = [];
    private ReadModelDatabase _database = null!;
    private TeamDirectory _teams = null!;

    public static TheoryData<string> Sorts => ["name", "-name", "createdAt", "-createdAt"];

    public async ValueTask InitializeAsync()
    {
        _database = _folder.Open();
        _teams = new TeamDirectory(_database);
        await _database.WriteTeams((session, rows) =>
        {
            rows.Create(session, 1, null, "Acme", "organization");
            for (var key = 2; key <= 90; key++) // equal names, equal times, every kind
                rows.Create(session, key, key < 10 ? "t1" : "t" + (2 + (key % 7)), Name(key), Types[key % 3], States[key / 3 % 3]).CreatedAt = People.Start.AddMinutes(key / 4 * -1);
        });
        for (var key = 1; key <= 90; key++)
            _all.Add((await _teams.FindAsync("t" + key, People.Ct))!);
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task Every_filter_in_every_order_agrees_with_a_plain_filter_and_sort(string sort)
    {
        var scope = Enumerable.Range(1, 90).Where(key => key % 3 > 0).Select(key => "t" + key).ToArray();
        foreach (var type in new[] { null, "squad" })
            foreach (var state in new[] { null, "active" })
                foreach (var search in new[] { null, "north", "sud t" })
                    foreach (var parent in new[] { null, "t1", "t4" })
                        foreach (var seen in new[] { null, scope })
                        {
                            var query = new TeamListQuery { Type = type, State = state, Search = search, Parent = parent, Scope = seen, Sort = sort, Limit = 7 };
                            var expected = Expected(query);

                            Assert.Equal(expected, await Walk(query));
                            Assert.Equal(expected.Length, (await _teams.ListAsync(query, People.Ct)).Total);
                        }
    }

    [Fact]
    public async Task Nobody_sees_a_team_outside_of_what_he_may_see() =>
        Assert.Equal((0, 0L), await Count(new() { Scope = [] }));

    [Fact]
    public async Task Words_that_cannot_match_find_nothing() => Assert.Equal((0, 0L), await Count(new() { Search = "\" ' %" }));

    [Fact]
    public async Task A_cursor_of_other_filters_is_refused()
    {
        var cursor = (await _teams.ListAsync(new() { Limit = 5, State = "active" }, People.Ct)).NextCursor;

        foreach (var query in new TeamListQuery[] { new(), new() { State = "draft" }, new() { State = "active", Sort = "-name" }, new() { State = "active", Parent = "t1" } })
            await Assert.ThrowsAsync<InvalidCursorException>(() => _teams.ListAsync(query with { Cursor = cursor }, People.Ct));
        await Assert.ThrowsAsync<InvalidCursorException>(() => _teams.ListAsync(new() { Cursor = "x" }, People.Ct));
    }

    [Theory]
    [InlineData("slug", 50, "sort")]
    [InlineData("name", 0, "limit")]
    [InlineData("name", 201, "limit")]
    public async Task A_query_out_of_bounds_is_refused(string sort, int limit, string field)
    {
        var error = await Assert.ThrowsAsync<InvalidListQueryException>(() => _teams.ListAsync(new() { Sort = sort, Limit = limit }, People.Ct));

        Assert.Equal(field, error.Field);
    }

    private async Task<(int, long)> Count(TeamListQuery query) =>
        await _teams.ListAsync(query, People.Ct) is var page ? (page.Items.Count, page.Total) : default;

    private string[] Expected(TeamListQuery query)
    {
        var rows = _all.Where(team =>
            (query.Type is null || team.Type == query.Type) && (query.State is null || team.State == query.State)
            && (query.Parent is null || team.ParentId == query.Parent) && (query.Scope is null || query.Scope.Contains(team.Id))
            && (query.Search is null || query.Search.Split(' ').All(word => Words(team).Any(known => known.StartsWith(word, StringComparison.Ordinal)))));
        var byKey = query.Sort.TrimStart('-') == "name"
            ? rows.OrderBy(team => ListSort.NameKey(team.Name), StringComparer.Ordinal).ThenBy(Key)
            : rows.OrderBy(team => team.CreatedAt).ThenBy(Key);
        var ids = byKey.Select(team => team.Id);
        return [.. query.Sort[0] == '-' ? ids.Reverse() : ids];
    }

    private async Task<List<string>> Walk(TeamListQuery query)
    {
        var ids = new List<string>();
        while (true)
        {
            var page = await _teams.ListAsync(query, People.Ct);
            ids.AddRange(page.Items.Select(team => team.Id));
            if (page.NextCursor is null)
                return ids;
            query = query with { Cursor = page.NextCursor };
        }
    }

    private static IEnumerable<string> Words(TeamRow team) =>
        $"{team.Name} {team.Slug}".ToLowerInvariant().Replace('ü', 'u').Split(' ', '-');

    private static int Key(TeamRow team) => int.Parse(team.Id[1..], System.Globalization.CultureInfo.InvariantCulture);

    private static string Name(int key) => (key % 4) switch { 0 => "North Team", 1 => "Süd " + key, 2 => "north " + key, _ => "West" };
}
