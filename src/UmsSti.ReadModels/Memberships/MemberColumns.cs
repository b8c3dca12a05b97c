using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Memberships;

/// <summary>The columns every statement that reads whole memberships selects, in this order; name and e-mail only where a page is shown.</summary>
internal static class MemberColumns
{
    private const int Key = 0, TeamId = 1, UserId = 2, Role = 3, PreviousRole = 4, State = 5, JoinedAt = 6, LeftAt = 7, AddedBy = 8,
        InvitedBy = 9, RequestedAt = 10, ExpiresAt = 11, RemovedBy = 12, RemovalReason = 13, RoleChangedAt = 14, RoleChangedBy = 15,
        UpdatedAt = 16, UpdatedBy = 17, Version = 18, Position = 19, Name = 20, Email = 21;

    public static MemberRow ReadRow(Statement row) => new()
    {
        TeamId = row.Text(TeamId),
        UserId = row.Text(UserId),
        Name = row.TextOrNull(Name),
        Email = row.TextOrNull(Email),
        Role = UserColumns.CommonText(row.Text(Role)),
        PreviousRole = row.TextOrNull(PreviousRole),
        State = UserColumns.CommonText(row.Text(State)),
        JoinedAt = Joined(row),
        LeftAt = UserColumns.Time(row, LeftAt),
        AddedBy = row.TextOrNull(AddedBy),
        InvitedBy = row.TextOrNull(InvitedBy),
        RequestedAt = UserColumns.Time(row, RequestedAt),
        ExpiresAt = UserColumns.Time(row, ExpiresAt),
        RemovedBy = row.TextOrNull(RemovedBy),
        RemovalReason = row.TextOrNull(RemovalReason),
        RoleChangedAt = UserColumns.Time(row, RoleChangedAt),
        RoleChangedBy = row.TextOrNull(RoleChangedBy),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UpdatedAt)),
        UpdatedBy = row.Text(UpdatedBy),
        Version = row.Int64(Version),
        Position = row.Int64(Position),
    };

    public static MemberDraft ReadDraft(Statement row) => new(row.Int64(Key), row.Text(TeamId), row.Text(UserId))
    {
        Role = UserColumns.CommonText(row.Text(Role)),
        PreviousRole = row.TextOrNull(PreviousRole),
        State = UserColumns.CommonText(row.Text(State)),
        JoinedAt = Joined(row),
        LeftAt = UserColumns.Time(row, LeftAt),
        AddedBy = row.TextOrNull(AddedBy),
        InvitedBy = row.TextOrNull(InvitedBy),
        RequestedAt = UserColumns.Time(row, RequestedAt),
        ExpiresAt = UserColumns.Time(row, ExpiresAt),
        RemovedBy = row.TextOrNull(RemovedBy),
        RemovalReason = row.TextOrNull(RemovalReason),
        RoleChangedAt = UserColumns.Time(row, RoleChangedAt),
        RoleChangedBy = row.TextOrNull(RoleChangedBy),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UpdatedAt)),
        UpdatedBy = row.Text(UpdatedBy),
        Version = row.Int64(Version),
        Position = row.Int64(Position),
    };

    /// <summary>Binds a draft in the order of <c>member_insert.sql</c> and <c>member_update.sql</c>.</summary>
    public static Statement Bind(Statement statement, MemberDraft draft) => statement
        .Bind(1, draft.Key).Bind(2, draft.TeamId).Bind(3, draft.UserId).Bind(4, draft.Role).Bind(5, draft.PreviousRole).Bind(6, draft.State)
        .Bind(7, draft.JoinedAt?.ToUnixTimeMilliseconds() ?? 0).Bind(8, draft.LeftAt?.ToUnixTimeMilliseconds()).Bind(9, draft.AddedBy)
        .Bind(10, draft.InvitedBy).Bind(11, draft.RequestedAt?.ToUnixTimeMilliseconds()).Bind(12, draft.ExpiresAt?.ToUnixTimeMilliseconds())
        .Bind(13, draft.RemovedBy).Bind(14, draft.RemovalReason).Bind(15, draft.RoleChangedAt?.ToUnixTimeMilliseconds())
        .Bind(16, draft.RoleChangedBy).Bind(17, draft.UpdatedAt.ToUnixTimeMilliseconds()).Bind(18, draft.UpdatedBy)
        .Bind(19, draft.Version).Bind(20, draft.Position);

    private static DateTimeOffset? Joined(Statement row) =>
        row.Int64(JoinedAt) is var at and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
