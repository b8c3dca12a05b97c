namespace UmsSti.Domain

open System
open System.Runtime.InteropServices

/// Reads a stable name out of a type's few values.
[<RequireQualifiedAccess>]
module internal Named =
    let tryFind (all: 'value[]) (name: 'value -> string) (text: string | null) =
        all |> Array.tryFind (fun value -> String.Equals(name value, text))

/// The kinds of teams (TM-01...04, CX-18).
[<RequireQualifiedAccess; Struct>]
type TeamType =
    | Organization
    | Department
    | Project
    | Squad

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Organization -> "organization"
        | Department -> "department"
        | Project -> "project"
        | Squad -> "squad"

    override this.ToString() = this.Name

    static member All = [| Organization; Department; Project; Squad |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamType>) =
        match Named.tryFind TeamType.All _.Name text with
        | Some found ->
            result <- found
            true
        | None -> false

    /// The types a parent may have (OP-10, design section 10). Empty: such a team is a root.
    member this.Parents =
        match this with
        | Organization -> [||]
        | Department -> [| Organization; Department |]
        | Project -> [| Organization; Department; Project |]
        | Squad -> [| Project; Squad |]

/// Where a team stands (FS-30).
[<RequireQualifiedAccess; Struct>]
type TeamState =
    /// Made, not yet shown to members.
    | Draft
    | Active
    | Inactive
    | Suspended
    | Archived
    /// A draft that was given up.
    | Cancelled
    /// Deleted after cancelling, or purged after archiving: the end.
    | Purged

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Draft -> "draft"
        | Active -> "active"
        | Inactive -> "inactive"
        | Suspended -> "suspended"
        | Archived -> "archived"
        | Cancelled -> "cancelled"
        | Purged -> "purged"

    override this.ToString() = this.Name

    static member All = [| Draft; Active; Inactive; Suspended; Archived; Cancelled; Purged |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamState>) =
        match Named.tryFind TeamState.All _.Name text with
        | Some found ->
            result <- found
            true
        | None -> false

    /// Whether the team can still come to life or is alive: not archived, cancelled or purged.
    member this.IsLive =
        match this with
        | Draft
        | Active
        | Inactive
        | Suspended -> true
        | Archived
        | Cancelled
        | Purged -> false

    /// Whether members may be added.
    member this.AllowsMembers =
        match this with
        | Draft
        | Active -> true
        | Inactive
        | Suspended
        | Archived
        | Cancelled
        | Purged -> false

    /// Whether teams may be placed below.
    member this.AllowsSubteams = this.AllowsMembers

/// The six roles a membership can have, highest first (CX-04, OP-16).
[<RequireQualifiedAccess; Struct>]
type TeamRole =
    /// Full control; the owner (PE-19).
    | Executive
    | Deputy
    | Admin
    | Leader
    | Member
    | Observer

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Executive -> "executive"
        | Deputy -> "deputy"
        | Admin -> "admin"
        | Leader -> "leader"
        | Member -> "member"
        | Observer -> "observer"

    override this.ToString() = this.Name

    static member All = [| Executive; Deputy; Admin; Leader; Member; Observer |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<TeamRole>) =
        match Named.tryFind TeamRole.All _.Name text with
        | Some found ->
            result <- found
            true
        | None -> false

    /// 6 for the executive down to 1 for the observer.
    member this.Rank =
        match this with
        | Executive -> 6
        | Deputy -> 5
        | Admin -> 4
        | Leader -> 3
        | Member -> 2
        | Observer -> 1

/// Where a membership stands (FS-40). `None` of the machine is "no membership yet".
[<RequireQualifiedAccess; Struct>]
type MembershipState =
    | Invited
    | Requested
    /// The only state that gives anything (PE-02).
    | Active
    | Inactive
    | Suspended
    | Declined
    | Expired
    | Revoked
    | Rejected
    | Withdrawn
    | Left
    | Removed

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Invited -> "invited"
        | Requested -> "requested"
        | Active -> "active"
        | Inactive -> "inactive"
        | Suspended -> "suspended"
        | Declined -> "declined"
        | Expired -> "expired"
        | Revoked -> "revoked"
        | Rejected -> "rejected"
        | Withdrawn -> "withdrawn"
        | Left -> "left"
        | Removed -> "removed"

    override this.ToString() = this.Name

    static member All =
        [| Invited
           Requested
           Active
           Inactive
           Suspended
           Declined
           Expired
           Revoked
           Rejected
           Withdrawn
           Left
           Removed |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<MembershipState>) =
        match Named.tryFind MembershipState.All _.Name text with
        | Some found ->
            result <- found
            true
        | None -> false

    /// Whether a new period may begin: nothing is open any more (TM-43).
    member this.IsClosed =
        match this with
        | Invited
        | Requested
        | Active
        | Inactive
        | Suspended -> false
        | Declined
        | Expired
        | Revoked
        | Rejected
        | Withdrawn
        | Left
        | Removed -> true

/// What each role of a team holds, and what a team's state leaves of it.
[<RequireQualifiedAccess>]
module TeamRole =
    let private observer = PermissionSet.Of [ Permission.TeamView ]
    let private member' = observer.Add Permission.TeamParticipate
    let private leader = member'.Add Permission.TeamMembersInvite
    let private admin = leader.Add(Permission.TeamMembersManage).Add Permission.TeamRolesAssign
    let private deputy = admin.Add Permission.TeamRegistrationManage

    /// The permissions of a role in its team (OP-16, OP-19, design section 10).
    let permissions (role: TeamRole) =
        match role with
        | TeamRole.Executive -> Permission.team
        | TeamRole.Deputy -> deputy
        | TeamRole.Admin -> admin
        | TeamRole.Leader -> leader
        | TeamRole.Member -> member'
        | TeamRole.Observer -> observer

    /// The lowest role that holds a permission.
    let tryLowestWith (permission: Permission) =
        TeamRole.All |> Array.tryFindBack (fun role -> (permissions role).Contains permission)

    let private dormant =
        PermissionSet.Of [ Permission.TeamView; Permission.TeamSettingsManage; Permission.TeamArchive ]

    /// What a team's state leaves of a member's rights, whatever gave them (FS-30, XR-02): a draft shows itself to executives only,
    /// an inactive team is looked at and run by its executives but not worked in, any other but an active one is closed.
    let remaining (state: TeamState) (role: TeamRole) =
        match state with
        | TeamState.Active -> Permission.team
        | TeamState.Draft when role = TeamRole.Executive -> Permission.team
        | TeamState.Inactive -> dormant
        | TeamState.Draft
        | TeamState.Suspended
        | TeamState.Archived
        | TeamState.Cancelled
        | TeamState.Purged -> PermissionSet.Empty

    let private isOutsideLadder (role: TeamRole) = role = TeamRole.Executive || role = TeamRole.Deputy

    /// Whether a role change is one step of the ladder member, leader, admin (FS-45). Executives and deputies are appointed and
    /// dismissed directly; observers become members and back.
    let isStep (from: TeamRole) (target: TeamRole) =
        isOutsideLadder from
        || isOutsideLadder target
        || match from, target with
           | TeamRole.Member, (TeamRole.Leader | TeamRole.Observer)
           | TeamRole.Leader, (TeamRole.Member | TeamRole.Admin)
           | TeamRole.Admin, (TeamRole.Leader | TeamRole.Member)
           | TeamRole.Observer, TeamRole.Member -> true
           | _ -> false
