using System.Text;
using SQLitePCL;

namespace UmsSti.Projections.Tests;

/// <summary>Rows of tables as text, byte for byte; equal for equal rows, whatever the generation.</summary>
public static class TableDump
{
    private static readonly string[] Tables =
        ["audit", "security_events", "security_resolutions", "sign_in_failures", "user_state_history", "daily_metrics", "daily_active_users", "analytics_users",
         "team_activity_metrics", "daily_team_actors", "analytics_invitations"];

    private static readonly string[] OtherTables = ["users", "user_logins", "user_counts", "dues"];

    private static readonly string[] TeamTables = ["teams", "team_closure", "team_counts", "team_settings", "team_state_history"];

    private static readonly string[] RightsTables =
    [
        "principals", "principal_counts", "team_states", "members", "member_counts",
        "grants", "role_assignments", "roles", "role_permissions", "rights_history",
    ];

    private static readonly Dictionary<string, string> Models = new()
    {
        ["users"] = "users",
        ["user_logins"] = "users",
        ["user_counts"] = "users",
        ["dues"] = "dues",
        ["audit"] = "audit",
        ["security_events"] = "security-events",
        ["security_resolutions"] = "security-events",
        ["sign_in_failures"] = "security-events",
        ["user_state_history"] = "user-state-history",
        ["daily_metrics"] = "analytics",
        ["daily_active_users"] = "analytics",
        ["analytics_users"] = "analytics",
        ["team_activity_metrics"] = "analytics",
        ["daily_team_actors"] = "analytics",
        ["analytics_invitations"] = "analytics",
    };

    /// <summary>The rows of every view.</summary>
    public static string Of(Side side) => Of(side, Tables);

    /// <summary>The rows of every table of every model.</summary>
    public static string OfAll(Side side) => Of(side, [.. Tables, .. OtherTables]) + OfTeams(side);

    /// <summary>The rows of teams and rights.</summary>
    public static string OfTeams(Side side) => Of(side, "teams", TeamTables) + Of(side, "rights", RightsTables);

    private static string Of(Side side, string[] tables)
    {
        var text = new StringBuilder();
        Check(raw.sqlite3_open_v2(side.Database.Options.Path, out var db, raw.SQLITE_OPEN_READONLY, null));
        using (db)
            foreach (var table in tables)
                Append(db, text, table, side.Database.Generations.Active(Models[table]));
        return text.ToString();
    }

    /// <summary>The rows of some tables of one model, in the order of their text.</summary>
    public static string Of(Side side, string model, IEnumerable<string> tables)
    {
        var text = new StringBuilder();
        Check(raw.sqlite3_open_v2(side.Database.Options.Path, out var db, raw.SQLITE_OPEN_READONLY, null));
        using (db)
            foreach (var table in tables)
            {
                text.AppendLine(table);
                foreach (var row in Rows(db, $"SELECT * FROM {table}_g{side.Database.Generations.Active(model)}").Order(StringComparer.Ordinal))
                    text.AppendLine(row);
            }
        return text.ToString();
    }

    private static void Append(sqlite3 db, StringBuilder text, string table, int generation)
    {
        text.AppendLine(table);
        var rows = Rows(db, $"SELECT * FROM {table}_g{generation}");
        rows.Sort(StringComparer.Ordinal);
        text.AppendJoin('\n', rows).AppendLine();
    }

    private static List<string> Rows(sqlite3 db, string sql)
    {
        var rows = new List<string>();
        Check(raw.sqlite3_prepare_v2(db, sql, out var statement));
        using (statement)
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                rows.Add(string.Join('|', Enumerable.Range(0, raw.sqlite3_column_count(statement)).Select(column => raw.sqlite3_column_text(statement, column).utf8_to_string())));
        return rows;
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite answered {code}.");
    }
}
