/// The tree of teams at the door: moves and archivals (CM-42, CM-45, TM-10...16, XR-03).
module UmsSti.Application.Tests.TeamTreeTests

open System
open System.Threading.Tasks
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

let private treeOf (house: House) team =
    match run (house.App.Teams.TryTree(team, Moment.Now, anyToken)) with
    | ValueSome tree -> tree
    | ValueNone -> failwith $"{team} stands in no tree."

/// Every team's own word about its parent is the tree's.
let private agrees (firm: Firm) =
    for struct (id, _) in (treeOf firm.House firm.Org).Subtree do
        let path = List.ofArray (treeOf firm.House id).Path
        let parent = path |> List.rev |> List.tail |> List.tryHead
        Expect.equal (Option.ofObj (team firm.House id).ParentId) parent $"the parent of {id}"

let private moves =
    testList
        "moves"
        [ test "a branch moves whole, and says what moved" {
              let firm = firm ()
              let house = firm.House
              let sales = made house firm.Boss (create "department" "Sales" firm.Org)
              let answer = house.Do(firm.Boss, move firm.Project sales)
              Expect.equal (movedOf answer) [ firm.Project; firm.Squad ] "itself first"
              Expect.equal ((teamOf answer).ParentId, (teamOf answer).Level) (sales, 3) "there"
              Expect.equal (team house firm.Squad).Level 4 "with all below"
              Expect.equal (storedBy house firm.Boss (move firm.Project sales)) [] "there already"
              agrees firm
          }

          test "bad moves" {
              let firm = firm ()
              let house = firm.House
              let code team parent = codeOf house firm.Boss (move team parent)
              let lab = made house firm.Boss (create "department" "Lab" firm.Department)
              let sub = made house firm.Boss (create "project" "Part" firm.Project)
              let other = made house firm.Boss (create "organization" "Other" null)
              Expect.equal (code firm.Department firm.Department) "hierarchy-cycle" "below itself"
              Expect.equal (code firm.Department lab) "hierarchy-cycle" "below its child"
              Expect.equal (code firm.Org firm.Department) "hierarchy-cycle" "the root"
              Expect.equal (code firm.Department sub) "hierarchy-cycle" "a cycle before a wrong type"
              Expect.equal (code lab firm.Project) "parent-type-not-allowed" "below a project"
              Expect.equal (code firm.Squad firm.Department) "parent-type-not-allowed" "a squad below a department"
              Expect.equal (code firm.Department other) "cross-organization-move" "over there"
              Expect.equal (code firm.Department (house.Parts.Ids.NewTeamId().Value)) "parent-not-found" "nowhere"
              Expect.equal (code firm.Department "42") "validation-failed" "no id"
              Expect.equal (codeOf house root (move (house.Parts.Ids.NewTeamId().Value) firm.Org)) "not-found" "no team"
              made house firm.Boss (create "project" "Engine" lab) |> ignore
              Expect.equal (code firm.Project lab) "team-name-taken" "its name is taken there"
              house.Do(firm.Boss, stepTeam lab (TeamStep.Deactivate null)) |> ignore
              Expect.equal (code sub lab) "parent-not-open" "asleep"
              house.Do(firm.Boss, archiveTeam sub) |> ignore
              Expect.equal (code sub firm.Department) "team-not-open" "archived"
              agrees firm
          }

          test "a branch that would stand too deep stays, whole" {
              let firm = firm ()
              let house = firm.House
              let mutable parent = firm.Department

              // Levels 3 to 7: a chain below which only one more level fits.
              for n in 3..7 do
                  parent <- made house firm.Boss (create "department" $"Level {n}" parent)

              let refusal = house.Refusal(firm.Boss, move firm.Project parent)
              Expect.equal
                  (refusal.Code, refusal.Facts["depth"], refusal.Facts["limit"])
                  ("hierarchy-too-deep", "9", "8")
                  "its leaf"
              house.Do(firm.Boss, archiveTeam firm.Squad) |> ignore
              Expect.equal (codeOf house firm.Boss (move firm.Project parent)) "hierarchy-too-deep" "archived teams stand, too"
              house.Do(root, stepTeam firm.Squad TeamStep.Purge) |> ignore
              house.Do(firm.Boss, move firm.Project parent) |> ignore
              agrees firm
          }

          test "two moves that together close a cycle: the second is refused, in both orders" {
              for swapped in [ false; true ] do
                  let firm = firm ()
                  let house = firm.House
                  let a = made house firm.Boss (create "department" "A" firm.Org)
                  let b = made house firm.Boss (create "department" "B" firm.Org)
                  let first, second = if swapped then (b, a), (a, b) else (a, b), (b, a)
                  house.Do(firm.Boss, move (fst first) (snd first)) |> ignore
                  Expect.equal (codeOf house firm.Boss (move (fst second) (snd second))) "hierarchy-cycle" "the second"
                  agrees firm
          }

          test "two moves that together close a cycle: the second while the first is decided" {
              let house = House false // another process may write between read and append
              let firm = firmIn house
              let a = made house firm.Boss (create "department" "A" firm.Org)
              let b = made house firm.Boss (create "department" "B" firm.Org)
              let other = elsewhere house
              let mutable rival = ValueNone

              house.EventLog.BeforeAppend <-
                  fun _ ->
                      house.EventLog.BeforeAppend <- fun _ -> Task.CompletedTask

                      task {
                          let! answer = other.Door.Execute(house.Envelope firm.Boss, move b a, anyToken)
                          rival <- ValueSome answer
                      }

              let answer = house.Send(house.Envelope firm.Boss, move a b)
              Expect.equal (accepted [| rival.Value |]).Length 1 "the rival was first"
              Expect.equal (refused [| answer |] |> Array.map _.Code) [| "hierarchy-cycle" |] "decided anew"
              agrees firm
          }

          test "two moves that together close a cycle, truly at once" {
              for _ in 1..20 do
                  let firm = firm ()
                  let house = firm.House
                  let a = made house firm.Boss (create "department" "A" firm.Org)
                  let b = made house firm.Boss (create "department" "B" firm.Org)
                  house.EventLog.Mix()

                  let answers =
                      [ a, b; b, a ]
                      |> List.map (fun (team, parent) -> fun () -> house.Start(house.Envelope firm.Boss, move team parent))
                      |> atOnce

                  Expect.equal (accepted answers).Length 1 "one"
                  Expect.equal (refused answers |> Array.map _.Code) [| "hierarchy-cycle" |] "not the other"
                  agrees firm
          } ]

let private archivals =
    testList
        "archivals"
        [ test "a parent is archived only with a word about those below" {
              let firm = firm ()
              let house = firm.House
              let refusal = house.Refusal(firm.Boss, archiveTeam firm.Department)
              Expect.equal (refusal.Code, refusal.Facts["children"]) ("child-policy-required", "1") "XR-03"
              let code children (target: string | null) = codeOf house firm.Boss (archiveWith firm.Department children target)
              Expect.equal (code "orphan" null) "validation-failed" "no such policy"
              Expect.equal (code "reassign" null) "validation-failed" "to whom"
              Expect.equal (code "cascade" firm.Org) "validation-failed" "a cascade gives to nobody"
              Expect.equal
                  (codeOf house firm.Boss (archiveWith firm.Department null firm.Org))
                  "validation-failed"
                  "nor does none"
              let wordless = { TeamId = firm.Squad; Reason = null; Children = null; ReassignTo = null }
              Expect.equal (codeOf house firm.Boss (ofTeams (TeamCommand.ArchiveTeam wordless))) "validation-failed" "why"
          }

          test "a cascade archives the branch, leaves first, in one append; drafts are given up" {
              let firm = firm ()
              let house = firm.House
              let draft = { draftOf "squad" "Draft" firm.Project with Activate = false }
              let draft = made house firm.Boss (ofTeams (TeamCommand.CreateTeam draft))
              let mutable appends = 0

              house.EventLog.BeforeAppend <-
                  fun _ ->
                      appends <- appends + 1
                      Task.CompletedTask

              let head = house.Head
              house.Do(firm.Boss, archiveWith firm.Department "cascade" null) |> ignore
              Expect.equal appends 1 "all or nothing"

              let states =
                  [ draft; firm.Squad; firm.Project; firm.Department; firm.Org ] |> List.map (fun id -> (team house id).State)

              Expect.equal states [ "cancelled"; "archived"; "archived"; "archived"; "active" ] "the branch and no more"

              let closed =
                  house.EventsAfter head
                  |> Array.filter (fun event -> event.Type = "Closed")
                  |> Array.map (fun event -> event.Data.GetProperty("teamId").GetString())
                  |> List.ofArray

              Expect.equal (List.skip 2 closed) [ firm.Project; firm.Department ] "leaves first"
              Expect.equal (storedBy house firm.Boss (archiveWith firm.Department "cascade" null)) [] "a repeat"
          }

          test "children go to another parent with all below, or all stays" {
              let firm = firm ()
              let house = firm.House
              let sales = made house firm.Boss (create "department" "Sales" firm.Org)
              let lab = made house firm.Boss (create "department" "Lab" firm.Department)
              let code target = codeOf house firm.Boss (archiveWith firm.Department "reassign" target)
              Expect.equal (code firm.Department) "reassign-target-below" "to itself"
              Expect.equal (code firm.Project) "reassign-target-below" "to one of them"
              Expect.equal (code lab) "reassign-target-below" "to one of them, which would stay below"
              Expect.equal (code (made house firm.Boss (create "organization" "Other" null))) "cross-organization-move" "away"
              Expect.equal (code (house.Parts.Ids.NewTeamId().Value)) "parent-not-found" "to nobody"
              house.Do(firm.Boss, create "project" "ENGINE" sales) |> ignore
              Expect.equal (code sales) "team-name-taken" "a name is taken there"
              house.Do(firm.Boss, archiveWith firm.Department "reassign" firm.Org) |> ignore
              Expect.equal (team house firm.Department).State "archived" "archived"
              Expect.equal ((team house firm.Project).ParentId, (team house lab).ParentId) (firm.Org, firm.Org) "given away"
              Expect.equal (team house firm.Squad).Level 3 "with all below"
              agrees firm
          }

          test "a draft is no more archived with a policy than without" {
              let firm = firm ()
              let house = firm.House
              let draft = { draftOf "department" "Draft" firm.Org with Activate = false }
              let draft = made house firm.Boss (ofTeams (TeamCommand.CreateTeam draft))

              for children, target in [ (null: string | null), (null: string | null); "cascade", null; "reassign", firm.Org ] do
                  Expect.equal
                      (codeOf house firm.Boss (archiveWith draft children target))
                      "invalid-transition"
                      "cancelled instead"
          }

          test "a branch of more than a thousand teams is archived in parts" {
              let house = House()
              let org = made house root (create "organization" "Acme" null)
              let parents = [ for n in 1..2 -> made house root (create "department" $"D{n}" org) ]

              for parent in parents do
                  for n in 1..500 do
                      house.Do(root, create "project" $"P{n}" parent) |> ignore

              let refusal = house.Refusal(root, archiveWith org "cascade" null)
              Expect.equal (refusal.Code, refusal.Facts["teams"]) ("branch-too-large", "1003") "all at once is too much"
              house.Do(root, archiveWith parents[0] "cascade" null) |> ignore
              house.Do(root, archiveWith org "cascade" null) |> ignore
              Expect.equal (team house parents[1]).State "archived" "in two parts"
          }

          test "a team that comes below a branch while it is archived is archived with it, or stays out" {
              let house = House false
              let firm = firmIn house
              let other = elsewhere house
              let mutable rival = ValueNone

              house.EventLog.BeforeAppend <-
                  fun _ ->
                      house.EventLog.BeforeAppend <- fun _ -> Task.CompletedTask

                      task {
                          let command = create "squad" "Late" firm.Project
                          let! answer = other.Door.Execute(house.Envelope firm.Boss, command, anyToken)
                          rival <- ValueSome answer
                      }

              let answer = house.Send(house.Envelope firm.Boss, archiveWith firm.Department "cascade" null)
              Expect.equal (accepted [| rival.Value |]).Length 1 "the rival was first"
              Expect.equal (refused [| answer |] |> Array.map _.Code) [| "concurrency-conflict" |] "decided on another branch"
              house.Do(firm.Boss, archiveWith firm.Department "cascade" null) |> ignore
          } ]

[<Tests>]
let tests = testList "Tree of teams" [ moves; archivals ]
