using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Permissions;

/// <summary>Rows of the histories of rights.</summary>
internal static class RightsHistoryRows
{
    public static void Write(Connection connection, int generation, List<RightsChange> changes)
    {
        var insert = connection.Get("Rights/history_add", generation);
        foreach (var change in changes)
            insert.Bind(1, change.UserId).Bind(2, change.At.ToUnixTimeMilliseconds()).Bind(3, change.Position).Bind(4, change.Ordinal)
                .Bind(5, change.Kind).Bind(6, change.TeamId ?? GivenColumns.NoTeam).Bind(7, change.Subject ?? "").Bind(8, change.Action)
                .Bind(9, change.OldRole).Bind(10, change.NewRole).Bind(11, change.OldState).Bind(12, change.NewState)
                .Bind(13, change.Actor).Bind(14, change.Reason).Run();
    }

    public static void Forget(Connection connection, int generation, List<string> userIds)
    {
        foreach (var userId in userIds)
            foreach (var table in new[] { "members", "grants", "assignments", "history" })
                connection.Get($"Rights/forget_{table}", generation).Bind(1, userId).Run();
    }

    public static RightsChange Read(Statement row) => new()
    {
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(0)),
        Position = row.Int64(1),
        Ordinal = (int)row.Int64(2),
        Kind = UserColumns.CommonText(row.Text(3)),
        UserId = row.Text(4),
        TeamId = row.Text(5) is { Length: > 0 } team ? team : null,
        Subject = row.Text(6) is { Length: > 0 } subject ? subject : null,
        Action = UserColumns.CommonText(row.Text(7)),
        OldRole = row.TextOrNull(8),
        NewRole = row.TextOrNull(9),
        OldState = row.TextOrNull(10),
        NewState = row.TextOrNull(11),
        Actor = row.Text(12),
        Reason = row.TextOrNull(13),
    };
}
