using System.Collections.Immutable;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Teams;

/// <summary>A team's row while events are applied to it. Its place in the tree is changed by <see cref="TeamRows"/> alone.</summary>
public sealed class TeamDraft : IDraft
{
    internal TeamDraft(long key, string id) => (Key, Id) = (key, id);

    /// <summary>Log position of the creation; orders teams of equal sort keys.</summary>
    public long Key { get; }

    public string Id { get; }
    public string Slug { get; set; } = "";

    /// <summary>Whether the slug is this team's; false once it was purged.</summary>
    public bool HoldsSlug { get; set; } = true;

    public string Name { get; set; } = "";
    public string Type { get; set; } = "";
    public string State { get; set; } = "";
    public string? ParentId { get; internal set; }

    /// <summary>Whether it stands in the tree.</summary>
    public bool IsPlaced { get; internal set; }

    public string OrganizationId { get; set; } = "";
    public bool IsInMaintenance { get; set; }
    public bool IsMembershipClosed { get; set; }

    /// <summary>Settings by key. Changed by <see cref="Set"/>.</summary>
    public TextMap Settings { get; internal set; } = TextMap.Empty;

    /// <summary>Description and fields of the type, by name.</summary>
    public TextMap Details { get; set; } = TextMap.Empty;

    /// <summary>User ids in ordinal order.</summary>
    public ImmutableSortedSet<string> Executives { get; set; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public DateTimeOffset CreatedAt { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset UpdatedAt { get; set; }
    public string UpdatedBy { get; set; } = "";
    public DateTimeOffset? ArchivedAt { get; set; }
    public string? ArchivedBy { get; set; }
    public string? ArchiveReason { get; set; }

    /// <summary>Events of the stream that are in the row. Set with every event.</summary>
    public long Version { get; set; }

    /// <summary>Log position of the last event.</summary>
    public long Position { get; set; }

    /// <summary>Gives a setting a value, or takes it away where the value is null; remembers who did it.</summary>
    public void Set(string key, string? value, DateTimeOffset at, string by)
    {
        Settings = Settings.With(key, value);
        SettingChanges[key] = value is null ? null : new TeamSettingRow(key, value, at, by);
    }

    // As they are in the tables, for what must be taken back: counts and the full text.
    internal (string Type, string State)? StoredKind { get; private set; }
    internal string? StoredName { get; private set; }
    internal string? StoredSlug { get; private set; }
    internal long StoredVersion { get; private set; }

    internal bool IsNew => StoredKind is null;

    /// <summary>Settings changed since it was stored; null: taken away.</summary>
    internal Dictionary<string, TeamSettingRow?> SettingChanges { get; } = new(StringComparer.Ordinal);

    string IDraft.RowKey => Id;

    void IDraft.MarkStored() => MarkStored();

    internal void MarkStored()
    {
        StoredKind = (Type, State);
        StoredName = Name;
        StoredSlug = Slug;
        StoredVersion = Version;
        SettingChanges.Clear();
    }
}
