/// What operators do is on record before it is done, and whatever is sealed reads as sealed where nobody has a key.
module UmsSti.Application.Tests.OperatorTests

open System
open System.Threading.Tasks
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.Reflected

let private record (house: House) envelope fact = runUnit (house.App.Operators.Record(envelope, fact, anyToken))

let private skipped at : Operator.Events.Event =
    Operator.Events.ParkedStreamSkipped
        { Projection = "user-directory"
          Stream = "User-1"
          FromPosition = 17L
          Extent = "all"
          Reason = Personal.Known "beyond repair"
          At = at }

let private stored (house: House) = (run ((house.ActivityLog :> IEventLog).ReadAll(house.ActivityHead - 1L, 1, anyToken)))[0]

[<Tests>]
let tests =
    testList
        "Operators"
        [ test "a fact stands under its operator, with his address and reason sealed by his key" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let envelope = house.Envelope boss
              record house envelope (skipped envelope.Now)
              let event = stored house
              let shown = Array.last house.Activity
              Expect.equal (shown.Stream, shown.Type, shown.ActorId) ($"Operator-{boss}", "ParkedStreamSkipped", boss) "who"
              Expect.equal (shown.Data.GetProperty("reason").GetString()) "beyond repair" "opened"
              Expect.isFalse ((Text.Encoding.UTF8.GetString event.Data.Span).Contains "beyond") "sealed"
              let meta = Metadata.stored event
              let client = house.App.SealedTexts.Client(meta.ClientSubject, event.EventId, meta.Client)
              Expect.equal (client.Ip, client.UserAgent) ("203.0.113.7", "tests/1.0") "from where"

              runUnit ((house.Keys :> ISubjectKeys).Destroy(boss, anyToken))
              let gone = house.App.SealedTexts.Client(meta.ClientSubject, event.EventId, meta.Client)
              Expect.equal (gone.Ip, gone.UserAgent) (Metadata.Anonymized, Metadata.Anonymized) "forgotten"

              let sealedReason = List.exactlyOne (personalTexts (SealedEvents.Operators.Decode event).Value)
              Expect.equal (house.App.SealedTexts.Text(boss, event.EventId, sealedReason)) Metadata.Anonymized "its reason too"
          }

          test "the program itself has a key for its reasons" {
              let house = House()
              let envelope = house.Envelope(Actors.system "command-line")
              record house envelope (skipped envelope.Now)
              let shown = Array.last house.Activity
              Expect.equal shown.Stream "Operator-system:command-line" "its stream"
              Expect.equal (shown.Data.GetProperty("reason").GetString()) "beyond repair" "opened"
          }

          test "what cannot be recorded does not go on" {
              let house = House()
              let envelope = house.Envelope root
              house.ActivityLog.BeforeAppend <- fun _ -> Task.FromException(LogUnavailableException("The disk is full.", null))
              Expect.throwsT<LogUnavailableException> (fun () -> record house envelope (skipped envelope.Now)) "no record, no go"
          }

          test "a reader without keys sees sealed text and nothing else" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              house.Do(root, Command.SuspendUser(ada, "odd orders", Nullable())) |> ignore
              let events = run ((house.EventLog :> IEventLog).ReadAll(0L, 100, anyToken))

              for event in events |> Array.filter (fun event -> event.Stream.IsIn UserStream.Category) do
                  for text in personalTexts (SealedEvents.Users.Decode event).Value do
                      Expect.isFalse (text.Contains '@' || text.Contains ' ') text
          }

          test "every stream is in the log its category belongs to" {
              for category in Categories.domain do
                  Expect.isFalse (Categories.isActivity (StreamName.Parse $"{category}-1")) category

              for category in Categories.activity do
                  Expect.isTrue (Categories.isActivity (StreamName.Parse $"{category}-1")) category
          } ]
