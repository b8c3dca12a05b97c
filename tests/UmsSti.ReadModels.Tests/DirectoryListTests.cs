using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

public sealed class DirectoryListTests : IAsyncLifetime
{
    private static readonly string[] Types = ["standard", "admin", "system"];
    private static readonly string[] States = ["pending", "active", "inactive", "suspended", "archived", "purged"];

    private readonly Folder _folder = new();
    private readonly List<UserRow> _all = [];
    private ReadModelDatabase _database = null!;
    private UserDirectory _directory = null!;

    public static TheoryData<string> Sorts => ["createdAt", "-createdAt", "name", "-name", "lastLoginAt", "-lastLoginAt"];

    public async ValueTask InitializeAsync()
    {
        _database = _folder.Open(options => options with { SortedMatches = 30 });
        _directory = new UserDirectory(_database);
        await _database.Write((_, rows) =>
        {
            // 120 users: equal names, equal times, every kind; names beyond the first plane sort by code point.
            for (var key = 1; key <= 120; key++)
                rows.Register(key, Name(key), null, Types[key % 3], States[key % 6], People.Start.AddMinutes(key / 4 * -1));
        });
        var logins = new LoginRows(_database.Generations.Active("users"));
        await _database.WriteAsync(session =>
        {
            for (var key = 1; key <= 120; key += 2)
                logins.Record("u" + key, People.Start.AddDays(key % 7));
            logins.Flush(session);
        }, People.Ct);
        await _database.WriteRights((_, rows) =>
        {
            for (var key = 1; key <= 120; key++)
            {
                rows.Join(1_000 + key, "wide", "u" + key, state: key % 2 == 0 ? "active" : "suspended"); // only the active ones are found
                if (key % 20 == 0)
                    rows.Join(2_000 + key, "narrow", "u" + key, "leader");
            }
        });
        for (var key = 1; key <= 120; key++)
            _all.Add((await _directory.FindAsync("u" + key, People.Ct))!);
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
        foreach (var type in new[] { null, "standard", "admin" })
            foreach (var state in new[] { null, "active", "purged" })
                foreach (var search in new[] { null, "ann", "zoë u1" })
                    foreach (var team in new[] { null, "wide", "narrow" })
                    {
                        var query = new UserListQuery { Type = type, State = state, Search = search, Team = team, Sort = sort, Limit = 7 };
                        var expected = Sorted(_all.Where(user => Matches(user, query)), sort).Select(user => user.Id).ToList();

                        Assert.Equal(expected, await _directory.Walk(query));
                        Assert.Equal(expected.Count, (await _directory.ListAsync(query, People.Ct)).Total);
                    }
    }

    [Theory]
    [MemberData(nameof(Sorts))]
    public async Task A_walk_under_inserts_meets_each_user_that_was_there_exactly_once(string sort)
    {
        var key = 1_000;
        var walked = await _directory.Walk(new UserListQuery { Sort = sort, Limit = 9 }, _ => _database.Write((_, rows) =>
        {
            for (var i = 0; i < 5; i++)
                rows.Register(++key, Name(key), at: People.Start.AddMinutes(-key % 40));
        }));

        Assert.Equal(walked.Count, walked.Distinct().Count());
        Assert.Empty(_all.Select(user => user.Id).Except(walked));
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        var query = new UserListQuery { Sort = "name", Limit = 5, State = "active" };
        var cursor = (await _directory.ListAsync(query, People.Ct)).NextCursor!;

        foreach (var other in new[]
                 {
                     query with { Sort = "-name" }, query with { Sort = "createdAt" }, query with { State = null }, query with { Type = "admin" },
                     query with { Search = "ann" }, query with { Team = "wide" },
                 })
            await Assert.ThrowsAsync<InvalidCursorException>(async () => await _directory.ListAsync(other with { Cursor = cursor }, People.Ct));
        foreach (var bad in new[] { "", "x", "e30", "bnVsbA", cursor[..^4], cursor + "AAAA", new string('A', 10_000), "ä" })
            await Assert.ThrowsAsync<InvalidCursorException>(async () => await _directory.ListAsync(query with { Cursor = bad }, People.Ct));
        Assert.NotEmpty((await _directory.ListAsync(query with { Cursor = cursor, Limit = 50 }, People.Ct)).Items);
    }

    [Theory]
    [InlineData("limit", 0, "createdAt", null)]
    [InlineData("limit", 201, "createdAt", null)]
    [InlineData("limit", -1, "createdAt", null)]
    [InlineData("sort", 50, "email", null)]
    [InlineData("sort", 50, "", null)]
    [InlineData("search", 50, "name", "a b c d e f g h i j k l m n o p q")]
    public async Task What_is_out_of_bounds_is_refused_by_name(string field, int limit, string sort, string? search)
    {
        var refused = await Assert.ThrowsAsync<InvalidListQueryException>(async () =>
            await _directory.ListAsync(new UserListQuery { Limit = limit, Sort = sort, Search = search }, People.Ct));

        Assert.Equal(field, refused.Field);
    }

    [Fact]
    public async Task Totals_follow_every_change_of_state()
    {
        await _database.Write((session, rows) =>
        {
            foreach (var id in new[] { "u1", "u7", "u13" })
            {
                var draft = rows.Find(session, id)!;
                Assert.Equal("active", draft.State);
                draft.State = "suspended";
                draft.Touch(500);
            }
        });

        foreach (var state in States)
        {
            var page = await _directory.ListAsync(new UserListQuery { State = state, Limit = 200 }, People.Ct);
            Assert.Equal(page.Items.Count, page.Total);
            Assert.Equal(state switch { "active" => 17, "suspended" => 23, _ => 20 }, page.Total);
        }
    }

    private static string Name(int key) => (key % 5) switch
    {
        0 => "Ann Lee",
        1 => "anna Öst",
        2 => "Zoë \U0001F600",
        3 => "\uFF21bc " + key % 3,
        _ => "Émile " + key % 10,
    };

    private static bool Matches(UserRow user, UserListQuery query)
    {
        var key = int.Parse(user.Id[1..]);
        return (query.Type is null || user.Type == query.Type)
            && (query.State is null || user.State == query.State)
            && query.Search switch
            {
                "ann" => user.Name.StartsWith("ann", StringComparison.OrdinalIgnoreCase),
                "zoë u1" => user.Name.StartsWith("Zoë", StringComparison.Ordinal) && user.Email.StartsWith("u1", StringComparison.Ordinal),
                _ => true,
            }
            && query.Team switch { "wide" => key % 2 == 0, "narrow" => key % 20 == 0, _ => true };
    }

    private static IEnumerable<UserRow> Sorted(IEnumerable<UserRow> users, string sort)
    {
        var ordered = sort.TrimStart('-') switch
        {
            "createdAt" => users.OrderBy(user => user.CreatedAt),
            "lastLoginAt" => users.OrderBy(user => user.LastLoginAt ?? DateTimeOffset.UnixEpoch),
            _ => users.OrderBy(user => user.Name.ToLowerInvariant(), Comparer<string>.Create(ByCodePoint)),
        };
        var up = ordered.ThenBy(user => int.Parse(user.Id[1..])).ToList();
        if (sort[0] == '-')
            up.Reverse();
        return up;
    }

    private static int ByCodePoint(string left, string right) =>
        left.EnumerateRunes().Zip(right.EnumerateRunes()).Select(pair => pair.First.CompareTo(pair.Second)).FirstOrDefault(order => order != 0) is var order and not 0
            ? order
            : left.Length.CompareTo(right.Length);
}
