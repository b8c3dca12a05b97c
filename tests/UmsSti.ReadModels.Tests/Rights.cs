using UmsSti.ReadModels.Memberships;
using UmsSti.ReadModels.Permissions;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Tests;

/// <summary>Writes memberships and rights as a projector would.</summary>
public static class Rights
{
    public const string Projector = "rights";

    public static readonly string[] Permissions = ["users.view", "gdpr.manage", "audit.view", "team.view", "team.move"];
    public static readonly string[] Types = ["standard", "admin", "system"];
    public static readonly string[] States = ["pending", "active", "suspended"];
    public static readonly string[] Roles = ["executive", "leader", "member"];

    public static RightsVocabulary Vocabulary { get; } = new(Permissions, ["gdpr.manage"], Types, States, States, States, Roles);

    public static Task WriteRights(this ReadModelDatabase database, Action<WriteSession, RightsRows> work, PermissionIndex? index = null)
    {
        var rows = new RightsRows(database, database.Generations.Active("rights"), cacheRows: 100, index);
        return database.WriteAsync(session =>
        {
            work(session, rows);
            rows.Flush(session);
        }, People.Ct);
    }

    public static PrincipalDraft Person(this RightsRows rows, string id, string type = "standard", string state = "active")
    {
        var draft = rows.AddPrincipal(id);
        (draft.Type, draft.State, draft.Version, draft.Position) = (type, state, 1, 1);
        return draft;
    }

    public static void Team(this RightsRows rows, string id, string state = "active")
    {
        var draft = rows.AddTeam(id);
        (draft.State, draft.Version, draft.Position) = (state, 1, 1);
    }

    public static MemberDraft Join(this RightsRows rows, long key, string team, string user, string role = "member", string state = "active")
    {
        var draft = rows.AddMember(key, team, user);
        (draft.Role, draft.State) = (role, state);
        draft.JoinedAt = draft.UpdatedAt = People.Start.AddMinutes(key);
        draft.UpdatedBy = "u1";
        (draft.Version, draft.Position) = (1, key);
        return draft;
    }

    public static RoleDraft Define(this RightsRows rows, string id, string? team, params string[] permissions)
    {
        var draft = rows.AddRole(id);
        (draft.Name, draft.TeamId) = (id, team);
        draft.Permissions = draft.Permissions.Union(permissions);
        draft.CreatedAt = draft.UpdatedAt = People.Start;
        (draft.CreatedBy, draft.UpdatedBy, draft.Version, draft.Position) = ("u1", "u1", 1, 1);
        return draft;
    }

    public static GrantRow Grant(string permission, bool isWorking = true, DateTimeOffset? until = null, long position = 1) => new()
    {
        Permission = permission,
        Level = "full_access",
        State = isWorking ? "active" : "revoked",
        IsWorking = isWorking,
        ExpiresAt = until,
        GivenBy = "u1",
        GivenAt = People.Start,
        Position = position,
    };

    public static RoleAssignmentRow Assign(string role, bool isWorking = true, bool isDropped = false, DateTimeOffset? until = null, long position = 1) => new()
    {
        RoleId = role,
        State = isWorking ? "active" : "revoked",
        IsWorking = isWorking,
        IsDropped = isDropped,
        ExpiresAt = until,
        GivenBy = "u1",
        GivenAt = People.Start,
        Position = position,
    };

    public static string UserId(int number) => $"0190a000-0000-7000-8000-{number:x12}";

    public static string TeamId(int number) => $"01J00000000000000000{number:D6}";

    /// <summary>Rows of a large installation, put in at once: three teams for each person.</summary>
    public static Task Fill(this ReadModelDatabase database, int people, int teams) => database.WriteAsync(session =>
    {
        foreach (var statement in new[]
        {
            $"""
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {people} - 1)
             INSERT INTO principals_g1 SELECT printf('0190a000-0000-7000-8000-%012x', i), 'standard', 'active', 1, i + 1, 'active', 1 FROM n
             """,
            $"INSERT INTO principal_counts_g1 VALUES ('standard', {people})",
            $"""
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {teams} - 1)
             INSERT INTO team_states_g1 SELECT printf('01J00000000000000000%06d', i), 'active', 1, i + 1 FROM n
             """,
            $"""
             WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3 * {people} - 1)
             INSERT INTO members_g1 (pk, team_id, user_id, role, state, joined_at, updated_at, updated_by, version, position)
             SELECT i + 1, printf('01J00000000000000000%06d', (i / 3 * 7 + i % 3) % {teams}), printf('0190a000-0000-7000-8000-%012x', i / 3),
                 'member', 'active', i, i, 'u1', 1, i + 1 FROM n
             """,
        })
            session.Connection.Execute(SqlText.Compose("fill", statement));
    }, People.Ct);
}
