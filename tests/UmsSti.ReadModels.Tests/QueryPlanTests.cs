using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>Every statement that answers a query goes by an index. The table of counts (one row a kind) may be read whole.</summary>
public sealed class QueryPlanTests : PlanTests
{
    [Theory]
    [InlineData("Users/find", "SEARCH users_g1 USING INDEX sqlite_autoindex_users_g1_1 (id=?)")]
    [InlineData("Users/find_by_email", "SEARCH users_g1 USING INDEX users_g1_email (email_key=?)")]
    [InlineData("Users/find_by_key", "SEARCH users_g1 USING INTEGER PRIMARY KEY (rowid=?)")]
    public void A_lookup_is_one_search(string name, string plan) => Assert.Equal([plan], Plan(SqlText.Get(name)));

    [Fact]
    public void A_page_walks_the_index_of_its_order()
    {
        foreach (var sort in UserSort.All)
            foreach (var byKind in new[] { false, true })
            {
                var index = "users_g1_" + (byKind ? "kind_" : "") + sort.Column switch { "created_at" => "created", "name_key" => "name", _ => "login" };
                var plan = Assert.Single(Plan(UserListSql.Page(sort, byKind, UserListSql.Source.Everybody)));

                Assert.StartsWith($"SEARCH users_g1 USING COVERING INDEX {index} (", plan);
                Assert.Contains(sort.Column + (sort.IsDescending ? "<" : ">"), plan);
            }
    }

    [Fact]
    public void A_wide_search_or_team_walks_the_index_of_the_order_too()
    {
        foreach (var sort in UserSort.All)
            foreach (var byKind in new[] { false, true })
                foreach (var source in new[] { UserListSql.Source.Search, UserListSql.Source.Team, UserListSql.Source.Search | UserListSql.Source.Team })
                {
                    var plan = Plan(UserListSql.Page(sort, byKind, source));

                    Assert.StartsWith("SEARCH users_g1 USING COVERING INDEX users_g1_", plan[0]);
                    AssertNoScanAndNoSort(plan);
                }
    }

    [Fact]
    public void Candidates_and_counts_start_at_the_full_text_or_the_team()
    {
        foreach (var source in new[] { UserListSql.Source.Search, UserListSql.Source.Team, UserListSql.Source.Search | UserListSql.Source.Team })
        {
            AssertNoScanAndNoSort(Plan(UserListSql.Count(source)));
            foreach (var sort in UserSort.All)
                AssertNoScanAndNoSort(Plan(UserListSql.Candidates(sort, source)));
        }
    }

    [Theory]
    [InlineData("Users/draft")]
    [InlineData("Users/update_details")]
    [InlineData("Users/update_name")]
    [InlineData("Users/update_state")]
    [InlineData("Users/release_email")]
    [InlineData("Users/login_user")]
    [InlineData("Users/drop_slice")]
    public void What_a_projector_runs_for_each_event_goes_by_an_index(string name) => AssertNoScanAndNoSort(Plan(SqlText.Get(name, 1)), ordersByKey: true);

    [Fact]
    public void Specimen_a_filter_without_index_is_noticed() =>
        Assert.ThrowsAny<Exception>(() => AssertNoScanAndNoSort(Plan(SqlText.Compose("specimen", "SELECT id FROM users WHERE updated_by = ?1"))));

    [Fact]
    public void Specimen_an_order_without_index_is_noticed() =>
        Assert.ThrowsAny<Exception>(() => AssertNoScanAndNoSort(Plan(SqlText.Compose("specimen", "SELECT id FROM users WHERE type = ?1 ORDER BY updated_at"))));
}
