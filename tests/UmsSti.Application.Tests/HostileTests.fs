/// Hostile callers send random commands through the door. Whatever they do, nobody but a system user holds a permission, in any team
/// or outside, that nobody entitled gave him: the account of `Ledger` says who was, and agrees with the house after every step.
module UmsSti.Application.Tests.HostileTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld
open UmsSti.Application.Tests.HostileCallers

let private attack (Attack steps) =
    let stage = Stage()
    Expect.isEmpty (stage.Differences()) "the start"

    for step in steps do
        stage.House.Time.Advance(TimeSpan.FromMinutes(float step.Minutes))
        let actor = actorOf stage step
        let command = commandOf stage step actor

        // Few enough that each look at everybody stays quick.
        let isFull =
            match command with
            | Command.RegisterUser _ -> stage.People.Count >= 20
            | Command.OfTeams(TeamCommand.CreateTeam _) -> stage.Teams.Count >= 7
            | _ -> false

        if not isFull then
            if step.IsDry then stage.Plan(actor, command) else stage.Send(actor, command)

    stage.House.Time.Advance(TimeSpan.FromDays 1.0)
    Expect.isEmpty (stage.Differences()) "the end"

let private config = { FsCheckConfig.defaultConfig with maxTest = 60; arbitrary = [ typeof<Arbitraries> ] }

[<Tests>]
let tests =
    testList
        "Hostile callers"
        [ testPropertyWithConfig config "nobody ends up with a permission that nobody entitled gave him" attack

          test "an administrator does not open a team from outside to step in (CM-58)" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let eve = house.Active("admin", "eve@example.org")
              let open' = setTeam team "allow_self_registration" "true"
              Expect.equal (codeOf house eve open') "not-found" "a stranger there"
              Expect.equal (codeOf house eve (setTeam team "approval_required" "false")) "not-found" "a stranger there"
              let leader = hire firm team "leader" "lee"
              Expect.equal (codeOf house leader open') "forbidden" "not his business"
              let deputy = hire firm team "deputy" "dan"
              Expect.equal (storedBy house deputy open') [ "TeamSettingChanged" ] "a deputy's business"
              Expect.equal (storedBy house eve (setTeam team "visibility" "private")) [ "TeamSettingChanged" ] "administration"
          }

          test "only the highest rank puts something into a role that others have (PE-16)" {
              let firm = firm ()
              let house, team = firm.House, firm.Squad
              let deputy, member' = hire firm team "deputy" "dan", hire firm team "member" "mia"
              house.Do(root, define team "host" [| "team.view" |]) |> ignore
              house.Do(root, assign deputy team "host") |> ignore
              house.Do(root, give member' team "team.settings.manage") |> ignore
              let fill = permitIn team "host" [| "team.view"; "team.settings.manage" |]
              Expect.equal (codeOf house member' fill) "grant-above-rank" "it would be given to a deputy"
              Expect.equal (storedBy house firm.Boss fill) [ "RolePermissionAdded" ] "an executive"
              Expect.equal
                  (storedBy house member' (permitIn team "host" [||]))
                  [ "RolePermissionRemoved"; "RolePermissionRemoved" ]
                  "taking"
          }

          test "whoever suspended an admin does not pass his review" {
              let house = House()
              let admin, other = house.Active("admin", "a@example.org"), house.Active("admin", "b@example.org")
              let eve = house.Active("admin", "eve@example.org")
              house.Do(admin, Command.SuspendUser(eve, "odd orders", Nullable())) |> ignore
              house.Do(admin, Command.OpenAdminReview(eve, "odd hours")) |> ignore
              let pass = Command.ConcludeAdminReview(eve, "passed", "fine")
              Expect.equal (codeOf house admin pass) "same-person-review" "his own suspension"
              Expect.equal (storedBy house other pass) [ "AdminReviewConcluded" ] "another's"
          } ]
