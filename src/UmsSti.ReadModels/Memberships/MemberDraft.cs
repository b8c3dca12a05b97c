using UmsSti.ReadModels.Permissions;

namespace UmsSti.ReadModels.Memberships;

/// <summary>A membership while the events of its stream are applied, with what the person was given inside the team.</summary>
public sealed class MemberDraft : IDraft
{
    internal MemberDraft(long key, string teamId, string userId) => (Key, TeamId, UserId) = (key, teamId, userId);

    /// <summary>Log position of the first event of the stream.</summary>
    public long Key { get; }

    public string TeamId { get; }
    public string UserId { get; }
    public string Role { get; set; } = "";
    public string? PreviousRole { get; set; }
    public string State { get; set; } = "";
    public DateTimeOffset? JoinedAt { get; set; }
    public DateTimeOffset? LeftAt { get; set; }
    public string? AddedBy { get; set; }
    public string? InvitedBy { get; set; }
    public DateTimeOffset? RequestedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public string? RemovedBy { get; set; }

    /// <summary>Null: not said, or erased.</summary>
    public string? RemovalReason { get; set; }

    public DateTimeOffset? RoleChangedAt { get; set; }
    public string? RoleChangedBy { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public string UpdatedBy { get; set; } = "";

    /// <summary>What he was given in this team.</summary>
    public GivenRights Rights { get; } = new();

    /// <summary>Events of the stream that are in the row. Set with every event.</summary>
    public long Version { get; set; }

    /// <summary>Log position of the last event.</summary>
    public long Position { get; set; }

    internal (string State, string Role)? StoredKind { get; private set; }
    internal long StoredVersion { get; private set; }

    internal bool IsNew => StoredKind is null;

    internal static string KeyOf(string teamId, string userId) => $"{teamId}_{userId}";

    string IDraft.RowKey => KeyOf(TeamId, UserId);

    void IDraft.MarkStored() => MarkStored();

    internal void MarkStored()
    {
        StoredKind = (State, Role);
        StoredVersion = Version;
        Rights.MarkStored();
    }
}
