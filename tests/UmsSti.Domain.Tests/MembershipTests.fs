module UmsSti.Domain.Tests.MembershipTests

open System
open Expecto
open FsCheck.FSharp
open UmsSti.Domain
open UmsSti.Domain.Tests.TeamSamples

let private accepted = Membership.Decisions.Outcome.Accepted
let private rejected reason = Membership.Decisions.Outcome.Rejected reason
let private isSame first second = Expect.equal second first "the same"
let private fold = Membership.Fold.fold Membership.Fold.initial

let private words =
    (TeamRole.All |> Array.map _.Name |> List.ofArray)
    @ [ "team.view"; "team.archive"; "read_only"; "full_access"; (Samples.person 1).Value; "system:job" ]

// Made once: finding out how to make events is slow.
let private anyEvents = Laws.histories<Membership.Events.Event> words

/// Events, most of them after somebody joined.
let private history =
    gen {
        let! role = Gen.elements TeamRole.All
        let! isBorn = Gen.elements [ true; true; true; false ]
        let! events = anyEvents

        let birth =
            Membership.Events.TeamMemberAdded { Role = role.Name; By = (Samples.person 1).Value; At = Samples.start }

        return if isBorn then Array.append [| birth |] events else events
    }

let private power =
    Gen.oneof
        [ Gen.elements [ Membership.Power.Unlimited; Membership.Power.Appointing; Membership.Power.Nothing ]
          Gen.elements TeamRole.All |> Gen.map Membership.Power.Ranked ]

let private context =
    gen {
        let! power = power
        let! actor = Gen.elements [ Samples.person 1; Samples.person 2 ]
        let! userType = Gen.elements UserType.All
        let! state = Gen.elements [ UserState.Active; UserState.Active; UserState.Suspended ]
        let! allows = Gen.elements [ true; true; false ]
        let! needsApproval = Gen.elements [ true; false ]
        let! days = Gen.choose (-10, 30)

        return
            { memberContext (Samples.start.AddDays(float days)) with
                Power = power
                Actor = actor.Value
                Subject = { Id = Samples.person 2; Type = userType; State = state }
                Team = { openTeam with AllowsMembers = allows; NeedsApproval = needsApproval } }
    }

let private command =
    Gen.oneof
        [ Gen.elements Membership.Step.All |> Gen.map (memberCommand Samples.start)
          Gen.elements TeamRole.All |> Gen.map Membership.Command.Add
          Gen.elements TeamRole.All |> Gen.map Membership.Command.ChangeRole
          Gen.elements TeamRole.All |> Gen.map (Some >> Membership.Command.Request)
          Gen.elements TeamRole.All |> Gen.map (Some >> Membership.Command.ApproveRequest) ]

let private laws =
    testList
        "laws"
        [ Laws.folds Membership.Fold.fold Membership.Fold.initial history

          Laws.forAll
              "an accepted decision, asked for again, is accepted without a second event; a refusal adds nothing"
              (Gen.zip3 history context command)
              (fun (events, context, command) ->
                  let state = fold events

                  match Membership.Decisions.decide context command state with
                  | Membership.Decisions.Outcome.Rejected _, added -> Expect.isEmpty added "refused"
                  | Membership.Decisions.Outcome.Accepted, added ->
                      for before, after in added |> Array.scan Membership.Fold.evolve state |> Array.pairwise do
                          Expect.notEqual after before "an event that changes nothing is no event"

                      Membership.Decisions.decide context command (Membership.Fold.fold state added) |> isSame (accepted, [||]))

          Laws.forAll
              "nobody is given a role above the giver, nor by himself"
              (Gen.zip3 history context command)
              (fun (events, context, command) ->
                  let before = fold events
                  let after = Membership.Fold.fold before (Membership.Decisions.decide context command before |> snd)
                  let isSelf = context.Actor = context.Subject.Id.Value

                  let rank state = if Membership.Queries.isActive state then (memberDetails state).Role.Rank else 0

                  let isByTeam =
                      match command with
                      | Membership.Command.Request _
                      | Membership.Command.AcceptInvitation -> true
                      | _ -> false

                  if rank after > rank before && not isByTeam then
                      match context.Power with
                      | Membership.Power.Unlimited -> ()
                      | Membership.Power.Appointing -> Expect.isFalse isSelf "not by himself"
                      | Membership.Power.Ranked own ->
                          Expect.isTrue (own = TeamRole.Executive || rank after < own.Rank) "below the giver"
                      | Membership.Power.Nothing -> failtest "by nobody")

          Laws.forAll "what was given in a period ends with it (XR-07)" history (fun events ->
              match fold events with
              | Membership.Fold.Known details when details.State.IsClosed -> isSame Rights.Fold.initial details.Rights
              | _ -> ()) ]

let private run from step =
    let before, now =
        match from with
        | None -> Membership.Fold.initial, Samples.start
        | Some state -> membership state

    let outcome, events, after, _ = runMember now before step

    ({ IsAccepted = (outcome = accepted)
       Events = events |> Array.map Samples.eventName
       Target = Membership.Queries.tryDetails after |> Option.map _.State }
    : Laws.Run<MembershipState>)

let private machine = Laws.machine Membership.Machine.machine MembershipState.All Membership.Step.All run

let private decide changes command state =
    Membership.Decisions.decide (changes (memberContext (Samples.start.AddDays 1.0))) command state

let private active (role: TeamRole) =
    fold [| Membership.Events.TeamMemberAdded { Role = role.Name; By = "x"; At = Samples.start } |]

let private guards =
    testList
        "guards"
        [ test "one membership for each person and team" {
              for state in [ MembershipState.Active; MembershipState.Inactive; MembershipState.Suspended ] do
                  let state, _ = membership state

                  for command in
                      [ Membership.Command.Add TeamRole.Observer
                        Membership.Command.Add TeamRole.Member
                        Membership.Command.Invite(TeamRole.Member, Samples.start.AddDays 5.0, None)
                        Membership.Command.Request None ] do
                      decide id command state |> isSame (rejected Membership.Decisions.Rejected.AlreadyMember, [||])
          }

          test "an invitation that has run out stands in nobody's way" {
              let invited, _ = membership MembershipState.Invited
              let late changes =
                  fun context -> changes { context with Membership.Decisions.Context.Now = Samples.start.AddDays 30.0 }
              let names (outcome, events) = outcome, events |> Array.map Samples.eventName

              for command, event in
                  [ Membership.Command.Add TeamRole.Member, "TeamMemberAdded"
                    Membership.Command.Invite(TeamRole.Member, Samples.start.AddDays 37.0, None), "TeamInvitationSent"
                    Membership.Command.Request None, "MembershipRequested" ] do
                  decide (late id) command invited |> names |> isSame (accepted, [| "TeamInvitationExpired"; event |])

              let closed = late (fun context -> { context with Team = { context.Team with AllowsMembers = false } })
              decide closed (Membership.Command.Add TeamRole.Member) invited
              |> isSame (rejected Membership.Decisions.Rejected.TeamNotOpen, [||])
          }

          test "guests and system users are no members" {
              isSame (Error(Some "guests-cannot-be-members")) (Membership.Decisions.trySubject (teamId 1).Value)
              isSame (Error None) (Membership.Decisions.trySubject "nobody")
              isSame (Ok(Samples.person 2)) (Membership.Decisions.trySubject (Samples.person 2).Value)

              Membership.Fold.initial
              |> decide
                  (fun context ->
                      { context with Subject = { context.Subject with Id = Samples.machine 1; Type = UserType.System } })
                  (Membership.Command.Add TeamRole.Member)
              |> isSame (rejected Membership.Decisions.Rejected.SystemUserNotAllowed, [||])
          }

          test "only active people join, only teams that are open" {
              for state in UserState.All |> Array.except [ UserState.Active ] do
                  Membership.Fold.initial
                  |> decide
                      (fun context -> { context with Subject = { context.Subject with State = state } })
                      (Membership.Command.Add TeamRole.Member)
                  |> isSame (rejected Membership.Decisions.Rejected.SubjectNotActive, [||])

              Membership.Fold.initial
              |> decide
                  (fun context -> { context with Team = { context.Team with AllowsMembers = false } })
                  (Membership.Command.Add TeamRole.Member)
              |> isSame (rejected Membership.Decisions.Rejected.TeamNotOpen, [||])
          }

          test "who may give which role to whom" {
              for power in TeamRole.All do
                  for role in TeamRole.All do
                      let by (context: Membership.Decisions.Context) = { context with Power = Membership.Power.Ranked power }
                      let mayGive = power = TeamRole.Executive || role.Rank < power.Rank
                      let outcome, _ = decide by (Membership.Command.Add role) Membership.Fold.initial

                      if mayGive then
                          isSame accepted outcome
                      else
                          isSame (rejected Membership.Decisions.Rejected.GrantAboveRank) outcome

                      let outcome, _ = decide by (Membership.Command.Remove None) (active role)

                      if mayGive then
                          isSame accepted outcome
                      else
                          isSame (rejected Membership.Decisions.Rejected.TargetAboveRank) outcome
          }

          test "an administrator appoints anybody but himself" {
              let appoint (actor: UserId) (context: Membership.Decisions.Context) =
                  { context with Power = Membership.Power.Appointing; Actor = actor.Value }

              decide (appoint (Samples.person 9)) (Membership.Command.Add TeamRole.Executive) Membership.Fold.initial
              |> fst
              |> isSame accepted

              for command, state in
                  [ Membership.Command.Add TeamRole.Observer, Membership.Fold.initial
                    Membership.Command.ChangeRole TeamRole.Executive, active TeamRole.Member
                    Membership.Command.ApproveRequest None, fst (membership MembershipState.Requested)
                    Membership.Command.Reactivate, fst (membership MembershipState.Suspended) ] do
                  decide (appoint (Samples.person 2)) command state
                  |> isSame (rejected Membership.Decisions.Rejected.SelfGrantNotAllowed, [||])
          }

          test "the ladder of roles (FS-45)" {
              let steps =
                  [ TeamRole.Member, TeamRole.Leader
                    TeamRole.Leader, TeamRole.Member
                    TeamRole.Leader, TeamRole.Admin
                    TeamRole.Admin, TeamRole.Leader
                    TeamRole.Admin, TeamRole.Member
                    TeamRole.Member, TeamRole.Observer
                    TeamRole.Observer, TeamRole.Member ]

              let ladder = [ TeamRole.Admin; TeamRole.Leader; TeamRole.Member; TeamRole.Observer ]

              for from in TeamRole.All do
                  for target in TeamRole.All do
                      let outcome, events = decide id (Membership.Command.ChangeRole target) (active from)
                      let isOnLadder = List.contains from ladder && List.contains target ladder

                      if from = target then
                          isSame (accepted, [||]) (outcome, events)
                      elif not isOnLadder || List.contains (from, target) steps then
                          isSame accepted outcome
                      else
                          isSame
                              (rejected (Membership.Decisions.Rejected.RoleStepNotAllowed(from, target)), [||])
                              (outcome, events)
          }

          test "self-registration follows the team's settings" {
              let request = Membership.Command.Request None
              let without (context: Membership.Decisions.Context) =
                  { context with Team = { openTeam with AllowsSelfRegistration = false } }

              decide without request Membership.Fold.initial
              |> isSame (rejected Membership.Decisions.Rejected.SelfRegistrationDisabled, [||])

              let free (context: Membership.Decisions.Context) = { context with Team = { openTeam with NeedsApproval = false } }
              let outcome, events = decide free request Membership.Fold.initial

              isSame
                  (accepted, [| "MembershipRequested"; "MembershipRequestApproved" |])
                  (outcome, Array.map Samples.eventName events)

              let outcome, events = decide free (Membership.Command.Request(Some TeamRole.Admin)) Membership.Fold.initial
              isSame (accepted, [| "MembershipRequested" |]) (outcome, Array.map Samples.eventName events)
          }

          test "an invitation runs out" {
              let state, _ = membership MembershipState.Invited
              let late (context: Membership.Decisions.Context) = { context with Now = Samples.start.AddDays 8.0 }

              decide late Membership.Command.AcceptInvitation state
              |> isSame (rejected Membership.Decisions.Rejected.InvitationExpired, [||])

              decide id Membership.Command.ExpireInvitation state
              |> isSame (rejected Membership.Decisions.Rejected.InvitationNotExpired, [||])

              decide id (Membership.Command.Invite(TeamRole.Member, Samples.start, None)) Membership.Fold.initial
              |> isSame (rejected Membership.Decisions.Rejected.ExpiryNotInFuture, [||])
          }

          test "roles keep their history over periods, and the team is told of executives" {
              let change = Membership.Command.ChangeRole TeamRole.Executive
              let state = active TeamRole.Member
              let _, events = decide id change state
              let promoted = Membership.Fold.fold state events
              isSame Membership.Queries.ExecutiveChange.Gained (Membership.Queries.executiveChange state promoted)
              isSame [ TeamRole.Executive; TeamRole.Member ] ((memberDetails promoted).Roles |> List.map _.Role)

              for command in
                  [ Membership.Command.Leave None
                    Membership.Command.Remove None
                    Membership.Command.Suspend None
                    Membership.Command.Deactivate None
                    Membership.Command.ChangeRole TeamRole.Member ] do
                  let _, events = decide id command promoted
                  let after = Membership.Fold.fold promoted events
                  isSame Membership.Queries.ExecutiveChange.Lost (Membership.Queries.executiveChange promoted after)

              let _, events = decide id (Membership.Command.Leave None) promoted
              let left = Membership.Fold.fold promoted events
              let _, events = decide id (Membership.Command.Add TeamRole.Observer) left
              let again = memberDetails (Membership.Fold.fold left events)
              isSame [ TeamRole.Observer; TeamRole.Executive; TeamRole.Member ] (again.Roles |> List.map _.Role)
              isSame None again.LeftAt
          }

          test "whatever is open can be ended by a job, without a right of its own" {
              for state in MembershipState.All do
                  let before, _ = membership state

                  match Membership.Decisions.ending before with
                  | None -> ()
                  | Some command ->
                      let unlimited (context: Membership.Decisions.Context) = { context with Power = Membership.Power.Unlimited }
                      let outcome, events = decide unlimited command before
                      isSame accepted outcome
                      isSame false (Membership.Queries.isActive (Membership.Fold.fold before events))
          }

          test "every refusal has a code of its own" {
              let codes =
                  [ Membership.Decisions.Rejected.NotAMember
                    Membership.Decisions.Rejected.AlreadyMember
                    Membership.Decisions.Rejected.InvalidTransition("", "")
                    Membership.Decisions.Rejected.SystemUserNotAllowed
                    Membership.Decisions.Rejected.SubjectNotActive
                    Membership.Decisions.Rejected.TeamNotOpen
                    Membership.Decisions.Rejected.GrantAboveRank
                    Membership.Decisions.Rejected.TargetAboveRank
                    Membership.Decisions.Rejected.SelfGrantNotAllowed
                    Membership.Decisions.Rejected.RoleStepNotAllowed(TeamRole.Member, TeamRole.Admin)
                    Membership.Decisions.Rejected.SelfRegistrationDisabled
                    Membership.Decisions.Rejected.InvitationExpired
                    Membership.Decisions.Rejected.InvitationNotExpired
                    Membership.Decisions.Rejected.ExpiryNotInFuture ]
                  |> List.map Membership.Decisions.code

              isSame
                  [ "not-a-member"
                    "already-member"
                    "invalid-transition"
                    "system-users-cannot-be-members"
                    "subject-not-active"
                    "team-not-open"
                    "grant-above-rank"
                    "target-above-rank"
                    "self-grant-not-allowed"
                    "role-step-not-allowed"
                    "self-registration-disabled"
                    "invitation-expired"
                    "invitation-not-expired"
                    "expiry-not-in-future" ]
                  codes
          } ]

[<Tests>]
let tests = testList "membership" [ laws; machine; guards ]
