/// Who may read what: one explicit table (CQ-06), and what the gate tells about callers.
module UmsSti.Application.Tests.QueryRuleTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.Reflected

/// Query about a target, and Allowed or Denied for: anonymous, the target himself, another standard user, a suspended admin, an
/// admin, a system user, a job.
let private rows: ((string -> Query) * string) list =
    [ Query.GetUser, "D A D D A A A"
      (fun _ -> Query.ListUsers), "D D D D A A A"
      Query.ReadUserEvents, "D A D D A A A"
      (fun _ -> Query.ReadEvents), "D D D D A A A"
      (fun _ -> Query.SeeProjections), "D D D D A A A"
      (fun _ -> Query.OperateProjections), "D D D D D A A"
      (fun _ -> Query.ReadAudit), "D D D D A A A"
      (fun _ -> Query.ReadSecurityEvents), "D D D D A A A"
      (fun _ -> Query.ResolveSecurityEvents), "D D D D D A A"
      Query.ReadStateHistory, "D A D D A A A"
      Query.ListSessions, "D A D D A A A"
      Query.CloseSessions, "D A D D A A A"
      (fun _ -> Query.ReadAnalytics), "D D D D A A A"
      (fun _ -> Query.SeeSchedules), "D D D D A A A"
      (fun _ -> Query.OperateSchedules), "D D D D D A A"
      (fun _ -> Query.SeeOwnAccount), "D A A D A A D" ]

let private describe (house: House) actor = run (house.App.Gate.Describe(actor, DateTimeOffset.UnixEpoch, anyToken))

[<Tests>]
let tests =
    testList
        "Who may read"
        [ test "table" {
              let house = House()
              let target = house.Active("standard", "ada@example.org")
              let other = house.Active("standard", "bob@example.org")
              let suspended = house.Active("admin", "eve@example.org")
              house.Do(root, Command.SuspendUser(suspended, "odd orders", Nullable())) |> ignore
              let admin = house.Active("admin", "grace@example.org")
              let system = house.Active("system", "root@localhost")
              let callers = [ Actors.Anonymous; target; other; suspended; admin; system; Actors.system "schedule" ]

              for query, expected in rows do
                  let query = query target
                  Expect.equal (Rules.queryName query) (caseOf query) "stable name"

                  for actor, word in List.zip callers (List.ofArray (expected.Split ' ')) do
                      let head = house.ActivityHead
                      let refusal = run (house.App.Gate.Authorize(house.Envelope actor, query, anyToken))
                      let facts = house.ActivityAfter head
                      let where = $"{query} by {actor}"

                      match word, refusal with
                      | "A", ValueNone ->
                          let passes = actor = system || Actors.isSystem actor
                          Expect.equal (facts |> Array.map _.Type) (if passes then [| "SystemBypass" |] else [||]) where
                      | "D", ValueSome refusal ->
                          let isNobody = actor = Actors.Anonymous || Actors.isSystem actor
                          let kind = if isNobody then RefusalKind.Unauthenticated else RefusalKind.Forbidden
                          Expect.equal refusal.Kind kind where
                          // Whoever is nobody has no own account: there is nothing to be denied.
                          let recorded = if isNobody && query.IsSeeOwnAccount then [||] else [| "AccessDenied" |]
                          Expect.equal (facts |> Array.map _.Type) recorded where
                      | _ -> failtest $"{where}: expected {word}"

              let named = rows |> List.map (fun (query, _) -> caseOf (query target))
              // Those about teams have their own catalogue (Operation), held against callers by route in the server's tests.
              let own = caseNames<Query> |> List.except [ "OfTeams" ]
              Expect.equal (List.sort named) (List.sort own) "every query has its row"
          }

          test "an id that is none is an unknown user" {
              let house = House()
              let admin = house.Active("admin", "grace@example.org")

              match run (house.App.Gate.Authorize(house.Envelope admin, Query.GetUser "42x", anyToken)) with
              | ValueSome refusal -> Expect.equal refusal.Kind RefusalKind.NotFound "404"
              | ValueNone -> failtest "allowed"
          }

          test "only active users count, and only those who are there" {
              let house = House()
              let isActive actor = run (house.App.Gate.IsActive(actor, anyToken))
              let ada = house.Pending("standard", "ada@example.org")
              Expect.isFalse (isActive ada) "pending"
              house.Do(root, Command.ActivateUser ada) |> ignore
              Expect.isTrue (isActive ada) "active"
              house.Do(root, Command.SuspendUser(ada, "odd orders", Nullable())) |> ignore
              Expect.isFalse (isActive ada) "suspended, at once"

              for nobody in [ Actors.Anonymous; ""; root; (house.Parts.Ids.NewUserId UserType.Standard).Value ] do
                  Expect.isFalse (isActive nobody) nobody
                  Expect.isTrue (describe house nobody).IsNone nobody
          }

          test "a principal is described with what he holds" {
              let house = House()

              let permissions userType email =
                  match describe house (house.Active(userType, email)) with
                  | ValueSome who ->
                      Expect.equal (who.Type, who.State) (userType, "active") "who"
                      Set.ofArray who.Permissions
                  | ValueNone -> Set.empty

              let namesOf userType = (Authorization.typeDefaults userType).ToArray() |> Array.map _.Name |> Set.ofArray
              Expect.equal (permissions "standard" "ada@example.org") (namesOf UserType.Standard) "standard"
              Expect.equal (permissions "admin" "grace@example.org") (namesOf UserType.Admin) "admin"
              Expect.equal
                  (permissions "system" "root@localhost")
                  (Permission.global'.ToArray() |> Array.map _.Name |> Set.ofArray)
                  "all"
          }

          test "whether a caller may see users is asked without a record" {
              let house = House()
              let maySee actor = run (house.App.Gate.MaySeeUsers(actor, DateTimeOffset.UnixEpoch, anyToken))
              let ada = house.Active("standard", "ada@example.org")
              let admin = house.Active("admin", "grace@example.org")
              let system = house.Active("system", "root@localhost")
              let head = house.ActivityHead
              Expect.equal
                  [ for actor in [ Actors.Anonymous; ada; admin; system ] -> maySee actor ]
                  [ false; false; true; true ]
                  "who"
              Expect.equal house.ActivityHead head "no record"
          } ]
