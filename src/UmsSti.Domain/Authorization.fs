namespace UmsSti.Domain

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// What a right is asked for.
[<RequireQualifiedAccess; Struct>]
type Scope =
    /// The installation as a whole.
    | Global
    /// One user's account and data.
    | OfUser of user: UserId
    /// One team's content. Nothing flows to it from elsewhere (PE-01).
    | Team of team: TeamId

/// The fact that allows.
[<RequireQualifiedAccess>]
type Fact =
    /// A system user passes; to be audited every time (PE-30, PE-31).
    | SystemBypass
    /// His own account.
    | Self
    /// Held by everyone of the type.
    | TypeDefault of UserType
    /// Granted to him by name, in the team that was asked for, or outside teams.
    | Grant of Permission
    /// Held by the role of his membership in that very team.
    | TeamRole of TeamRole
    /// Held by a role that was assigned to him, in that very team or outside teams.
    | Role of RoleId
    /// Anyone may register himself (CM-01).
    | SelfRegistration

    /// The stable kebab-case name, for audit and explanations.
    member this.Name =
        match this with
        | SystemBypass -> "system-bypass"
        | Self -> "self"
        | TypeDefault _ -> "type-default"
        | Grant _ -> "grant"
        | TeamRole _ -> "team-role"
        | Role _ -> "role"
        | SelfRegistration -> "self-registration"

    /// How the API calls the kind of access (PE-44).
    member this.AccessType =
        match this with
        | SystemBypass -> "system-bypass"
        | Grant _ -> "grant"
        | TeamRole _
        | Role _ -> "role"
        | Self
        | TypeDefault _
        | SelfRegistration -> "explicit"

/// What is missing.
[<RequireQualifiedAccess>]
type Missing =
    /// Nobody is signed in.
    | Authentication
    /// The account is in a state that allows nothing (US-23).
    | ActiveState of UserState
    /// An active membership of that very team (PE-02).
    | Membership of TeamId
    /// The team is in a state that leaves nothing of the right (FS-30, XR-02).
    | OpenTeam of TeamId * TeamState
    | Permission of Permission * Scope
    /// The right is one of a team, and no team was named (PE-07).
    | TeamContext of Permission
    /// Only the account's owner may do this.
    | Ownership of UserId

    /// One sentence that names the missing permission and the team (PE-07); without personal data.
    member this.Message =
        match this with
        | Authentication -> "Sign in first."
        | ActiveState state -> $"Your account is {state.Name}."
        | Membership team -> $"An active membership of team {team.Value} is missing."
        | OpenTeam(team, state) -> $"Team {team.Value} is {state.Name}."
        | Permission(permission, Scope.Global) -> $"Permission {permission.Name} is missing."
        | Permission(permission, Scope.OfUser user) -> $"Permission {permission.Name} is missing for user {user.Value}."
        | Permission(permission, Scope.Team team) -> $"Permission {permission.Name} is missing in team {team.Value}."
        | TeamContext permission -> $"Permission {permission.Name} is held in a team, and no team is named."
        | Ownership user -> $"Only user {user.Value} may do this."

/// Whether something may be done, and why.
[<RequireQualifiedAccess>]
type Decision =
    | Allowed of Fact
    | Denied of Missing

/// Permissions from one source besides type and team role. Made when the index is filled, so that a check allocates nothing.
[<Struct; NoComparison>]
type Holding =
    {
        Permissions: PermissionSet
        /// UTC ticks from which on it gives nothing (PE-24); `Int64.MaxValue` for never.
        ExpiresAtTicks: int64
        /// The decision it leads to.
        Allows: Decision
    }

/// What one person is in one team. 24 bytes, of which an index may share `Extra`.
[<Struct; NoComparison>]
type TeamStanding =
    {
        Membership: MembershipState
        Team: TeamState
        Role: TeamRole
        /// What he was given in the team besides his role: grants first, then roles. Never null.
        Extra: Holding[]
    }

/// What is known of a signed-in user when rights are judged. An index implements it over its own rows, and answers without
/// allocating.
type IKnownPrincipal =
    abstract Id: UserId
    abstract Type: UserType
    abstract State: UserState
    /// What he was given outside teams: grants first, then roles. Never null.
    abstract Holdings: Holding[]
    /// What he is in a team. False: nothing has ever been between them.
    abstract TryInTeam: team: TeamId * [<Out>] standing: byref<TeamStanding> -> bool

/// Builds holdings.
[<RequireQualifiedAccess>]
module Holding =
    let private ticks (expiresAt: DateTimeOffset option) =
        expiresAt |> Option.map _.UtcTicks |> Option.defaultValue Int64.MaxValue

    let private grants = Permission.All |> Array.map (fun permission -> Decision.Allowed(Fact.Grant permission))

    /// The decision a grant of the permission leads to; one object each.
    let allowedByGrant (permission: Permission) = grants[permission.Bit]

    /// One grant.
    let ofGrant (permission: Permission) expiresAt =
        { Permissions = PermissionSet.Of [ permission ]
          ExpiresAtTicks = ticks expiresAt
          Allows = allowedByGrant permission }

    /// One assigned role with what it holds at present.
    let ofRole (role: RoleId) (permissions: PermissionSet) expiresAt =
        { Permissions = permissions
          ExpiresAtTicks = ticks expiresAt
          Allows = Decision.Allowed(Fact.Role role) }

    /// What rights in one scope come to, where `permissionsOf` knows the permissions of the roles in use. What gives nothing is
    /// left out; expiry is judged by the check.
    let ofRights (permissionsOf: RoleId -> PermissionSet) (rights: Rights.Fold.State) : Holding[] =
        let byGrant =
            rights.Grants
            |> Map.toArray
            |> Array.choose (fun (name, grant) ->
                match Permission.TryParse name with
                | true, permission when Rights.Queries.isWorking permission grant -> Some(ofGrant permission grant.ExpiresAt)
                | _ -> None)

        let byRole =
            rights.Roles
            |> Map.toArray
            |> Array.choose (fun (id, assignment) ->
                match RoleId.TryParse id with
                | true, role ->
                    let working = Rights.Queries.working (permissionsOf role) assignment
                    if working.IsEmpty then None else Some(ofRole role working assignment.ExpiresAt)
                | _ -> None)

        Array.append byGrant byRole

/// A known principal held in memory as it is: for tests, for the past and for what-if questions.
[<NoComparison; NoEquality>]
type KnownPrincipal =
    {
        Id: UserId
        Type: UserType
        State: UserState
        Holdings: Holding[]
        /// By team id.
        Teams: Map<string, TeamStanding>
    }

    interface IKnownPrincipal with
        member this.Id = this.Id
        member this.Type = this.Type
        member this.State = this.State
        member this.Holdings = this.Holdings

        member this.TryInTeam(team, standing) =
            match this.Teams.TryFind team.Value with
            | Some found ->
                standing <- found
                true
            | None -> false

    /// A user who was given nothing and is in no team.
    static member Plain(id: UserId, userType: UserType, state: UserState) =
        { Id = id; Type = userType; State = state; Holdings = [||]; Teams = Map.empty }

/// Who asks.
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type Principal =
    | Anonymous
    | Known of IKnownPrincipal

    /// A principal of in-memory facts.
    static member Of(who: KnownPrincipal) = Known who

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
    /// One suffices; a denial names what the first one misses.
    | Either of Requirement * Requirement

/// The one place rights are decided (design section 9). Allow-only: there are no deny rules (PE-28). Nothing here looks at a parent, a
/// child or a sibling of a team.
[<RequireQualifiedAccess>]
module Authorization =
    let private standardDefaults = PermissionSet.Of [ Permission.ReportsBasic; Permission.ContentPublicView ]

    let private adminDefaults =
        PermissionSet.Of
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

    /// What everyone of a type holds without a grant (design section 10). System users hold nothing: they bypass.
    let typeDefaults userType =
        match userType with
        | UserType.Standard -> standardDefaults
        | UserType.Admin -> adminDefaults
        | UserType.System -> PermissionSet.Empty

    /// What everyone holds over his own account.
    let ownDefaults = PermissionSet.Of [ Permission.ProfileView; Permission.ProfileEdit ]

    // Made once: a check that allows allocates nothing.
    let private bypass = Decision.Allowed Fact.SystemBypass
    let private self = Decision.Allowed Fact.Self
    let private selfRegistration = Decision.Allowed Fact.SelfRegistration
    let private unauthenticated = Decision.Denied Missing.Authentication
    let private standardDefault = Decision.Allowed(Fact.TypeDefault UserType.Standard)
    let private adminDefault = Decision.Allowed(Fact.TypeDefault UserType.Admin)
    let private systemDefault = Decision.Allowed(Fact.TypeDefault UserType.System)

    /// By rank, from 1.
    let private byTeamRole =
        TeamRole.All |> Array.sortBy _.Rank |> Array.map (fun role -> Decision.Allowed(Fact.TeamRole role))

    let private byType userType =
        match userType with
        | UserType.Standard -> standardDefault
        | UserType.Admin -> adminDefault
        | UserType.System -> systemDefault

    /// The place of the first holding that gives the permission now; -1 for none.
    let private firstHolding (holdings: Holding[]) (permission: Permission) (nowTicks: int64) =
        let mutable found = -1
        let mutable i = 0

        while found < 0 && i < holdings.Length do
            if holdings[i].Permissions.Contains permission && nowTicks < holdings[i].ExpiresAtTicks then
                found <- i

            i <- i + 1

        found

    let private decideGlobally (who: IKnownPrincipal) scope permission nowTicks =
        match firstHolding who.Holdings permission nowTicks with
        | -1 when (typeDefaults who.Type).Contains permission -> byType who.Type
        | -1 -> Decision.Denied(Missing.Permission(permission, scope))
        | place -> who.Holdings[place].Allows

    /// The team's part of PE-06: membership, team state, grant, role, and for a right held outside teams what is held there.
    let private decideInTeam (who: IKnownPrincipal) team (permission: Permission) nowTicks =
        let mutable standing = Unchecked.defaultof<TeamStanding>

        if not (who.TryInTeam(team, &standing)) || standing.Membership <> MembershipState.Active then
            Decision.Denied(Missing.Membership team)
        elif permission.Scope = PermissionScope.Global then
            decideGlobally who (Scope.Team team) permission nowTicks
        elif not ((TeamRole.remaining standing.Team standing.Role).Contains permission) then
            Decision.Denied(Missing.OpenTeam(team, standing.Team))
        else
            match firstHolding standing.Extra permission nowTicks with
            | -1 when (TeamRole.permissions standing.Role).Contains permission -> byTeamRole[standing.Role.Rank - 1]
            | -1 -> Decision.Denied(Missing.Permission(permission, Scope.Team team))
            | place -> standing.Extra[place].Allows

    let private decideKnown (who: IKnownPrincipal) (scope: Scope) (permission: Permission) nowTicks =
        match scope with
        | Scope.Team team -> decideInTeam who team permission nowTicks
        | Scope.OfUser user when user = who.Id && ownDefaults.Contains permission -> self
        | Scope.Global
        | Scope.OfUser _ when permission.Scope = PermissionScope.Team -> Decision.Denied(Missing.TeamContext permission)
        | Scope.Global
        | Scope.OfUser _ -> decideGlobally who scope permission nowTicks

    /// The first steps of PE-06, except that the account's state comes first for system users too: a suspended one is out (US-23).
    /// None: they decide nothing.
    let private decideFirst principal : Decision voption =
        match principal with
        | Principal.Anonymous -> ValueSome unauthenticated
        | Principal.Known who when not who.State.IsActive -> ValueSome(Decision.Denied(Missing.ActiveState who.State))
        | Principal.Known who when who.Type.IsSystem -> ValueSome bypass
        | Principal.Known _ -> ValueNone

    /// Whether a principal holds a permission in a scope at a moment, in the order of PE-06. Allocates nothing when it allows.
    let decide (now: DateTimeOffset) principal (scope: Scope) (permission: Permission) =
        match decideFirst principal, principal with
        | ValueSome decision, _ -> decision
        | ValueNone, Principal.Known who -> decideKnown who scope permission now.UtcTicks
        | ValueNone, Principal.Anonymous -> unauthenticated

    let private decideSelfRegistration principal =
        match principal with
        | Principal.Known who when not who.State.IsActive -> Decision.Denied(Missing.ActiveState who.State)
        | Principal.Anonymous
        | Principal.Known _ -> selfRegistration

    /// Of two facts the bypass is the one to report, so that it never goes unseen.
    let private both first second =
        match first, second with
        | Decision.Denied _, _ -> first
        | _, Decision.Denied _ -> second
        | Decision.Allowed _, Decision.Allowed Fact.SystemBypass -> second
        | Decision.Allowed _, Decision.Allowed _ -> first

    let private decideOwner (now: DateTimeOffset) principal owner permission =
        match decideFirst principal, principal with
        | ValueSome decision, _ -> decision
        | ValueNone, Principal.Known who when who.Id = owner -> self
        | ValueNone, Principal.Known who ->
            match permission with
            | ValueSome permission -> decideKnown who (Scope.OfUser owner) permission now.UtcTicks
            | ValueNone -> Decision.Denied(Missing.Ownership owner)
        | ValueNone, Principal.Anonymous -> unauthenticated

    /// Whether a principal meets a requirement at a moment.
    let rec judge now principal requirement =
        match requirement with
        | Requirement.SelfRegistration -> decideSelfRegistration principal
        | Requirement.Holds(permission, scope) -> decide now principal scope permission
        | Requirement.OwnerOr(owner, permission) -> decideOwner now principal owner (ValueSome permission)
        | Requirement.Owner owner -> decideOwner now principal owner ValueNone
        | Requirement.Both(first, second) -> both (judge now principal first) (judge now principal second)
        | Requirement.Either(first, second) ->
            match judge now principal first with
            | Decision.Allowed _ as allowed -> allowed
            | Decision.Denied _ as denied ->
                match judge now principal second with
                | Decision.Allowed _ as allowed -> allowed
                | Decision.Denied _ -> denied

    let private held now principal scope (candidates: PermissionSet) =
        candidates.ToArray()
        |> Array.filter (fun permission -> (decide now principal scope permission).IsAllowed)
        |> PermissionSet.Of

    /// All a principal holds in a team, for display and for what he may give (CM-60).
    let teamPermissions now principal team = held now principal (Scope.Team team) Permission.team

    /// Those of some teams, by id, that a principal may look at: lists and trees show what a single read would not refuse.
    let teamsSeen now principal (teams: IReadOnlyCollection<string>) : IReadOnlySet<string> =
        let seen = HashSet<string>(teams.Count, StringComparer.Ordinal)

        for team in teams do
            if (decide now principal (Scope.Team(TeamId.Parse team)) Permission.TeamView).IsAllowed then
                seen.Add team |> ignore

        seen

    /// All a principal holds in the installation as a whole, for display and for what he may give (CM-60).
    let globalPermissions now principal = (held now principal Scope.Global Permission.global').ToArray()
