using System.Collections.Immutable;

namespace UmsSti.ReadModels.Permissions;

/// <summary>A person as decisions about rights see him, while the events of his stream are applied.</summary>
public sealed class PrincipalDraft : IDraft
{
    internal PrincipalDraft(string id) => Id = id;

    public string Id { get; }
    public string Type { get; set; } = "";
    public string State { get; set; } = "";

    /// <summary>Where he stands in his machine; finer than the state.</summary>
    public string SubState { get; set; } = "";

    /// <summary>Whether he ever was active.</summary>
    public bool WasActive { get; set; }

    /// <summary>What he was given outside teams.</summary>
    public GivenRights Rights { get; } = new();

    /// <summary>Events of the stream that are in the row. Set with every event.</summary>
    public long Version { get; set; }

    /// <summary>Log position of the last event.</summary>
    public long Position { get; set; }

    internal string? StoredType { get; private set; }
    internal long StoredVersion { get; private set; }

    string IDraft.RowKey => Id;

    void IDraft.MarkStored() => MarkStored();

    internal void MarkStored()
    {
        StoredType = Type;
        StoredVersion = Version;
        Rights.MarkStored();
    }
}

/// <summary>A team as decisions about rights see it, while the events of its stream are applied.</summary>
public sealed class TeamStateDraft : IDraft
{
    internal TeamStateDraft(string id) => Id = id;

    public string Id { get; }
    public string State { get; set; } = "";

    /// <summary>Events of the stream that are in the row. Set with every event.</summary>
    public long Version { get; set; }

    /// <summary>Log position of the last event.</summary>
    public long Position { get; set; }

    internal long StoredVersion { get; private set; }

    string IDraft.RowKey => Id;

    void IDraft.MarkStored() => MarkStored();

    internal void MarkStored() => StoredVersion = Version;
}

/// <summary>A role definition while the events of its stream are applied (RM-04, PE-21).</summary>
public sealed class RoleDraft : IDraft
{
    internal RoleDraft(string id) => Id = id;

    public string Id { get; }

    /// <summary>Unique in its scope.</summary>
    public string Name { get; set; } = "";

    /// <summary>Null: a global role.</summary>
    public string? TeamId { get; set; }

    public string? Description { get; set; }
    public bool IsSystem { get; set; }

    /// <summary>False once retired: it gives nothing then (XR-09).</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>Canonical names.</summary>
    public ImmutableSortedSet<string> Permissions { get; set; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public DateTimeOffset CreatedAt { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTimeOffset UpdatedAt { get; set; }
    public string UpdatedBy { get; set; } = "";

    /// <summary>Events of the stream that are in the row. Set with every event.</summary>
    public long Version { get; set; }

    /// <summary>Log position of the last event.</summary>
    public long Position { get; set; }

    internal long StoredVersion { get; private set; }
    internal ImmutableSortedSet<string>? StoredPermissions { get; private set; }

    string IDraft.RowKey => Id;

    void IDraft.MarkStored() => MarkStored();

    internal void MarkStored()
    {
        StoredVersion = Version;
        StoredPermissions = Permissions;
    }
}
