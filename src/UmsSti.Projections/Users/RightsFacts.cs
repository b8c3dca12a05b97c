using UmsSti.Domain.Rights;

namespace UmsSti.Projections.Users;

/// <summary>What a grant or a role is in the timeline. The reasons stay in the event.</summary>
/// <param name="team">The team it is held in; null: outside teams.</param>
internal sealed class RightsFacts(string? team) : IEventVisitor<Fact>
{
    /// <summary>Of what is held outside teams.</summary>
    public static readonly RightsFacts Instance = new(null);

    public Fact UserPermissionGranted(Events.UserPermissionGranted e) =>
        Fact.Permission(e.By, ("team", team), ("permission", e.Permission), ("level", e.Level), ("expiresAt", EventDetail.Time(e.ExpiresAt?.Value)));

    public Fact UserPermissionRevoked(Events.UserPermissionRevoked e) => Fact.Permission(e.By, ("team", team), ("permission", e.Permission));

    public Fact PermissionRequested(Events.PermissionRequested e) =>
        Fact.Permission(e.By, ("team", team), ("permission", e.Permission), ("level", e.Level), ("expiresAt", EventDetail.Time(e.ExpiresAt?.Value)));

    public Fact PermissionRequestApproved(Events.PermissionRequestApproved e) => Fact.Permission(e.By, ("team", team), ("permission", e.Permission));

    public Fact PermissionRequestDenied(Events.PermissionRequestDenied e) => Fact.Permission(e.By, ("team", team), ("permission", e.Permission));

    public Fact PermissionRequestExpired(Events.PermissionRequestExpired e) => Fact.Permission(e.By, ("team", team), ("permission", e.Permission));

    public Fact PermissionSuspended(Events.PermissionSuspended e) => Fact.Permission(e.By, ("team", team), ("permission", e.Permission));

    public Fact PermissionSuspensionLifted(Events.PermissionSuspensionLifted e) => Fact.Permission(e.By, ("team", team), ("permission", e.Permission));

    public Fact PermissionLevelChanged(Events.PermissionLevelChanged e) =>
        Fact.Permission(e.By, ("team", team), ("permission", e.Permission), ("level", e.NewLevel));

    public Fact PermissionsExpired(Events.PermissionsExpired e) =>
        Fact.Permission(e.By, ("team", team), ("permissions", string.Join(' ', e.Permissions)), ("roles", string.Join(' ', e.Roles)));

    public Fact UserRoleAssigned(Events.UserRoleAssigned e) =>
        Fact.Permission(e.By, ("team", team), ("role", e.Role), ("expiresAt", EventDetail.Time(e.ExpiresAt?.Value)));

    public Fact UserRoleRevoked(Events.UserRoleRevoked e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));

    public Fact RoleAssignmentActivated(Events.RoleAssignmentActivated e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));

    public Fact RoleAssignmentCancelled(Events.RoleAssignmentCancelled e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));

    public Fact RoleAssignmentDeactivated(Events.RoleAssignmentDeactivated e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));

    public Fact RoleAssignmentReactivated(Events.RoleAssignmentReactivated e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));

    public Fact RoleAssignmentSuspended(Events.RoleAssignmentSuspended e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));

    public Fact RoleAssignmentSuspensionLifted(Events.RoleAssignmentSuspensionLifted e) => Fact.Permission(e.By, ("team", team), ("role", e.Role));
}
