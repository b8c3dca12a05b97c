/// Who may do what with a team: each operation of the catalogue for each relationship to the team, out of one table written from
/// section 10 of the design, every cell tried at the door as a dry run.
module UmsSti.Application.Tests.TeamRuleTests

open Expecto
open FSharp.Reflection
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

/// What an operation asks.
type private Rule =
    /// The permission in that very team.
    | Inside of string
    /// The permission in that very team, or `teams.manage`.
    | Administered of string
    /// A permission outside teams.
    | Outside of string
    /// The person it is about, alone.
    | Own

type private Relation = { Name: string; Actor: string; Role: string option; IsAdmin: bool; IsSelf: bool }

let private byRank =
    [ "team.view"
      "team.participate"
      "team.members.invite"
      "team.members.manage"
      "team.roles.assign"
      "team.registration.manage"
      "team.settings.manage"
      "team.archive"
      "team.move" ]

let private heldBy = [ "observer", 1; "member", 2; "leader", 3; "admin", 5; "deputy", 6; "executive", 9 ]

let private ofAdmins = [ "teams.create"; "teams.manage"; "permissions.assign" ]

/// "passes", or the code of the refusal.
let private expected rule relation =
    let inTeam permission =
        match relation.Role with
        | None -> "not-found"
        | Some role ->
            let held = byRank |> List.truncate (heldBy |> List.find (fst >> (=) role) |> snd)
            if List.contains permission held then "passes" else "forbidden"

    match relation.Name, rule with
    | "anonymous", _ -> "unauthenticated"
    | ("system user" | "job"), _ -> "passes"
    | "suspended account", _ -> "forbidden"
    | _, Own -> if relation.IsSelf then "passes" else "forbidden"
    | _, Outside permission ->
        if relation.IsAdmin && List.contains permission ofAdmins then
            "passes"
        else
            "forbidden"
    | _, Administered permission -> if relation.IsAdmin then "passes" else inTeam permission
    | _, Inside permission -> inTeam permission

let private found (house: House) actor command =
    let head = house.Head
    let answer = run (house.App.Door.Plan(house.Envelope actor, command, anyToken))
    Expect.equal house.Head head "a dry run stores nothing"

    match answer with
    | PlanAnswer.Refused refusal ->
        match refusal.Code with
        | "forbidden"
        | "unauthenticated"
        | "not-found" -> refusal.Code
        | _ -> "passes"
    | PlanAnswer.Planned _ -> "passes"

/// Operation, rule, command: `team` is the team, `sibling` another beside it, `self` the member it is about.
let private table team sibling self =
    let manage = "team.members.manage"
    let ofMember step = ofMember team self step

    [ "SetActiveTeam", Own, workIn self team
      "CreateTeam", Outside "teams.create", create "organization" "New" null
      "CreateTeam", Outside "teams.create", create "squad" "New" team
      "UpdateTeam", Administered "team.settings.manage", renameTeam team "Other"
      "SetTeamSetting", Administered "team.settings.manage", setTeam team "visibility" "private"
      "SetTeamSetting", Inside "team.registration.manage", setTeam team "allow_self_registration" "true"
      "MoveTeam", Outside "teams.manage", move team sibling
      "ActivateTeam", Administered "team.archive", stepTeam team TeamStep.Activate
      "DeactivateTeam", Administered "team.archive", stepTeam team (TeamStep.Deactivate null)
      "SuspendTeam", Outside "teams.manage", stepTeam team (TeamStep.Suspend "r")
      "LiftTeamSuspension", Outside "teams.manage", stepTeam team (TeamStep.LiftSuspension null)
      "ArchiveTeam", Administered "team.archive", archiveWith team "cascade" null
      "CancelTeam", Administered "team.archive", stepTeam team TeamStep.Cancel
      "PurgeTeam", Outside "system.configuration", stepTeam team TeamStep.Purge
      "SwitchMaintenance", Administered "team.registration.manage", stepTeam team TeamStep.StartMaintenance
      "SwitchMembership", Administered "team.registration.manage", stepTeam team TeamStep.CloseMembership
      "AddMember", Administered manage, addTo team self "observer"
      "RemoveMember", Administered manage, removeFrom team self
      "ChangeMemberRole", Administered manage, roleIn team self "leader"
      "LeaveTeam", Own, leave team self
      "SuspendMember", Administered manage, ofMember (MembershipStep.Suspend null)
      "ReactivateMember", Administered manage, ofMember MembershipStep.Reactivate
      "DeactivateMember", Administered manage, ofMember (MembershipStep.Deactivate null)
      "InviteMember", Administered "team.members.invite", ofMember (MembershipStep.Invite("observer", noEnd, null))
      "AnswerInvitation", Own, ofMember MembershipStep.AcceptInvitation
      "RevokeInvitation", Administered "team.members.invite", ofMember (MembershipStep.RevokeInvitation null)
      "RequestMembership", Own, ofMember (MembershipStep.Request null)
      "DecideMembershipRequest", Administered manage, ofMember (MembershipStep.ApproveRequest null)
      "WithdrawMembershipRequest", Own, ofMember MembershipStep.WithdrawRequest
      "ChangeGrant", Inside "team.roles.assign", give self team "team.view"
      "ChangeGrant", Outside "permissions.assign", give self null "users.view"
      "ChangeRoleAssignment", Inside "team.roles.assign", assign self team "host"
      "ChangeRoleAssignment", Outside "permissions.assign", assign self null "host"
      "RequestPermission", Own, ofGrant self team "team.archive" (GrantStep.Request(noEnd, "to help"))
      "DecidePermissionRequest", Inside "team.roles.assign", ofGrant self team "team.archive" GrantStep.Approve
      "DefineRole", Inside "team.settings.manage", define team "fresh" [| "team.view" |]
      "DefineRole", Outside "permissions.assign", define null "fresh" [| "users.view" |]
      "ExpireRights", Outside "system.configuration", ofTeams (TeamCommand.ExpireRights(self, team))
      "ChangeSystemSettings", Outside "system.configuration", setSystem "max_hierarchy_depth" "7" ]

/// One caller of each relationship, the member the operations are about, and the team's sibling.
let private stage () =
    let firm = firm ()
    let house, team = firm.House, firm.Project
    let sibling = made house firm.Boss (create "project" "Sibling" firm.Department)
    house.Do(root, define team "host" [| "team.view" |]) |> ignore
    house.Do(root, define null "host" [| "users.view" |]) |> ignore
    let self = hire firm team "member" "self"
    let executive place name = hire firm place "executive" name
    let suspended, idle, former = executive team "suspended", executive team "idle", executive team "former"
    house.Do(root, Command.SuspendUser(suspended, "odd orders", System.Nullable())) |> ignore
    house.Do(root, ofMember team idle (MembershipStep.Suspend null)) |> ignore
    house.Do(root, removeFrom team former) |> ignore

    let relation name actor role isAdmin = { Name = name; Actor = actor; Role = role; IsAdmin = isAdmin; IsSelf = (actor = self) }

    let relations =
        [ relation "anonymous" Actors.Anonymous None false
          relation "stranger" (house.Active("standard", "stranger@example.org")) None false
          relation "self" self (Some "member") false
          for role, _ in heldBy do
              relation role (hire firm team role $"{role}-here") (Some role) false
          relation "executive of the parent" (executive firm.Department "parent") None false
          relation "executive of a child" (executive firm.Squad "child") None false
          relation "executive of a sibling" (executive sibling "sibling") None false
          relation "suspended account" suspended None false
          relation "suspended executive" idle None false
          relation "former executive" former None false
          relation "administrator" (house.Active("admin", "admin@example.org")) None true
          relation "system user" (house.Active("system", "system@example.org")) None false
          relation "job" root None false ]

    house, table team sibling self, relations

/// Two streams of one log, for a decision that is refused after it has put events on both.
let private refusedLate () =
    let log = VolatileStore()
    let house = House()
    let sealing = { Keys = house.Keys; EventIds = CountingEventIds() }

    let category =
        Category(
            TeamSlugStream.Category,
            log,
            TeamSlugStream.codec sealing,
            TeamSlug.Fold.fold,
            TeamSlug.Fold.initial,
            AccessStrategy.Unoptimized,
            CachingStrategy.NoCaching,
            CategoryOptions.For log
        )

    let context = Context.about "" "1" (house.Envelope root)
    let seat (table: Table) name =
        match Slug.Create name with
        | Ok slug -> table.Seat(Participant.create category context (TeamSlugStream.streamId slug))
        | Error problem -> failtest problem

    let claim id : TeamSlug.Events.Event = TeamSlug.Events.Claimed { TeamId = id; At = house.Time.GetUtcNow() }
    let table = Table()
    let one, two = seat table "one", seat table "two"

    let decide late () : Verdict =
        one.Events <- [| claim "1" |]
        two.Events <- [| claim "2" |]
        if late then Error(Refusals.notFound "team") else Ok()

    table, decide

[<Tests>]
let tests =
    testList
        "Team rules"
        [ test "each operation for each relationship, as the table says" {
              let house, table, relations = stage ()

              let wrong =
                  [ for operation, rule, command in table do
                        for relation in relations do
                            let expected, found = expected rule relation, found house relation.Actor command

                            if expected <> found then
                                $"{operation} ({rule}) by {relation.Name}: {expected} expected, {found} found" ]

              Expect.isEmpty wrong (String.concat "\n" wrong)
          }

          test "every operation that changes something stands in the table" {
              let _, table, _ = stage ()

              let isRead (name: string) = name.StartsWith "View" || name.StartsWith "List"
              let all =
                  FSharpType.GetUnionCases typeof<Operation> |> Array.map _.Name |> Array.filter (isRead >> not) |> Set.ofArray
              Expect.equal (table |> List.map (fun (name, _, _) -> name) |> Set.ofList) all "each once at least"
          }

          test "a refusal clears every seat" {
              let table, decide = refusedLate ()
              Expect.equal (table.Judge(decide false)) (Ok()) "accepted"
              Expect.equal (table.EventCount, (table.Planned()).Length) (2, 2) "both"
              Expect.isError (table.Judge(decide true)) "refused"
              Expect.equal (table.EventCount, (table.Planned()).Length) (0, 0) "none is left"
          } ]
