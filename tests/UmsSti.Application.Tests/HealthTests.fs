/// What is measured, and the state it adds up to (FS-86, OB-03).
module UmsSti.Application.Tests.HealthTests

open Expecto
open UmsSti.Application

let private consumer name : ConsumerReading = { Name = name; LagSeconds = 0.0; Parked = 0L; IsFaulted = false; IsStrong = true }

let private well: HealthReading =
    { LogTakesWrites = true
      ActivityTakesWrites = true
      Consumers = [| consumer "user-directory"; { consumer "dues" with IsStrong = false } |]
      DeadLetters = 0L
      FailedSchedules = [||]
      HasStopped = false }

let private judged reading = Health.judge (Health.findings reading)
let private withConsumer consumer = { well with Consumers = [| consumer |] }

let private cases =
    [ "everything well", well, HealthState.Healthy
      "behind by just what is allowed", withConsumer { consumer "a" with LagSeconds = 300.0 }, HealthState.Healthy
      "behind by more", withConsumer { consumer "a" with LagSeconds = 300.1 }, HealthState.Degraded
      "a parked stream", withConsumer { consumer "a" with Parked = 1L }, HealthState.Degraded
      "a projector of strong reads has fallen over", withConsumer { consumer "a" with IsFaulted = true }, HealthState.Unhealthy
      "another projector has", withConsumer { consumer "a" with IsFaulted = true; IsStrong = false }, HealthState.Degraded
      "a dead letter", { well with DeadLetters = 1L }, HealthState.Degraded
      "a schedule that failed", { well with FailedSchedules = [| "inactivity" |] }, HealthState.Degraded
      "no writes", { well with LogTakesWrites = false }, HealthState.Unhealthy
      "no sign-ins", { well with ActivityTakesWrites = false }, HealthState.Unhealthy
      "stopped", { well with HasStopped = true; LogTakesWrites = false }, HealthState.Failed ]

[<Tests>]
let tests =
    testList
        "Health"
        [ for name, reading, expected in cases do
              test name {
                  Expect.equal (judged reading) expected name
                  Expect.equal (Health.findings reading).IsEmpty (expected = HealthState.Healthy) "and says why"
              }

          test "the worst finding comes first and names what is meant" {
              let reading =
                  { well with
                      LogTakesWrites = false
                      DeadLetters = 3L
                      Consumers = [| { consumer "dues" with LagSeconds = 400.0 } |] }

              match Health.findings reading with
              | first :: rest ->
                  Expect.equal (first.What, first.State) ("events.db", HealthState.Unhealthy) "worst first"
                  Expect.equal (rest |> List.map _.What |> List.sort) [ "dead letters"; "dues" ] "all are named"
              | [] -> failtest "nothing found"
          } ]
