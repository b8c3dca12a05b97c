namespace UmsSti.ReadModels.Permissions;

/// <summary>The grants and role assignments of one person in one scope, while events are applied to them.</summary>
public sealed class GivenRights
{
    // Most people are given nothing of their own: what holds it is made when it is needed.
    private Dictionary<string, GrantRow>? _grants;
    private Dictionary<string, RoleAssignmentRow>? _roles;
    private HashSet<string>? _changedGrants;
    private HashSet<string>? _changedRoles;

    /// <summary>All grants there ever were, the newest of each permission.</summary>
    public IReadOnlyCollection<GrantRow> Grants => _grants?.Values ?? (IReadOnlyCollection<GrantRow>)[];

    /// <summary>All assignments there ever were, the newest of each role.</summary>
    public IReadOnlyCollection<RoleAssignmentRow> Roles => _roles?.Values ?? (IReadOnlyCollection<RoleAssignmentRow>)[];

    /// <summary>The grant of a permission, whatever its state; null when there never was one.</summary>
    public GrantRow? FindGrant(string permission) => _grants?.GetValueOrDefault(permission);

    /// <summary>The assignment of a role, whatever its state; null when there never was one.</summary>
    public RoleAssignmentRow? FindRole(string roleId) => _roles?.GetValueOrDefault(roleId);

    /// <summary>Puts a grant in the place of the one of the same permission.</summary>
    public void Set(GrantRow grant)
    {
        (_grants ??= new(StringComparer.Ordinal))[grant.Permission] = grant;
        (_changedGrants ??= new(StringComparer.Ordinal)).Add(grant.Permission);
    }

    /// <summary>Puts an assignment in the place of the one of the same role.</summary>
    public void Set(RoleAssignmentRow assignment)
    {
        (_roles ??= new(StringComparer.Ordinal))[assignment.RoleId] = assignment;
        (_changedRoles ??= new(StringComparer.Ordinal)).Add(assignment.RoleId);
    }

    internal IEnumerable<GrantRow> ChangedGrants => _changedGrants?.Select(permission => _grants![permission]) ?? [];

    internal IEnumerable<RoleAssignmentRow> ChangedRoles => _changedRoles?.Select(role => _roles![role]) ?? [];

    internal void Load(GrantRow grant) => (_grants ??= new(StringComparer.Ordinal)).Add(grant.Permission, grant);

    internal void Load(RoleAssignmentRow assignment) => (_roles ??= new(StringComparer.Ordinal)).Add(assignment.RoleId, assignment);

    internal void MarkStored()
    {
        _changedGrants?.Clear();
        _changedRoles?.Clear();
    }
}
