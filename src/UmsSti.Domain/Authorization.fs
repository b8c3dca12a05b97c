namespace UmsSti.Domain

open System
open System.Runtime.InteropServices

/// The rights outside teams, by their canonical names (PE-36, design section 10).
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

    override this.ToString() = this.Name

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
           ContentPublicView |]

    /// Reads a canonical name.
    static member TryParse(text: string | null, [<Out>] result: byref<Permission>) =
        match Permission.All |> Array.tryFind (fun permission -> String.Equals(permission.Name, text)) with
        | Some permission ->
            result <- permission
            true
        | None -> false

/// What a right is asked for.
[<RequireQualifiedAccess>]
type Scope =
    /// The installation as a whole.
    | Global
    /// One user's account and data.
    | OfUser of UserId
    /// One team's content. Nothing flows to it from elsewhere (PE-01).
    | Team of TeamId

/// A signed-in user, as the permission index knows him.
type KnownPrincipal =
    {
        Id: UserId
        Type: UserType
        State: UserState
        /// Rights granted to him outside teams.
        Grants: Set<Permission>
    }

/// Who asks.
[<RequireQualifiedAccess>]
type Principal =
    | Anonymous
    | Known of KnownPrincipal

/// The fact that allows.
[<RequireQualifiedAccess>]
type Fact =
    /// A system user passes; to be audited every time (PE-30, PE-31).
    | SystemBypass
    /// His own account.
    | Self
    /// Held by everyone of the type.
    | TypeDefault of UserType
    /// Granted to him by name.
    | Grant of Permission
    /// Anyone may register himself (CM-01).
    | SelfRegistration

    /// The stable kebab-case name, for audit and explanations.
    member this.Name =
        match this with
        | SystemBypass -> "system-bypass"
        | Self -> "self"
        | TypeDefault _ -> "type-default"
        | Grant _ -> "grant"
        | SelfRegistration -> "self-registration"

/// What is missing.
[<RequireQualifiedAccess>]
type Missing =
    /// Nobody is signed in.
    | Authentication
    /// The account is in a state that allows nothing (US-23).
    | ActiveState of UserState
    /// An active membership of that very team (PE-02).
    | Membership of TeamId
    | Permission of Permission * Scope
    /// Only the account's owner may do this.
    | Ownership of UserId

    /// One sentence that names the missing permission and the team (PE-07); without personal data.
    member this.Message =
        match this with
        | Authentication -> "Sign in first."
        | ActiveState state -> $"Your account is {state.Name}."
        | Membership team -> $"An active membership of team {team.Value} is missing."
        | Permission(permission, Scope.Global) -> $"Permission {permission.Name} is missing."
        | Permission(permission, Scope.OfUser user) -> $"Permission {permission.Name} is missing for user {user.Value}."
        | Permission(permission, Scope.Team team) -> $"Permission {permission.Name} is missing in team {team.Value}."
        | Ownership user -> $"Only user {user.Value} may do this."

/// Whether something may be done, and why.
[<RequireQualifiedAccess>]
type Decision =
    | Allowed of Fact
    | Denied of Missing

/// What a command or query asks of its caller.
[<RequireQualifiedAccess>]
type Requirement =
    /// Anyone, signed in or not: the self-registration of a standard user.
    | SelfRegistration
    | Holds of Permission * Scope
    /// The account's owner, or someone who holds the permission over it.
    | OwnerOr of UserId * Permission
    /// The account's owner alone (and system users).
    | Owner of UserId
    /// Both must hold (PE-07).
    | Both of Requirement * Requirement

/// The one place rights are decided (design section 9). Allow-only: there are no deny rules (PE-28).
[<RequireQualifiedAccess>]
module Authorization =
    let private standardDefaults = set [ Permission.ReportsBasic; Permission.ContentPublicView ]

    let private adminDefaults =
        set
            [ Permission.ProfileView
              Permission.ProfileEdit
              Permission.TeamsCreate
              Permission.TeamsManage
              Permission.UsersView
              Permission.UsersEdit
              Permission.UsersManage
              Permission.UsersActivate
              Permission.PermissionsAssign
              Permission.ReportsBasic
              Permission.ReportsAdvanced
              Permission.AuditView
              Permission.OnboardingManage
              Permission.ContentPublicView ]

    // Made once: every request of the API is judged by them.
    /// What everyone of a type holds without a grant (design section 10). System users hold nothing: they bypass.
    let typeDefaults userType =
        match userType with
        | UserType.Standard -> standardDefaults
        | UserType.Admin -> adminDefaults
        | UserType.System -> Set.empty

    /// What everyone holds over his own account.
    let ownDefaults = set [ Permission.ProfileView; Permission.ProfileEdit ]

    let private decideKnown (who: KnownPrincipal) scope permission =
        match scope with
        | Scope.Team team -> Decision.Denied(Missing.Membership team)
        | Scope.OfUser user when user = who.Id && ownDefaults.Contains permission -> Decision.Allowed Fact.Self
        | Scope.Global
        | Scope.OfUser _ ->
            if (typeDefaults who.Type).Contains permission then
                Decision.Allowed(Fact.TypeDefault who.Type)
            elif who.Grants.Contains permission then
                Decision.Allowed(Fact.Grant permission)
            else
                Decision.Denied(Missing.Permission(permission, scope))

    /// The order of PE-06, except that the account's state comes first for system users too: a suspended one is out (US-23).
    let private decideActive principal decide =
        match principal with
        | Principal.Anonymous -> Decision.Denied Missing.Authentication
        | Principal.Known who when who.State <> UserState.Active -> Decision.Denied(Missing.ActiveState who.State)
        | Principal.Known { Type = UserType.System } -> Decision.Allowed Fact.SystemBypass
        | Principal.Known who -> decide who

    /// Whether a principal holds a permission in a scope.
    let decide principal scope permission = decideActive principal (fun who -> decideKnown who scope permission)

    let private decideSelfRegistration principal =
        match principal with
        | Principal.Known who when who.State <> UserState.Active -> Decision.Denied(Missing.ActiveState who.State)
        | Principal.Anonymous
        | Principal.Known _ -> Decision.Allowed Fact.SelfRegistration

    /// Of two facts the bypass is the one to report, so that it never goes unseen.
    let private both first second =
        match first, second with
        | Decision.Denied _, _ -> first
        | _, Decision.Denied _ -> second
        | Decision.Allowed _, Decision.Allowed Fact.SystemBypass -> second
        | Decision.Allowed _, Decision.Allowed _ -> first

    /// Whether a principal meets a requirement.
    let rec judge principal requirement =
        match requirement with
        | Requirement.SelfRegistration -> decideSelfRegistration principal
        | Requirement.Holds(permission, scope) -> decide principal scope permission
        | Requirement.OwnerOr(owner, permission) ->
            decideActive principal (fun who ->
                if who.Id = owner then
                    Decision.Allowed Fact.Self
                else
                    decideKnown who (Scope.OfUser owner) permission)
        | Requirement.Owner owner ->
            decideActive principal (fun who ->
                if who.Id = owner then
                    Decision.Allowed Fact.Self
                else
                    Decision.Denied(Missing.Ownership owner))
        | Requirement.Both(first, second) -> both (judge principal first) (judge principal second)

    /// All a principal holds in the installation as a whole, for display.
    let globalPermissions principal =
        Permission.All
        |> Array.filter (fun permission ->
            match decide principal Scope.Global permission with
            | Decision.Allowed _ -> true
            | Decision.Denied _ -> false)
