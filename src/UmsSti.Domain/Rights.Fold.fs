namespace UmsSti.Domain.Rights

open System
open UmsSti.Domain

/// What was given to one person in one scope.
[<RequireQualifiedAccess>]
module Fold =
    type Grant =
        {
            State: GrantState
            Level: AccessLevel
            ExpiresAt: DateTimeOffset option
            /// Dropped at the suspension of an admin (XR-04): gives nothing, whatever happens, until granted anew.
            IsDropped: bool
            /// Who gave or asked for it, and when.
            By: string
            At: DateTimeOffset
        }

    type Assignment =
        {
            State: AssignmentState
            ExpiresAt: DateTimeOffset option
            /// As of a grant, for the elevated permissions of the role only.
            IsDropped: bool
            By: string
            At: DateTimeOffset
        }

    type State =
        {
            /// By canonical name.
            Grants: Map<string, Grant>
            /// By `RoleId`.
            Roles: Map<string, Assignment>
        }

    let initial = { Grants = Map.empty; Roles = Map.empty }

    let private levelOf text =
        match AccessLevel.TryParse text with
        | true, level -> level
        | _ -> AccessLevel.ReadOnly

    /// A fact about something in another state changes nothing.
    let private grant permission froms change (state: State) =
        match state.Grants.TryFind permission with
        | Some grant when List.contains grant.State froms -> { state with Grants = state.Grants.Add(permission, change grant) }
        | Some _
        | None -> state

    let private toGrant permission froms target = grant permission froms (fun grant -> { grant with Grant.State = target })

    let private role id froms target (state: State) =
        match state.Roles.TryFind id with
        | Some assignment when List.contains assignment.State froms ->
            { state with Roles = state.Roles.Add(id, { assignment with Assignment.State = target }) }
        | Some _
        | None -> state

    /// Whether something of the name stands that a new request or grant would have to replace.
    let private isOpen (state: State) permission =
        match state.Grants.TryFind permission with
        | Some grant ->
            match grant.State with
            | GrantState.Requested
            | GrantState.Suspended -> true
            | GrantState.Active -> not grant.IsDropped
            | GrantState.Denied
            | GrantState.Expired
            | GrantState.Revoked -> false
        | None -> false

    let private isAssigned (state: State) id =
        match state.Roles.TryFind id with
        | Some assignment ->
            match assignment.State with
            | AssignmentState.Pending
            | AssignmentState.Inactive
            | AssignmentState.Suspended -> true
            | AssignmentState.Active -> not assignment.IsDropped
            | AssignmentState.Cancelled
            | AssignmentState.Expired
            | AssignmentState.Revoked -> false
        | None -> false

    let private add permission status level expiresAt by at (state: State) =
        { state with
            Grants =
                state.Grants.Add(
                    permission,
                    { State = status
                      Level = levelOf level
                      ExpiresAt = expiresAt
                      IsDropped = false
                      By = by
                      At = at }
                ) }

    let private expire (e: Events.PermissionsExpired) state =
        let grants =
            (state, e.Permissions)
            ||> Array.fold (fun state name -> toGrant name [ GrantState.Active; GrantState.Suspended ] GrantState.Expired state)

        (grants, e.Roles)
        ||> Array.fold (fun state id ->
            role
                id
                [ AssignmentState.Pending; AssignmentState.Active; AssignmentState.Inactive; AssignmentState.Suspended ]
                AssignmentState.Expired
                state)

    /// Total: every event meets every state.
    let evolve state event =
        match event with
        | Events.UserPermissionGranted e ->
            if isOpen state e.Permission then
                state
            else
                add e.Permission GrantState.Active e.Level e.ExpiresAt e.By e.At state
        | Events.PermissionRequested e ->
            if isOpen state e.Permission then
                state
            else
                add e.Permission GrantState.Requested e.Level e.ExpiresAt e.By e.At state
        | Events.UserPermissionRevoked e ->
            toGrant e.Permission [ GrantState.Active; GrantState.Suspended ] GrantState.Revoked state
        | Events.PermissionRequestApproved e ->
            grant
                e.Permission
                [ GrantState.Requested ]
                (fun grant -> { grant with State = GrantState.Active; By = e.By; At = e.At })
                state
        | Events.PermissionRequestDenied e -> toGrant e.Permission [ GrantState.Requested ] GrantState.Denied state
        | Events.PermissionRequestExpired e -> toGrant e.Permission [ GrantState.Requested ] GrantState.Expired state
        | Events.PermissionSuspended e -> toGrant e.Permission [ GrantState.Active ] GrantState.Suspended state
        | Events.PermissionSuspensionLifted e -> toGrant e.Permission [ GrantState.Suspended ] GrantState.Active state
        | Events.PermissionLevelChanged e ->
            grant e.Permission [ GrantState.Active ] (fun grant -> { grant with Level = levelOf e.NewLevel }) state
        | Events.PermissionsExpired e -> expire e state
        | Events.UserRoleAssigned e ->
            if isAssigned state e.Role then
                state
            else
                let status = if e.IsPending then AssignmentState.Pending else AssignmentState.Active
                let assignment = { State = status; ExpiresAt = e.ExpiresAt; IsDropped = false; By = e.By; At = e.At }
                { state with Roles = state.Roles.Add(e.Role, assignment) }
        | Events.UserRoleRevoked e ->
            role
                e.Role
                [ AssignmentState.Active; AssignmentState.Inactive; AssignmentState.Suspended ]
                AssignmentState.Revoked
                state
        | Events.RoleAssignmentActivated e -> role e.Role [ AssignmentState.Pending ] AssignmentState.Active state
        | Events.RoleAssignmentCancelled e -> role e.Role [ AssignmentState.Pending ] AssignmentState.Cancelled state
        | Events.RoleAssignmentDeactivated e -> role e.Role [ AssignmentState.Active ] AssignmentState.Inactive state
        | Events.RoleAssignmentReactivated e -> role e.Role [ AssignmentState.Inactive ] AssignmentState.Active state
        | Events.RoleAssignmentSuspended e -> role e.Role [ AssignmentState.Active ] AssignmentState.Suspended state
        | Events.RoleAssignmentSuspensionLifted e -> role e.Role [ AssignmentState.Suspended ] AssignmentState.Active state

    let fold state events = Array.fold evolve state events

    let private isElevated name =
        match Permission.TryParse name with
        | true, permission -> Permission.elevated.Contains permission
        | _ -> false

    /// XR-04: what the suspension of an admin leaves. Grants of elevated permissions that stand give nothing from now on, and roles no
    /// elevated permission; the revocations that follow only say so.
    let dropElevated (state: State) =
        let dropGrant name (grant: Grant) =
            match grant.State with
            | GrantState.Active
            | GrantState.Suspended -> { grant with IsDropped = grant.IsDropped || isElevated name }
            | GrantState.Requested
            | GrantState.Denied
            | GrantState.Expired
            | GrantState.Revoked -> grant

        let dropRole _ (assignment: Assignment) =
            match assignment.State with
            | AssignmentState.Active
            | AssignmentState.Inactive
            | AssignmentState.Suspended -> { assignment with IsDropped = true }
            | AssignmentState.Pending
            | AssignmentState.Cancelled
            | AssignmentState.Expired
            | AssignmentState.Revoked -> assignment

        { Grants = state.Grants |> Map.map dropGrant; Roles = state.Roles |> Map.map dropRole }

/// What others may ask.
[<RequireQualifiedAccess>]
module Queries =
    let private isBefore (now: DateTimeOffset) (expiresAt: DateTimeOffset option) =
        expiresAt |> Option.forall (fun expiresAt -> now < expiresAt)

    /// Whether a grant gives its permission, whenever that may be: expiry is judged apart.
    let isWorking (permission: Permission) (grant: Fold.Grant) =
        grant.State = GrantState.Active && not grant.IsDropped && grant.Level >= Permission.level permission

    /// Whether a request waits that nobody decided within so many days, or before what it asks for would have run out.
    let isLapsed (days: float) (now: DateTimeOffset) (grant: Fold.Grant) =
        grant.State = GrantState.Requested && (grant.At.AddDays days <= now || not (isBefore now grant.ExpiresAt))

    /// Whether a grant gives its permission now (PE-24).
    let isEffective now permission (grant: Fold.Grant) = isWorking permission grant && isBefore now grant.ExpiresAt

    /// What an assignment gives of its role's permissions, whenever that may be.
    let working (permissions: PermissionSet) (assignment: Fold.Assignment) =
        if assignment.State <> AssignmentState.Active then PermissionSet.Empty
        elif assignment.IsDropped then permissions.Except Permission.elevated
        else permissions

    /// All that is held now, where `permissionsOf` knows the permissions of the roles that are in use.
    let held now (permissionsOf: string -> PermissionSet) (state: Fold.State) =
        let byGrant =
            (PermissionSet.Empty, state.Grants)
            ||> Map.fold (fun set name grant ->
                match Permission.TryParse name with
                | true, permission when isEffective now permission grant -> set.Add permission
                | _ -> set)

        (byGrant, state.Roles)
        ||> Map.fold (fun set id assignment ->
            if isBefore now assignment.ExpiresAt then
                set.Union(working (permissionsOf id) assignment)
            else
                set)

    /// Whether a role was given and not taken back, whatever it gives now.
    let isAssigned role (state: Fold.State) =
        match state.Roles.TryFind role with
        | Some assignment ->
            match assignment.State with
            | AssignmentState.Pending
            | AssignmentState.Active
            | AssignmentState.Inactive
            | AssignmentState.Suspended -> true
            | AssignmentState.Cancelled
            | AssignmentState.Expired
            | AssignmentState.Revoked -> false
        | None -> false

    /// The grants and roles whose time has run out and that no event has closed yet.
    let due (now: DateTimeOffset) (state: Fold.State) =
        let isOver (expiresAt: DateTimeOffset option) = not (isBefore now expiresAt)

        let grants =
            state.Grants
            |> Map.toArray
            |> Array.filter (fun (_, grant) ->
                (grant.State = GrantState.Active || grant.State = GrantState.Suspended) && isOver grant.ExpiresAt)
            |> Array.map fst

        let roles =
            state.Roles
            |> Map.toArray
            |> Array.filter (fun (_, assignment) ->
                match assignment.State with
                | AssignmentState.Pending
                | AssignmentState.Active
                | AssignmentState.Inactive
                | AssignmentState.Suspended -> isOver assignment.ExpiresAt
                | AssignmentState.Cancelled
                | AssignmentState.Expired
                | AssignmentState.Revoked -> false)
            |> Array.map fst

        grants, roles
