using UmsSti.Domain.Rights;

namespace UmsSti.Projections.Audit;

/// <summary>What is done to what a person was given, in the scope its stream stands for. Reasons are sealed with his key.</summary>
internal sealed class RightsAuditFacts : IEventVisitor<AuditFact>
{
    /// <summary>The person of the next event.</summary>
    public string UserId { get; set; } = "";

    /// <summary>The team of the next event; null outside teams.</summary>
    public string? TeamId { get; set; }

    public AuditFact UserPermissionGranted(Events.UserPermissionGranted e) =>
        Permission("grant", e.Permission, ("level", e.Level), ("expiresAt", EventDetail.Time(e.ExpiresAt?.Value))).Because(e.Reason?.Value, UserId);

    public AuditFact UserPermissionRevoked(Events.UserPermissionRevoked e) => Permission("revoke", e.Permission).Because(e.Reason, UserId);

    public AuditFact UserRoleAssigned(Events.UserRoleAssigned e) =>
        Role(e.IsPending ? "request" : "grant", e.Role, ("expiresAt", EventDetail.Time(e.ExpiresAt?.Value)));

    public AuditFact UserRoleRevoked(Events.UserRoleRevoked e) => Role("revoke", e.Role).Because(e.Reason, UserId);

    public AuditFact PermissionRequested(Events.PermissionRequested e) =>
        Permission("request", e.Permission, ("level", e.Level), ("expiresAt", EventDetail.Time(e.ExpiresAt?.Value))).Because(e.Justification, UserId);

    public AuditFact PermissionRequestApproved(Events.PermissionRequestApproved e) => Permission("approve", e.Permission);

    public AuditFact PermissionRequestDenied(Events.PermissionRequestDenied e) => Permission("reject", e.Permission).Because(e.Reason, UserId);

    public AuditFact PermissionRequestExpired(Events.PermissionRequestExpired e) => Permission("expire", e.Permission);

    public AuditFact PermissionSuspended(Events.PermissionSuspended e) => Permission("suspend", e.Permission).Because(e.Reason, UserId);

    public AuditFact PermissionSuspensionLifted(Events.PermissionSuspensionLifted e) => Permission("restore", e.Permission).Because(e.Reason, UserId);

    public AuditFact PermissionLevelChanged(Events.PermissionLevelChanged e) =>
        Permission("update", e.Permission, ("oldLevel", e.OldLevel), ("level", e.NewLevel));

    public AuditFact PermissionsExpired(Events.PermissionsExpired e) =>
        Of("expire", ("permissions", string.Join(' ', e.Permissions)), ("roles", string.Join(' ', e.Roles)), ("teamId", TeamId));

    public AuditFact RoleAssignmentActivated(Events.RoleAssignmentActivated e) => Role("approve", e.Role);

    public AuditFact RoleAssignmentCancelled(Events.RoleAssignmentCancelled e) => Role("reject", e.Role).Because(e.Reason, UserId);

    public AuditFact RoleAssignmentDeactivated(Events.RoleAssignmentDeactivated e) => Role("disable", e.Role).Because(e.Reason, UserId);

    public AuditFact RoleAssignmentReactivated(Events.RoleAssignmentReactivated e) => Role("enable", e.Role);

    public AuditFact RoleAssignmentSuspended(Events.RoleAssignmentSuspended e) => Role("suspend", e.Role).Because(e.Reason, UserId);

    public AuditFact RoleAssignmentSuspensionLifted(Events.RoleAssignmentSuspensionLifted e) => Role("restore", e.Role).Because(e.Reason, UserId);

    private AuditFact Permission(string action, string permission, params ReadOnlySpan<(string Name, string? Value)> more) =>
        Of(action, [("permission", permission), ("teamId", TeamId), .. more]);

    private AuditFact Role(string action, string role, params ReadOnlySpan<(string Name, string? Value)> more) =>
        Of(action, [("role", role), ("teamId", TeamId), .. more]);

    private AuditFact Of(string action, params ReadOnlySpan<(string Name, string? Value)> detail) =>
        new(action, "permission", UserId) { Subject = UserId, Detail = EventDetail.Of(detail) };
}
