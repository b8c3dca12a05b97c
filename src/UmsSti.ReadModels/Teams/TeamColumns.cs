using System.Collections.Immutable;
using System.Text.Json;
using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Teams;

/// <summary>The columns every statement that reads whole teams selects, in this order; level and members only where a page is shown.</summary>
internal static class TeamColumns
{
    private const int Key = 0, Id = 1, Slug = 2, Name = 3, Type = 4, State = 5, ParentId = 6, OrganizationId = 7, IsPlaced = 8, HoldsSlug = 9,
        IsInMaintenance = 10, IsMembershipClosed = 11, Settings = 12, Details = 13, Executives = 14, CreatedAt = 15, CreatedBy = 16,
        UpdatedAt = 17, UpdatedBy = 18, ArchivedAt = 19, ArchivedBy = 20, ArchiveReason = 21, Version = 22, Position = 23, Level = 24, Members = 25;

    public static TeamRow ReadRow(Statement row) => new()
    {
        Id = row.Text(Id),
        Slug = row.Text(Slug),
        Name = row.Text(Name),
        Type = UserColumns.CommonText(row.Text(Type)),
        State = UserColumns.CommonText(row.Text(State)),
        ParentId = row.TextOrNull(ParentId),
        OrganizationId = row.Text(OrganizationId),
        Level = (int)row.Int64(Level),
        MemberCount = row.Int64(Members),
        IsInMaintenance = row.Int64(IsInMaintenance) != 0,
        IsMembershipClosed = row.Int64(IsMembershipClosed) != 0,
        Settings = row.Utf8(Settings),
        Details = row.Utf8(Details),
        Executives = row.Utf8(Executives),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(CreatedAt)),
        CreatedBy = row.Text(CreatedBy),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UpdatedAt)),
        UpdatedBy = row.Text(UpdatedBy),
        ArchivedAt = UserColumns.Time(row, ArchivedAt),
        ArchivedBy = row.TextOrNull(ArchivedBy),
        ArchiveReason = row.TextOrNull(ArchiveReason),
        Version = row.Int64(Version),
        Position = row.Int64(Position),
    };

    public static TeamDraft ReadDraft(Statement row)
    {
        var draft = new TeamDraft(row.Int64(Key), row.Text(Id))
        {
            Slug = row.Text(Slug),
            HoldsSlug = row.Int64(HoldsSlug) != 0,
            Name = row.Text(Name),
            Type = UserColumns.CommonText(row.Text(Type)),
            State = UserColumns.CommonText(row.Text(State)),
            ParentId = row.TextOrNull(ParentId),
            IsPlaced = row.Int64(IsPlaced) != 0,
            OrganizationId = row.Text(OrganizationId),
            IsInMaintenance = row.Int64(IsInMaintenance) != 0,
            IsMembershipClosed = row.Int64(IsMembershipClosed) != 0,
            Settings = TextMap.Parse(row.Raw(Settings)),
            Details = TextMap.Parse(row.Raw(Details)),
            Executives = JsonSerializer.Deserialize<string[]>(row.Raw(Executives))!.ToImmutableSortedSet(StringComparer.Ordinal),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(CreatedAt)),
            CreatedBy = row.Text(CreatedBy),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(UpdatedAt)),
            UpdatedBy = row.Text(UpdatedBy),
            ArchivedAt = UserColumns.Time(row, ArchivedAt),
            ArchivedBy = row.TextOrNull(ArchivedBy),
            ArchiveReason = row.TextOrNull(ArchiveReason),
            Version = row.Int64(Version),
            Position = row.Int64(Position),
        };
        draft.MarkStored();
        return draft;
    }

    /// <summary>Binds a draft in the order of <c>insert.sql</c> and <c>update.sql</c>.</summary>
    public static Statement Bind(Statement statement, TeamDraft draft) => statement
        .Bind(1, draft.Key).Bind(2, draft.Id).Bind(3, draft.Slug).Bind(4, draft.Name).Bind(5, draft.Type).Bind(6, draft.State)
        .Bind(7, draft.ParentId).Bind(8, ListSort.NameKey(draft.Name)).Bind(9, draft.HoldsSlug ? draft.Slug : null)
        .Bind(10, draft.OrganizationId).Bind(11, draft.IsPlaced ? 1 : 0).Bind(12, draft.IsInMaintenance ? 1 : 0)
        .Bind(13, draft.IsMembershipClosed ? 1 : 0).Bind(14, draft.Settings.WriteJson()).Bind(15, draft.Details.WriteJson())
        .Bind(16, JsonSerializer.SerializeToUtf8Bytes(draft.Executives)).Bind(17, draft.CreatedAt.ToUnixTimeMilliseconds())
        .Bind(18, draft.CreatedBy).Bind(19, draft.UpdatedAt.ToUnixTimeMilliseconds()).Bind(20, draft.UpdatedBy)
        .Bind(21, draft.ArchivedAt?.ToUnixTimeMilliseconds()).Bind(22, draft.ArchivedBy).Bind(23, draft.ArchiveReason)
        .Bind(24, draft.Version).Bind(25, draft.Position);
}
