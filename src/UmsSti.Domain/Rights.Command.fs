namespace UmsSti.Domain.Rights

open System
open UmsSti.Domain

/// CM-60. `Level = None` is the least at which the permission works.
type GrantTerms = { Level: AccessLevel option; ExpiresAt: DateTimeOffset option; Reason: Reason option }

/// What may be asked about the grant of one permission.
[<RequireQualifiedAccess>]
type GrantCommand =
    | Request of terms: GrantTerms * justification: Reason
    | Approve
    | Deny of Reason
    | ExpireRequest
    | Grant of GrantTerms
    | ChangeLevel of AccessLevel
    | Suspend of Reason
    | Lift of Reason
    | Revoke of Reason

/// What may be asked about the assignment of one role.
[<RequireQualifiedAccess>]
type RoleCommand =
    | Assign of expiresAt: DateTimeOffset option
    | Activate
    | Cancel of Reason
    | Deactivate of Reason
    | Reactivate
    | Suspend of Reason
    | Lift of Reason
    | Revoke of Reason

/// What may be asked about one person's rights in one scope (CM-60...65).
[<RequireQualifiedAccess>]
type Command =
    | OnGrant of Permission * GrantCommand
    | OnRole of RoleId * RoleCommand
    /// Closes whatever has run out; a job's command (PE-24).
    | ExpireDue

/// What the one who gives may give. Ranks are those of the team (`TeamRole.Rank`), 0 for none.
type Granter =
    {
        /// A system user or a job: gives everything to everyone.
        IsUnlimited: bool
        /// What he holds himself in the scope: nobody gives what he lacks.
        Holds: PermissionSet
        Rank: int
        /// The rank of the one who is given to. An executive may give to executives; all others only to those below (PE-16).
        TargetRank: int
    }

/// What is known of a role that is assigned.
type RoleFacts = { Permissions: PermissionSet; IsRetired: bool }

/// What a decision needs besides command and state.
type Context =
    {
        Now: DateTimeOffset
        /// A user id, "anonymous", or "system:{job}".
        Actor: string
        Subject: UserId
        SubjectType: UserType
        /// Active as a user, and in a team as its member (XR-01, XR-07): nothing is given to anyone else.
        SubjectIsActive: bool
        /// The team, or none for rights outside teams.
        Team: TeamId voption
        Granter: Granter
        /// The role a command names, when it is defined.
        Role: RoleFacts option
        /// Assignments wait for another's approval (FS-50.1).
        RolesNeedApproval: bool
    }
