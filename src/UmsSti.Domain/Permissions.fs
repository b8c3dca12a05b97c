namespace UmsSti.Domain

open System
open System.Numerics
open System.Runtime.InteropServices

/// Where a permission can be held.
[<RequireQualifiedAccess; Struct>]
type PermissionScope =
    /// In the installation as a whole.
    | Global
    /// In one team, by a membership of that very team (PE-01).
    | Team

/// How much a grant gives (FS-55, PE-38).
[<RequireQualifiedAccess; Struct>]
type AccessLevel =
    | ReadOnly
    | ReadWrite
    | FullAccess

    /// The stable lower-case name.
    member this.Name =
        match this with
        | ReadOnly -> "read_only"
        | ReadWrite -> "read_write"
        | FullAccess -> "full_access"

    override this.ToString() = this.Name

    static member All = [| ReadOnly; ReadWrite; FullAccess |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<AccessLevel>) =
        match AccessLevel.All |> Array.tryFind (fun level -> String.Equals(level.Name, text)) with
        | Some level ->
            result <- level
            true
        | None -> false

/// Every right there is, by its canonical name (PE-36, design section 10). Custom permissions do not exist.
[<RequireQualifiedAccess>]
type Permission =
    | ProfileView
    | ProfileEdit
    | TeamsCreate
    | TeamsManage
    | UsersView
    | UsersEdit
    | UsersManage
    | UsersActivate
    | UsersCreateAdmin
    | UsersDelete
    | UsersDataDelete
    | UsersImpersonate
    | PermissionsAssign
    | ReportsBasic
    | ReportsAdvanced
    | SystemAdminAccess
    | SystemConfiguration
    | AuditView
    | GdprManage
    | OnboardingManage
    | ContentPublicView
    | TeamView
    | TeamParticipate
    | TeamMembersInvite
    | TeamMembersManage
    | TeamRegistrationManage
    | TeamRolesAssign
    | TeamSettingsManage
    | TeamArchive
    | TeamMove

    /// The canonical name: `category.name`.
    member this.Name =
        match this with
        | ProfileView -> "profile.view"
        | ProfileEdit -> "profile.edit"
        | TeamsCreate -> "teams.create"
        | TeamsManage -> "teams.manage"
        | UsersView -> "users.view"
        | UsersEdit -> "users.edit"
        | UsersManage -> "users.manage"
        | UsersActivate -> "users.activate"
        | UsersCreateAdmin -> "users.create_admin"
        | UsersDelete -> "users.delete"
        | UsersDataDelete -> "users.data.delete"
        | UsersImpersonate -> "users.impersonate"
        | PermissionsAssign -> "permissions.assign"
        | ReportsBasic -> "reports.basic"
        | ReportsAdvanced -> "reports.advanced"
        | SystemAdminAccess -> "system.admin_access"
        | SystemConfiguration -> "system.configuration"
        | AuditView -> "audit.view"
        | GdprManage -> "gdpr.manage"
        | OnboardingManage -> "onboarding.manage"
        | ContentPublicView -> "content.public.view"
        | TeamView -> "team.view"
        | TeamParticipate -> "team.participate"
        | TeamMembersInvite -> "team.members.invite"
        | TeamMembersManage -> "team.members.manage"
        | TeamRegistrationManage -> "team.registration.manage"
        | TeamRolesAssign -> "team.roles.assign"
        | TeamSettingsManage -> "team.settings.manage"
        | TeamArchive -> "team.archive"
        | TeamMove -> "team.move"

    override this.ToString() = this.Name

    /// Its place in a `PermissionSet`, 0 to 63, and in `All`. Not stored: names are.
    member this.Bit =
        match this with
        | ProfileView -> 0
        | ProfileEdit -> 1
        | TeamsCreate -> 2
        | TeamsManage -> 3
        | UsersView -> 4
        | UsersEdit -> 5
        | UsersManage -> 6
        | UsersActivate -> 7
        | UsersCreateAdmin -> 8
        | UsersDelete -> 9
        | UsersDataDelete -> 10
        | UsersImpersonate -> 11
        | PermissionsAssign -> 12
        | ReportsBasic -> 13
        | ReportsAdvanced -> 14
        | SystemAdminAccess -> 15
        | SystemConfiguration -> 16
        | AuditView -> 17
        | GdprManage -> 18
        | OnboardingManage -> 19
        | ContentPublicView -> 20
        | TeamView -> 21
        | TeamParticipate -> 22
        | TeamMembersInvite -> 23
        | TeamMembersManage -> 24
        | TeamRegistrationManage -> 25
        | TeamRolesAssign -> 26
        | TeamSettingsManage -> 27
        | TeamArchive -> 28
        | TeamMove -> 29

    /// Where it can be held; a check elsewhere is a denial (PE-07).
    member this.Scope = if this.Bit >= 21 then PermissionScope.Team else PermissionScope.Global

    static member All =
        [| ProfileView
           ProfileEdit
           TeamsCreate
           TeamsManage
           UsersView
           UsersEdit
           UsersManage
           UsersActivate
           UsersCreateAdmin
           UsersDelete
           UsersDataDelete
           UsersImpersonate
           PermissionsAssign
           ReportsBasic
           ReportsAdvanced
           SystemAdminAccess
           SystemConfiguration
           AuditView
           GdprManage
           OnboardingManage
           ContentPublicView
           TeamView
           TeamParticipate
           TeamMembersInvite
           TeamMembersManage
           TeamRegistrationManage
           TeamRolesAssign
           TeamSettingsManage
           TeamArchive
           TeamMove |]

    /// Reads a canonical name.
    static member TryParse(text: string | null, [<Out>] result: byref<Permission>) =
        match Permission.All |> Array.tryFind (fun permission -> String.Equals(permission.Name, text)) with
        | Some permission ->
            result <- permission
            true
        | None -> false

/// A set of permissions in eight bytes.
[<Struct>]
type PermissionSet =
    private
    | PermissionSet of uint64

    /// One bit for each permission, at `Permission.Bit`.
    member this.Bits = let (PermissionSet bits) = this in bits

    member this.IsEmpty = this.Bits = 0UL
    member this.Count = BitOperations.PopCount this.Bits
    member this.Contains(permission: Permission) = this.Bits &&& (1UL <<< permission.Bit) <> 0UL
    member this.ContainsAll(other: PermissionSet) = other.Bits &&& ~~~this.Bits = 0UL
    member this.Union(other: PermissionSet) = PermissionSet(this.Bits ||| other.Bits)
    member this.Intersect(other: PermissionSet) = PermissionSet(this.Bits &&& other.Bits)
    member this.Except(other: PermissionSet) = PermissionSet(this.Bits &&& ~~~other.Bits)
    member this.Add(permission: Permission) = PermissionSet(this.Bits ||| (1UL <<< permission.Bit))

    /// The permissions in the order of `Permission.All`.
    member this.ToArray() =
        let set = this
        Permission.All |> Array.filter (fun permission -> set.Contains permission)

    override this.ToString() = this.ToArray() |> Array.map _.Name |> String.concat " "

    static member Empty = PermissionSet 0UL

    static member Of(permissions: Permission seq) =
        (PermissionSet.Empty, permissions) ||> Seq.fold (fun set permission -> set.Add permission)

    /// Takes bits as they were read from `Bits`; bits of no permission are dropped.
    static member FromBits(bits: uint64) = PermissionSet(bits &&& ((1UL <<< Permission.All.Length) - 1UL))

/// What is known of each permission.
[<RequireQualifiedAccess>]
module Permission =
    let private all = Permission.All

    /// Every permission that can be held in a team.
    let team = all |> Seq.filter (fun permission -> permission.Scope = PermissionScope.Team) |> PermissionSet.Of

    /// Every permission that is held in the installation as a whole.
    let global' = all |> Seq.filter (fun permission -> permission.Scope = PermissionScope.Global) |> PermissionSet.Of

    /// Rights that no type brings: they are given to an admin by name and are lost when he is suspended (XR-04).
    let elevated =
        PermissionSet.Of
            [ Permission.UsersCreateAdmin
              Permission.UsersDelete
              Permission.UsersDataDelete
              Permission.UsersImpersonate
              Permission.SystemAdminAccess
              Permission.SystemConfiguration
              Permission.GdprManage ]

    /// Rights whose grant is told by mail (PE-37).
    let significant =
        PermissionSet.Of
            [ Permission.SystemAdminAccess
              Permission.UsersManage
              Permission.TeamsManage
              Permission.SystemConfiguration ]

    /// The category of a permission (PE-35).
    let category (permission: Permission) =
        match permission with
        | Permission.ProfileView
        | Permission.ProfileEdit
        | Permission.UsersView
        | Permission.UsersEdit
        | Permission.UsersManage
        | Permission.UsersActivate
        | Permission.UsersCreateAdmin
        | Permission.UsersDelete
        | Permission.UsersDataDelete
        | Permission.UsersImpersonate -> "user-management"
        | Permission.TeamsCreate
        | Permission.TeamsManage
        | Permission.TeamView
        | Permission.TeamParticipate
        | Permission.TeamMembersInvite
        | Permission.TeamMembersManage
        | Permission.TeamRegistrationManage
        | Permission.TeamRolesAssign
        | Permission.TeamSettingsManage
        | Permission.TeamArchive
        | Permission.TeamMove -> "team-management"
        | Permission.ReportsBasic
        | Permission.ReportsAdvanced
        | Permission.ContentPublicView -> "content"
        | Permission.PermissionsAssign
        | Permission.SystemAdminAccess
        | Permission.SystemConfiguration
        | Permission.AuditView
        | Permission.GdprManage
        | Permission.OnboardingManage -> "system"

    /// The least level at which a grant of it works: a grant that was lowered below gives nothing (FS-55, OP-46).
    let level (permission: Permission) =
        match permission with
        | Permission.ProfileView
        | Permission.UsersView
        | Permission.ReportsBasic
        | Permission.ReportsAdvanced
        | Permission.AuditView
        | Permission.ContentPublicView
        | Permission.TeamView -> AccessLevel.ReadOnly
        | Permission.ProfileEdit
        | Permission.UsersEdit
        | Permission.UsersActivate
        | Permission.TeamsCreate
        | Permission.OnboardingManage
        | Permission.TeamParticipate
        | Permission.TeamMembersInvite
        | Permission.TeamRegistrationManage -> AccessLevel.ReadWrite
        | Permission.TeamsManage
        | Permission.UsersManage
        | Permission.UsersCreateAdmin
        | Permission.UsersDelete
        | Permission.UsersDataDelete
        | Permission.UsersImpersonate
        | Permission.PermissionsAssign
        | Permission.SystemAdminAccess
        | Permission.SystemConfiguration
        | Permission.GdprManage
        | Permission.TeamMembersManage
        | Permission.TeamRolesAssign
        | Permission.TeamSettingsManage
        | Permission.TeamArchive
        | Permission.TeamMove -> AccessLevel.FullAccess
