/// Rights that are lost between the question and the decision: whoever is let in is judged once more on the state that is decided on.
module UmsSti.Application.Tests.StandingTests

open System.Threading.Tasks
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld

/// Carries out `command`; right before its first append another process carries out `meanwhile`.
let private overtaken (house: House) (actor: string) command (meanwhile: (string * Command) list) =
    let other = elsewhere house
    let mutable stored = 0

    house.EventLog.BeforeAppend <-
        fun _ ->
            task {
                house.EventLog.BeforeAppend <- fun _ -> Task.CompletedTask

                for by, command in meanwhile do
                    match! other.Door.Execute(house.Envelope by, command, anyToken) with
                    | Answer.Accepted _ -> ()
                    | Answer.Refused refusal -> failwith $"{by} was refused: {refusal.Code} {refusal.Detail}"

                stored <- int house.Head
            }

    let head = house.Head
    let answer = house.Send(house.Envelope actor, command)
    Expect.isGreaterThan (int64 stored) head "the other came first"
    Expect.equal house.Head (int64 stored) "and nothing after it"

    match answer with
    | Answer.Refused refusal -> refusal.Code
    | Answer.Accepted _ -> failwith $"{command} was carried out."

/// A squad with an executive eve beside the boss, a member ada and a person bob who is none.
let private crew () =
    let firm = firmIn (House false)
    let house, team = firm.House, firm.Squad
    let eve = hire firm team "executive" "eve"
    let ada = hire firm team "member" "ada"
    house.Do(eve, define team "host" [| "team.members.invite" |]) |> ignore
    {| Firm = firm
       House = house
       Team = team
       Eve = eve
       Ada = ada
       Bob = house.Active("standard", "bob@example.org") |}

[<Tests>]
let tests =
    testList
        "Standing"
        [ test "an executive who is demoted in the last moment does nothing any more" {
              let commands =
                  [ "add", (fun team ada bob -> addTo team bob "member")
                    "invite", (fun team _ bob -> ofMember team bob (MembershipStep.Invite("member", noEnd, null)))
                    "role", (fun team ada _ -> roleIn team ada "leader")
                    "remove", (fun team ada _ -> removeFrom team ada)
                    "grant", (fun team ada _ -> give ada team "team.members.invite")
                    "assign", (fun team ada _ -> assign ada team "host")
                    "define", (fun team _ _ -> define team "guide" [| "team.view" |])
                    "change a role", (fun team _ _ -> permitIn team "host" [| "team.view" |])
                    "rename", (fun team _ _ -> renameTeam team "Band")
                    "set", (fun team _ _ -> setTeam team "visibility" "private")
                    "deactivate", (fun team _ _ -> stepTeam team (TeamStep.Deactivate null))
                    "archive", (fun team _ _ -> archiveTeam team) ]

              for name, command in commands do
                  let crew = crew ()
                  let house = crew.House
                  let denied = house.ActivityHead

                  let code =
                      overtaken
                          house
                          crew.Eve
                          (command crew.Team crew.Ada crew.Bob)
                          [ root, roleIn crew.Team crew.Eve "observer" ]

                  Expect.equal code "forbidden" name
                  let facts = house.ActivityAfter denied |> Array.map _.Type |> Array.filter ((=) "AccessDenied")
                  Expect.equal facts [| "AccessDenied" |] $"{name}: recorded"
          }

          test "an executive who is put out in the last moment learns of no team any more" {
              let crew = crew ()
              let out = [ root, removeFrom crew.Team crew.Eve ]
              Expect.equal (overtaken crew.House crew.Eve (renameTeam crew.Team "Band") out) "not-found" "out"
          }

          test "an account that is suspended in the last moment decides nothing, a system user's neither" {
              for userType, name in [ "admin", "grace"; "system", "deep" ] do
                  let crew = crew ()
                  let house = crew.House

                  for n, command in
                      List.indexed
                          [ create "organization" "Late" null
                            addTo crew.Team crew.Bob "member"
                            Command.UpdateUser { update crew.Ada with Name = "Late" } ] do
                      let actor = house.Active(userType, $"{name}{n}@example.org")
                      let suspended = [ root, Command.SuspendUser(actor, "odd orders", System.Nullable()) ]
                      Expect.equal (overtaken house actor command suspended) "forbidden" $"{name}: {command}"
          }

          test "a role is given only while the giver holds what it holds by then" {
              let crew = crew ()
              let house = crew.House
              let chief = hire crew.Firm crew.Team "admin" "chief"
              let more = [ crew.Eve, permitIn crew.Team "host" [| "team.members.invite"; "team.archive" |] ]
              Expect.equal (overtaken house chief (assign crew.Ada crew.Team "host") more) "permission-not-held" "it grew"
              let retired = [ crew.Eve, ofRole crew.Team "host" (RoleStep.Retire null) ]
              Expect.equal (overtaken house crew.Eve (assign crew.Ada crew.Team "host") retired) "role-retired" "it is gone"
          }

          test "a right that came by a role goes with the role" {
              let crew = crew ()
              let house = crew.House
              house.Do(crew.Eve, assign crew.Ada crew.Team "host") |> ignore
              let invite = ofMember crew.Team crew.Bob (MembershipStep.Invite("observer", noEnd, null))
              let emptied = [ crew.Eve, permitIn crew.Team "host" [||] ]
              Expect.equal (overtaken house crew.Ada invite emptied) "forbidden" "emptied"
          }

          test "nobody is let in or given anything whose account is suspended by then" {
              let crew = crew ()
              let house = crew.House
              let suspend user = [ root, Command.SuspendUser(user, "odd orders", System.Nullable()) ]
              Expect.equal
                  (overtaken house crew.Eve (addTo crew.Team crew.Bob "member") (suspend crew.Bob))
                  "subject-not-active"
                  "a new one"
              let grant = give crew.Ada crew.Team "team.members.invite"
              Expect.equal (overtaken house crew.Eve grant (suspend crew.Ada)) "subject-not-active" "a member"
          }

          test "a team is not put into use by an executive whose account is suspended by then (XR-08)" {
              let firm = firmIn (House false)
              let house = firm.House
              house.Do(firm.Boss, stepTeam firm.Squad (TeamStep.Deactivate null)) |> ignore
              let suspended = [ root, Command.SuspendUser(firm.Boss, "odd orders", System.Nullable()) ]
              Expect.equal (overtaken house root (stepTeam firm.Squad TeamStep.Activate) suspended) "owner-not-active" "no owner"
          }

          test "a command of many at once by one caller is no conflict" {
              let house = House()
              let boss = house.Active("admin", "boss@example.org")
              house.EventLog.Mix()

              let answers =
                  atOnce [ for n in 1..40 -> fun () -> house.Start(house.Envelope boss, create "organization" $"Firm {n}" null) ]

              Expect.equal (accepted answers).Length 40 "all"
          } ]
