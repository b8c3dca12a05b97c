/// The lease of schedules over a log that several programs write.
module UmsSti.Application.Tests.ScheduleTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.World

let private wish (house: House) runId owner : Schedule.Decisions.Start =
    { Now = house.Time.GetUtcNow()
      RunId = runId
      Owner = owner
      Trigger = Schedule.Trigger.Due
      Rhythm = { Every = TimeSpan.FromHours 1.0; RetryAfter = TimeSpan.FromMinutes 5.0 }
      Lease = TimeSpan.FromMinutes 2.0
      OwnerIsAlone = false }

let private job = Actors.system "inactivity"
let private startedOn = Schedule.Decisions.StartOutcome.Started

[<Tests>]
let tests =
    testList
        "Schedule runs"
        [ test "of many programs that start one at once exactly one does" {
              let house = House false
              house.ActivityLog.Mix()
              let programs = [ for n in 1..8 -> n, (house.Cold()).ScheduleRuns ]

              let outcomes =
                  atOnce
                      [ for n, runs in programs ->
                            fun () -> runs.Start("inactivity", wish house $"run{n}" $"host{n}", house.Envelope job, anyToken) ]

              Expect.equal (outcomes |> Array.filter ((=) startedOn) |> Array.length) 1 "one"
              Expect.equal
                  (house.Activity |> Array.filter (fun event -> event.Type = "RunStarted") |> Array.length)
                  1
                  "recorded once"
          }

          test "a run and its end stand in the schedule's stream of the activity log" {
              let house = House()
              let runs = house.App.ScheduleRuns
              Expect.isTrue runs.OwnerIsAlone "SQLite"
              run (runs.Start("inactivity", wish house "run" "me", house.Envelope job, anyToken)) |> ignore
              house.Time.Advance(TimeSpan.FromSeconds 90.0)
              let renewed = runs.Renew("inactivity", "run", TimeSpan.FromMinutes 2.0, 3, 1, house.Envelope job, anyToken)
              Expect.isTrue (run renewed) "renewed"

              let ended: Schedule.Events.RunEnded =
                  { RunId = "run"
                    State = "succeeded"
                    Done = 4
                    Skipped = 0
                    Failed = 1
                    Error = None
                    At = house.Time.GetUtcNow() }

              runUnit (runs.Finish("inactivity", ended, house.Envelope job, anyToken))
              runUnit (runs.Finish("inactivity", ended, house.Envelope job, anyToken))

              Expect.equal
                  (house.Activity |> Array.map (fun event -> event.Stream, event.Type) |> List.ofArray)
                  [ "Schedule-inactivity", "RunStarted"
                    "Schedule-inactivity", "RunContinued"
                    "Schedule-inactivity", "RunEnded" ]
                  "once each"

              let state = run (runs.Load("inactivity", anyToken))

              match state.Last with
              | Some last -> Expect.equal (last.Done, last.Failed, last.State) (4, 1, Schedule.RunState.Succeeded) "counts"
              | None -> failtest "no run"
          } ]
