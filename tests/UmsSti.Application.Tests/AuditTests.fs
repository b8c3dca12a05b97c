/// Denials and bypasses are durable before the answer leaves (PE-05, PE-31).
module UmsSti.Application.Tests.AuditTests

open System
open System.Threading.Tasks
open Expecto
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World

/// Holds every append of the activity log until released.
let private hold (house: House) =
    let gate = TaskCompletionSource TaskCreationOptions.RunContinuationsAsynchronously
    house.ActivityLog.BeforeAppend <- fun _ -> gate.Task
    fun () -> gate.SetResult()

let private suspend id = Command.SuspendUser(id, "odd orders", Nullable<DateTimeOffset>())

[<Tests>]
let tests =
    testList
        "Audit"
        [ test "a denial is recorded before it is answered" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let release = hold house
              let answer = house.Start(house.Envelope ada, suspend ada)
              Expect.isFalse answer.IsCompleted "waits for the record"
              release ()

              match run answer with
              | Answer.Refused refusal -> Expect.equal refusal.Code "forbidden" "then answers"
              | Answer.Accepted _ -> failtest "carried out"

              Expect.equal (Array.last house.Activity).Type "AccessDenied" "recorded"
          }

          test "a bypass is recorded before anything is done" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let ada = house.Active("standard", "ada@example.org")
              let head = house.Head
              let release = hold house
              let answer = house.Start(house.Envelope boss, suspend ada)
              Expect.isFalse answer.IsCompleted "waits for the record"
              Expect.equal house.Head head "nothing is done yet"
              release ()

              match run answer with
              | Answer.Accepted accepted -> Expect.equal accepted.User.State "suspended" "then done"
              | Answer.Refused refusal -> failtest refusal.Code

              let fact = Array.last house.Activity
              Expect.equal (fact.Type, fact.ActorId, fact.Stream) ("SystemBypass", boss, $"AccessDecision-{boss}") "recorded"
          }

          test "what cannot be recorded is not done" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let ada = house.Active("standard", "ada@example.org")
              let head = house.Head
              house.ActivityLog.BeforeAppend <- fun _ -> Task.FromException(LogUnavailableException("The disk is full.", null))

              for actor, command in [ boss, suspend ada; root, suspend ada; ada, suspend ada ] do
                  Expect.throwsT<LogUnavailableException>
                      (fun () -> house.Send(house.Envelope actor, command) |> ignore)
                      "no answer without its record"

              Expect.throwsT<LogUnavailableException>
                  (fun () -> run (house.App.Gate.Authorize(house.Envelope ada, Query.ListUsers, anyToken)) |> ignore)
                  "queries, too"

              Expect.equal house.Head head "nothing was done"
          }

          test "each missing step of one command is one fact of its own" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let ada = house.Active("standard", "ada@example.org")
              let head = house.ActivityHead

              house.Do(boss, Command.UpdateUser { update ada with Name = "Ada King"; Preferences = fields [ "theme", "dark" ] })
              |> ignore

              let facts = house.ActivityAfter head
              let permissions = facts |> Array.map (fun fact -> fact.Data.GetProperty("permission").GetString())
              Expect.equal permissions [| "users.edit"; "owner" |] "what was passed by"
          }

          test "audit facts carry the caller's correlation, time and sealed address" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada
              house.Refusal(envelope, suspend ada) |> ignore
              let stored = run ((house.ActivityLog :> IEventLog).ReadAll(house.ActivityHead - 1L, 1, anyToken))
              let meta = Metadata.decode house.Keys stored[0]
              Expect.equal (meta.Actor, meta.CorrelationId, meta.Ip) (ada, envelope.CorrelationId, "203.0.113.7") "who"
              Expect.equal stored[0].UnixMilliseconds (envelope.Now.ToUnixTimeMilliseconds()) "when"
              Expect.isFalse ((Text.Encoding.UTF8.GetString stored[0].Meta.Span).Contains "203.0.113.7") "sealed"
          }

          test "a command that is refused by a rule, and a query that is allowed, leave no audit fact" {
              let house = House()
              let admin = house.Active("admin", "grace@example.org")
              let head = house.ActivityHead
              house.Refusal(admin, suspend "42") |> ignore
              Expect.equal (run (house.App.Gate.Authorize(house.Envelope admin, Query.ListUsers, anyToken))) ValueNone "allowed"
              Expect.equal house.ActivityHead head "nothing"
          } ]
