using UmsSti.Domain;
using UmsSti.ReadModels.Permissions;
using RoleEvents = UmsSti.Domain.Role;

namespace UmsSti.Projections.Rights;

/// <summary>What each event of a role definition does to its row. A retired role stays as it was.</summary>
internal sealed class RoleChanges : RoleEvents.IEventVisitor<ValueTuple>
{
    /// <summary>The role of the next event.</summary>
    public RoleDraft Role { get; set; } = null!;

    /// <summary>Whether it has been defined before the next event.</summary>
    public bool IsDefined { get; set; }

    private bool IsInUse => IsDefined && Role.IsActive;

    public ValueTuple RoleDefined(RoleEvents.Events.RoleDefined e)
    {
        if (IsDefined)
            return default;
        var id = RoleId.TryParse(Role.Id, out var known) ? known : throw new InvalidOperationException($"'{Role.Id}' is no id of a role.");
        (Role.Name, Role.TeamId) = (id.Name, id.Team is { IsSome: true } team ? team.Value.Value : null);
        Role.Description = e.Description?.Value;
        Role.Permissions = Role.Permissions.Union(e.Permissions);
        (Role.CreatedAt, Role.CreatedBy) = (e.At, e.By);
        return Touch(e.At, e.By);
    }

    public ValueTuple RoleDescriptionChanged(RoleEvents.Events.RoleDescriptionChanged e)
    {
        if (!IsInUse)
            return default;
        Role.Description = e.Description?.Value;
        return Touch(e.At, e.By);
    }

    public ValueTuple RolePermissionAdded(RoleEvents.Events.RolePermissionAdded e)
    {
        if (!IsInUse)
            return default;
        Role.Permissions = Role.Permissions.Add(e.Permission);
        return Touch(e.At, e.By);
    }

    public ValueTuple RolePermissionRemoved(RoleEvents.Events.RolePermissionRemoved e)
    {
        if (!IsInUse)
            return default;
        Role.Permissions = Role.Permissions.Remove(e.Permission);
        return Touch(e.At, e.By);
    }

    public ValueTuple RoleRetired(RoleEvents.Events.RoleRetired e)
    {
        if (!IsInUse)
            return default;
        Role.IsActive = false;
        return Touch(e.At, e.By);
    }

    private ValueTuple Touch(DateTimeOffset at, string by)
    {
        (Role.UpdatedAt, Role.UpdatedBy) = (at, by);
        return default;
    }
}
