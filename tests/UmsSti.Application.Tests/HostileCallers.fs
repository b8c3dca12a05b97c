/// The cast of the hostile callers, and the random commands they send.
module UmsSti.Application.Tests.HostileCallers

open System
open System.Collections.Generic
open Expecto
open FsCheck.FSharp
open UmsSti.Application
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

/// One step, as numbers that are read against whoever is there when it is taken.
type Step =
    {
        Kind: int
        Caller: int
        /// Below zero: the caller himself.
        Target: int
        Team: int
        Other: int
        Detail: int
        More: int
        Minutes: int
        IsDry: bool
    }

type Attack = Attack of Step list

let private step =
    gen {
        let! kind = Gen.choose (0, 29)
        let! caller = Gen.choose (0, 39)
        let! target = Gen.choose (-6, 17)
        let! team = Gen.frequency [ 3, Gen.constant 1; 2, Gen.choose (0, 7) ]
        let! other = Gen.choose (0, 7)
        let! detail = Gen.choose (0, 29)
        let! more = Gen.choose (0, 7)
        let! minutes = Gen.frequency [ 30, Gen.constant 0; 8, Gen.choose (1, 40); 1, Gen.constant 12_000 ]
        let! isDry = Gen.frequency [ 9, Gen.constant false; 1, Gen.constant true ]

        return
            { Kind = kind
              Caller = caller
              Target = target
              Team = team
              Other = other
              Detail = detail
              More = more
              Minutes = minutes
              IsDry = isDry }
    }

type Arbitraries =
    static member Attack() =
        /// Halves first, then single steps: a walk of a hundred shrinks to the few that matter.
        let shorter (Attack steps) =
            seq {
                for size in [ steps.Length / 2; steps.Length / 4; steps.Length / 8 ] |> List.filter (fun size -> size > 1) do
                    for first in 0..size .. steps.Length - 1 do
                        Attack(List.truncate first steps @ List.skip (min steps.Length (first + size)) steps)

                yield! Seq.init steps.Length (fun i -> Attack(List.removeAt i steps))
            }

        Arb.fromGenShrink (Gen.listOfLength 120 step |> Gen.map Attack, shorter)

let private permissions =
    [| "team.view"
       "team.participate"
       "team.members.invite"
       "team.members.manage"
       "team.registration.manage"
       "team.roles.assign"
       "team.settings.manage"
       "team.archive"
       "team.move"
       "team.roles.assign"
       "team.settings.manage"
       "team.members.manage" |]

let private outside =
    [| "users.view"
       "users.manage"
       "users.activate"
       "users.create_admin"
       "users.impersonate"
       "gdpr.manage"
       "system.configuration"
       "teams.manage"
       "teams.create"
       "permissions.assign"
       "audit.view" |]

let private all = Array.append permissions outside
let private teamRoles = [| "executive"; "deputy"; "admin"; "leader"; "member"; "observer" |]
let private names = [| "host"; "keeper" |]
let private pick (values: 'a[]) n : 'a = values[n % values.Length]

/// Every permission there is, by the canonical names of the catalogue (PE-36).
let everything =
    Array.concat
        [ all
          [| "profile.view"
             "profile.edit"
             "users.edit"
             "users.delete"
             "users.data.delete"
             "reports.basic"
             "reports.advanced"
             "system.admin_access"
             "onboarding.manage"
             "content.public.view" |] ]
    |> Array.distinct

/// What a later step may take up.
[<RequireQualifiedAccess>]
type Opened =
    | Invitation
    | Request
    | Wish
    | Grant
    | Assignment

/// A house with the cast of the issue: each role in a team, its parent, child and sibling, admins with and without elevations, an
/// applicant, a suspended one, strangers.
type Stage() =
    let house = House()
    let people, teams = List<string>(), List<string>()
    let mutable ledger = Ledger.empty (house.Time.GetUtcNow())
    let opened = List<struct (Opened * string * (string | null) * string)>()
    let moments = List<struct (int64 * Ledger.Ledger)>()
    let mutable emails = 0

    let madeBy (accepted: Accepted) =
        match accepted.Entity with
        | EntityView.Team team -> team.Id
        | EntityView.User user -> user.Id
        | _ -> ""

    let keep actor command (accepted: Accepted) =
        let made = madeBy accepted
        ledger <- Bookkeeping.keep actor command made { ledger with Now = house.Time.GetUtcNow() }
        moments.Add(struct (house.Head, ledger))

        match command with
        | Command.RegisterUser _ -> people.Add made
        | Command.OfTeams(TeamCommand.CreateTeam _) -> teams.Add made
        | Command.OfTeams(TeamCommand.ChangeMembership(team, user, MembershipStep.Invite _)) ->
            opened.Add(struct (Opened.Invitation, user, team, ""))
        | Command.OfTeams(TeamCommand.ChangeMembership(team, user, MembershipStep.Request _)) ->
            opened.Add(struct (Opened.Request, user, team, ""))
        | Command.OfTeams(TeamCommand.ChangeGrant(user, team, permission, GrantStep.Request _)) ->
            opened.Add(struct (Opened.Wish, user, team, permission))
        | Command.OfTeams(TeamCommand.ChangeGrant(user, team, permission, GrantStep.Grant _)) ->
            opened.Add(struct (Opened.Grant, user, team, permission))
        | Command.OfTeams(TeamCommand.ChangeAssignment(user, team, role, AssignmentStep.Assign _)) ->
            opened.Add(struct (Opened.Assignment, user, team, role))
        | _ -> ()

        made

    let seed command = keep root command (house.Do(root, command))

    let email () =
        emails <- emails + 1
        $"user{emails}@example.org"

    let person userType = seed (Command.RegisterUser { registration userType (email ()) with Activate = true })

    do
        let org = seed (create "organization" "Org" null)
        let team = seed (create "department" "Team" org)
        let child = seed (create "project" "Child" team)
        let sibling = seed (create "department" "Sibling" org)
        let executive = person "standard"
        seed (addTo team executive "executive") |> ignore
        let admin, head, applicant =
            person "admin", person "admin", seed (Command.RegisterUser(registration "admin" (email ())))
        seed (give head null "users.create_admin") |> ignore
        seed (give head null "system.configuration") |> ignore
        seed (addTo child admin "executive") |> ignore
        applicant |> ignore

        for role in [ "deputy"; "admin"; "leader"; "member"; "observer" ] do
            seed (addTo team (person "standard") role) |> ignore

        for team in [ org; sibling ] do
            seed (addTo team (person "standard") "executive") |> ignore

        let suspended = person "standard"
        seed (addTo team suspended "executive") |> ignore
        seed (Command.SuspendUser(suspended, "odd orders", Nullable())) |> ignore
        person "standard" |> ignore
        seed (define team "host" [| "team.members.invite"; "team.settings.manage" |]) |> ignore
        seed (define null "host" [| "audit.view"; "users.view" |]) |> ignore

    member _.House = house
    member _.People = people
    member _.Teams = teams
    member _.Email() = email ()
    /// The account as it stood after each command that stored something, by the position of its last event.
    member _.Moments = moments
    /// The account as it stands now.
    member _.Ledger = { ledger with Now = house.Time.GetUtcNow() }

    /// Something of the kind that was begun, the latest most often: person, place and name.
    member _.Recall(kind: Opened, n: int) =
        let found = opened |> Seq.filter (fun (struct (known, _, _, _)) -> known = kind) |> Seq.rev |> Array.ofSeq
        if found.Length = 0 then None else Some(found[(n / 3) % found.Length])

    /// What the house says he holds and what the account says, where they differ.
    member _.Differences() =
        let ledger = { ledger with Now = house.Time.GetUtcNow() }

        [ for user in people do
              for team in None :: (teams |> Seq.map Some |> List.ofSeq) do
                  let place = Option.toObj team

                  match run (house.App.Checks.Effective(user, place, Moment.Now, ledger.Now, anyToken)) with
                  | Error refusal -> $"{user} in {place}: {refusal.Code}"
                  | Ok view ->
                      let found = view.Permissions |> Seq.map _.Permission |> Set.ofSeq
                      let expected = everything |> Seq.filter (Ledger.holds ledger user team) |> Set.ofSeq

                      if found <> expected then
                          $"person {people.IndexOf user} in team {team |> Option.map teams.IndexOf}: too much %A{Set.toList (found - expected)}, too little %A{Set.toList (expected - found)}" ]

    member this.Send(actor, command) =
        let head = house.Head

        match house.Send(house.Envelope actor, command) with
        | Answer.Refused _ -> Expect.equal house.Head head "a refusal stores nothing"
        | Answer.Accepted accepted when house.Head > head ->
            keep actor command accepted |> ignore

            match this.Differences() with
            | [] -> ()
            | differences -> failtest (String.concat "\n" ($"after {actor}: {command}" :: differences))
        | Answer.Accepted _ -> ()

    member _.Plan(actor, command) =
        let head = house.Head
        run (house.App.Door.Plan(house.Envelope actor, command, anyToken)) |> ignore
        Expect.equal house.Head head "a dry run stores nothing"

/// What was begun goes on: the answer to an invitation or a request, a wish granted, something given taken, stopped and given back.
let private followUp (stage: Stage) (step: Step) : Command option =
    let recall kind (command: string -> (string | null) -> string -> Command) =
        stage.Recall(kind, step.Detail) |> Option.map (fun (struct (_, user, place, name)) -> command user place name)

    match step.Kind with
    | 3 -> recall Opened.Invitation (fun user team _ -> ofMember (string team) user MembershipStep.AcceptInvitation)
    | 5 ->
        let role: string | null = if step.More < 4 then null else pick teamRoles step.Other
        recall Opened.Request (fun user team _ -> ofMember (string team) user (MembershipStep.ApproveRequest role))
    | 14 -> recall Opened.Wish (fun user team name -> ofGrant user team name GrantStep.Approve)
    | 15 ->
        [| GrantStep.Suspend "r"
           GrantStep.LiftSuspension "r"
           GrantStep.LiftSuspension "r"
           GrantStep.Revoke "r"
           GrantStep.ChangeLevel "read_only"
           GrantStep.ChangeLevel "full_access"
           GrantStep.ExpireRequest |]
        |> fun steps -> recall Opened.Grant (fun user team name -> ofGrant user team name (pick steps step.Other))
    | 18 ->
        [| AssignmentStep.Activate
           AssignmentStep.Activate
           AssignmentStep.Suspend "r"
           AssignmentStep.LiftSuspension "r"
           AssignmentStep.Deactivate "r"
           AssignmentStep.Reactivate
           AssignmentStep.Cancel "r"
           AssignmentStep.Revoke "r" |]
        |> fun steps -> recall Opened.Assignment (fun user team name -> ofAssignment user team name (pick steps step.Other))
    | _ -> None

let private freshCommand (stage: Stage) (step: Step) actor : Command =
    let target =
        if step.Target < 0 then
            actor
        else
            stage.People[step.Target % stage.People.Count]
    let team, other = stage.Teams[step.Team % stage.Teams.Count], stage.Teams[step.Other % stage.Teams.Count]
    let place: string | null = if step.More < 5 then team else null
    let role, permission =
        pick teamRoles step.Detail, (if isNull place then pick outside step.Detail else pick all (step.Detail * 5))
    let name = pick names step.Other
    let level: string | null = if step.Detail % 7 = 0 then "read_only" else null

    let expiresAt =
        match step.Detail % 4 with
        | 0 -> Nullable(stage.House.Time.GetUtcNow().AddMinutes 30.0)
        | 1 -> Nullable(stage.House.Time.GetUtcNow().AddMinutes -1.0)
        | _ -> Nullable()

    let ofMember' user step = ofMember team user step
    let ofMember step = ofMember team target step

    match step.Kind with
    | 0
    | 1 -> addTo team target role
    | 2 -> ofMember (MembershipStep.Invite(role, expiresAt, null))
    | 3 -> ofMember MembershipStep.AcceptInvitation
    | 4 -> ofMember' actor (MembershipStep.Request(if step.More < 6 then null else role))
    | 5 -> ofMember (MembershipStep.ApproveRequest(if step.More < 4 then null else role))
    | 6
    | 7 -> roleIn team target role
    | 8 ->
        [| MembershipStep.Suspend null
           MembershipStep.Deactivate null
           MembershipStep.Reactivate
           MembershipStep.Reactivate |]
        |> fun steps -> ofMember (pick steps step.More)
    | 9 ->
        [| MembershipStep.Leave null
           MembershipStep.Remove null
           MembershipStep.RevokeInvitation null
           MembershipStep.RejectRequest null
           MembershipStep.ExpireInvitation
           MembershipStep.DeclineInvitation null
           MembershipStep.WithdrawRequest |]
        |> fun steps -> ofMember (pick steps step.More)
    | 10
    | 11
    | 12 -> ofGrant target place permission (GrantStep.Grant(level, expiresAt, "for tests"))
    | 13 -> ofGrant target place permission (GrantStep.Request(expiresAt, "to help"))
    | 14 -> ofGrant target place permission GrantStep.Approve
    | 15 ->
        [| GrantStep.Revoke "r"
           GrantStep.Suspend "r"
           GrantStep.LiftSuspension "r"
           GrantStep.Deny "r"
           GrantStep.ChangeLevel "read_write" |]
        |> fun steps -> ofGrant target place permission (pick steps step.Other)
    | 16
    | 17 -> ofAssignment target place name (AssignmentStep.Assign expiresAt)
    | 18 ->
        [| AssignmentStep.Activate
           AssignmentStep.Revoke "r"
           AssignmentStep.Suspend "r"
           AssignmentStep.LiftSuspension "r"
           AssignmentStep.Reactivate |]
        |> fun steps -> ofAssignment target place name (pick steps step.Detail)
    | 19
    | 20 ->
        let content = if isNull place then outside else permissions
        let some = [| pick content step.Detail; pick content (step.Detail + step.Other) |]

        match step.Detail % 5 with
        | 0 -> define place name some
        | 1 when step.Other = 0 -> ofRole place name (RoleStep.Retire null)
        | _ -> permitIn place name some
    | 21 -> create (pick [| "department"; "project" |] step.Detail) $"Team {stage.Teams.Count}" team
    | 22 -> move team other
    | 23 ->
        match step.Other with
        | 0 -> archiveWith team "cascade" null
        | 1 -> archiveWith team "reassign" other
        | 2 -> stepTeam team (TeamStep.Suspend "r")
        | 3 -> stepTeam team (TeamStep.Deactivate null)
        | 4 -> stepTeam team (TeamStep.LiftSuspension null)
        | _ -> stepTeam team TeamStep.Activate
    | 24 ->
        match step.Detail % 4 with
        | 0 -> setTeam team "approval_required" (if step.Other < 5 then "false" else "true")
        | 1 -> setTeam team "default_role" (pick [| "observer"; "member"; "executive" |] step.Other)
        | _ -> setTeam team "allow_self_registration" (if step.Other < 6 then "true" else null)
    | 25 ->
        let kind = pick [| "standard"; "admin"; "system" |] step.Detail
        Command.RegisterUser { registration kind (stage.Email()) with Activate = step.More < 4 }
    | 26 -> Command.ActivateUser target
    | 27 ->
        if step.Detail % 3 = 0 then
            Command.SuspendUser(target, "r", Nullable())
        else
            Command.UnsuspendUser(target, "r")
    | 28 ->
        match step.Detail % 6 with
        | 0 -> Command.DeactivateUser(target, "r")
        | 1 when step.Other = 0 -> Command.ArchiveUser(target, null)
        | 2 -> Command.RejectAdmin(target, "r")
        | 3 -> Command.OpenAdminReview(target, "odd hours")
        | _ -> Command.ConcludeAdminReview(target, pick [| "passed"; "passed"; "failed"; "terminated" |] step.Other, "r")
    | _ ->
        match step.Detail % 3 with
        | 0 -> workIn target team
        | 1 -> setSystem "role_assignments_need_approval" (if step.Other < 4 then "true" else "false")
        | _ -> ofTeams (TeamCommand.ExpireRights(target, place))

let commandOf stage step actor =
    match followUp stage step with
    | Some command when step.More < 6 -> command
    | _ -> freshCommand stage step actor

/// Those who can do something come forward more often, and those whom an answer is asked of.
let actorOf (stage: Stage) (step: Step) =
    match step.Caller, step.Kind with
    | 0, _ -> Actors.Anonymous
    | n, 3 when n > 12 ->
        match stage.Recall(Opened.Invitation, step.Detail) with
        | Some(struct (_, user, _, _)) -> user
        | None -> stage.People[n % stage.People.Count]
    | n, _ when n > 30 -> stage.People[0]
    | n, _ when n > 25 -> stage.People[1]
    | n, _ when n > 20 -> stage.People[2]
    | n, _ -> stage.People[n % stage.People.Count]
