/// Optimistic concurrency at the door: `If-Match`, and rights that change between judging and deciding.
module UmsSti.Application.Tests.VersionTests

open System
open System.Threading.Tasks
open Expecto
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World

let private never = Nullable<DateTimeOffset>()
let private codes (answers: Answer[]) = refused answers |> Array.map _.Code |> List.ofArray

[<Tests>]
let tests =
    testList
        "Versions"
        [ for soleWriter in [ true; false ] do
              test $"two with the same version at once: one wins (sole writer: {soleWriter})" {
                  let house = House soleWriter
                  house.EventLog.Mix()
                  let ada = house.Active("standard", "ada@example.org")

                  for round in 1..50 do
                      let version = (house.View ada).Version
                      let envelope = { house.Envelope ada with ExpectedVersion = version }

                      let answers = atOnce [ for n in 1..2 -> fun () -> house.Start(envelope, rename ada $"Ada {round} {n}") ]

                      let winner = Expect.wantSome (accepted answers |> Array.tryExactlyOne) "one"
                      Expect.equal winner.User.Version (version + 1L) "the next version"
                      Expect.equal (codes answers) [ "version-mismatch" ] "the other"
                      Expect.equal (house.View ada).Name winner.User.Name "the winner's word"
              }

          test "the version seen is the version decided on, also where nothing changes" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let seen version = { house.Envelope ada with ExpectedVersion = version }
              Expect.equal (house.Do(seen 2L, rename ada "Ada Lovelace")).User.Version 2L "no change, right version"
              Expect.equal (house.Refusal(seen 1L, rename ada "Ada Lovelace")).Code "version-mismatch" "no change, wrong version"
              Expect.equal (house.Refusal(seen 1L, Command.ChangeEmail(ada, "ada@example.net"))).Code "version-mismatch" "address"
              Expect.equal
                  (house.Do(seen 2L, Command.ChangeEmail(ada, "ada@example.net"))).User.Version
                  3L
                  "address, right version"
              Expect.equal (house.Refusal(seen 2L, Command.ArchiveUser(ada, null))).Code "version-mismatch" "archive"
          }

          test "an admin who may not approve does not approve by a race either" {
              // Judged while the applicant was suspended (activation asks for users.activate), decided after the suspension was
              // lifted (activation would be approval).
              let house = House false
              let boss = house.Active("system", "root@localhost")
              let admin = house.Active("admin", "grace@example.org")
              let applicant = house.Pending("admin", "eve@example.org")
              house.Do(boss, Command.SuspendUser(applicant, "wait", never)) |> ignore
              let other = house.Cold()
              let mutable lifted = false

              afterRead 1 $"User-{admin}" house.EventLog (fun () ->
                  lifted <- true
                  run (other.Door.Execute(house.Envelope boss, Command.UnsuspendUser(applicant, "go on"), anyToken)) |> ignore)

              match house.Send(house.Envelope admin, Command.ActivateUser applicant) with
              | Answer.Refused refusal -> Expect.equal refusal.Code "concurrency-conflict" "asked to look again"
              | Answer.Accepted _ -> failtest "approved without the right to"

              Expect.isTrue lifted "the race took place"
              Expect.equal (house.View applicant).SubState "pending_approval" "still waiting"
              Expect.equal (house.Refusal(admin, Command.ActivateUser applicant)).Code "forbidden" "on a second look"
          }

          test "two processes on one log decide on each other's events" {
              let house = House false
              let other = house.Cold()
              let ada = house.Active("standard", "ada@example.org")
              run (other.Door.Execute(house.Envelope ada, rename ada "Ada One", anyToken)) |> ignore
              let answer = house.Do(ada, Command.UpdateUser { update ada with Preferences = fields [ "theme", "dark" ] })
              Expect.equal (answer.User.Name, answer.User.Version) ("Ada One", 4L) "both"

              match run (other.Users.TryView(ada, anyToken)) with
              | ValueSome view -> Expect.equal (shape view) (shape answer.User) "the same everywhere"
              | ValueNone -> failtest "lost"
          }

          test "a log that cannot be written changes nothing, and works again later" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let before = shape (house.View ada)
              house.EventLog.BeforeAppend <- fun _ -> Task.FromException(LogUnavailableException("The disk is full.", null))

              Expect.throwsT<LogUnavailableException>
                  (fun () -> house.Send(house.Envelope ada, rename ada "Ada King") |> ignore)
                  "503"

              Expect.equal (shape (house.View ada)) before "reads go on, unchanged"
              house.EventLog.BeforeAppend <- fun _ -> Task.CompletedTask
              Expect.equal (house.Do(ada, rename ada "Ada King")).User.Name "Ada King" "later it works"
          } ]
