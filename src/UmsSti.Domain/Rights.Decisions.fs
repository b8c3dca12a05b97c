namespace UmsSti.Domain.Rights

open System
open UmsSti.Domain

/// Who may get what from whom, and how grants and roles live (FS-50, FS-54, FS-55).
[<RequireQualifiedAccess>]
module Decisions =
    /// The code of a permission name that is not canonical; the door refuses it before anything is decided.
    [<Literal>]
    let UnknownPermissionCode = "unknown-permission"

    /// How long a request for a permission waits for a decision, in days (OP-46).
    [<Literal>]
    let RequestDays = 30.0

    /// Why a command was refused. Every case has a stable code.
    [<RequireQualifiedAccess>]
    type Rejected =
        /// The machine has no such step: state ("none" when nothing was ever given) and refused event.
        | InvalidTransition of state: string * event: string
        | PermissionScopeMismatch of Permission
        | PermissionNotHeld of Permission
        | GrantAboveRank
        | SelfGrantNotAllowed
        | SubjectNotActive
        | ExpiryNotInFuture
        | AlreadyGranted of Permission
        /// It has run out (PE-24): it is granted anew, not revived.
        | GrantExpired
        /// Nobody decided the request in time: it is asked for anew.
        | RequestExpired
        | RequestNotExpired
        /// Whoever assigned a role does not approve that himself (FS-50.1).
        | SelfApprovalNotAllowed
        | UnknownRole of RoleId
        | RoleRetired of RoleId
        | RoleScopeMismatch of RoleId
        | SystemRoleReserved
        | RoleAlreadyAssigned of RoleId

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal, as the API shows it.
    let code rejected =
        match rejected with
        | Rejected.InvalidTransition _ -> "invalid-transition"
        | Rejected.PermissionScopeMismatch _ -> "permission-scope-mismatch"
        | Rejected.PermissionNotHeld _ -> "permission-not-held"
        | Rejected.GrantAboveRank -> "grant-above-rank"
        | Rejected.SelfGrantNotAllowed -> "self-grant-not-allowed"
        | Rejected.SubjectNotActive -> "subject-not-active"
        | Rejected.ExpiryNotInFuture -> "expiry-not-in-future"
        | Rejected.AlreadyGranted _ -> "permission-already-granted"
        | Rejected.GrantExpired -> "grant-expired"
        | Rejected.RequestExpired -> "request-expired"
        | Rejected.RequestNotExpired -> "request-not-expired"
        | Rejected.SelfApprovalNotAllowed -> "self-approval-not-allowed"
        | Rejected.UnknownRole _ -> "unknown-role"
        | Rejected.RoleRetired _ -> "role-retired"
        | Rejected.RoleScopeMismatch _ -> "role-scope-mismatch"
        | Rejected.SystemRoleReserved -> "system-role-reserved"
        | Rejected.RoleAlreadyAssigned _ -> "role-already-assigned"

    let private accept event = Outcome.Accepted, [| event |]
    let private already: Outcome * Events.Event[] = Outcome.Accepted, [||]
    let private refuse rejected : Outcome * Events.Event[] = Outcome.Rejected rejected, [||]
    let private personal (reason: Reason) = Personal.Known reason.Value

    /// Whether the actor stands above the one he acts on.
    let private isAbove context =
        let granter = context.Granter

        granter.IsUnlimited
        || context.Team.IsNone
        || granter.Rank > granter.TargetRank
        || granter.Rank = TeamRole.Executive.Rank

    let private scopeOf context = if context.Team.IsSome then PermissionScope.Team else PermissionScope.Global

    let private isOver (now: DateTimeOffset) (expiresAt: DateTimeOffset option) =
        expiresAt |> Option.exists (fun expiresAt -> expiresAt <= now)

    /// What forbids to give these permissions until then.
    let private obstacle context (permissions: PermissionSet) expiresAt =
        let granter = context.Granter
        let missing = permissions.Except granter.Holds

        if context.Actor = context.Subject.Value && not granter.IsUnlimited then
            Some Rejected.SelfGrantNotAllowed
        elif not (isAbove context) then
            Some Rejected.GrantAboveRank
        elif not granter.IsUnlimited && not missing.IsEmpty then
            Some(Rejected.PermissionNotHeld(missing.ToArray()[0]))
        elif not context.SubjectIsActive then
            Some Rejected.SubjectNotActive
        elif isOver context.Now expiresAt then
            Some Rejected.ExpiryNotInFuture
        else
            None

    let private giving context permissions expiresAt event =
        match obstacle context permissions expiresAt with
        | Some rejected -> refuse rejected
        | None -> accept event

    let private taking context event = if isAbove context then accept event else refuse Rejected.GrantAboveRank

    let private impossibleGrant (grant: Fold.Grant option) event =
        refuse (Rejected.InvalidTransition(grant |> Option.map _.State.Name |> Option.defaultValue "none", event))

    let private impossibleRole (assignment: Fold.Assignment option) event =
        refuse (Rejected.InvalidTransition(assignment |> Option.map _.State.Name |> Option.defaultValue "none", event))

    let private levelOf permission (terms: GrantTerms) = terms.Level |> Option.defaultValue (Permission.level permission)

    let private isSame permission (terms: GrantTerms) (grant: Fold.Grant) =
        grant.Level = levelOf permission terms && grant.ExpiresAt = terms.ExpiresAt

    /// What has run out and was not closed yet is closed before it is given anew.
    let private anew context permissions roles (answer: Outcome * Events.Event[]) =
        match answer with
        | Outcome.Accepted, events when events.Length > 0 ->
            let closed =
                Events.PermissionsExpired { Permissions = permissions; Roles = roles; By = context.Actor; At = context.Now }

            Outcome.Accepted, Array.append [| closed |] events
        | _ -> answer

    let private hasRunOut context (grant: Fold.Grant) =
        grant.State = GrantState.Active && not grant.IsDropped && isOver context.Now grant.ExpiresAt

    let private grant context (permission: Permission) (terms: GrantTerms) (known: Fold.Grant option) =
        let granted =
            Events.UserPermissionGranted
                { Permission = permission.Name
                  Level = (levelOf permission terms).Name
                  ExpiresAt = terms.ExpiresAt
                  Reason = terms.Reason |> Option.map personal
                  By = context.Actor
                  At = context.Now }

        let give () = giving context (PermissionSet.Of [ permission ]) terms.ExpiresAt granted

        match known with
        | Some grant when hasRunOut context grant -> give () |> anew context [| permission.Name |] [||]
        | Some grant when grant.State = GrantState.Active && not grant.IsDropped ->
            if isSame permission terms grant then
                already
            else
                refuse (Rejected.AlreadyGranted permission)
        | Some { State = GrantState.Requested }
        | Some { State = GrantState.Suspended } -> impossibleGrant known "UserPermissionGranted"
        | _ -> give ()

    let rec private request context (permission: Permission) (terms: GrantTerms) justification (known: Fold.Grant option) =
        match known with
        | Some grant when Queries.isLapsed RequestDays context.Now grant -> requestAnew context permission terms justification
        | Some grant when grant.State = GrantState.Requested && isSame permission terms grant && grant.By = context.Actor ->
            already
        | Some { State = GrantState.Requested }
        | Some { State = GrantState.Suspended } -> impossibleGrant known "PermissionRequested"
        | Some grant when grant.State = GrantState.Active && not grant.IsDropped -> refuse (Rejected.AlreadyGranted permission)
        | _ ->
            if not context.SubjectIsActive then
                refuse Rejected.SubjectNotActive
            elif isOver context.Now terms.ExpiresAt then
                refuse Rejected.ExpiryNotInFuture
            else
                accept (
                    Events.PermissionRequested
                        { Permission = permission.Name
                          Level = (levelOf permission terms).Name
                          ExpiresAt = terms.ExpiresAt
                          Justification = personal justification
                          By = context.Actor
                          At = context.Now }
                )

    /// A request that nobody decided in time is closed before it is made again.
    and private requestAnew context permission terms justification =
        match request context permission terms justification None with
        | Outcome.Accepted, events ->
            let closed =
                Events.PermissionRequestExpired { Permission = permission.Name; By = context.Actor; At = context.Now }

            Outcome.Accepted, Array.append [| closed |] events
        | refused -> refused

    let private expireRequest context (permission: Permission) (known: Fold.Grant option) =
        match known with
        | Some grant when Queries.isLapsed RequestDays context.Now grant ->
            accept (Events.PermissionRequestExpired { Permission = permission.Name; By = context.Actor; At = context.Now })
        | Some { State = GrantState.Requested } -> refuse Rejected.RequestNotExpired
        | Some { State = GrantState.Expired } -> already
        | _ -> impossibleGrant known "PermissionRequestExpired"

    /// Giving back what was suspended or asked for; one that has run out is not revived.
    let private revive context (permission: Permission) (grant: Fold.Grant) event =
        if isOver context.Now grant.ExpiresAt then
            refuse Rejected.GrantExpired
        else
            giving context (PermissionSet.Of [ permission ]) None event

    let private approve context (permission: Permission) (known: Fold.Grant option) =
        match known with
        | Some grant when Queries.isLapsed RequestDays context.Now grant -> refuse Rejected.RequestExpired
        | Some grant when grant.State = GrantState.Requested ->
            revive
                context
                permission
                grant
                (Events.PermissionRequestApproved { Permission = permission.Name; By = context.Actor; At = context.Now })
        | Some grant when grant.State = GrantState.Active && not grant.IsDropped -> already
        | _ -> impossibleGrant known "PermissionRequestApproved"

    let private lift context (permission: Permission) reason (known: Fold.Grant option) =
        match known with
        | Some grant when grant.State = GrantState.Suspended ->
            revive
                context
                permission
                grant
                (Events.PermissionSuspensionLifted
                    { Permission = permission.Name; Reason = personal reason; By = context.Actor; At = context.Now })
        | Some grant when grant.State = GrantState.Active && not grant.IsDropped -> already
        | _ -> impossibleGrant known "PermissionSuspensionLifted"

    let private changeLevel context (permission: Permission) (level: AccessLevel) (known: Fold.Grant option) =
        match known with
        | Some grant when grant.State = GrantState.Active && grant.Level = level -> already
        | Some grant when grant.State = GrantState.Active ->
            let changed =
                Events.PermissionLevelChanged
                    { Permission = permission.Name
                      OldLevel = grant.Level.Name
                      NewLevel = level.Name
                      By = context.Actor
                      At = context.Now }

            // Raising gives, lowering takes.
            if level > grant.Level then
                revive context permission grant changed
            else
                taking context changed
        | _ -> impossibleGrant known "PermissionLevelChanged"

    /// One step that takes, from the states it leads away from; what already holds is accepted.
    let private takeGrant context froms target eventName event (known: Fold.Grant option) =
        match known with
        | Some grant when List.contains grant.State froms -> taking context event
        | Some grant when grant.State = target -> already
        | _ -> impossibleGrant known eventName

    let private takeRole context froms target eventName event (known: Fold.Assignment option) =
        match known with
        | Some assignment when List.contains assignment.State froms -> taking context event
        | Some assignment when assignment.State = target -> already
        | _ -> impossibleRole known eventName

    let private isInScope context (role: RoleId) = role.Team = context.Team

    let private withRole context (role: RoleId) give =
        match context.Role with
        | None -> refuse (Rejected.UnknownRole role)
        | Some _ when not (isInScope context role) -> refuse (Rejected.RoleScopeMismatch role)
        | Some facts when facts.IsRetired -> refuse (Rejected.RoleRetired role)
        | Some _ when role = RoleId.SystemAdmin && context.SubjectType <> UserType.System -> refuse Rejected.SystemRoleReserved
        | Some facts -> give facts.Permissions

    let private assign context (role: RoleId) expiresAt (known: Fold.Assignment option) =
        let give () =
            withRole context role (fun permissions ->
                giving
                    context
                    permissions
                    expiresAt
                    (Events.UserRoleAssigned
                        { Role = role.Value
                          ExpiresAt = expiresAt
                          IsPending = context.RolesNeedApproval
                          By = context.Actor
                          At = context.Now }))

        match known with
        | Some assignment when assignment.State = AssignmentState.Active && isOver context.Now assignment.ExpiresAt ->
            give () |> anew context [||] [| role.Value |]
        | Some assignment when assignment.State = AssignmentState.Active && not assignment.IsDropped ->
            if assignment.ExpiresAt = expiresAt then
                already
            else
                refuse (Rejected.RoleAlreadyAssigned role)
        | Some assignment when assignment.State = AssignmentState.Pending && assignment.ExpiresAt = expiresAt -> already
        | Some { State = AssignmentState.Pending }
        | Some { State = AssignmentState.Inactive }
        | Some { State = AssignmentState.Suspended } -> refuse (Rejected.RoleAlreadyAssigned role)
        | _ -> give ()

    let private giveRole context (role: RoleId) from eventName event (known: Fold.Assignment option) =
        match known with
        | Some assignment when assignment.State = from ->
            if isOver context.Now assignment.ExpiresAt then
                refuse Rejected.GrantExpired
            else
                withRole context role (fun permissions -> giving context permissions None event)
        | Some assignment when assignment.State = AssignmentState.Active -> already
        | _ -> impossibleRole known eventName

    /// Two look at it: whoever assigned the role is not the one who approves, system users and jobs excepted.
    let private activate context (role: RoleId) (known: Fold.Assignment option) =
        match known with
        | Some assignment when
            assignment.State = AssignmentState.Pending && assignment.By = context.Actor && not context.Granter.IsUnlimited
            ->
            refuse Rejected.SelfApprovalNotAllowed
        | _ ->
            let event = Events.RoleAssignmentActivated { Role = role.Value; By = context.Actor; At = context.Now }
            giveRole context role AssignmentState.Pending "RoleAssignmentActivated" event known

    let private expireDue context state =
        match Queries.due context.Now state with
        | [||], [||] -> already
        | permissions, roles ->
            accept (Events.PermissionsExpired { Permissions = permissions; Roles = roles; By = context.Actor; At = context.Now })

    let private onGrant context (permission: Permission) command known =
        let name, by, at = permission.Name, context.Actor, context.Now

        match command with
        | GrantCommand.Request(terms, justification) -> request context permission terms justification known
        | GrantCommand.Grant terms -> grant context permission terms known
        | GrantCommand.Approve -> approve context permission known
        | GrantCommand.Deny reason ->
            let event = Events.PermissionRequestDenied { Permission = name; Reason = personal reason; By = by; At = at }
            takeGrant context [ GrantState.Requested ] GrantState.Denied "PermissionRequestDenied" event known
        | GrantCommand.ExpireRequest -> expireRequest context permission known
        | GrantCommand.ChangeLevel level -> changeLevel context permission level known
        | GrantCommand.Suspend reason ->
            let event = Events.PermissionSuspended { Permission = name; Reason = personal reason; By = by; At = at }
            takeGrant context [ GrantState.Active ] GrantState.Suspended "PermissionSuspended" event known
        | GrantCommand.Lift reason -> lift context permission reason known
        | GrantCommand.Revoke reason ->
            let event = Events.UserPermissionRevoked { Permission = name; Reason = personal reason; By = by; At = at }
            let froms = [ GrantState.Active; GrantState.Suspended ]
            takeGrant context froms GrantState.Revoked "UserPermissionRevoked" event known

    let private onRole context (role: RoleId) command known =
        let id, by, at = role.Value, context.Actor, context.Now

        match command with
        | RoleCommand.Assign expiresAt -> assign context role expiresAt known
        | RoleCommand.Activate -> activate context role known
        | RoleCommand.Cancel reason ->
            let event = Events.RoleAssignmentCancelled { Role = id; Reason = personal reason; By = by; At = at }
            takeRole context [ AssignmentState.Pending ] AssignmentState.Cancelled "RoleAssignmentCancelled" event known
        | RoleCommand.Deactivate reason ->
            let event = Events.RoleAssignmentDeactivated { Role = id; Reason = personal reason; By = by; At = at }
            takeRole context [ AssignmentState.Active ] AssignmentState.Inactive "RoleAssignmentDeactivated" event known
        | RoleCommand.Reactivate ->
            let event = Events.RoleAssignmentReactivated { Role = id; By = by; At = at }
            giveRole context role AssignmentState.Inactive "RoleAssignmentReactivated" event known
        | RoleCommand.Suspend reason ->
            let event = Events.RoleAssignmentSuspended { Role = id; Reason = personal reason; By = by; At = at }
            takeRole context [ AssignmentState.Active ] AssignmentState.Suspended "RoleAssignmentSuspended" event known
        | RoleCommand.Lift reason ->
            let event = Events.RoleAssignmentSuspensionLifted { Role = id; Reason = personal reason; By = by; At = at }
            giveRole context role AssignmentState.Suspended "RoleAssignmentSuspensionLifted" event known
        | RoleCommand.Revoke reason ->
            let event = Events.UserRoleRevoked { Role = id; Reason = personal reason; By = by; At = at }
            let froms = [ AssignmentState.Active; AssignmentState.Inactive; AssignmentState.Suspended ]
            takeRole context froms AssignmentState.Revoked "UserRoleRevoked" event known

    /// The answer to a command and the events it adds: none when refused, none when what is asked for already holds.
    let decide context command (state: Fold.State) : Outcome * Events.Event[] =
        match command with
        | Command.OnGrant(permission, _) when permission.Scope <> scopeOf context ->
            refuse (Rejected.PermissionScopeMismatch permission)
        | Command.OnGrant(permission, about) -> onGrant context permission about (state.Grants.TryFind permission.Name)
        | Command.OnRole(role, about) -> onRole context role about (state.Roles.TryFind role.Value)
        | Command.ExpireDue -> expireDue context state
