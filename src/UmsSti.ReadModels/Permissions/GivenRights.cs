namespace UmsSti.ReadModels.Permissions;

/// <summary>The grants and role assignments of one person in one scope, while events are applied to them.</summary>
public sealed class GivenRights
{
    private readonly Dictionary<string, GrantRow> _grants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RoleAssignmentRow> _roles = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedGrants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedRoles = new(StringComparer.Ordinal);

    /// <summary>All grants there ever were, the newest of each permission.</summary>
    public IReadOnlyCollection<GrantRow> Grants => _grants.Values;

    /// <summary>All assignments there ever were, the newest of each role.</summary>
    public IReadOnlyCollection<RoleAssignmentRow> Roles => _roles.Values;

    /// <summary>The grant of a permission, whatever its state; null when there never was one.</summary>
    public GrantRow? FindGrant(string permission) => _grants.GetValueOrDefault(permission);

    /// <summary>The assignment of a role, whatever its state; null when there never was one.</summary>
    public RoleAssignmentRow? FindRole(string roleId) => _roles.GetValueOrDefault(roleId);

    /// <summary>Puts a grant in the place of the one of the same permission.</summary>
    public void Set(GrantRow grant)
    {
        _grants[grant.Permission] = grant;
        _changedGrants.Add(grant.Permission);
    }

    /// <summary>Puts an assignment in the place of the one of the same role.</summary>
    public void Set(RoleAssignmentRow assignment)
    {
        _roles[assignment.RoleId] = assignment;
        _changedRoles.Add(assignment.RoleId);
    }

    internal IEnumerable<GrantRow> ChangedGrants => _changedGrants.Select(permission => _grants[permission]);

    internal IEnumerable<RoleAssignmentRow> ChangedRoles => _changedRoles.Select(role => _roles[role]);

    internal void Load(GrantRow grant) => _grants.Add(grant.Permission, grant);

    internal void Load(RoleAssignmentRow assignment) => _roles.Add(assignment.RoleId, assignment);

    internal void MarkStored()
    {
        _changedGrants.Clear();
        _changedRoles.Clear();
    }
}
