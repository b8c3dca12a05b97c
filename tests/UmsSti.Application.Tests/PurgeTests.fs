/// Purging: the address is free, the key and the credentials are gone, the history stays.
module UmsSti.Application.Tests.PurgeTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Application.Tests.World

let private archived (house: House) =
    let raw = { registration "standard" "ada@example.org" with Activate = true; CredentialHash = "$argon2id$ada" }
    let ada = house.Do(root, Command.RegisterUser raw).User.Id
    house.Do(ada, Command.UpdateUser { update ada with Profile = fields [ "bio", "Counts." ] }) |> ignore
    house.Do(root, Command.ArchiveUser(ada, "left")) |> ignore
    ada

let private isForgotten (house: House) ada =
    Expect.isTrue (house.Keys.Destroyed.Contains ada) "key"
    Expect.isFalse (house.Credentials.Known.ContainsKey ada) "password"
    Expect.equal (house.Holder "ada@example.org") None "address"

[<Tests>]
let tests =
    testList
        "Purge"
        [ test "frees the address, destroys key and credentials, keeps the history" {
              let house = House()
              let ada = archived house
              let events = house.Head
              let answer = house.Do(root, Command.PurgeUser(ada, "erasure_request"))
              isForgotten house ada
              Expect.equal (house.TypesAfter events) [ "UserPurged"; "Released" ] "together"
              let view = answer.User
              Expect.equal (view.State, view.Email, view.Name) ("purged", "[ANONYMIZED]", "[ANONYMIZED]") "answer"
              Expect.equal view.Profile["bio"] "[ANONYMIZED]" "profile"
              Expect.equal (shape (house.View ada)) (shape view) "warm"
              let cold = run (house.Cold().Users.TryView(ada, anyToken))
              Expect.equal (cold |> ValueOption.map shape) (ValueSome(shape view)) "cold"

              for event in house.Events do
                  let text = event.Data.ToString()
                  Expect.isFalse (text.Contains "Counts" || text.Contains "ada@" || text.Contains "Lovelace") event.Type

              match run (house.App.Users.TryViewVersion(ada, 2L, anyToken)) with
              | ValueSome past -> Expect.equal (past.State, past.Name) ("active", "[ANONYMIZED]") "the past is anonymous too"
              | ValueNone -> failtest "the past is gone"
          }

          test "the address serves another person" {
              let house = House()
              let ada = archived house
              house.Do(root, Command.PurgeUser(ada, "retention_expired")) |> ignore
              let next = house.Do(Actors.Anonymous, Command.RegisterUser(registration "standard" "ada@example.org"))
              Expect.notEqual next.User.Id ada "another id"
              Expect.equal (house.Holder "ada@example.org") (Some next.User.Id) "holder"
          }

          test "the id never serves another person" {
              let house = House()
              let ada = archived house
              house.Do(root, Command.PurgeUser(ada, "retention_expired")) |> ignore
              let again = { registration "standard" "new@example.org" with UserId = ada }
              Expect.equal (house.Refusal(root, Command.RegisterUser again)).Code "already-registered" "taken for ever"
          }

          test "purging again changes nothing" {
              let house = House()
              let ada = archived house
              let first = house.Do(root, Command.PurgeUser(ada, "erasure_request"))
              let head = house.Head
              let again = house.Do(root, Command.PurgeUser(ada, "erasure_request"))
              Expect.equal (shape again.User, house.Head) (shape first.User, head) "no event"
          }

          for key in ([ null; "k" ]: (string | null) list) do
              test
                  $"""what a crash left undone is done by the same purge, sent again ({if isNull key then "without" else "with"} key)""" {
                  let house = House()
                  let ada = archived house
                  house.Keys.FailDestroy 1
                  let envelope = { house.Envelope root with IdempotencyKey = key; Fingerprint = "one body"B }
                  let purge = Command.PurgeUser(ada, "erasure_request")
                  Expect.throwsT<TimeoutException> (fun () -> house.Send(envelope, purge) |> ignore) "the key store failed"
                  Expect.isFalse (house.Keys.Destroyed.Contains ada) "not done"
                  house.Do(envelope, purge) |> ignore
                  isForgotten house ada
              }

          test "an address taken meanwhile is freed as well, or nothing is" {
              let house = House false
              let ada = house.Active("standard", "ada@example.org")
              let other = house.Cold()
              let meanwhile command = run (other.Door.Execute(house.Envelope root, command, anyToken)) |> ignore

              afterRead 2 $"User-{ada}" house.EventLog (fun () ->
                  meanwhile (Command.ChangeEmail(ada, "second@example.org"))
                  meanwhile (Command.ArchiveUser(ada, null)))

              match house.Send(house.Envelope root, Command.PurgeUser(ada, "erasure_request")) with
              | Answer.Refused refusal -> Expect.equal refusal.Code "concurrency-conflict" "asked to look again"
              | Answer.Accepted _ -> failtest "purged, and the second address is taken for ever"

              house.Do(root, Command.PurgeUser(ada, "erasure_request")) |> ignore
              Expect.equal (house.Holder "second@example.org") None "freed"
              isForgotten house ada
          }

          test "twenty at once: one purge" {
              let house = House()
              let ada = archived house
              house.EventLog.Mix()
              let head = house.Head
              let purge = Command.PurgeUser(ada, "erasure_request")
              let answers = atOnce [ for _ in 1..20 -> fun () -> house.Start(house.Envelope root, purge) ]
              Expect.equal (accepted answers).Length 20 "all are told that it is done"
              Expect.equal (house.TypesAfter head) [ "UserPurged"; "Released" ] "done once"
              isForgotten house ada
          }

          test "a purged caller is turned away, and that is recorded without his address" {
              let house = House()
              let ada = archived house
              house.Do(root, Command.PurgeUser(ada, "erasure_request")) |> ignore
              let refusal = house.Refusal(ada, rename ada "Ada")
              Expect.equal refusal.Code "forbidden" "no exception for want of a key"
              let fact = Array.last house.Activity
              Expect.equal (fact.Type, fact.ActorId, fact.Stream) ("AccessDenied", ada, $"AccessDecision-{ada}") "recorded"
          } ]
