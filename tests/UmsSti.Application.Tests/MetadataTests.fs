/// What stands beside each event (ES-04), and whose key hides the caller.
module UmsSti.Application.Tests.MetadataTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World

let private eventsOf (house: House) position = run ((house.EventLog :> IEventLog).ReadAll(position, 100, anyToken))

let private metaOf (house: House) event = Metadata.decode house.Keys event
let private storedText (event: RecordedEvent) = Text.Encoding.UTF8.GetString event.Meta.Span

/// Who the caller was, as read back from the event of a self-registration with this address and agent.
let private clientAfter (ip: string | null) (agent: string | null) : (string | null) * (string | null) =
    let house = House()
    let envelope = { house.Envelope Actors.Anonymous with Ip = ip; UserAgent = agent }
    house.Do(envelope, Command.RegisterUser(registration "standard" "ada@example.org")) |> ignore
    let meta = metaOf house (Array.head (eventsOf house 0L))
    meta.Ip, meta.UserAgent

[<Tests>]
let tests =
    testList
        "Metadata"
        [ test "address and user agent come back as they were sent, or stay unknown" {
              Expect.equal (clientAfter "2001:db8::1" "curl/8") ("2001:db8::1", "curl/8") "both"
              Expect.equal (clientAfter "2001:db8::1" null) ("2001:db8::1", null) "no agent"
              Expect.equal (clientAfter null "curl/8") (null, "curl/8") "no address"
              Expect.equal (clientAfter null null) (null, null) "neither"
              Expect.equal (clientAfter "10.0.0.1" "two\nlines") ("10.0.0.1", "two\nlines") "line breaks"
          }

          test "a long user agent is cut between characters" {
              let _, agent = clientAfter null (String('x', 300))
              Expect.equal agent (String('x', Metadata.UserAgentLimitChars)) "cut"
              let _, agent = clientAfter null (String('x', Metadata.UserAgentLimitChars - 1) + "\U0001F600 and more")
              Expect.equal agent (String('x', Metadata.UserAgentLimitChars - 1)) "no half of a pair"
          }

          test "every event of a command says who, why, when, and under which command" {
              let house = House()
              house.Time.Advance(TimeSpan.FromTicks 7_777L)
              let admin = house.Active("admin", "root@example.org")
              let ada = house.Active("standard", "ada@example.org")
              let head = house.Head
              let envelope = { house.Envelope admin with CausationId = "event-7" }
              house.Do(envelope, Command.ChangeEmail(ada, "ada@example.net")) |> ignore
              let events = eventsOf house head
              let metas = events |> Array.map (metaOf house)
              Expect.equal events.Length 3 "user, claimed, released"

              for event, meta in Array.zip events metas do
                  Expect.equal meta.Actor admin "actor"
                  Expect.equal meta.CorrelationId envelope.CorrelationId "correlation"
                  Expect.equal meta.CausationId "event-7" "causation"
                  Expect.equal (meta.Ip, meta.UserAgent) ("203.0.113.7", "tests/1.0") "client"
                  Expect.equal event.UnixMilliseconds (envelope.Now.ToUnixTimeMilliseconds()) "time"
                  Expect.equal (Metadata.actor event) admin "the actor alone"

              Expect.equal (metas |> Array.distinctBy _.CommandId |> Array.length) 1 "one command"
              house.Do(admin, rename ada "Ada King") |> ignore
              Expect.notEqual
                  (metaOf house (Array.head (eventsOf house (head + 3L)))).CommandId
                  metas[0].CommandId
                  "another command"
              let ids = eventsOf house 0L |> Array.map _.EventId
              Expect.equal (Array.distinct ids) ids "event ids never repeat"
          }

          test "whoever registers himself has his address sealed by his own new key" {
              let house = House()
              let ada = house.Do(Actors.Anonymous, Command.RegisterUser(registration "standard" "ada@example.org")).User.Id
              let events = eventsOf house 0L
              Expect.equal events.Length 2 "user, claimed"

              for event in events do
                  Expect.isFalse ((storedText event).Contains "203.0.113.7") "not readable"
                  Expect.equal (metaOf house event).Ip "203.0.113.7" "but kept"

              runUnit ((house.Keys :> ISubjectKeys).Destroy(ada, anyToken))

              for event in events do
                  let meta = metaOf house event
                  Expect.equal (meta.Ip, meta.UserAgent) (Metadata.Anonymized, Metadata.Anonymized) "forgotten with him"
                  Expect.equal meta.Actor Actors.Anonymous "the rest stays"
          }

          test "a user's client is sealed by his own key, whomever he works on" {
              let house = House()
              let admin = house.Active("admin", "root@example.org")
              let ada = house.Active("standard", "ada@example.org")
              let head = house.Head
              house.Do(admin, rename ada "Ada King") |> ignore
              runUnit ((house.Keys :> ISubjectKeys).Destroy(ada, anyToken))
              Expect.equal (metaOf house (Array.head (eventsOf house head))).Ip "203.0.113.7" "not Ada's"
              runUnit ((house.Keys :> ISubjectKeys).Destroy(admin, anyToken))
              Expect.equal (metaOf house (Array.head (eventsOf house head))).Ip Metadata.Anonymized "the admin's"
          }

          test "a stranger who is turned away leaves no address behind" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let before = house.ActivityHead
              house.Refusal(Actors.Anonymous, rename ada "Eve") |> ignore
              let denied = run ((house.ActivityLog :> IEventLog).ReadAll(before, 10, anyToken))
              Expect.equal denied.Length 1 "one fact"
              let meta = metaOf house denied[0]
              Expect.equal (meta.Actor, meta.Ip, meta.UserAgent) (Actors.Anonymous, null, null) "nobody"
          }

          test "metadata without an actor is refused" {
              let empty = ReadOnlyMemory.Empty
              let stream = StreamName.Parse "User-1"
              let broken = RecordedEvent(1L, stream, 0L, 1L, "UserReactivated", 1, "{}"B, "{}"B, 0L, empty)
              Expect.throwsT<EventDecodeException> (fun () -> Metadata.actor broken |> ignore) "actor"
              Expect.throwsT<EventDecodeException> (fun () -> Metadata.decode (MemoryKeys()) broken |> ignore) "decode"
          } ]
