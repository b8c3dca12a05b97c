using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Users;

/// <summary>The columns every statement that reads whole users selects, in this order.</summary>
internal static class UserColumns
{
    public const int Key = 0, Id = 1, Type = 2, State = 3, SubState = 4, Email = 5, EmailKey = 6, EmailVerified = 7,
        EmailVerifiedAt = 8, Name = 9, Profile = 10, Preferences = 11, ActiveTeamId = 12, CreatedAt = 13, CreatedBy = 14,
        UpdatedAt = 15, UpdatedBy = 16, LastLoginAt = 17, ActivatedAt = 18, ActivatedBy = 19, DeactivatedAt = 20,
        DeactivatedBy = 21, DeactivationReason = 22, SuspendedUntil = 23, Version = 24, Position = 25;

    public static UserRow ReadRow(Statement row) => new()
    {
        Id = row.Text(Id),
        Type = CommonText(row.Text(Type)),
        State = CommonText(row.Text(State)),
        SubState = CommonText(row.Text(SubState)),
        Email = row.TextOrNull(Email) ?? UserRow.Anonymized,
        EmailVerified = row.Int64(EmailVerified) != 0,
        Name = row.TextOrNull(Name) ?? UserRow.Anonymized,
        Profile = row.Utf8(Profile),
        Preferences = row.Utf8(Preferences),
        ActiveTeamId = row.TextOrNull(ActiveTeamId),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(CreatedAt)),
        CreatedBy = row.Text(CreatedBy),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UpdatedAt)),
        UpdatedBy = row.Text(UpdatedBy),
        LastLoginAt = row.Int64(LastLoginAt) is var login and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(login) : null,
        Version = row.Int64(Version),
        Position = row.Int64(Position),
        EmailVerifiedAt = Time(row, EmailVerifiedAt),
        ActivatedAt = Time(row, ActivatedAt),
        ActivatedBy = row.TextOrNull(ActivatedBy),
        DeactivatedAt = Time(row, DeactivatedAt),
        DeactivatedBy = row.TextOrNull(DeactivatedBy),
        DeactivationReason = row.TextOrNull(DeactivationReason),
        SuspendedUntil = Time(row, SuspendedUntil),
    };

    public static DateTimeOffset? Time(Statement row, int column) =>
        row.Int64OrNull(column) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    // A few words stand in every row; one copy of each is enough.
    public static string CommonText(string text) => string.IsInterned(text) ?? text;
}
