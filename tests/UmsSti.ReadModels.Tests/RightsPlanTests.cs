using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Teams;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>Every statement about teams and rights that answers a query or takes in an event goes by an index.</summary>
public sealed class RightsPlanTests : PlanTests
{
    [Theory]
    [InlineData("Teams/find")]
    [InlineData("Teams/find_by_key")]
    [InlineData("Teams/find_by_slug")]
    [InlineData("Teams/settings")]
    [InlineData("Teams/history")]
    [InlineData("Teams/above")]
    [InlineData("Teams/below")]
    [InlineData("Teams/roots")]
    [InlineData("Teams/is_above")]
    [InlineData("Rights/principal")]
    [InlineData("Rights/team_state")]
    [InlineData("Rights/member")]
    [InlineData("Rights/member_by_key")]
    [InlineData("Rights/member_counts")]
    [InlineData("Rights/members_of_user")]
    [InlineData("Rights/grants")]
    [InlineData("Rights/assignments")]
    [InlineData("Rights/role")]
    [InlineData("Rights/roles")]
    [InlineData("Rights/role_permissions")]
    [InlineData("Rights/upkeep_dropped_of_user")]
    [InlineData("Rights/history_of_user")]
    [InlineData("Rights/history_of_team")]
    [InlineData("Rights/history_of_member")]
    [InlineData("Rights/history_of_rights")]
    [InlineData("Rights/holders_of_role")]
    [InlineData("Rights/upkeep_invitations")]
    [InlineData("Rights/upkeep_requests")]
    public void What_answers_a_query_searches(string name) => AssertSearches(Plan(SqlText.Get(name)));

    [Theory]
    [InlineData("Teams/draft")]
    [InlineData("Teams/update")]
    [InlineData("Teams/setting_remove")]
    [InlineData("Teams/closure_attach")]
    [InlineData("Teams/closure_detach")]
    [InlineData("Teams/closure_is_within")]
    [InlineData("Teams/closure_has_below")]
    [InlineData("Teams/closure_remove")]
    [InlineData("Teams/closure_clear")]
    [InlineData("Rights/principal_draft")]
    [InlineData("Rights/team_state_draft")]
    [InlineData("Rights/member_draft")]
    [InlineData("Rights/member_update")]
    [InlineData("Rights/member_counts_clean")]
    [InlineData("Rights/grants_draft")]
    [InlineData("Rights/assignments_draft")]
    [InlineData("Rights/role_draft")]
    [InlineData("Rights/role_permissions_draft")]
    [InlineData("Rights/role_permissions_clear")]
    [InlineData("Rights/forget_members")]
    [InlineData("Rights/forget_grants")]
    [InlineData("Rights/forget_assignments")]
    [InlineData("Rights/forget_history")]
    public void What_a_projector_runs_searches(string name) => AssertSearches(Plan(SqlText.Get(name, 1)));

    [Theory]
    [InlineData("Rights/upkeep_members_of_user")]
    [InlineData("Rights/upkeep_members_of_team")]
    [InlineData("Rights/upkeep_rights_of_user")]
    [InlineData("Rights/upkeep_rights_of_team")]
    [InlineData("Rights/upkeep_retired_of_role")]
    public void What_a_process_sees_to_is_searched_and_then_sorted(string name) => Assert.All(
        Plan(SqlText.Get(name)),
        step => Assert.False(step.StartsWith("SCAN", StringComparison.Ordinal) && !step.StartsWith("SCAN (subquery", StringComparison.Ordinal), step));

    [Fact]
    public void A_page_of_teams_walks_the_index_of_its_order()
    {
        foreach (var sort in TeamListSql.Sorts)
            foreach (var walk in Enum.GetValues<TeamListSql.Walk>())
                foreach (var narrow in new[] { 0, 1, 2, 3 })
                {
                    var plan = Plan(TeamListSql.Page(sort, walk, (TeamListSql.Narrow)narrow));
                    var index = "teams_g1_" + walk switch { TeamListSql.Walk.Kind => "kind_", TeamListSql.Walk.Parent => "parent_", _ => "" }
                        + (sort.IsText ? "name" : "created");

                    Assert.Contains($" INDEX {index} (", plan[0]);
                    AssertSearches(plan);
                }
    }

    [Fact]
    public void Counts_of_teams_start_at_what_narrows_them()
    {
        foreach (var narrow in new[] { 0, 1, 2, 3 })
            AssertSearches(Plan(TeamListSql.Count((TeamListSql.Narrow)narrow)));
    }

    [Fact]
    public void A_page_of_members_walks_the_index_of_its_order()
    {
        foreach (var sort in MemberListReader.Sorts)
            foreach (var byKind in new[] { false, true })
            {
                var plan = Assert.Single(Plan(MemberListReader.Page(sort, byKind)));

                Assert.StartsWith($"SEARCH members_g1 USING COVERING INDEX members_g1_team_{(byKind ? "kind" : "joined")} (team_id=?", plan);
            }
    }

    [Theory]
    [InlineData("Rights/load_members")]
    [InlineData("Rights/load_grants")]
    [InlineData("Rights/load_assignments")]
    public void The_index_is_loaded_in_the_order_of_an_index(string name) =>
        Assert.DoesNotContain(Plan(SqlText.Get(name)), step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));

    [Fact]
    public void Specimen_a_filter_without_index_is_noticed() =>
        Assert.ThrowsAny<Exception>(() => AssertSearches(Plan(SqlText.Compose("specimen", "SELECT id FROM teams WHERE updated_by = ?1"))));

    // A full text is searched by MATCH (0:M), a JSON array of the caller is read whole (1:); both count as lookups.
    private static void AssertSearches(List<string> plan)
    {
        Assert.NotEmpty(plan);
        Assert.All(plan, step => Assert.False(
            step.Contains("TEMP B-TREE", StringComparison.Ordinal)
            || (step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("INDEX 0:M", StringComparison.Ordinal)
                && !step.Contains("INDEX 1:", StringComparison.Ordinal) && !step.Contains("CONSTANT ROW", StringComparison.Ordinal)),
            string.Join('\n', plan)));
    }
}
