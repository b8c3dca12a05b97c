using UmsSti.ReadModels.Audit;
using UmsSti.ReadModels.Security;
using UmsSti.ReadModels.Sqlite;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>The views over everything are read along one index, whatever the filters: no scan, no sort, no second index.</summary>
public sealed class ViewPlanTests : PlanTests
{
    [Fact]
    public void The_audit_view_is_read_along_the_index_of_its_narrowest_filter()
    {
        // In the order of the filters; the last two have no index.
        string[] indexes = ["correlation", "resource", "subject", "actor", "type", "outcome", "at", "at"];
        var facts = new AuditTrail(Database).Facts;
        for (var mask = 0; mask < 1 << indexes.Length; mask++)
        {
            var values = Enumerable.Range(0, indexes.Length).Select(i => (mask & (1 << i)) == 0 ? null : "1").ToArray();
            var leads = Enumerable.Range(0, 6).Where(i => values[i] is not null).Select(i => indexes[i]).FirstOrDefault("at");
            AssertAlong($"audit_g1_{leads}", facts.PageText(values, newestFirst: true), facts.PageText(values, newestFirst: false), facts.CountText(values));
        }
    }

    [Fact]
    public void Security_events_are_read_along_the_index_of_their_narrowest_filter()
    {
        // In the order of the filters; whether one is settled has no index.
        string[] indexes = ["user", "type", "severity", "at"];
        var facts = new SecurityEvents(Database).Facts;
        for (var mask = 0; mask < 1 << indexes.Length; mask++)
        {
            var values = Enumerable.Range(0, indexes.Length).Select(i => (mask & (1 << i)) == 0 ? null : "1").ToArray();
            var leads = Enumerable.Range(0, 3).Where(i => values[i] is not null).Select(i => indexes[i]).FirstOrDefault("at");
            AssertAlong($"security_events_g1_{leads}", facts.PageText(values, newestFirst: true), facts.PageText(values, newestFirst: false), facts.CountText(values));
        }
    }

    [Theory]
    [InlineData("History/page", 0, "SEARCH user_state_history_g1 USING PRIMARY KEY (user_id=? AND position>?)")]
    [InlineData("History/count", 0, "SEARCH user_state_history_g1 USING PRIMARY KEY (user_id=?)")]
    [InlineData("History/newest", 1, "SEARCH user_state_history_g1 USING PRIMARY KEY (user_id=? AND position<?)")]
    [InlineData("Analytics/days", 0, "SEARCH daily_metrics_g1 USING PRIMARY KEY (metric=? AND day>? AND day<?)")]
    [InlineData("Analytics/standing_get", 1, "SEARCH analytics_users_g1 USING PRIMARY KEY (user_id=?)")]
    [InlineData("Analytics/user_day", 0, "SEARCH daily_active_users_g1 USING PRIMARY KEY (day=? AND user_id=?)")]
    [InlineData("Analytics/team_days", 0, "SEARCH team_activity_metrics_g1 USING PRIMARY KEY (team_id=? AND day>? AND day<?)")]
    [InlineData("Analytics/team_members_before", 0, "SEARCH team_activity_metrics_g1 USING PRIMARY KEY (team_id=? AND day<?)")]
    [InlineData("Analytics/invitation_get", 1, "SEARCH analytics_invitations_g1 USING PRIMARY KEY (membership=?)")]
    [InlineData("Analytics/active_add", 1, "SEARCH daily_active_users_g1 USING PRIMARY KEY (day=? AND user_id=?)")]
    public void A_lookup_is_one_search(string name, int generation, string plan) =>
        Assert.Equal([plan], Plan(generation == 0 ? SqlText.Get(name) : SqlText.Get(name, generation)));

    [Theory]
    [InlineData("Audit/drop_slice")]
    [InlineData("Security/drop_slice")]
    [InlineData("History/drop_slice")]
    [InlineData("Analytics/drop_slice")]
    public void What_runs_often_goes_by_an_index(string name) =>
        AssertNoScanAndNoSort(Plan(SqlText.Get(name, 1)), ordersByKey: true);

    [Fact]
    public void A_security_event_is_found_by_its_key() => Assert.Equal(
        ["SEARCH security_events_g1 USING INTEGER PRIMARY KEY (rowid=?)", "SEARCH security_resolutions_g1 USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"],
        Plan(SqlText.Get("Security/find")));

    [Fact]
    public void Failures_before_a_sign_in_are_one_search() => Assert.StartsWith(
        "SEARCH sign_in_failures_g1 USING PRIMARY KEY (account=? AND at>? AND at<?",
        Assert.Single(Searches(SqlText.Get("Security/failures_before", 1))), StringComparison.Ordinal);

    // A bounded count is a subquery with its own step; what became of a security event is looked up by its key.
    private List<string> Searches(SqlText statement) =>
    [
        .. Plan(statement).Where(step =>
            !step.StartsWith("CO-ROUTINE", StringComparison.Ordinal) && !step.StartsWith("SCAN (subquery", StringComparison.Ordinal)
            && !step.StartsWith("CORRELATED SCALAR SUBQUERY", StringComparison.Ordinal)
            && !step.StartsWith("SEARCH security_resolutions_g1 USING INTEGER PRIMARY KEY (rowid=?)", StringComparison.Ordinal)),
    ];

    private void AssertAlong(string index, params SqlText[] statements)
    {
        foreach (var statement in statements)
        {
            var step = Assert.Single(Searches(statement));
            Assert.Matches($"^SEARCH [a-z_]+_g1 USING (COVERING )?INDEX {index} \\(", step);
            Assert.Contains("at>", step, StringComparison.Ordinal);
            Assert.Contains("at<", step, StringComparison.Ordinal);
        }
    }
}
