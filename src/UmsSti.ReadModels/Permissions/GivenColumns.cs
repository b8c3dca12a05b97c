using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Permissions;

/// <summary>The columns of grants and role assignments, in the order every statement names them.</summary>
internal static class GivenColumns
{
    /// <summary>Stands for "outside teams" (CX-45).</summary>
    public const string NoTeam = "";

    public static GrantRow ReadGrant(Statement row) => new()
    {
        Permission = UserColumns.CommonText(row.Text(2)),
        Level = UserColumns.CommonText(row.Text(3)),
        State = UserColumns.CommonText(row.Text(4)),
        IsWorking = row.Int64(5) != 0,
        ExpiresAt = UserColumns.Time(row, 6),
        GivenBy = row.Text(7),
        GivenAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(8)),
        Reason = row.TextOrNull(9),
        RevokedBy = row.TextOrNull(10),
        RevokedAt = UserColumns.Time(row, 11),
        RevocationReason = row.TextOrNull(12),
        Position = row.Int64(13),
        IsDropped = row.Int64(14) != 0,
    };

    public static RoleAssignmentRow ReadRole(Statement row) => new()
    {
        RoleId = row.Text(2),
        State = UserColumns.CommonText(row.Text(3)),
        IsWorking = row.Int64(4) != 0,
        IsDropped = row.Int64(5) != 0,
        ExpiresAt = UserColumns.Time(row, 6),
        GivenBy = row.Text(7),
        GivenAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(8)),
        Reason = row.TextOrNull(9),
        RevokedBy = row.TextOrNull(10),
        RevokedAt = UserColumns.Time(row, 11),
        RevocationReason = row.TextOrNull(12),
        Position = row.Int64(13),
    };

    /// <summary>Reads all of one person in one scope.</summary>
    public static void Load(Connection connection, int generation, string userId, string teamId, GivenRights rights)
    {
        var grants = connection.Get("Rights/grants_draft", generation).Bind(1, userId).Bind(2, teamId);
        while (grants.Step())
            rights.Load(ReadGrant(grants));
        grants.Reset();
        var roles = connection.Get("Rights/assignments_draft", generation).Bind(1, userId).Bind(2, teamId);
        while (roles.Step())
            rights.Load(ReadRole(roles));
        roles.Reset();
    }

    /// <summary>Writes what changed of one person in one scope.</summary>
    public static void Save(Connection connection, int generation, string userId, string teamId, GivenRights rights)
    {
        foreach (var grant in rights.ChangedGrants)
            connection.Get("Rights/grant_save", generation)
                .Bind(1, userId).Bind(2, teamId).Bind(3, grant.Permission).Bind(4, grant.Level).Bind(5, grant.State)
                .Bind(6, grant.IsWorking ? 1 : 0).Bind(7, grant.ExpiresAt?.ToUnixTimeMilliseconds()).Bind(8, grant.GivenBy)
                .Bind(9, grant.GivenAt.ToUnixTimeMilliseconds()).Bind(10, grant.Reason).Bind(11, grant.RevokedBy)
                .Bind(12, grant.RevokedAt?.ToUnixTimeMilliseconds()).Bind(13, grant.RevocationReason).Bind(14, grant.Position)
                .Bind(15, grant.IsDropped ? 1 : 0).Run();
        foreach (var role in rights.ChangedRoles)
            connection.Get("Rights/assignment_save", generation)
                .Bind(1, userId).Bind(2, teamId).Bind(3, role.RoleId).Bind(4, role.State).Bind(5, role.IsWorking ? 1 : 0)
                .Bind(6, role.IsDropped ? 1 : 0).Bind(7, role.ExpiresAt?.ToUnixTimeMilliseconds()).Bind(8, role.GivenBy)
                .Bind(9, role.GivenAt.ToUnixTimeMilliseconds()).Bind(10, role.Reason).Bind(11, role.RevokedBy)
                .Bind(12, role.RevokedAt?.ToUnixTimeMilliseconds()).Bind(13, role.RevocationReason).Bind(14, role.Position).Run();
    }
}
