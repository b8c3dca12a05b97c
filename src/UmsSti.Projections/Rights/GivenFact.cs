using UmsSti.Domain;
using UmsSti.Domain.Rights;

namespace UmsSti.Projections.Rights;

/// <summary>What an event says about what somebody was given, beside what the domain's fold makes of it.</summary>
/// <param name="Action">The word of the histories.</param>
/// <param name="By">A user id or "system:{job}".</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Null: not said, or erased.</param>
internal readonly record struct GivenFact(string Action, string By, DateTimeOffset At, string? Reason)
{
    /// <summary>Taken at the suspension of an admin (XR-04).</summary>
    public const string Dropped = "dropped";

    /// <summary>Gone with the membership or the account.</summary>
    public const string Ended = "ended";
}

/// <summary>The word for each event about a grant or role. A new event does not compile without one.</summary>
internal sealed class GivenFacts : IEventVisitor<GivenFact>
{
    public static readonly GivenFacts Instance = new();

    public GivenFact UserPermissionGranted(Events.UserPermissionGranted e) => new("granted", e.By, e.At, Text(e.Reason?.Value));

    public GivenFact UserPermissionRevoked(Events.UserPermissionRevoked e) => new("revoked", e.By, e.At, Text(e.Reason));

    public GivenFact UserRoleAssigned(Events.UserRoleAssigned e) => new("assigned", e.By, e.At, null);

    public GivenFact UserRoleRevoked(Events.UserRoleRevoked e) => new("revoked", e.By, e.At, Text(e.Reason));

    public GivenFact PermissionRequested(Events.PermissionRequested e) => new("requested", e.By, e.At, Text(e.Justification));

    public GivenFact PermissionRequestApproved(Events.PermissionRequestApproved e) => new("approved", e.By, e.At, null);

    public GivenFact PermissionRequestDenied(Events.PermissionRequestDenied e) => new("denied", e.By, e.At, Text(e.Reason));

    public GivenFact PermissionRequestExpired(Events.PermissionRequestExpired e) => new("request_expired", e.By, e.At, null);

    public GivenFact PermissionSuspended(Events.PermissionSuspended e) => new("suspended", e.By, e.At, Text(e.Reason));

    public GivenFact PermissionSuspensionLifted(Events.PermissionSuspensionLifted e) => new("suspension_lifted", e.By, e.At, Text(e.Reason));

    public GivenFact PermissionLevelChanged(Events.PermissionLevelChanged e) => new("level_changed", e.By, e.At, null);

    public GivenFact PermissionsExpired(Events.PermissionsExpired e) => new("expired", e.By, e.At, null);

    public GivenFact RoleAssignmentActivated(Events.RoleAssignmentActivated e) => new("activated", e.By, e.At, null);

    public GivenFact RoleAssignmentCancelled(Events.RoleAssignmentCancelled e) => new("cancelled", e.By, e.At, Text(e.Reason));

    public GivenFact RoleAssignmentDeactivated(Events.RoleAssignmentDeactivated e) => new("deactivated", e.By, e.At, Text(e.Reason));

    public GivenFact RoleAssignmentReactivated(Events.RoleAssignmentReactivated e) => new("reactivated", e.By, e.At, null);

    public GivenFact RoleAssignmentSuspended(Events.RoleAssignmentSuspended e) => new("suspended", e.By, e.At, Text(e.Reason));

    public GivenFact RoleAssignmentSuspensionLifted(Events.RoleAssignmentSuspensionLifted e) => new("suspension_lifted", e.By, e.At, Text(e.Reason));

    /// <summary>The text; null when it was not said or its key is gone.</summary>
    public static string? Text(Personal? reason) => reason is not null && reason.TryGet(out var text) ? text : null;
}
