using UmsSti.ReadModels.Sqlite;
using Xunit;

namespace UmsSti.ReadModels.Tests;

/// <summary>What tests of query plans share: an empty read model, and the steps SQLite would take.</summary>
public abstract class PlanTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly Connection _connection;

    protected PlanTests()
    {
        Database = _folder.Open();
        _connection = Connection.Open(Database.Options, readOnly: true);
    }

    protected ReadModelDatabase Database { get; }

    public void Dispose()
    {
        _connection.Dispose();
        Database.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected List<string> Plan(SqlText sql)
    {
        var statement = _connection.Get(SqlText.Compose("plan", "EXPLAIN QUERY PLAN " + sql.Text));
        var plan = new List<string>();
        while (statement.Step())
            plan.Add(statement.Text(3));
        return plan;
    }

    protected static void AssertNoScanAndNoSort(List<string> plan, bool ordersByKey = false)
    {
        Assert.NotEmpty(plan);
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        foreach (var scan in plan.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)))
            Assert.True(
                scan.Contains("VIRTUAL TABLE INDEX 0:M", StringComparison.Ordinal) // MATCH: the full text itself is the index
                || (ordersByKey && plan.Exists(step => step.Contains("LIST SUBQUERY", StringComparison.Ordinal) || step.Contains("SCALAR SUBQUERY", StringComparison.Ordinal))),
                $"full scan: {scan}");
    }
}
