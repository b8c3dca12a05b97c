/// What the index of principals is asked for, and what it is not.
module UmsSti.Application.Tests.PrincipalIndexTests

open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld
open UmsSti.Domain

/// An index that takes everybody for an active system user, at some position.
type private Liar(position: unit -> int64) =
    let lie (id: UserId) = Principal.Of(KnownPrincipal.Plain(id, UserType.System, UserState.Active))
    member val Asked = 0 with get, set

    interface IPrincipalIndex with
        member this.Find(user, atLeast) =
            this.Asked <- this.Asked + 1
            if position () >= atLeast then
                ValueSome(struct (lie user, position ()))
            else
                ValueNone

        member _.TeamsOf(_, _) = ValueNone

let private withIndex (house: House) index = Application { house.Parts with Principals = index }

let private allowed (result: Result<CheckView, Refusal>) =
    match result with
    | Ok check -> check.Allowed
    | Error refusal -> failwith refusal.Detail

let private check (app: Application) (house: House) user team atLeast =
    run (app.Checks.CheckNow(user, "team.view", team, atLeast, house.Time.GetUtcNow(), anyToken))

[<Tests>]
let tests =
    testList
        "the index of principals"
        [ test "is never asked by a command" {
              let firm = firm ()
              let liar = Liar(fun () -> firm.House.Head)
              let app = withIndex firm.House liar
              let stranger = firm.House.Active("standard", "stranger@example.org")

              for command in
                  [ renameTeam firm.Org "Mine"; addTo firm.Org stranger "executive"; give stranger firm.Org "team.move" ] do
                  let head = firm.House.Head
                  match run (app.Door.Execute(firm.House.Envelope stranger, command, anyToken)) with
                  | Answer.Accepted _ -> failtest $"{command} was taken"
                  | Answer.Refused refusal -> Expect.equal refusal.Code "not-found" "as an outsider is answered"
                  Expect.equal firm.House.Head head "nothing stored"

              Expect.equal liar.Asked 0 "not asked"
          }

          test "answers reads and checks where it has what they ask for" {
              let firm = firm ()
              let stranger = firm.House.Active("standard", "stranger@example.org")
              let app = withIndex firm.House (Liar(fun () -> firm.House.Head))
              let query = Query.OfTeams(Operation.ViewTeam(TeamId.Parse firm.Org))
              Expect.equal (run (app.Gate.Authorize(firm.House.Envelope stranger, query, anyToken))) ValueNone "believed"
              Expect.isTrue (allowed (check app firm.House stranger firm.Org firm.House.Head)) "believed"
          }

          test "is passed by where it is behind: the streams answer" {
              let firm = firm ()
              let stranger = firm.House.Active("standard", "stranger@example.org")
              let app = withIndex firm.House (Liar(fun () -> firm.House.Head - 1L))
              let query = Query.OfTeams(Operation.ViewTeam(TeamId.Parse firm.Org))

              match run (app.Gate.Authorize(firm.House.Envelope stranger, query, anyToken)) with
              | ValueSome refusal -> Expect.equal refusal.Code "not-found" "as an outsider is answered"
              | ValueNone -> failtest "let in"

              Expect.isFalse (allowed (check app firm.House stranger firm.Org firm.House.Head)) "from the streams"
              Expect.isTrue (allowed (check app firm.House firm.Boss firm.Org firm.House.Head)) "from the streams"
              Expect.isTrue (allowed (check app firm.House stranger firm.Org 0L)) "whoever takes what is there gets what is there"

              match run (app.Checks.HeldNow(stranger, firm.Org, firm.House.Head, firm.House.Time.GetUtcNow(), anyToken)) with
              | Ok held -> Expect.isEmpty held "from the streams"
              | Error refusal -> failtest refusal.Detail
          }

          test "bad questions are refused whoever answers" {
              let firm = firm ()

              for app in [ firm.House.App; withIndex firm.House (Liar(fun () -> firm.House.Head)) ] do
                  for user, permission, team, code in
                      [ "nobody", "team.view", firm.Org, "not-found"
                        firm.Boss, "team.fly", firm.Org, "unknown-permission"
                        firm.Boss, "team.view", "no-team", "not-found" ] do
                      match run (app.Checks.CheckNow(user, permission, team, 0L, firm.House.Time.GetUtcNow(), anyToken)) with
                      | Ok _ -> failtest "answered"
                      | Error refusal -> Expect.equal refusal.Code code "code"
          } ]
