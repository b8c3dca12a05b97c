/// The decision against a naive evaluator written apart from it: plain lists of facts, searched from the end. Random histories of
/// memberships, roles, grants, moves, archivals and expiries.
module UmsSti.Domain.Tests.DecisionModelTests

open System
open Expecto
open FsCheck.FSharp
open UmsSti.Domain
open UmsSti.Domain.Tests.TeamSamples

/// What happens in a small world of three people and four teams (2 and 3 below 1, 4 below 2).
type private Act =
    | Join of person: int * team: int * TeamRole
    | ChangeRole of person: int * team: int * TeamRole
    | Leave of person: int * team: int
    | SuspendMember of person: int * team: int
    | ReactivateMember of person: int * team: int
    | GrantIn of person: int * team: int * Permission * days: int option
    | RevokeIn of person: int * team: int * Permission
    | GrantOutside of person: int * Permission * days: int option
    | RevokeOutside of person: int * Permission
    | AssignRole of person: int * team: int
    | RevokeRole of person: int * team: int
    | RetireRole of team: int
    | MoveTeam of team: int * parent: int
    | SetTeam of team: int * TeamState
    | SetUser of person: int * SubState
    | Pass of days: int

let private people, teams = [ 1..3 ], [ 1..4 ]
let private rolePermissions = [ Permission.TeamSettingsManage; Permission.TeamMembersInvite ]
let private customRole team = roleId (ValueSome(teamId team)) "helper"

let private acts =
    let person, team = Gen.elements people, Gen.elements teams
    let permission = Gen.elements Permission.All
    let days = Gen.elements [ None; Some 2; Some 10 ]
    let role = Gen.elements TeamRole.All
    let both make = Gen.map2 (fun person team -> make (person, team)) person team

    Gen.frequency
        [ 6, Gen.map3 (fun p t r -> Join(p, t, r)) person team role
          2, Gen.map3 (fun p t r -> ChangeRole(p, t, r)) person team role
          1, both Leave
          1, both SuspendMember
          1, both ReactivateMember
          5, Gen.map4 (fun p t x d -> GrantIn(p, t, x, d)) person team permission days
          1, Gen.map3 (fun p t x -> RevokeIn(p, t, x)) person team permission
          3, Gen.map3 (fun p x d -> GrantOutside(p, x, d)) person permission days
          1, Gen.map2 (fun p x -> RevokeOutside(p, x)) person permission
          3, both AssignRole
          1, both RevokeRole
          1, Gen.map RetireRole team
          1, Gen.map2 (fun t p -> MoveTeam(t, p)) team team
          1, Gen.map2 (fun t s -> SetTeam(t, s)) team (Gen.elements TeamState.All)
          1, Gen.map2 (fun p s -> SetUser(p, s)) person (Gen.elements [ SubState.Active; SubState.Suspended; SubState.Archived ])
          3, Gen.map Pass (Gen.choose (1, 5)) ]
    |> Gen.listOf

/// The world as its streams are. Teams and users are set to the states asked for; memberships and rights go through decisions.
type private World =
    { Now: DateTimeOffset
      Users: Map<int, User.Fold.State>
      Teams: Map<int, TeamState>
      Members: Map<int * int, Membership.Fold.State>
      Retired: Set<int> }

let private userType person = if person = 3 then UserType.Admin else UserType.Standard

let private start =
    { Now = Samples.start.AddDays 365.0
      Users = Map [ for person in people -> person, fst (Samples.user (userType person) SubState.Active) ]
      Teams = Map [ for team in teams -> team, TeamState.Active ]
      Members =
        Map
            [ for person in people do
                  for team in teams -> (person, team), Membership.Fold.initial ]
      Retired = Set.empty }

let private unlimited: Rights.Granter =
    { IsUnlimited = true; Holds = PermissionSet.Empty; Rank = 0; TargetRank = 0 }

let private isUserActive world person = (Samples.details world.Users[person]).State = UserState.Active

/// One act by a system user; whether it was accepted.
let private perform world act =
    let onMember (person, team) command =
        let context: Membership.Decisions.Context =
            { memberContext world.Now with
                Power = Membership.Power.Unlimited
                Subject =
                    { Id = Samples.person person
                      Type = userType person
                      State = (Samples.details world.Users[person]).State } }

        let outcome, events = Membership.Decisions.decide context command world.Members[(person, team)]
        let after = Membership.Fold.fold world.Members[(person, team)] events
        outcome.IsAccepted && events.Length > 0, { world with Members = world.Members.Add((person, team), after) }

    let context team : Rights.Context =
        { rightsContext world.Now with
            Team = team |> Option.map teamId |> Option.toValueOption
            Granter = unlimited
            Role =
                team
                |> Option.map (fun team ->
                    { Permissions = PermissionSet.Of rolePermissions; IsRetired = world.Retired.Contains team }) }

    let inside (person, team) command =
        let state = world.Members[(person, team)]
        let outcome, events = Membership.Giving.decide (context (Some team)) (isUserActive world person) command state
        outcome.IsAccepted && events.Length > 0,
        { world with Members = world.Members.Add((person, team), Membership.Fold.fold state events) }

    let outside person command =
        let state = world.Users[person]
        let outcome, events = User.Giving.decide (context None) command state
        outcome.IsAccepted && events.Length > 0, { world with Users = world.Users.Add(person, User.Fold.fold state events) }

    let terms days : Rights.GrantTerms =
        { Level = None
          ExpiresAt = days |> Option.map (fun days -> world.Now.AddDays(float (days: int)))
          Reason = None }

    let why = Samples.reason "because"

    match act with
    | Join(p, t, role) -> onMember (p, t) (Membership.Command.Add role)
    | ChangeRole(p, t, role) -> onMember (p, t) (Membership.Command.ChangeRole role)
    | Leave(p, t) -> onMember (p, t) (Membership.Command.Leave None)
    | SuspendMember(p, t) -> onMember (p, t) (Membership.Command.Suspend None)
    | ReactivateMember(p, t) -> onMember (p, t) Membership.Command.Reactivate
    | GrantIn(p, t, permission, days) -> inside (p, t) (Rights.Command.OnGrant(permission, Rights.GrantCommand.Grant(terms days)))
    | RevokeIn(p, t, permission) -> inside (p, t) (Rights.Command.OnGrant(permission, Rights.GrantCommand.Revoke why))
    | GrantOutside(p, permission, days) -> outside p (Rights.Command.OnGrant(permission, Rights.GrantCommand.Grant(terms days)))
    | RevokeOutside(p, permission) -> outside p (Rights.Command.OnGrant(permission, Rights.GrantCommand.Revoke why))
    | AssignRole(p, t) -> inside (p, t) (Rights.Command.OnRole(customRole t, Rights.RoleCommand.Assign None))
    | RevokeRole(p, t) -> inside (p, t) (Rights.Command.OnRole(customRole t, Rights.RoleCommand.Revoke why))
    | RetireRole team -> true, { world with Retired = world.Retired.Add team }
    | MoveTeam _ -> true, world
    | SetTeam(team, state) -> true, { world with Teams = world.Teams.Add(team, state) }
    | SetUser(p, subState) ->
        let before = Samples.details world.Users[p]

        // Through the events, so that what a suspension takes is taken.
        let events: User.Events.Event[] =
            match subState, before.SubState with
            | SubState.Suspended, (SubState.Active | SubState.Inactive) ->
                [| User.Events.UserSuspended { Reason = Personal.Erased; Until = None; By = "x"; At = world.Now } |]
            | SubState.Active, SubState.Suspended ->
                [| User.Events.UserUnsuspended { Note = Personal.Erased; By = "x"; At = world.Now } |]
            | SubState.Archived, (SubState.Active | SubState.Suspended) ->
                [| User.Events.UserArchived { Reason = None; By = "x"; At = world.Now } |]
            | _ -> [||]

        events.Length > 0, { world with Users = world.Users.Add(p, User.Fold.fold world.Users[p] events) }
    | Pass days -> true, { world with Now = world.Now.AddDays(float days) }

/// The principal as the house makes it.
let private principal world person =
    let permissionsOf (role: RoleId) =
        match teams |> List.tryFind (fun team -> customRole team = role) with
        | Some team when not (world.Retired.Contains team) -> PermissionSet.Of rolePermissions
        | _ -> PermissionSet.Empty

    let teamState state = Team.Fold.Created { teamDetails (team TeamState.Active) with State = state }

    let standings =
        [ for team in teams do
              match Principals.standing permissionsOf (teamState world.Teams[team]) world.Members[(person, team)] with
              | ValueSome standing -> teamId team, standing
              | ValueNone -> () ]

    match Principals.known permissionsOf (Samples.person person) world.Users[person] standings with
    | ValueSome known -> Principal.Of known
    | ValueNone -> Principal.Anonymous

// ---- The naive evaluator: the accepted acts with their times, nothing else.

let private table =
    let view, participate, invite = Permission.TeamView, Permission.TeamParticipate, Permission.TeamMembersInvite
    let manage, assign = Permission.TeamMembersManage, Permission.TeamRolesAssign

    [ TeamRole.Observer, [ view ]
      TeamRole.Member, [ view; participate ]
      TeamRole.Leader, [ view; participate; invite ]
      TeamRole.Admin, [ view; participate; invite; manage; assign ]
      TeamRole.Deputy, [ view; participate; invite; manage; assign; Permission.TeamRegistrationManage ]
      TeamRole.Executive,
      [ view
        participate
        invite
        manage
        assign
        Permission.TeamRegistrationManage
        Permission.TeamSettingsManage
        Permission.TeamArchive
        Permission.TeamMove ] ]

let private isLasting at days now = days |> Option.forall (fun (days: int) -> now < (at: DateTimeOffset).AddDays(float days))

let private elevated =
    [ "users.create_admin"
      "users.delete"
      "users.data.delete"
      "users.impersonate"
      "system.admin_access"
      "system.configuration"
      "gdpr.manage" ]

let private adminHolds =
    [ "profile.view"
      "profile.edit"
      "teams.create"
      "teams.manage"
      "users.view"
      "users.edit"
      "users.manage"
      "users.activate"
      "permissions.assign"
      "reports.basic"
      "reports.advanced"
      "audit.view"
      "onboarding.manage"
      "content.public.view" ]

/// What the latest of the accepted acts says, newest first.
let private latest facts choose = List.tryPick choose facts

let private naive (facts: (DateTimeOffset * Act) list) now person (scope: int option) (permission: Permission) =
    let userState =
        latest facts (fun (_, act) ->
            match act with
            | SetUser(p, state) when p = person -> Some state
            | _ -> None)

    let isTeamRight = permission.Name.StartsWith "team."

    let outside () =
        let byType =
            if person = 3 then
                List.contains permission.Name adminHolds
            else
                List.contains permission.Name [ "reports.basic"; "content.public.view" ]

        byType
        || latest facts (fun (at, act) ->
            match act with
            | GrantOutside(p, x, days) when p = person && x = permission -> Some(isLasting at days now)
            | RevokeOutside(p, x) when p = person && x = permission -> Some false
            | SetUser(p, SubState.Suspended) when p = person && person = 3 && List.contains permission.Name elevated ->
                Some false
            | _ -> None)
           |> Option.defaultValue false

    let inside team =
        /// Newest first, back to the last joining.
        let period =
            let index =
                facts
                |> List.tryFindIndex (fun (_, act) ->
                    match act with
                    | Join(p, t, _) -> p = person && t = team
                    | _ -> false)

            match index with
            | Some index -> List.truncate (index + 1) facts
            | None -> []

        let isMember =
            latest period (fun (_, act) ->
                match act with
                | Join(p, t, _)
                | ReactivateMember(p, t) when p = person && t = team -> Some true
                | Leave(p, t)
                | SuspendMember(p, t) when p = person && t = team -> Some false
                | _ -> None)
            |> Option.defaultValue false

        let role =
            latest period (fun (_, act) ->
                match act with
                | Join(p, t, role)
                | ChangeRole(p, t, role) when p = person && t = team -> Some role
                | _ -> None)

        let state =
            latest facts (fun (_, act) ->
                match act with
                | SetTeam(t, state) when t = team -> Some state
                | _ -> None)
            |> Option.defaultValue TeamState.Active

        let isLeft =
            match state with
            | TeamState.Active -> true
            | TeamState.Draft -> role = Some TeamRole.Executive
            | TeamState.Inactive -> List.contains permission.Name [ "team.view"; "team.settings.manage"; "team.archive" ]
            | _ -> false

        let isGranted =
            latest period (fun (at, act) ->
                match act with
                | GrantIn(p, t, x, days) when p = person && t = team && x = permission -> Some(isLasting at days now)
                | RevokeIn(p, t, x) when p = person && t = team && x = permission -> Some false
                | _ -> None)
            |> Option.defaultValue false

        let isByCustomRole =
            List.contains permission rolePermissions
            && latest period (fun (_, act) ->
                match act with
                | AssignRole(p, t) when p = person && t = team -> Some true
                | RevokeRole(p, t) when p = person && t = team -> Some false
                | _ -> None)
               |> Option.defaultValue false
            && not (facts |> List.exists (fun (_, act) -> act = RetireRole team))

        let isByRole =
            role |> Option.exists (fun role -> table |> List.find (fst >> (=) role) |> snd |> List.contains permission)

        isMember
        && (if isTeamRight then
                isLeft && (isGranted || isByCustomRole || isByRole)
            else
                outside ())

    (userState = None || userState = Some SubState.Active)
    && match scope with
       | Some team -> inside team
       | None -> not isTeamRight && outside ()

let private check (list: Act list) =
    let world, facts =
        ((start, []), list)
        ||> List.fold (fun (world, facts) act ->
            let isDone, after = perform world act
            after, (if isDone then (world.Now, act) :: facts else facts))

    for person in people do
        let who = principal world person

        for scope in None :: List.map Some teams do
            let where = scope |> Option.map (teamId >> Scope.Team) |> Option.defaultValue Scope.Global

            for permission in Permission.All do
                let decision = Authorization.decide world.Now who where permission

                // Words are made only when they are needed: there are thousands of checks to a history.
                if decision.IsAllowed <> naive facts world.Now person scope permission then
                    failtest $"person {person} {permission} in {scope}: {decision} after {List.rev facts}"

                let explained = Explain.explain world.Now who where permission
                Expect.equal explained.Decision decision "the explanation is of that decision"
                Expect.equal explained.Remedies.IsEmpty decision.IsAllowed "a denial has a way out, an approval needs none"

                Expect.equal
                    (explained.Looks |> List.exists (fun look -> look.Finding = Finding.Allows))
                    decision.IsAllowed
                    "the last fact looked at allows"

let private config = { FsCheckConfig.defaultConfig with maxTest = 300; endSize = 60 }

[<Tests>]
let tests =
    testList
        "decision model"
        [ testPropertyWithConfig
              config
              "decision, explanation and the naive evaluator agree"
              (Prop.forAll (Arb.fromGen acts) check)

          test "a right in one team is none in its parent, its child or its sibling" {
              for role in TeamRole.All do
                  for team in teams do
                      let _, world = perform start (Join(1, team, role))
                      let who = principal world 1

                      for other in List.except [ team ] teams do
                          for permission in Permission.All do
                              Expect.equal
                                  (Authorization.decide world.Now who (Scope.Team(teamId other)) permission)
                                  (Decision.Denied(Missing.Membership(teamId other)))
                                  $"{role} of {team} in {other}"
          }

          test "an allowed check allocates nothing" {
              let standing team : TeamStanding =
                  { Membership = MembershipState.Active
                    Team = TeamState.Active
                    Role = TeamRole.Leader
                    Extra =
                      if team = 1 then
                          [| Holding.ofGrant Permission.TeamArchive (Some(start.Now.AddDays 1.0)) |]
                      else
                          [||] }

              let first, second = standing 1, standing 2
              let id, firstId, secondId = Samples.person 1, teamId 1, teamId 2
              let holdings = [| Holding.ofGrant Permission.UsersView None |]

              // As an index would: no map, no boxing.
              let who =
                  Principal.Known
                      { new IKnownPrincipal with
                          member _.Id = id
                          member _.Type = UserType.Standard
                          member _.State = UserState.Active
                          member _.Holdings = holdings

                          member _.TryInTeam(team, standing) =
                              if String.Equals(team.Value, firstId.Value) then
                                  standing <- first
                                  true
                              elif String.Equals(team.Value, secondId.Value) then
                                  standing <- second
                                  true
                              else
                                  false }

              let now = start.Now

              let ask () =
                  let byGrant = Authorization.decide now who (Scope.Team firstId) Permission.TeamArchive
                  let byRole = Authorization.decide now who (Scope.Team secondId) Permission.TeamView
                  let outside = Authorization.decide now who Scope.Global Permission.UsersView
                  let own = Authorization.decide now who (Scope.OfUser id) Permission.ProfileEdit
                  byGrant.IsAllowed && byRole.IsAllowed && outside.IsAllowed && own.IsAllowed

              Expect.isTrue (ask ()) "allowed"
              let before = GC.GetAllocatedBytesForCurrentThread()
              let mutable all = true

              for _ in 1..10_000 do
                  all <- ask () && all

              // The runtime itself may take a few bytes once; an object a check would be a million.
              Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 10_000L "bytes"
              Expect.isTrue all "allowed"
          } ]
