using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Permissions;

/// <summary>Queries over role definitions and the history of rights (RM-04, RM-08, QY-18). Each sees one moment.</summary>
public sealed class RoleDirectory(ReadModelDatabase database)
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 200;

    private static readonly ListSort ByName = new("name", "name", false, true);
    private static readonly ListSort ByTime = new("at", "at", false, false);

    // A position and an ordinal in one key: no event makes as many facts.
    private const int MaxOrdinals = 1 << 16;

    /// <summary>The role with an id, or null.</summary>
    public async Task<RoleRow?> FindAsync(string id, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return KeyWalk.AtOneMoment(connection, () => Find(connection, id));
    }

    /// <summary>One page of the roles of a team, or of the global ones where it is null, by name.</summary>
    public async Task<RolePage> ListAsync(string? teamId, int limit, string? cursor, CancellationToken ct)
    {
        KeyWalk.CheckLimit(limit, MaxLimit);
        var place = new KeyCursor("roles", teamId);
        var after = place.Read(cursor, ByName);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var connection = lease.Connection;
        return KeyWalk.AtOneMoment(connection, () =>
        {
            var statement = connection.Get("Rights/roles").Bind(1, teamId ?? GivenColumns.NoTeam).Bind(2, after?.Text ?? "").Bind(3, limit + 1L);
            var roles = new List<RoleRow>();
            while (statement.Step())
                roles.Add(RoleColumns.Read(statement));
            statement.Reset();
            var hasMore = roles.Count > limit;
            if (hasMore)
                roles.RemoveAt(limit);
            var total = connection.Get("Rights/count_roles").Bind(1, teamId ?? GivenColumns.NoTeam).Scalar();
            return new RolePage(
                roles.ConvertAll(role => WithPermissions(connection, role)), hasMore ? place.Write(ByName, new SortKey(roles[^1].Name, 0, 0)) : null, total);
        });
    }

    /// <summary>One page of what happened to a person's memberships, grants and roles, oldest first; of one kind where it is given.</summary>
    public Task<RightsChangePage> HistoryOfUserAsync(string userId, string? kind, int limit, string? cursor, CancellationToken ct) =>
        HistoryAsync("Rights/history_of_user", userId, kind, limit, cursor, ct);

    /// <summary>One page of what happened to the memberships, grants and roles of a team, oldest first; of one kind where it is given.</summary>
    public Task<RightsChangePage> HistoryOfTeamAsync(string teamId, string? kind, int limit, string? cursor, CancellationToken ct) =>
        HistoryAsync("Rights/history_of_team", teamId, kind, limit, cursor, ct);

    /// <summary>One page of everything between a person and a team, oldest first.</summary>
    public Task<RightsChangePage> HistoryOfMemberAsync(string teamId, string userId, int limit, string? cursor, CancellationToken ct) =>
        HistoryAsync("Rights/history_of_member", userId, null, limit, cursor, ct, teamId);

    /// <summary>One page of what a person was given and lost, his memberships apart, oldest first; of one kind where it is given.</summary>
    public Task<RightsChangePage> HistoryOfRightsAsync(string userId, string? kind, int limit, string? cursor, CancellationToken ct) =>
        HistoryAsync("Rights/history_of_rights", userId, kind, limit, cursor, ct);

    /// <summary>The people a role is given to and works for, at most so many.</summary>
    public async Task<IReadOnlyList<string>> HoldersAsync(string roleId, int limit, CancellationToken ct)
    {
        KeyWalk.CheckLimit(limit, MaxLimit);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Rights/holders_of_role").Bind(1, roleId).Bind(2, limit);
        var holders = new List<string>();
        while (statement.Step())
            holders.Add(statement.Text(0));
        statement.Reset();
        return holders;
    }

    internal static RoleRow? Find(Connection connection, string id)
    {
        var statement = connection.Get("Rights/role").Bind(1, id);
        var role = statement.Step() ? RoleColumns.Read(statement) : null;
        statement.Reset();
        return role is null ? null : WithPermissions(connection, role);
    }

    private static RoleRow WithPermissions(Connection connection, RoleRow role) =>
        role with { Permissions = RoleColumns.ReadPermissions(connection.Get("Rights/role_permissions").Bind(1, role.Id)) };

    private async Task<RightsChangePage> HistoryAsync(string file, string id, string? kind, int limit, string? cursor, CancellationToken ct, string? team = null)
    {
        KeyWalk.CheckLimit(limit, MaxLimit);
        var place = new KeyCursor(file, id, kind, team);
        var after = place.Read(cursor, ByTime) ?? new SortKey(null, long.MinValue, 0);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get(file).Bind(1, id).Bind(2, after.Number)
            .Bind(3, after.Key / MaxOrdinals).Bind(4, after.Key % MaxOrdinals).Bind(5, kind).Bind(6, limit + 1L);
        if (team is not null)
            statement.Bind(7, team);
        var changes = new List<RightsChange>();
        while (statement.Step())
            changes.Add(RightsHistoryRows.Read(statement));
        statement.Reset();
        if (changes.Count <= limit)
            return new RightsChangePage(changes, null);
        changes.RemoveAt(limit);
        var last = changes[^1];
        return new RightsChangePage(
            changes, place.Write(ByTime, new SortKey(null, last.At.ToUnixTimeMilliseconds(), (last.Position * MaxOrdinals) + last.Ordinal)));
    }
}

/// <summary>One page of roles; <see cref="NextCursor"/> is null at the end.</summary>
public sealed record RolePage(IReadOnlyList<RoleRow> Items, string? NextCursor, long Total);
