/// Dry runs, repeats and remembered answers of commands about teams (CQ-15).
module UmsSti.Application.Tests.TeamDryRunTests

open System
open System.Text.Json
open Expecto
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

let private entity (view: EntityView) = $"%A{view}"

/// What is planned is stored, what is stored is answered, and the same request again answers the same.
let private same (house: House) actor command =
    let envelope = house.Envelope actor |> keyed $"key {house.Head}"
    let head = house.Head

    match run (house.App.Door.Plan(envelope, command, anyToken)) with
    | PlanAnswer.Refused refusal -> failtest $"{command}: {refusal.Code}"
    | PlanAnswer.Planned plan ->
        Expect.equal house.Head head "a plan stores nothing"
        let answer = house.Do(envelope, command)
        let text stream kind (data: JsonElement) = $"{stream} {kind} {data.GetRawText()}"

        Expect.equal
            (plan.Events |> Array.map (fun event -> text event.Stream event.Type event.Data) |> Array.sort)
            (house.EventsAfter head |> Array.map (fun event -> text event.Stream event.Type event.Data) |> Array.sort)
            "the events"

        Expect.equal (entity plan.Entity) (entity answer.Entity) "the entity"
        let stored = house.Head
        let again = house.Do(envelope, command)
        Expect.isTrue again.Replayed "remembered"
        Expect.equal
            (entity again.Entity, again.Position, again.Created)
            (entity answer.Entity, answer.Position, answer.Created)
            "the same answer"
        Expect.equal house.Head stored "and no more"

[<Tests>]
let tests =
    testList
        "Dry runs of teams"
        [ test "every command stores what its dry run said, and is remembered" {
              let firm = firm ()
              let house, boss, team = firm.House, firm.Boss, firm.Squad
              let ada = house.Active("standard", "ada@example.org")
              let bob = house.Active("standard", "bob@example.org")
              let draft name = { draftOf "department" name firm.Org with TeamId = house.Parts.Ids.NewTeamId().Value }
              let sales = draft "Sales"
              same house boss (ofTeams (TeamCommand.CreateTeam sales))
              same house boss (renameTeam team "Band")
              same house boss (setTeam team "allow_self_registration" "true")
              same house boss (setTeam team "max_hierarchy_depth" "6")
              same house boss (move firm.Project firm.Org)
              same house boss (stepTeam team (TeamStep.Suspend "odd orders"))
              same house boss (stepTeam team (TeamStep.LiftSuspension "ok"))
              same house boss (addTo team ada "member")
              same house boss (roleIn team ada "executive")
              same house bob (ofMember team bob (MembershipStep.Request null))
              same house boss (ofMember team bob (MembershipStep.ApproveRequest null))
              same house boss (give bob team "team.members.invite")
              same house boss (revoke bob team "team.members.invite")
              same house boss (give bob null "users.view")
              same house bob (ofGrant bob null "audit.view" (GrantStep.Request(noEnd, "to help")))
              same house boss (define team "host" [| "team.members.invite" |])
              same house boss (permitIn team "host" [| "team.members.manage" |])
              same house boss (assign bob team "host")
              same house boss (define null "reader" [| "users.view" |])
              same house boss (assign bob null "reader")
              same house boss (ofAssignment bob null "reader" (AssignmentStep.Revoke "over"))
              same house boss (ofRole team "host" (RoleStep.Retire "merged"))
              same house bob (workIn bob team)
              same house root (setSystem "max_hierarchy_depth" "7")
              same house bob (leave team bob)
              same house boss (archiveTeam team)
              same house boss (archiveWith firm.Org "cascade" null)
              same house root (stepTeam team TeamStep.Purge)
          }

          test "every kind of entity is read back as it was remembered" {
              let envelope = (House()).Envelope "system:tests" |> keyed "k"

              for entity in
                  [ EntityId.User "u"
                    EntityId.Team "t"
                    EntityId.Moved "t"
                    EntityId.Member("t", "u")
                    EntityId.Grant(null, "u", "audit.view")
                    EntityId.Grant("t", "u", "team.view")
                    EntityId.Assignment(null, "u", "global.reader")
                    EntityId.Assignment("t", "u", "t.host")
                    EntityId.Role "global.reader"
                    EntityId.Setting "max_hierarchy_depth" ] do
                  for created in [ true; false ] do
                      match Remembered.command envelope { Entity = entity; Version = 12L; Created = created } with
                      | null -> failtest "not remembered"
                      | command ->
                          let back = Remembered.decode command
                          Expect.equal ($"%A{back.Entity}", back.Version, back.Created) ($"%A{entity}", 12L, created) "the same"
          } ]
