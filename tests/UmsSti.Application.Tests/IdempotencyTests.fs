/// One key, one command (CQ-15): repeats are answered as the first time, and store nothing.
module UmsSti.Application.Tests.IdempotencyTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World

/// What a caller sees of an answer, but for the mark that it is a repeat.
let private seen (accepted: Accepted) = shape accepted.User, accepted.Position, accepted.Created

let private never = Nullable<DateTimeOffset>()

[<Tests>]
let tests =
    testList
        "Idempotency"
        [ test "a repeat stores nothing and answers as the first time" {
              let house = House()
              let envelope = house.Envelope Actors.Anonymous |> keyed "k"
              let command = Command.RegisterUser(registration "standard" "ada@example.org")
              let first = house.Do(envelope, command)
              let again = house.Do({ envelope with CorrelationId = "another request" }, command)
              Expect.equal (first.Replayed, again.Replayed) (false, true) "marked"
              Expect.equal (seen again) (seen first) "the same answer"
              Expect.equal house.Head 2L "nothing stored"
              Expect.equal (house.Keys.Subjects) (Set [ first.User.Id ]) "no second key"
          }

          test "a repeat answers with the state of then" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada |> keyed "k"
              let first = house.Do(envelope, rename ada "Ada King")
              house.Time.Advance(TimeSpan.FromHours 1.0)
              house.Do(ada, rename ada "Augusta") |> ignore
              house.Do(root, Command.SuspendUser(ada, "odd orders", never)) |> ignore
              let again = house.Do(envelope, rename ada "Ada King")
              Expect.equal (seen again) (seen first) "then"
              let cold = run (house.Cold().Door.Execute(envelope, rename ada "Ada King", anyToken))

              match cold with
              | Answer.Accepted later -> Expect.equal (seen later) (seen first) "after a restart, too"
              | Answer.Refused refusal -> failtest refusal.Code
          }

          for soleWriter in [ true; false ] do
              for name, make in
                  [ "a registration",
                    (fun (_: House) ->
                        let raw = { registration "standard" "ada@example.org" with CredentialHash = "$argon2id$ada" }
                        Actors.Anonymous, Command.RegisterUser raw)
                    "a change of name",
                    (fun house ->
                        let ada = house.Active("standard", "ada@example.org")
                        ada, rename ada "Ada King")
                    "a change of address",
                    (fun house ->
                        let ada = house.Active("standard", "ada@example.org")
                        ada, Command.ChangeEmail(ada, "ada@example.net"))
                    "a change that changes nothing",
                    (fun house ->
                        let ada = house.Active("standard", "ada@example.org")
                        ada, rename ada "Ada Lovelace")
                    "an approval",
                    (fun house ->
                        house.Active("system", "root@localhost"), Command.ActivateUser(house.Pending("admin", "eve@example.org")))
                    "one's own end, after which one may do nothing",
                    (fun house ->
                        let ada = house.Active("standard", "ada@example.org")
                        ada, Command.ArchiveUser(ada, null)) ] do
                  test $"fifty at once, {name}: one command, fifty equal answers (sole writer: {soleWriter})" {
                      let house = House soleWriter
                      let actor, command = make house
                      let made = house.Keys.Subjects
                      house.EventLog.Mix()
                      house.ActivityLog.Mix()
                      let head = house.Head
                      let envelope = house.Envelope actor |> keyed "k"
                      let answers = atOnce [ for _ in 1..50 -> fun () -> house.Start(envelope, command) ]
                      Expect.equal (refused answers |> Array.map _.Code) [||] "none is refused"
                      let distinct = accepted answers |> Array.distinctBy seen
                      Expect.equal distinct.Length 1 "one answer"
                      let news = house.EventsAfter head
                      Expect.equal (news |> Array.distinctBy _.CommandId |> Array.length) (min 1 news.Length) "one command"
                      Expect.isLessThanOrEqual
                          (accepted answers |> Array.filter (_.Replayed >> not) |> Array.length)
                          1
                          "one was first"
                      let registered = if command.IsRegisterUser then Set [ distinct[0].User.Id ] else Set.empty
                      Expect.equal (house.Keys.Subjects - made) registered "no key but that of a new user"

                      if command.IsRegisterUser then
                          Expect.equal (List.ofSeq house.Credentials.Known.Keys) [ distinct[0].User.Id ] "one password"
                  }

          test "a copy of the command that took away one's own rights is answered like the first" {
              // The copy looked for the key before the first was done, and is judged after.
              let house = House false
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada |> keyed "k"
              let command = Command.ArchiveUser(ada, null)
              let other = house.Cold()
              let mutable first = ValueNone

              afterRead 1 $"User-{ada}" house.EventLog (fun () ->
                  first <- ValueSome(run (other.Door.Execute(envelope, command, anyToken))))

              let copy = house.Send(envelope, command)

              match copy, first with
              | Answer.Accepted copy, ValueSome(Answer.Accepted first) ->
                  Expect.equal (copy.Replayed, first.Replayed) (true, false) "in this order"
                  Expect.equal (seen copy) (seen first) "one answer"
              | outcome -> failtest $"{outcome}"
          }

          test "another body under the same key is a misuse" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada |> keyed "k"
              house.Do(envelope, rename ada "Ada King") |> ignore
              let misuse = house.Refusal({ envelope with Fingerprint = "another body"B }, rename ada "Augusta")
              Expect.equal misuse.Code "idempotency-key-reused" "refused"
          }

          test "two bodies under one key at once: one command, one misuse" {
              let house = House()
              house.EventLog.Mix()
              let ada = house.Active("standard", "ada@example.org")

              for round in 1..20 do
                  let send n () =
                      let envelope =
                          { (house.Envelope ada |> keyed $"k{round}") with Fingerprint = BitConverter.GetBytes(n: int) }
                      house.Start(envelope, rename ada $"Ada {round} {n}")

                  let answers = atOnce [ send 1; send 2 ]
                  Expect.equal (accepted answers).Length 1 "one"
                  Expect.equal (refused answers |> Array.map _.Code) [| "idempotency-key-reused" |] "the other"
          }

          test "a command that changes nothing is remembered, too" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada |> keyed "k"
              let first = house.Do(envelope, rename ada "Ada Lovelace")
              house.Do(ada, rename ada "Ada King") |> ignore
              let head = house.Head
              let again = house.Do(envelope, rename ada "Ada Lovelace")
              Expect.equal (again.Replayed, again.User.Name, house.Head) (true, "Ada Lovelace", head) "not done a second time"
              Expect.equal (seen again) (seen first) "the same answer"
              Expect.equal (house.View ada).Name "Ada King" "as it is now"
          }

          test "keys belong to their caller" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let bob = house.Active("standard", "bob@example.org")
              house.Do(house.Envelope ada |> keyed "k", rename ada "Ada King") |> ignore
              let answer = house.Do(house.Envelope bob |> keyed "k", rename bob "Bob King")
              Expect.equal (answer.Replayed, answer.User.Id, answer.User.Name) (false, bob, "Bob King") "his own"
          }

          test "a refusal is not remembered" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope root |> keyed "k"
              let purge = Command.PurgeUser(ada, "erasure_request")
              Expect.equal (house.Refusal(envelope, purge)).Code "invalid-transition" "too early"
              house.Do(root, Command.ArchiveUser(ada, null)) |> ignore
              Expect.equal (house.Do(envelope, purge)).User.State "purged" "the same key later"
              let invalid = house.Envelope root |> keyed "k2"
              Expect.equal
                  (house.Refusal(invalid, Command.RegisterUser(registration "guest" "x"))).Code
                  "validation-failed"
                  "invalid"
              let denied = house.Envelope ada |> keyed "k3"
              Expect.equal (house.Refusal(denied, rename ada "Ada")).Code "forbidden" "denied"

              for key in [ root + "/k2"; ada + "/k3" ] do
                  Expect.isTrue (isNull (run (house.Parts.Commands.Find(key, anyToken)))) $"{key} is not known"
          }

          test "what is remembered holds no personal data" {
              let house = House()
              let raw = { registration "standard" "ada@example.org" with CredentialHash = "$argon2id$ada" }
              let answer = house.Do(house.Envelope root |> keyed "k", Command.RegisterUser raw)

              match run (house.Parts.Commands.Find(root + "/k", anyToken)) with
              | null -> failtest "not remembered"
              | command ->
                  let text = Text.Encoding.UTF8.GetString command.Answer.Span
                  Expect.equal text $"1+{answer.User.Id}" "version, created, id"
                  Expect.equal command.Position answer.Position "placed by the log"
          }

          test "a repeat after the purge stays anonymous" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada |> keyed "k"
              house.Do(envelope, rename ada "Ada King") |> ignore
              house.Do(root, Command.ArchiveUser(ada, null)) |> ignore
              house.Do(root, Command.PurgeUser(ada, "erasure_request")) |> ignore
              let again = house.Do(envelope, rename ada "Ada King")
              Expect.equal (again.User.Name, again.User.State) ("[ANONYMIZED]", "active") "then, but nobody"
          } ]
