module UmsSti.Domain.Tests.RightsTests

open System
open Expecto
open FsCheck.FSharp
open UmsSti.Domain
open UmsSti.Domain.Rights
open UmsSti.Domain.Tests.TeamSamples

let private accepted = Decisions.Outcome.Accepted
let private rejected reason = Decisions.Outcome.Rejected reason
let private isSame first second = Expect.equal second first "the same"
let private fold = Fold.fold Fold.initial
let private invite = Permission.TeamMembersInvite
let private role = roleId (ValueSome(teamId 1)) "greeter"
let private why = Samples.reason "because"
let private plain: GrantTerms = { Level = None; ExpiresAt = None; Reason = None }
let private until (at: DateTimeOffset) = { plain with ExpiresAt = Some at }

let private words =
    [ "team.view"
      invite.Name
      "team.archive"
      role.Value
      "read_only"
      "read_write"
      "full_access"
      (Samples.person 1).Value ]

let private history = Laws.histories<Events.Event> words

let private command =
    let expiry = Gen.elements [ None; Some(Samples.start.AddDays 3.0); Some(Samples.start.AddDays 60.0) ]
    let terms = expiry |> Gen.map (fun expiresAt -> { plain with ExpiresAt = expiresAt })

    let grants =
        gen {
            let! permission = Gen.elements [ Permission.TeamView; invite; Permission.TeamArchive; Permission.UsersView ]
            let! terms = terms
            let! level = Gen.elements AccessLevel.All

            let! about =
                Gen.elements
                    [ GrantCommand.Request(terms, why)
                      GrantCommand.Approve
                      GrantCommand.Deny why
                      GrantCommand.ExpireRequest
                      GrantCommand.Grant terms
                      GrantCommand.ChangeLevel level
                      GrantCommand.Suspend why
                      GrantCommand.Lift why
                      GrantCommand.Revoke why ]

            return Command.OnGrant(permission, about)
        }

    let roles =
        gen {
            let! expiresAt = expiry

            let! about =
                Gen.elements
                    [ RoleCommand.Assign expiresAt
                      RoleCommand.Activate
                      RoleCommand.Cancel why
                      RoleCommand.Deactivate why
                      RoleCommand.Reactivate
                      RoleCommand.Suspend why
                      RoleCommand.Lift why
                      RoleCommand.Revoke why ]

            return Command.OnRole(role, about)
        }

    Gen.frequency [ 4, grants; 3, roles; 1, Gen.constant Command.ExpireDue ]

let private context =
    gen {
        let! days = Gen.choose (0, 90)
        let! rank = Gen.elements [ 0; 3; 4; 6 ]
        let! target = Gen.elements [ 1; 2; 4; 6 ]
        let! actor = Gen.elements [ Samples.person 1; Samples.person 2 ]
        let! holds = Gen.elements [ Permission.team; TeamRole.permissions TeamRole.Leader; PermissionSet.Empty ]
        let! isUnlimited = Gen.elements [ true; false; false ]
        let! isActive = Gen.elements [ true; true; false ]
        let! needsApproval = Gen.elements [ true; false ]
        let! knowsRole = Gen.elements [ true; true; false ]
        let sample = rightsContext (Samples.start.AddDays(float days))

        return
            { sample with
                Actor = actor.Value
                SubjectIsActive = isActive
                Granter = { IsUnlimited = isUnlimited; Holds = holds; Rank = rank; TargetRank = target }
                Role = (if knowsRole then sample.Role else None)
                RolesNeedApproval = needsApproval }
    }

let private permissionsOf id = if id = role.Value then PermissionSet.Of [ invite ] else PermissionSet.Empty

let private laws =
    testList
        "laws"
        [ Laws.folds Fold.fold Fold.initial history

          Laws.forAll
              "an accepted decision, asked for again, is accepted without a second event; a refusal adds nothing"
              (Gen.zip3 history context command)
              (fun (events, context, command) ->
                  let state = fold events

                  match Decisions.decide context command state with
                  | Decisions.Outcome.Rejected _, added -> Expect.isEmpty added "refused"
                  | Decisions.Outcome.Accepted, added ->
                      for before, after in added |> Array.scan Fold.evolve state |> Array.pairwise do
                          Expect.notEqual after before "an event that changes nothing is no event"

                      Decisions.decide context command (Fold.fold state added) |> isSame (accepted, [||]))

          Laws.forAll
              "nobody comes to hold what the giver lacks, nor by himself, nor from below"
              (Gen.zip3 history context command)
              (fun (events, context, command) ->
                  let before = fold events
                  let after = Fold.fold before (Decisions.decide context command before |> snd)
                  let held = Queries.held context.Now permissionsOf
                  let gained = (held after).Except(held before)

                  if not gained.IsEmpty && not context.Granter.IsUnlimited then
                      Expect.isTrue (context.Granter.Holds.ContainsAll gained) "held by the giver"
                      Expect.notEqual context.Actor context.Subject.Value "not by himself"

                      Expect.isTrue (context.Granter.Rank > context.Granter.TargetRank || context.Granter.Rank = 6) "from above"

                  if not gained.IsEmpty then
                      Expect.isTrue context.SubjectIsActive "an active member"
                      Expect.isTrue (Permission.team.ContainsAll gained) "of the team's scope")

          Laws.forAll "what has run out gives nothing, and the job closes it" (Gen.zip history context) (fun (events, context) ->
              let state = fold events
              let _, added = Decisions.decide context Command.ExpireDue state
              let after = Fold.fold state added
              isSame (Queries.held context.Now permissionsOf state) (Queries.held context.Now permissionsOf after)
              isSame ([||], [||]) (Queries.due context.Now after)) ]

let private decide command state = Decisions.decide (rightsContext Samples.start) command state

let private follow commands =
    (Fold.initial, commands)
    ||> List.fold (fun state command ->
        match decide command state with
        | Decisions.Outcome.Accepted, events -> Fold.fold state events
        | Decisions.Outcome.Rejected rejected, _ -> failwith $"{command} refused: {rejected}")

let private onGrant about = Command.OnGrant(invite, about)
let private onRole about = Command.OnRole(role, about)
let private soon = Samples.start.AddDays 1.0

/// Every sample grant has an end, so that it can run out.
let private grantCommand step =
    match step with
    | GrantStep.Request -> onGrant (GrantCommand.Request(until soon, why))
    | GrantStep.Approve -> onGrant GrantCommand.Approve
    | GrantStep.Deny -> onGrant (GrantCommand.Deny why)
    | GrantStep.ExpireRequest -> onGrant GrantCommand.ExpireRequest
    | GrantStep.Grant -> onGrant (GrantCommand.Grant(until soon))
    | GrantStep.ChangeLevel -> onGrant (GrantCommand.ChangeLevel AccessLevel.FullAccess)
    | GrantStep.Suspend -> onGrant (GrantCommand.Suspend why)
    | GrantStep.Lift -> onGrant (GrantCommand.Lift why)
    | GrantStep.Revoke -> onGrant (GrantCommand.Revoke why)
    | GrantStep.Expire -> Command.ExpireDue

let private grantPath state =
    match state with
    | GrantState.Requested -> [ GrantStep.Request ]
    | GrantState.Active -> [ GrantStep.Grant ]
    | GrantState.Suspended -> [ GrantStep.Grant; GrantStep.Suspend ]
    | GrantState.Denied -> [ GrantStep.Request; GrantStep.Deny ]
    | GrantState.Expired -> [ GrantStep.Request ]
    | GrantState.Revoked -> [ GrantStep.Grant; GrantStep.Revoke ]

let private timeOf isExpiry = if isExpiry then Samples.start.AddDays 2.0 else Samples.start.AddMinutes 5.0

let private result outcome events target : Laws.Run<'state> =
    { IsAccepted = (outcome = accepted)
      Events = events |> Array.map Samples.eventName
      Target = target }

let private grants =
    Laws.machine Machines.grants GrantState.All GrantStep.All (fun from step ->
        let opened = from |> Option.map grantPath |> Option.defaultValue [] |> List.map grantCommand |> follow

        let before =
            if from = Some GrantState.Expired then
                Decisions.decide (rightsContext (timeOf true)) (grantCommand GrantStep.ExpireRequest) opened
                |> snd
                |> Fold.fold opened
            else
                opened

        let context = rightsContext (timeOf (step = GrantStep.Expire || step = GrantStep.ExpireRequest))
        let outcome, events = Decisions.decide context (grantCommand step) before
        let after = (Fold.fold before events).Grants.TryFind invite.Name |> Option.map _.State

        // A job that finds nothing due says nothing, even where nothing was ever given.
        if from.IsNone && step = GrantStep.Expire then
            { result outcome events after with IsAccepted = false }
        else
            result outcome events after)

let private roleCommand step =
    match step with
    | RoleStep.Assign -> onRole (RoleCommand.Assign(Some soon))
    | RoleStep.Activate -> onRole RoleCommand.Activate
    | RoleStep.Cancel -> onRole (RoleCommand.Cancel why)
    | RoleStep.Deactivate -> onRole (RoleCommand.Deactivate why)
    | RoleStep.Reactivate -> onRole RoleCommand.Reactivate
    | RoleStep.Suspend -> onRole (RoleCommand.Suspend why)
    | RoleStep.Lift -> onRole (RoleCommand.Lift why)
    | RoleStep.Revoke -> onRole (RoleCommand.Revoke why)
    | RoleStep.Expire -> Command.ExpireDue

let private pending =
    let context = { rightsContext Samples.start with RolesNeedApproval = true }
    fold (Decisions.decide context (roleCommand RoleStep.Assign) Fold.initial |> snd)

let private assignment state =
    match state with
    | AssignmentState.Pending -> pending
    | AssignmentState.Active -> follow [ roleCommand RoleStep.Assign ]
    | AssignmentState.Inactive -> follow [ roleCommand RoleStep.Assign; roleCommand RoleStep.Deactivate ]
    | AssignmentState.Suspended -> follow [ roleCommand RoleStep.Assign; roleCommand RoleStep.Suspend ]
    | AssignmentState.Revoked -> follow [ roleCommand RoleStep.Assign; roleCommand RoleStep.Revoke ]
    | AssignmentState.Cancelled -> Fold.fold pending (decide (roleCommand RoleStep.Cancel) pending |> snd)
    | AssignmentState.Expired ->
        let context = rightsContext (timeOf true)
        Fold.fold pending (Decisions.decide context Command.ExpireDue pending |> snd)

let private roles =
    Laws.machine Machines.roles AssignmentState.All RoleStep.All (fun from step ->
        let before = from |> Option.map assignment |> Option.defaultValue Fold.initial
        let sample = rightsContext (timeOf (step = RoleStep.Expire))
        let approver = (Samples.person 3).Value
        let context = if step = RoleStep.Activate then { sample with Actor = approver } else sample
        let outcome, events = Decisions.decide context (roleCommand step) before
        let after = (Fold.fold before events).Roles.TryFind role.Value |> Option.map _.State

        if from.IsNone && step = RoleStep.Expire then
            { result outcome events after with IsAccepted = false }
        else
            result outcome events after)

let private grantTo changes permission terms =
    Decisions.decide (changes (rightsContext Samples.start)) (Command.OnGrant(permission, GrantCommand.Grant terms)) Fold.initial

let private guards =
    testList
        "guards"
        [ test "nobody grants what he lacks, above his rank, or to himself" {
              let asGranter change context = { context with Granter = change context.Granter }

              grantTo (asGranter (fun granter -> { granter with Holds = PermissionSet.Of [ Permission.TeamView ] })) invite plain
              |> isSame (rejected (Decisions.Rejected.PermissionNotHeld invite), [||])

              for rank, target in [ 4, 4; 4, 5; 5, 6; 0, 1 ] do
                  grantTo (asGranter (fun granter -> { granter with Rank = rank; TargetRank = target })) invite plain
                  |> isSame (rejected Decisions.Rejected.GrantAboveRank, [||])

              grantTo (fun context -> { context with Actor = context.Subject.Value }) invite plain
              |> isSame (rejected Decisions.Rejected.SelfGrantNotAllowed, [||])

              let unlimited = asGranter (fun _ -> { IsUnlimited = true; Holds = PermissionSet.Empty; Rank = 0; TargetRank = 6 })

              grantTo unlimited invite plain |> fst |> isSame accepted
          }

          test "a team's rights are given in teams, all others outside" {
              grantTo id Permission.UsersView plain
              |> isSame (rejected (Decisions.Rejected.PermissionScopeMismatch Permission.UsersView), [||])

              grantTo (fun context -> { context with Team = ValueNone }) invite plain
              |> isSame (rejected (Decisions.Rejected.PermissionScopeMismatch invite), [||])
          }

          test "nothing is given to those who are not active, nor into the past, nor twice" {
              grantTo (fun context -> { context with SubjectIsActive = false }) invite plain
              |> isSame (rejected Decisions.Rejected.SubjectNotActive, [||])

              grantTo id invite (until Samples.start) |> isSame (rejected Decisions.Rejected.ExpiryNotInFuture, [||])
              let given = follow [ onGrant (GrantCommand.Grant plain) ]

              decide (onGrant (GrantCommand.Grant(until soon))) given
              |> isSame (rejected (Decisions.Rejected.AlreadyGranted invite), [||])

              let assigned = follow [ onRole (RoleCommand.Assign None) ]

              decide (onRole (RoleCommand.Assign(Some soon))) assigned
              |> isSame (rejected (Decisions.Rejected.RoleAlreadyAssigned role), [||])
          }

          test "what has run out is granted anew, not revived" {
              let suspended = follow [ onGrant (GrantCommand.Grant(until soon)); onGrant (GrantCommand.Suspend why) ]

              Decisions.decide (rightsContext (timeOf true)) (onGrant (GrantCommand.Lift why)) suspended
              |> isSame (rejected Decisions.Rejected.GrantExpired, [||])
          }

          test "whoever assigned a role does not approve it himself; a system user does" {
              isSame (rejected Decisions.Rejected.SelfApprovalNotAllowed, [||]) (decide (onRole RoleCommand.Activate) pending)
              let other = { rightsContext Samples.start with Actor = (Samples.person 3).Value }
              isSame accepted (Decisions.decide other (onRole RoleCommand.Activate) pending |> fst)
              let sample = rightsContext Samples.start
              let unlimited = { sample with Granter = { sample.Granter with IsUnlimited = true } }
              isSame accepted (Decisions.decide unlimited (onRole RoleCommand.Activate) pending |> fst)
          }

          test "a request waits 30 days: then nobody approves it, the job closes it, and it may be made anew" {
              let asked = follow [ onGrant (GrantCommand.Request(plain, why)) ]
              let at days command = Decisions.decide (rightsContext (Samples.start.AddDays days)) (onGrant command) asked
              isSame (rejected Decisions.Rejected.RequestNotExpired, [||]) (at 29.9 GrantCommand.ExpireRequest)
              isSame (rejected Decisions.Rejected.RequestExpired, [||]) (at 30.0 GrantCommand.Approve)
              isSame [| "PermissionRequestExpired" |] (at 30.0 GrantCommand.ExpireRequest |> snd |> Array.map Samples.eventName)

              isSame
                  [| "PermissionRequestExpired"; "PermissionRequested" |]
                  (at 30.0 (GrantCommand.Request(plain, why)) |> snd |> Array.map Samples.eventName)

              isSame accepted (at 29.9 GrantCommand.Approve |> fst)
          }

          test "roles: known, of this scope, in use, and the system's own for system users" {
              let assign changes role =
                  Decisions.decide
                      (changes (rightsContext Samples.start))
                      (Command.OnRole(role, RoleCommand.Assign None))
                      Fold.initial

              assign (fun context -> { context with Role = None }) role
              |> isSame (rejected (Decisions.Rejected.UnknownRole role), [||])

              let elsewhere = roleId (ValueSome(teamId 2)) "greeter"
              assign id elsewhere |> isSame (rejected (Decisions.Rejected.RoleScopeMismatch elsewhere), [||])
              let outside = roleId ValueNone "greeter"
              assign id outside |> isSame (rejected (Decisions.Rejected.RoleScopeMismatch outside), [||])

              let retired = Some { Permissions = PermissionSet.Empty; IsRetired = true }

              assign (fun context -> { context with Role = retired }) role
              |> isSame (rejected (Decisions.Rejected.RoleRetired role), [||])

              assign (fun context -> { context with Team = ValueNone }) RoleId.SystemAdmin
              |> isSame (rejected Decisions.Rejected.SystemRoleReserved, [||])
          }

          test "a level below what the permission needs gives nothing" {
              let lowered =
                  follow [ onGrant (GrantCommand.Grant plain); onGrant (GrantCommand.ChangeLevel AccessLevel.ReadOnly) ]

              let held = Queries.held Samples.start permissionsOf
              isSame true (held lowered).IsEmpty
              isSame [| invite |] ((held (follow [ onGrant (GrantCommand.Grant plain) ])).ToArray())
          }

          test "a suspended admin loses his elevated rights for good, others are kept (XR-04)" {
              let admin, now = Samples.user UserType.Admin SubState.Active

              let context =
                  { rightsContext now with
                      Team = ValueNone
                      Subject = Samples.subject UserType.Admin
                      Actor = Samples.root.Value
                      Granter = { IsUnlimited = true; Holds = PermissionSet.Empty; Rank = 0; TargetRank = 0 } }

              let give permission state =
                  let outcome, events = User.Giving.decide context (Command.OnGrant(permission, GrantCommand.Grant plain)) state

                  isSame accepted outcome
                  User.Fold.fold state events

              let given = admin |> give Permission.GdprManage |> give Permission.UsersView
              let held state = (Queries.held now permissionsOf (Samples.details state).Rights).ToArray()
              isSame [| Permission.UsersView; Permission.GdprManage |] (held given)
              let _, _, suspended, at = Samples.run UserType.Admin now given User.Step.Suspend
              let _, _, back, _ = Samples.run UserType.Admin at suspended User.Step.LiftSuspension
              isSame [| Permission.UsersView |] (held back)
              isSame [| Permission.GdprManage.Name |] (User.Giving.droppedPermissions back)
              isSame [| Permission.UsersView; Permission.GdprManage |] (held (give Permission.GdprManage back))

              let _, revoked = User.Giving.decide context (Command.OnGrant(Permission.GdprManage, GrantCommand.Revoke why)) back

              isSame [||] (User.Giving.droppedPermissions (User.Fold.fold back revoked))
          }

          test "nobody who is not active is given anything outside teams" {
              let context = { rightsContext Samples.start with Team = ValueNone; SubjectIsActive = true }

              for state in [ User.Fold.initial; fst (Samples.user UserType.Standard SubState.Suspended) ] do
                  User.Giving.decide
                      { context with Granter = { context.Granter with IsUnlimited = true } }
                      (Command.OnGrant(Permission.UsersView, GrantCommand.Grant plain))
                      state
                  |> isSame (rejected Decisions.Rejected.SubjectNotActive, [||])
          }

          test "the active team is one of his own" {
              let user, now = Samples.user UserType.Standard SubState.Active
              let switch isMember state = User.ActiveTeam.switch now "x" (teamId 1) isMember state

              switch false user
              |> isSame (User.ActiveTeam.Outcome.Rejected(User.ActiveTeam.Rejected.NotAMember(teamId 1)), [||])

              let outcome, events = switch true user
              isSame User.ActiveTeam.Outcome.Accepted outcome
              let switched = User.Fold.fold user events
              isSame (Some (teamId 1).Value) (Samples.details switched).ActiveTeam
              isSame (User.ActiveTeam.Outcome.Accepted, [||]) (switch true switched)

              switch true User.Fold.initial
              |> isSame (User.ActiveTeam.Outcome.Rejected User.ActiveTeam.Rejected.NotFound, [||])
          }

          test "every refusal has a code of its own" {
              let codes =
                  [ Decisions.Rejected.InvalidTransition("", "")
                    Decisions.Rejected.PermissionScopeMismatch invite
                    Decisions.Rejected.PermissionNotHeld invite
                    Decisions.Rejected.GrantAboveRank
                    Decisions.Rejected.SelfGrantNotAllowed
                    Decisions.Rejected.SubjectNotActive
                    Decisions.Rejected.ExpiryNotInFuture
                    Decisions.Rejected.AlreadyGranted invite
                    Decisions.Rejected.GrantExpired
                    Decisions.Rejected.UnknownRole role
                    Decisions.Rejected.RoleRetired role
                    Decisions.Rejected.RoleScopeMismatch role
                    Decisions.Rejected.SystemRoleReserved
                    Decisions.Rejected.RoleAlreadyAssigned role ]
                  |> List.map Decisions.code

              isSame
                  [ "invalid-transition"
                    "permission-scope-mismatch"
                    "permission-not-held"
                    "grant-above-rank"
                    "self-grant-not-allowed"
                    "subject-not-active"
                    "expiry-not-in-future"
                    "permission-already-granted"
                    "grant-expired"
                    "unknown-role"
                    "role-retired"
                    "role-scope-mismatch"
                    "system-role-reserved"
                    "role-already-assigned" ]
                  codes
          } ]

[<Tests>]
let tests = testList "rights" [ laws; testList "grants" [ grants ]; testList "roles" [ roles ]; guards ]
