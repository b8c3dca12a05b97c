using System.Collections.Immutable;
using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Permissions;

/// <summary>Rows of role definitions with their permissions.</summary>
internal static class RoleColumns
{
    public static RoleDraft? Find(Connection connection, int generation, string id)
    {
        var row = connection.Get("Rights/role_draft", generation).Bind(1, id);
        var draft = row.Step()
            ? new RoleDraft(id)
            {
                Name = row.Text(1),
                TeamId = row.Text(2) is { Length: > 0 } team ? team : null,
                Description = row.TextOrNull(3),
                IsSystem = row.Int64(4) != 0,
                IsActive = row.Int64(5) != 0,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(6)),
                CreatedBy = row.Text(7),
                UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(8)),
                UpdatedBy = row.Text(9),
                Version = row.Int64(10),
                Position = row.Int64(11),
            }
            : null;
        row.Reset();
        if (draft is null)
            return null;
        draft.Permissions = ReadPermissions(connection.Get("Rights/role_permissions_draft", generation).Bind(1, id)).ToImmutableSortedSet(StringComparer.Ordinal);
        draft.MarkStored();
        return draft;
    }

    public static void Save(Connection connection, int generation, RoleDraft draft)
    {
        connection.Get("Rights/role_save", generation).Bind(1, draft.Id).Bind(2, draft.Name).Bind(3, draft.TeamId ?? GivenColumns.NoTeam)
            .Bind(4, draft.Description).Bind(5, draft.IsSystem ? 1 : 0).Bind(6, draft.IsActive ? 1 : 0)
            .Bind(7, draft.CreatedAt.ToUnixTimeMilliseconds()).Bind(8, draft.CreatedBy).Bind(9, draft.UpdatedAt.ToUnixTimeMilliseconds())
            .Bind(10, draft.UpdatedBy).Bind(11, draft.Version).Bind(12, draft.Position).Run();
        RowVersions.RequireOne(connection, draft.Id, draft.Version);
        if (ReferenceEquals(draft.StoredPermissions, draft.Permissions))
            return;
        connection.Get("Rights/role_permissions_clear", generation).Bind(1, draft.Id).Run();
        foreach (var permission in draft.Permissions)
            connection.Get("Rights/role_permission_add", generation).Bind(1, draft.Id).Bind(2, permission).Run();
    }

    /// <summary>Reads a role of the generation that answers; its permissions are read apart.</summary>
    public static RoleRow Read(Statement row) => new()
    {
        Id = row.Text(0),
        Name = row.Text(1),
        TeamId = row.Text(2) is { Length: > 0 } team ? team : null,
        Description = row.TextOrNull(3),
        IsSystem = row.Int64(4) != 0,
        IsActive = row.Int64(5) != 0,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(6)),
        CreatedBy = row.Text(7),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(8)),
        UpdatedBy = row.Text(9),
        Version = row.Int64(10),
        Position = row.Int64(11),
        Permissions = [],
    };

    public static List<string> ReadPermissions(Statement statement)
    {
        var permissions = new List<string>();
        while (statement.Step())
            permissions.Add(UserColumns.CommonText(statement.Text(0)));
        statement.Reset();
        return permissions;
    }
}
