namespace UmsSti.Application

open System
open System.Collections.Generic

/// A new team, as it arrived (CM-40).
type CreateTeam =
    {
        /// Null: the door makes an id.
        TeamId: string | null
        Name: string
        /// organization, department, project or squad.
        Type: string
        /// Null: an organisation.
        ParentId: string | null
        /// Fields by key, the description among them; null when there are none.
        Details: IReadOnlyDictionary<string, string | null> | null
        /// Settings by key; null when there are none.
        Settings: IReadOnlyDictionary<string, string | null> | null
        /// False: a draft.
        Activate: bool
    }

/// Changes to what is noted about a team (CM-41).
type UpdateTeam =
    {
        TeamId: string
        /// Null: unchanged.
        Name: string | null
        /// Fields to set; a null value clears the field. Null: unchanged.
        Details: IReadOnlyDictionary<string, string | null> | null
    }

/// One step of a team's life that touches no other team (CM-43...47).
[<RequireQualifiedAccess>]
type TeamStep =
    | Activate
    | Deactivate of reason: (string | null)
    | Suspend of reason: (string | null)
    | LiftSuspension of note: (string | null)
    | Cancel
    | Purge
    | StartMaintenance
    | CompleteMaintenance
    | CloseMembership
    | OpenMembership

/// The end of a team (CM-45); what becomes of those below must be said where there are any (XR-03).
type ArchiveTeam =
    {
        TeamId: string
        Reason: string | null
        /// "cascade", "reassign", or null when there are none.
        Children: string | null
        /// The team that takes the children; with "reassign" only.
        ReassignTo: string | null
    }

/// One step between a person and a team (CM-50...56).
[<RequireQualifiedAccess>]
type MembershipStep =
    | Add of role: string
    | Invite of role: string * expiresAt: Nullable<DateTimeOffset> * message: (string | null)
    | AcceptInvitation
    | DeclineInvitation of reason: (string | null)
    /// Closes an invitation that has run out; a job's step.
    | ExpireInvitation
    | RevokeInvitation of reason: (string | null)
    /// Null: the team's default role.
    | Request of role: (string | null)
    /// Null: the role that was asked for.
    | ApproveRequest of role: (string | null)
    | RejectRequest of reason: (string | null)
    | WithdrawRequest
    | ChangeRole of role: string
    | Deactivate of reason: (string | null)
    | Suspend of reason: (string | null)
    | Reactivate
    | Leave of reason: (string | null)
    | Remove of reason: (string | null)

/// One step of a grant of one permission (CM-60, CM-61, CM-63, CM-64).
[<RequireQualifiedAccess>]
type GrantStep =
    /// Null level: the least at which the permission works.
    | Grant of level: (string | null) * expiresAt: Nullable<DateTimeOffset> * reason: (string | null)
    | Revoke of reason: (string | null)
    | Suspend of reason: (string | null)
    | LiftSuspension of reason: (string | null)
    /// Raising a level is giving, lowering it taking (FS-55).
    | ChangeLevel of level: string
    | Request of expiresAt: Nullable<DateTimeOffset> * justification: (string | null)
    | Approve
    | Deny of reason: (string | null)
    /// Closes a request that nobody decided in time; a job's step.
    | ExpireRequest

/// One step of the assignment of one role (CM-62, CM-64).
[<RequireQualifiedAccess>]
type AssignmentStep =
    | Assign of expiresAt: Nullable<DateTimeOffset>
    /// Approves one that waits for it (FS-50.2).
    | Activate
    /// Turns one down that waits for approval (FS-50.2).
    | Cancel of reason: (string | null)
    | Deactivate of reason: (string | null)
    | Reactivate
    | Revoke of reason: (string | null)
    | Suspend of reason: (string | null)
    | LiftSuspension of reason: (string | null)

/// What is done to a role definition (CM-66).
[<RequireQualifiedAccess>]
type RoleStep =
    /// Null kind: custom.
    | Define of description: (string | null) * permissions: string[] * kind: (string | null)
    /// Null: unchanged. The permissions are the whole set.
    | Change of description: (string | null) * permissions: (string[] | null)
    | Retire of reason: (string | null)

/// What can be asked about teams, memberships, rights and roles, raw as it arrived. `team` is null for rights outside teams.
[<RequireQualifiedAccess; NoComparison>]
type TeamCommand =
    | CreateTeam of CreateTeam
    | UpdateTeam of UpdateTeam
    /// A null value takes the setting away.
    | SetTeamSetting of teamId: string * key: string * value: (string | null)
    | MoveTeam of teamId: string * newParentId: string * note: (string | null)
    | ChangeTeamState of teamId: string * step: TeamStep
    | ArchiveTeam of ArchiveTeam
    | ChangeMembership of teamId: string * userId: string * step: MembershipStep
    | ChangeGrant of userId: string * team: (string | null) * permission: string * step: GrantStep
    /// The role by its name in the scope.
    | ChangeAssignment of userId: string * team: (string | null) * role: string * step: AssignmentStep
    /// Closes what has run out; a job's command (PE-24).
    | ExpireRights of userId: string * team: (string | null)
    | ChangeRole of team: (string | null) * name: string * step: RoleStep
    | SetActiveTeam of userId: string * teamId: string
    | ChangeSystemSetting of key: string * value: string
