namespace UmsSti.ReadModels.Permissions;

// What a batch of rows changes in the index. Ids are compact and rights condensed when the batch is written, so that a row the
// index cannot hold is refused before anything is committed.

internal readonly record struct PersonChange(CompactId Id, byte Type, byte State, IndexedRights? Rights);

internal readonly record struct TeamChange(CompactId Id, byte State);

internal readonly record struct MemberChange(CompactId Person, CompactId Team, byte State, byte Role, IndexedRights? Rights);

internal readonly record struct RoleChange(int Role, ulong Mask);

/// <summary>What one batch changes; its position is that of its newest event.</summary>
internal sealed record RightsChanges(
    IReadOnlyList<PersonChange> People, IReadOnlyList<TeamChange> Teams, IReadOnlyList<MemberChange> Members, IReadOnlyList<RoleChange> Roles, long Position)
{
    public bool IsEmpty => People.Count + Teams.Count + Members.Count + Roles.Count == 0;
}
