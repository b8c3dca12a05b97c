namespace UmsSti.Domain.Rights

open System
open UmsSti.Domain

/// Where a grant of one permission stands (FS-54). `approved` and `granted` activate by themselves.
[<RequireQualifiedAccess; Struct>]
type GrantState =
    | Requested
    | Active
    | Suspended
    | Denied
    | Expired
    | Revoked

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Requested -> "requested"
        | Active -> "active"
        | Suspended -> "suspended"
        | Denied -> "denied"
        | Expired -> "expired"
        | Revoked -> "revoked"

    override this.ToString() = this.Name
    static member All = [| Requested; Active; Suspended; Denied; Expired; Revoked |]

/// Where the assignment of one role stands (FS-50). `pending` only where approval is configured.
[<RequireQualifiedAccess; Struct>]
type AssignmentState =
    | Pending
    | Active
    | Inactive
    | Suspended
    | Cancelled
    | Expired
    | Revoked

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Pending -> "pending"
        | Active -> "active"
        | Inactive -> "inactive"
        | Suspended -> "suspended"
        | Cancelled -> "cancelled"
        | Expired -> "expired"
        | Revoked -> "revoked"

    override this.ToString() = this.Name
    static member All = [| Pending; Active; Inactive; Suspended; Cancelled; Expired; Revoked |]

/// What has happened to what was given to one person in one scope, besides a team role. The same contract stands in two
/// streams: in `User-{id}` for rights outside teams, in `Membership-{team}_{user}` for those inside one (CX-43); the stream is
/// the context of EV-060...071, so a revocation never reaches further than it (CX-15). `Permission` is a canonical name,
/// `Role` a `RoleId`, `Level` an `AccessLevel.Name`, `By` a user id or "system:{job}".
// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// EV-060. No `ExpiresAt`: until revoked.
    type UserPermissionGranted =
        { Permission: string
          Level: string
          ExpiresAt: DateTimeOffset option
          Reason: Personal option
          By: string
          At: DateTimeOffset }

    /// EV-061
    type UserPermissionRevoked = { Permission: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-062. `IsPending`: waits for another's approval (FS-50.1).
    type UserRoleAssigned = { Role: string; ExpiresAt: DateTimeOffset option; IsPending: bool; By: string; At: DateTimeOffset }

    /// EV-063
    type UserRoleRevoked = { Role: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-064
    type PermissionRequested =
        { Permission: string
          Level: string
          ExpiresAt: DateTimeOffset option
          Justification: Personal
          By: string
          At: DateTimeOffset }

    /// EV-064
    type PermissionRequestApproved = { Permission: string; By: string; At: DateTimeOffset }

    /// EV-064
    type PermissionRequestDenied = { Permission: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-064
    type PermissionRequestExpired = { Permission: string; By: string; At: DateTimeOffset }

    /// EV-065
    type PermissionSuspended = { Permission: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-065
    type PermissionSuspensionLifted = { Permission: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// FS-55
    type PermissionLevelChanged = { Permission: string; OldLevel: string; NewLevel: string; By: string; At: DateTimeOffset }

    /// EV-066. All that had run out when the job looked.
    type PermissionsExpired = { Permissions: string[]; Roles: string[]; By: string; At: DateTimeOffset }

    /// EV-070
    type RoleAssignmentActivated = { Role: string; By: string; At: DateTimeOffset }

    /// EV-070
    type RoleAssignmentCancelled = { Role: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-070
    type RoleAssignmentDeactivated = { Role: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-070
    type RoleAssignmentReactivated = { Role: string; By: string; At: DateTimeOffset }

    /// EV-070
    type RoleAssignmentSuspended = { Role: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-070
    type RoleAssignmentSuspensionLifted = { Role: string; Reason: Personal; By: string; At: DateTimeOffset }

    /// Case name = stored name.
    type Event =
        | UserPermissionGranted of UserPermissionGranted
        | UserPermissionRevoked of UserPermissionRevoked
        | UserRoleAssigned of UserRoleAssigned
        | UserRoleRevoked of UserRoleRevoked
        | PermissionRequested of PermissionRequested
        | PermissionRequestApproved of PermissionRequestApproved
        | PermissionRequestDenied of PermissionRequestDenied
        | PermissionRequestExpired of PermissionRequestExpired
        | PermissionSuspended of PermissionSuspended
        | PermissionSuspensionLifted of PermissionSuspensionLifted
        | PermissionLevelChanged of PermissionLevelChanged
        | PermissionsExpired of PermissionsExpired
        | RoleAssignmentActivated of RoleAssignmentActivated
        | RoleAssignmentCancelled of RoleAssignmentCancelled
        | RoleAssignmentDeactivated of RoleAssignmentDeactivated
        | RoleAssignmentReactivated of RoleAssignmentReactivated
        | RoleAssignmentSuspended of RoleAssignmentSuspended
        | RoleAssignmentSuspensionLifted of RoleAssignmentSuspensionLifted

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract UserPermissionGranted: Events.UserPermissionGranted -> 'r
    abstract UserPermissionRevoked: Events.UserPermissionRevoked -> 'r
    abstract UserRoleAssigned: Events.UserRoleAssigned -> 'r
    abstract UserRoleRevoked: Events.UserRoleRevoked -> 'r
    abstract PermissionRequested: Events.PermissionRequested -> 'r
    abstract PermissionRequestApproved: Events.PermissionRequestApproved -> 'r
    abstract PermissionRequestDenied: Events.PermissionRequestDenied -> 'r
    abstract PermissionRequestExpired: Events.PermissionRequestExpired -> 'r
    abstract PermissionSuspended: Events.PermissionSuspended -> 'r
    abstract PermissionSuspensionLifted: Events.PermissionSuspensionLifted -> 'r
    abstract PermissionLevelChanged: Events.PermissionLevelChanged -> 'r
    abstract PermissionsExpired: Events.PermissionsExpired -> 'r
    abstract RoleAssignmentActivated: Events.RoleAssignmentActivated -> 'r
    abstract RoleAssignmentCancelled: Events.RoleAssignmentCancelled -> 'r
    abstract RoleAssignmentDeactivated: Events.RoleAssignmentDeactivated -> 'r
    abstract RoleAssignmentReactivated: Events.RoleAssignmentReactivated -> 'r
    abstract RoleAssignmentSuspended: Events.RoleAssignmentSuspended -> 'r
    abstract RoleAssignmentSuspensionLifted: Events.RoleAssignmentSuspensionLifted -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.UserPermissionGranted e -> visitor.UserPermissionGranted e
        | Events.UserPermissionRevoked e -> visitor.UserPermissionRevoked e
        | Events.UserRoleAssigned e -> visitor.UserRoleAssigned e
        | Events.UserRoleRevoked e -> visitor.UserRoleRevoked e
        | Events.PermissionRequested e -> visitor.PermissionRequested e
        | Events.PermissionRequestApproved e -> visitor.PermissionRequestApproved e
        | Events.PermissionRequestDenied e -> visitor.PermissionRequestDenied e
        | Events.PermissionRequestExpired e -> visitor.PermissionRequestExpired e
        | Events.PermissionSuspended e -> visitor.PermissionSuspended e
        | Events.PermissionSuspensionLifted e -> visitor.PermissionSuspensionLifted e
        | Events.PermissionLevelChanged e -> visitor.PermissionLevelChanged e
        | Events.PermissionsExpired e -> visitor.PermissionsExpired e
        | Events.RoleAssignmentActivated e -> visitor.RoleAssignmentActivated e
        | Events.RoleAssignmentCancelled e -> visitor.RoleAssignmentCancelled e
        | Events.RoleAssignmentDeactivated e -> visitor.RoleAssignmentDeactivated e
        | Events.RoleAssignmentReactivated e -> visitor.RoleAssignmentReactivated e
        | Events.RoleAssignmentSuspended e -> visitor.RoleAssignmentSuspended e
        | Events.RoleAssignmentSuspensionLifted e -> visitor.RoleAssignmentSuspensionLifted e
