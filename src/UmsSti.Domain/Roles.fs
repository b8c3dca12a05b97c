/// The definition of one role (PE-21, CM-66): the stream `Role-{roleId}`. The id says the scope and the name, so a name is unique in
/// its scope by construction. The six roles of a membership and `system-admin` are built in and have no stream.
module UmsSti.Domain.Role

open System
open UmsSti.Domain

/// What a role is for (PE-21).
[<RequireQualifiedAccess; Struct>]
type Kind =
    | Organizational
    | Functional
    | Temporary
    | Custom

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Organizational -> "organizational"
        | Functional -> "functional"
        | Temporary -> "temporary"
        | Custom -> "custom"

    static member All = [| Organizational; Functional; Temporary; Custom |]

// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// EV-072. `Kind` is a `Kind.Name`, `Permissions` canonical names.
    type RoleDefined = { Kind: string; Description: string option; Permissions: string[]; By: string; At: DateTimeOffset }

    /// EV-072
    type RoleDescriptionChanged = { Description: string option; By: string; At: DateTimeOffset }

    /// EV-072
    type RolePermissionAdded = { Permission: string; By: string; At: DateTimeOffset }

    /// EV-072
    type RolePermissionRemoved = { Permission: string; By: string; At: DateTimeOffset }

    /// EV-072. Its assignments give nothing any more (XR-09).
    type RoleRetired = { Reason: string option; By: string; At: DateTimeOffset }

    type Event =
        | RoleDefined of RoleDefined
        | RoleDescriptionChanged of RoleDescriptionChanged
        | RolePermissionAdded of RolePermissionAdded
        | RolePermissionRemoved of RolePermissionRemoved
        | RoleRetired of RoleRetired

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract RoleDefined: Events.RoleDefined -> 'r
    abstract RoleDescriptionChanged: Events.RoleDescriptionChanged -> 'r
    abstract RolePermissionAdded: Events.RolePermissionAdded -> 'r
    abstract RolePermissionRemoved: Events.RolePermissionRemoved -> 'r
    abstract RoleRetired: Events.RoleRetired -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.RoleDefined e -> visitor.RoleDefined e
        | Events.RoleDescriptionChanged e -> visitor.RoleDescriptionChanged e
        | Events.RolePermissionAdded e -> visitor.RolePermissionAdded e
        | Events.RolePermissionRemoved e -> visitor.RolePermissionRemoved e
        | Events.RoleRetired e -> visitor.RoleRetired e

[<RequireQualifiedAccess>]
module Fold =
    type Details =
        {
            Kind: string
            Description: string option
            /// Canonical names.
            Permissions: Set<string>
            IsRetired: bool
            DefinedAt: DateTimeOffset
            DefinedBy: string
        }

    type State =
        | Initial
        | Defined of Details

    let initial = Initial

    let private whenInUse change state =
        match state with
        | Defined role when not role.IsRetired -> Defined(change role)
        | Defined _
        | Initial -> state

    /// Total: every event meets every state.
    let evolve state event =
        match event with
        | Events.RoleDefined e ->
            match state with
            | Initial ->
                Defined
                    { Kind = e.Kind
                      Description = e.Description
                      Permissions = Set.ofArray e.Permissions
                      IsRetired = false
                      DefinedAt = e.At
                      DefinedBy = e.By }
            | Defined _ -> state
        | Events.RoleDescriptionChanged e -> state |> whenInUse (fun role -> { role with Description = e.Description })
        | Events.RolePermissionAdded e ->
            state |> whenInUse (fun role -> { role with Permissions = role.Permissions.Add e.Permission })
        | Events.RolePermissionRemoved e ->
            state |> whenInUse (fun role -> { role with Permissions = role.Permissions.Remove e.Permission })
        | Events.RoleRetired _ -> state |> whenInUse (fun role -> { role with IsRetired = true })

    let fold state events = Array.fold evolve state events

/// What may be asked of a role definition (CM-66).
[<RequireQualifiedAccess>]
type Command =
    | Define of kind: Kind * description: Reason option * permissions: PermissionSet
    | Describe of description: Reason option
    | AddPermission of Permission
    | RemovePermission of Permission
    | Retire of reason: Reason option

[<RequireQualifiedAccess>]
module Decisions =
    /// What a decision needs besides command and state.
    type Context =
        {
            Now: DateTimeOffset
            Subject: RoleId
            Actor: string
            /// The actor is a system user or a job of the system: he may put anything into a role.
            ActorIsSystem: bool
            /// The role was assigned to the actor himself, whether it gives him anything now or not.
            ActorHasRole: bool
            /// The role is one outside teams, or the actor is an executive of its team: nobody who has the role stands above him.
            ActorIsHighest: bool
            /// What the actor holds in the role's scope: nobody puts into a role what he lacks.
            Holds: PermissionSet
        }

    /// Why a command was refused. Every case has a stable code.
    [<RequireQualifiedAccess>]
    type Rejected =
        | NotFound
        /// The name is taken in its scope, by a retired role too.
        | NameTaken
        | RoleRetired
        | PermissionScopeMismatch of Permission
        | PermissionNotHeld of Permission
        /// What is put into a role is given to all who have it, of whatever rank (PE-16).
        | GrantAboveRank
        /// What is put into a role of one's own would outlast the right to give it.
        | SelfGrantNotAllowed
        /// Built-in roles are not defined by anyone.
        | RoleReserved

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal, as the API shows it.
    let code rejected =
        match rejected with
        | Rejected.NotFound -> "not-found"
        | Rejected.NameTaken -> "role-name-taken"
        | Rejected.RoleRetired -> "role-retired"
        | Rejected.PermissionScopeMismatch _ -> "permission-scope-mismatch"
        | Rejected.PermissionNotHeld _ -> "permission-not-held"
        | Rejected.GrantAboveRank -> "grant-above-rank"
        | Rejected.SelfGrantNotAllowed -> "self-grant-not-allowed"
        | Rejected.RoleReserved -> "role-reserved"

    let private accept event = Outcome.Accepted, [| event |]
    let private already: Outcome * Events.Event[] = Outcome.Accepted, [||]
    let private refuse rejected : Outcome * Events.Event[] = Outcome.Rejected rejected, [||]

    let private obstacle context (permissions: PermissionSet) =
        let scope = if context.Subject.Team.IsSome then Permission.team else Permission.global'

        let misplaced, missing = permissions.Except scope, permissions.Except context.Holds

        if not misplaced.IsEmpty then
            Some(Rejected.PermissionScopeMismatch(misplaced.ToArray()[0]))
        elif not context.ActorIsSystem && context.ActorHasRole then
            Some Rejected.SelfGrantNotAllowed
        elif not context.ActorIsSystem && not missing.IsEmpty then
            Some(Rejected.PermissionNotHeld(missing.ToArray()[0]))
        else
            None

    let private rankObstacle context =
        if context.ActorIsSystem || context.ActorIsHighest then
            None
        else
            Some Rejected.GrantAboveRank

    let private unless obstacle event =
        match obstacle with
        | Some rejected -> refuse rejected
        | None -> accept event

    let private text (description: Reason option) = description |> Option.map _.Value

    let private define context (kind: Kind) description (permissions: PermissionSet) state =
        let defined =
            Events.RoleDefined
                { Kind = kind.Name
                  Description = text description
                  Permissions = permissions.ToArray() |> Array.map _.Name
                  By = context.Actor
                  At = context.Now }

        match state with
        | Fold.Defined _ ->
            if Fold.evolve Fold.initial defined = state then
                already
            else
                refuse Rejected.NameTaken
        | Fold.Initial when context.Subject = RoleId.SystemAdmin -> refuse Rejected.RoleReserved
        | Fold.Initial -> unless (obstacle context permissions) defined

    /// The answer to a command and the events it adds: none when refused, none when what is asked for already holds.
    let decide context command state : Outcome * Events.Event[] =
        let by, at = context.Actor, context.Now

        match state, command with
        | _, Command.Define(kind, description, permissions) -> define context kind description permissions state
        | Fold.Initial, _ -> refuse Rejected.NotFound
        | Fold.Defined { IsRetired = true }, Command.Retire _ -> already
        | Fold.Defined { IsRetired = true }, _ -> refuse Rejected.RoleRetired
        | Fold.Defined role, Command.Describe description ->
            if role.Description = text description then
                already
            else
                accept (Events.RoleDescriptionChanged { Description = text description; By = by; At = at })
        | Fold.Defined role, Command.AddPermission permission ->
            if role.Permissions.Contains permission.Name then
                already
            else
                unless
                    (obstacle context (PermissionSet.Of [ permission ]) |> Option.orElse (rankObstacle context))
                    (Events.RolePermissionAdded { Permission = permission.Name; By = by; At = at })
        | Fold.Defined role, Command.RemovePermission permission ->
            if role.Permissions.Contains permission.Name then
                accept (Events.RolePermissionRemoved { Permission = permission.Name; By = by; At = at })
            else
                already
        | Fold.Defined _, Command.Retire reason -> accept (Events.RoleRetired { Reason = text reason; By = by; At = at })

/// What others may ask of a role.
[<RequireQualifiedAccess>]
module Queries =
    let private setOf names =
        names
        |> Seq.choose (fun (name: string) ->
            match Permission.TryParse name with
            | true, permission -> Some permission
            | _ -> None)
        |> PermissionSet.Of

    /// What assignments of the role give: nothing once it is retired (XR-09).
    let permissions state =
        match state with
        | Fold.Defined role when not role.IsRetired -> setOf role.Permissions
        | Fold.Defined _
        | Fold.Initial -> PermissionSet.Empty

    /// What deciding about an assignment needs to know; `system-admin` is always there.
    let facts (id: RoleId) state : Rights.RoleFacts option =
        match state with
        | _ when id = RoleId.SystemAdmin -> Some { Permissions = Permission.global'; IsRetired = false }
        | Fold.Defined role -> Some { Permissions = setOf role.Permissions; IsRetired = role.IsRetired }
        | Fold.Initial -> None
