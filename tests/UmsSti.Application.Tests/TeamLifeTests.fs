/// The life of a team at the door (CM-40, 41, 43...47): made, named, set, closed, gone.
module UmsSti.Application.Tests.TeamLifeTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

let private creation =
    testList
        "creation"
        [ test "an organisation with all kinds below it; the creator is its first executive" {
              let firm = firm ()
              let house = firm.House
              let org, squad = team house firm.Org, team house firm.Squad
              Expect.equal (org.Type, org.Level, org.ParentId, org.Slug) ("organization", 1, null, "acme") "the root"
              Expect.equal (org.Executives, org.State, org.OrganizationId) ([| firm.Boss |], "active", org.Id) "owned"
              Expect.equal (squad.Level, squad.OrganizationId, squad.ParentId) (4, org.Id, firm.Project) "the leaf"
              Expect.equal (person house firm.Squad firm.Boss).Role "executive" "in every team he makes"
          }

          test "all of it is one append" {
              let house = House()
              let boss = house.Active("admin", "boss@example.org")

              Expect.equal
                  (storedBy house boss (create "organization" "Acme" null))
                  [ "TeamCreated"; "TeamOwnerAssigned"; "TeamActivated"; "Claimed"; "Placed"; "TeamMemberAdded" ]
                  "team, slug, place, membership"
          }

          test "a system user makes teams without an owner" {
              let house = House()
              let system = house.Active("system", "root@localhost")

              for actor in [ system; root ] do
                  let made = teamOf (house.Do(actor, create "organization" "Acme" null))
                  Expect.equal (made.Executives, made.State) ([||], "active") actor
                  Expect.isNone (tryPerson house made.Id system) "no member"
          }

          test "a draft takes members and teams before it is active" {
              let firm = firm ()
              let house = firm.House
              let draft = { draftOf "department" "Sales" firm.Org with Activate = false }
              let id = made house firm.Boss (ofTeams (TeamCommand.CreateTeam draft))
              Expect.equal (team house id).State "draft" "not yet"
              let ada = house.Active("standard", "ada@example.org")
              house.Do(firm.Boss, addTo id ada "member") |> ignore
              house.Do(firm.Boss, create "project" "Fair" id) |> ignore
              Expect.equal (teamOf (house.Do(firm.Boss, stepTeam id TeamStep.Activate))).State "active" "now"
          }

          test "a taken slug gets a number, whatever case or Unicode form" {
              let house = House()
              let slug name = (teamOf (house.Do(root, create "organization" name null))).Slug
              Expect.equal (slug "Café Zürich") "café-zürich" "plain"
              Expect.equal (slug "CAFE\u0301 ZU\u0308RICH") "café-zürich-2" "another spelling of it"
              Expect.equal (slug "café   zürich") "café-zürich-3" "and another"
              Expect.equal (slug "!!!") "team" "no letter in it"
              Expect.equal (slug "???") "team-2" "nor in this one"
          }

          test "the hundredth team of one name costs no hundred reads" {
              let house = House()

              for _ in 1..100 do
                  house.Do(root, create "organization" "Acme" null) |> ignore

              let mutable reads = 0

              house.EventLog.BeforeLoad <-
                  fun stream ->
                      if stream.IsIn TeamSlugStream.Category then
                          reads <- reads + 1

                      Threading.Tasks.Task.CompletedTask

              let cold = house.Cold()
              let answer = run (cold.Door.Execute(house.Envelope root, create "organization" "Acme" null, anyToken))
              Expect.equal (accepted [| answer |] |> Array.map (fun answer -> (teamOf answer).Slug)) [| "acme-101" |] "the next"
              Expect.isLessThan reads 20 "looked for by halves"
          }

          test "names are unique among open siblings, in any spelling" {
              let firm = firm ()
              let house = firm.House
              let taken name = codeOf house firm.Boss (create "department" name firm.Org)
              Expect.equal (taken "Research") "team-name-taken" "the same"
              Expect.equal (taken "  RESEARCH ") "team-name-taken" "other case"
              let cafe = made house firm.Boss (create "department" "Café" firm.Org)
              Expect.equal (taken "cafe\u0301") "team-name-taken" "other form"
              Expect.equal (codeOf house firm.Boss (renameTeam cafe "research")) "team-name-taken" "renaming, too"
              house.Do(firm.Boss, create "project" "Research" firm.Department) |> ignore
              house.Do(firm.Boss, archiveTeam cafe) |> ignore
              house.Do(firm.Boss, create "department" "Café" firm.Org) |> ignore
          }

          test "the same creation again is a retry; another with its id is refused" {
              let firm = firm ()
              let house = firm.House
              let id = house.Parts.Ids.NewTeamId().Value
              let draft = { draftOf "department" "Sales" firm.Org with TeamId = id }
              let first = house.Do(firm.Boss, ofTeams (TeamCommand.CreateTeam draft))
              let head = house.Head
              let again = house.Do(firm.Boss, ofTeams (TeamCommand.CreateTeam draft))
              Expect.equal (house.Head, (teamOf again).Version) (head, (teamOf first).Version) "nothing new"
              let other = house.Active("admin", "other@example.org")

              for actor, draft in
                  [ other, draft
                    firm.Boss, { draft with Name = "Marketing" }
                    firm.Boss, { draft with ParentId = firm.Department }
                    firm.Boss, { draft with Type = "organization"; ParentId = null } ] do
                  let code = codeOf house actor (ofTeams (TeamCommand.CreateTeam draft))
                  Expect.contains [ "already-created"; "team-already-placed" ] code "another team"
          }

          test "bad places and bad words" {
              let firm = firm ()
              let house = firm.House
              let code draft = codeOf house firm.Boss (ofTeams (TeamCommand.CreateTeam draft))
              let sound = draftOf "department" "Sales" firm.Org
              let nobody = house.Parts.Ids.NewTeamId().Value
              Expect.equal (code { sound with ParentId = nobody }) "parent-not-found" "no parent"
              Expect.equal (code { sound with ParentId = null }) "parent-type-not-allowed" "a department alone"
              Expect.equal (code { sound with Type = "organization" }) "parent-type-not-allowed" "an organisation below"
              Expect.equal (code { sound with ParentId = firm.Squad }) "parent-type-not-allowed" "below a squad"
              Expect.equal (code { sound with Name = "" }) "validation-failed" "no name"
              Expect.equal (code { sound with Name = String('x', 256) }) "validation-failed" "a long name"
              Expect.equal (code { sound with Type = "club" }) "validation-failed" "no type"
              Expect.equal (code { sound with ParentId = "42" }) "validation-failed" "no id"
              Expect.equal (code { sound with TeamId = "42" }) "validation-failed" "no id"
              Expect.equal (code { sound with TeamId = firm.Org }) "hierarchy-cycle" "its own parent"
              Expect.equal (code { sound with Details = fields [ "shoeSize", "7" ] }) "validation-failed" "no field"
              Expect.equal (code { sound with Details = fields [ "sprintLength", "2" ] }) "detail-not-of-type" "a squad's"
              Expect.equal (code { sound with Settings = fields [ "volume", "11" ] }) "validation-failed" "no setting"
              Expect.equal (code { sound with Settings = fields [ "default_role", "executive" ] }) "validation-failed" "no value"
              house.Do(firm.Boss, stepTeam firm.Department (TeamStep.Deactivate null)) |> ignore
              Expect.equal (codeOf house firm.Boss (create "project" "Fair" firm.Department)) "parent-not-open" "asleep"
          } ]

let private many =
    testList
        "at once"
        [ test "fifty make an organisation of one name: every slug is another" {
              let house = House()
              house.EventLog.Mix()
              let bosses = [ for n in 1..50 -> house.Active("admin", $"boss{n}@example.org") ]
              let answers =
                  bosses
                  |> List.map (fun boss -> fun () -> house.Start(house.Envelope boss, create "organization" "Acme" null))
                  |> atOnce
              let slugs = accepted answers |> Array.map (fun answer -> (teamOf answer).Slug)
              Expect.isEmpty (refused answers |> Array.map _.Code) "nobody is turned away"
              Expect.equal (Array.distinct slugs).Length 50 "slugs"
              Expect.containsAll slugs [ "acme"; "acme-2" ] "numbers from the start"
          }

          test "fifty make a department of one name: one gets it" {
              let firm = firm ()
              let house = firm.House
              house.EventLog.Mix()

              let answers =
                  [ for _ in 1..50 -> fun () -> house.Start(house.Envelope firm.Boss, create "department" "Sales" firm.Org) ]
                  |> atOnce

              Expect.equal (accepted answers).Length 1 "one"
              Expect.equal
                  (refused answers |> Array.map _.Code |> Array.distinct)
                  [| "team-name-taken" |]
                  "the others are told why"
          }

          test "fifty make departments of names alike below two parents" {
              let firm = firm ()
              let house = firm.House
              house.EventLog.Mix()
              let sales = made house firm.Boss (create "department" "Sales" firm.Org)

              let answers =
                  [ for n in 1..50 ->
                        fun () ->
                            let parent = if n % 2 = 0 then sales else firm.Department
                            house.Start(house.Envelope firm.Boss, create "project" (if n % 4 < 2 then "Fair" else "FAIR") parent) ]
                  |> atOnce

              let made = accepted answers |> Array.map teamOf
              Expect.equal (made |> Array.map _.ParentId |> Array.distinct).Length made.Length "one below each"
              Expect.equal (made |> Array.map _.Slug |> Array.distinct).Length made.Length "slugs"
          } ]

let private words =
    testList
        "name, fields and settings"
        [ test "an update stores what really changes; the slug stays" {
              let firm = firm ()
              let house = firm.House
              Expect.equal (storedBy house firm.Boss (renameTeam firm.Squad "Crew")) [] "the same name"
              Expect.equal (storedBy house firm.Boss (renameTeam firm.Squad "CREW")) [ "TeamUpdated" ] "the same in the tree"
              Expect.equal (storedBy house firm.Boss (renameTeam firm.Squad "Band")) [ "TeamUpdated"; "Renamed" ] "another"
              Expect.equal ((team house firm.Squad).Name, (team house firm.Squad).Slug) ("Band", "crew") "the slug stays"
              let details (values: (string * (string | null)) list) =
                  ofTeams (TeamCommand.UpdateTeam { editTeam firm.Project with Details = fields values })
              house.Do(firm.Boss, details [ "startDate", "2026-03-01"; "description", "Computes." ]) |> ignore
              Expect.equal (codeOf house firm.Boss (details [ "endDate", "2026-02-01" ])) "end-before-start" "dates"
              Expect.equal (codeOf house firm.Boss (details [ "methodology", "x" ])) "detail-not-of-type" "a squad's field"
              house.Do(firm.Boss, details [ "description", (null: string | null) ]) |> ignore
              Expect.equal (List.ofSeq (team house firm.Project).Details.Keys) [ "startDate" ] "cleared"
          }

          test "a depth limit only tightens, and what is below it grows no more" {
              let firm = firm ()
              let house = firm.House
              let limit team (levels: string | null) = setTeam team "max_hierarchy_depth" levels
              Expect.equal (codeOf house firm.Boss (limit firm.Org "9")) "depth-limit-not-tighter" "above the system's"
              house.Do(firm.Boss, limit firm.Org "3") |> ignore
              Expect.equal (codeOf house firm.Boss (limit firm.Department "4")) "depth-limit-not-tighter" "above the parent's"
              let refusal = house.Refusal(firm.Boss, create "squad" "Band" firm.Project)
              Expect.equal (refusal.Code, refusal.Facts["depth"], refusal.Facts["limit"]) ("hierarchy-too-deep", "4", "3") "TM-12"
              Expect.equal (team house firm.Squad).Level 4 "nothing was moved"
              house.Do(firm.Boss, limit firm.Org null) |> ignore
              house.Do(firm.Boss, create "squad" "Band" firm.Project) |> ignore
              house.Do(root, setSystem "max_hierarchy_depth" "3") |> ignore
              Expect.equal
                  (codeOf house firm.Boss (create "squad" "Choir" firm.Project))
                  "hierarchy-too-deep"
                  "the system's, at once"
          }

          test "settings are checked one by one" {
              let firm = firm ()
              let house = firm.House
              let code key value = codeOf house firm.Boss (setTeam firm.Org key value)
              Expect.equal (code "volume" "11") "not-found" "no setting"
              Expect.equal (code "default_role" "admin") "validation-failed" "never one that manages"
              Expect.equal (code "allow_self_registration" "yes") "validation-failed" "true or false"
              Expect.equal (code "max_hierarchy_depth" "-1") "validation-failed" "a number"
              Expect.equal (storedBy house firm.Boss (setTeam firm.Org "visibility" "private")) [ "TeamSettingChanged" ] "set"
              Expect.equal (storedBy house firm.Boss (setTeam firm.Org "visibility" "private")) [] "a repeat"
              Expect.equal (storedBy house firm.Boss (setTeam firm.Org "visibility" null)) [ "TeamSettingChanged" ] "taken away"
          } ]

let private ends =
    testList
        "states"
        [ test "the ways of a team" {
              let firm = firm ()
              let house = firm.House
              let boss = firm.Boss
              let step step = stepTeam firm.Squad step
              Expect.equal (storedBy house boss (step (TeamStep.Deactivate "summer"))) [ "TeamDeactivated" ] "to sleep"
              Expect.equal (codeOf house boss (step TeamStep.StartMaintenance)) "invalid-transition" "not while asleep"
              Expect.equal (storedBy house boss (step TeamStep.Activate)) [ "TeamReactivated" ] "back"
              Expect.equal (storedBy house boss (step (TeamStep.Suspend "odd orders"))) [ "TeamSuspended" ] "suspended"
              Expect.equal (codeOf house boss (step (TeamStep.Suspend null))) "validation-failed" "a reason is due"
              Expect.equal (codeOf house boss (step TeamStep.Activate)) "invalid-transition" "lifted, not activated"
              Expect.equal (storedBy house boss (step (TeamStep.LiftSuspension "ok"))) [ "TeamSuspensionLifted" ] "lifted"
              Expect.equal (storedBy house boss (step TeamStep.StartMaintenance)) [ "TeamMaintenanceStarted" ] "in repair"
              Expect.equal (storedBy house boss (step TeamStep.CompleteMaintenance)) [ "TeamMaintenanceCompleted" ] "repaired"
              Expect.equal (storedBy house boss (step TeamStep.CloseMembership)) [ "TeamMembershipClosed" ] "closed"
              let ada = house.Active("standard", "ada@example.org")
              Expect.equal (codeOf house boss (addTo firm.Squad ada "member")) "team-not-open" "takes nobody"
              Expect.equal (storedBy house boss (step TeamStep.OpenMembership)) [ "TeamMembershipOpened" ] "open"
              Expect.equal (codeOf house boss (step TeamStep.Cancel)) "invalid-transition" "no draft"
              Expect.equal (codeOf house root (step TeamStep.Purge)) "invalid-transition" "archived first"
          }

          test "a team wakes only under an active owner" {
              let firm = firm ()
              let house = firm.House
              let ada = hire firm firm.Squad "executive" "ada"
              house.Do(firm.Boss, leave firm.Squad firm.Boss) |> ignore
              house.Do(firm.Boss, stepTeam firm.Squad (TeamStep.Deactivate null)) |> ignore
              house.Do(root, Command.SuspendUser(ada, "odd orders", noEnd)) |> ignore
              Expect.equal (codeOf house firm.Boss (stepTeam firm.Squad TeamStep.Activate)) "owner-not-active" "XR-08"
              house.Do(root, Command.UnsuspendUser(ada, "ok")) |> ignore
              house.Do(firm.Boss, stepTeam firm.Squad TeamStep.Activate) |> ignore
          }

          test "a cancelled draft and a purged team free slug and name" {
              let firm = firm ()
              let house = firm.House
              let draft = { draftOf "department" "Sales" firm.Org with Activate = false }
              let first = made house firm.Boss (ofTeams (TeamCommand.CreateTeam draft))
              Expect.equal (codeOf house firm.Boss (archiveTeam first)) "invalid-transition" "a draft is cancelled"
              Expect.equal (storedBy house firm.Boss (stepTeam first TeamStep.Cancel)) [ "TeamCancelled"; "Closed" ] "given up"
              let second = teamOf (house.Do(firm.Boss, create "department" "Sales" firm.Org))
              Expect.equal second.Slug "sales-2" "archive and cancel release no slug"

              Expect.equal
                  (storedBy house root (stepTeam first TeamStep.Purge))
                  [ "TeamDeleted"; "Removed"; "Released" ]
                  "gone with its slug"

              Expect.equal (storedBy house root (stepTeam first TeamStep.Purge)) [] "again"
              let third = teamOf (house.Do(firm.Boss, create "project" "Sales" firm.Department))
              Expect.equal third.Slug "sales" "free again"
              house.Do(firm.Boss, archiveTeam second.Id) |> ignore
              Expect.equal (codeOf house firm.Boss (renameTeam second.Id "Sold")) "invalid-transition" "archived"
              Expect.equal (codeOf house firm.Boss (stepTeam second.Id TeamStep.Purge)) "forbidden" "not his to purge"
              Expect.equal
                  (storedBy house root (stepTeam second.Id TeamStep.Purge))
                  [ "TeamPurged"; "Removed"; "Released" ]
                  "gone"
              Expect.equal (codeOf house root (stepTeam firm.Org TeamStep.Purge)) "invalid-transition" "alive"
          } ]

[<Tests>]
let tests = testList "Life of teams" [ creation; many; words; ends ]
