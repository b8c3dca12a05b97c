module UmsSti.Domain.Tests.ScheduleTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

let private hour = TimeSpan.FromHours 1.0
let private lease = TimeSpan.FromMinutes 2.0
let private rhythm: Schedule.Rhythm = { Every = hour; RetryAfter = TimeSpan.FromMinutes 5.0 }
/// On the hour.
let private noon = DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)
let private at minutes = noon.AddMinutes minutes

let private wish now runId owner trigger : Schedule.Decisions.Start =
    { Now = now
      RunId = runId
      Owner = owner
      Trigger = trigger
      Rhythm = rhythm
      Lease = lease
      OwnerIsAlone = false }

let private due now runId owner = wish now runId owner Schedule.Trigger.Due
let private started = Schedule.Decisions.StartOutcome.Started

let private ended runId state at : Schedule.Events.RunEnded =
    { RunId = runId; State = state; Done = 2; Skipped = 1; Failed = 0; Error = None; At = at }

/// A schedule's stream while runs are started and ended.
type private Stream() =
    let mutable state = Schedule.Fold.initial
    member _.State = state

    member _.Start wish =
        let outcome, events = Schedule.Decisions.start wish state
        state <- Schedule.Fold.fold state events
        outcome

    member _.End(runId, how: Schedule.RunState, at) =
        state <- Schedule.Fold.fold state (Schedule.Decisions.finish (ended runId how.Name at) state)

    member _.Renew(now, runId) =
        let holds, events = Schedule.Decisions.renew now runId lease 1 0 state
        state <- Schedule.Fold.fold state events
        holds, events.Length

    member _.NextRunAt now = Schedule.Queries.nextRunAt rhythm now state

    member _.Last =
        match state.Last with
        | Some run -> run
        | None -> failwith "no run"

/// What several hosts may do at any time.
type private Move =
    | Tick of minutes: int
    | StartOn of owner: int * manual: bool
    | EndOn of owner: int

let private move =
    Gen.oneof
        [ Gen.map Tick (Gen.choose (1, 90))
          Gen.map2 (fun owner manual -> StartOn(owner, manual)) (Gen.choose (1, 3)) (Gen.elements [ true; false; false ])
          Gen.map EndOn (Gen.choose (1, 3)) ]

[<Tests>]
let tests =
    testList
        "Schedule"
        [ testPropertyWithConfig
              { FsCheckConfig.defaultConfig with maxTest = 1000 }
              "whoever starts when, two leases never hold at once, and no slot succeeds twice"
          <| Prop.forAll (Arb.fromGen (Gen.listOf move)) (fun moves ->
              let stream = Stream()
              let mutable now = noon
              let mutable count = 0
              let mutable open' = Map.empty<int, string * DateTimeOffset>
              let mutable succeeded = []

              for move in moves do
                  match move with
                  | Tick minutes -> now <- now.AddMinutes(float minutes)
                  | StartOn(owner, manual) ->
                      count <- count + 1
                      let trigger = if manual then Schedule.Trigger.Manual else Schedule.Trigger.Due

                      if stream.Start(wish now $"run{count}" $"host{owner}" trigger) = started then
                          let holding = open' |> Map.filter (fun _ (_, until) -> now < until)
                          Expect.isEmpty holding "nobody held the lease"
                          open' <- open'.Add(owner, ($"run{count}", now + lease))
                  | EndOn owner ->
                      match open'.TryFind owner with
                      | Some(runId, _) ->
                          let isMine = stream.Last.Id = runId
                          stream.End(runId, Schedule.RunState.Succeeded, now)

                          match isMine, stream.Last.Slot with
                          | true, Some slot -> succeeded <- slot :: succeeded
                          | _ -> ()

                          open' <- open'.Remove owner
                      | None -> ()

              Expect.equal (List.distinct succeeded) succeeded "each slot once")

          test "a new schedule is due at once, then at whole multiples of its interval" {
              let stream = Stream()
              Expect.equal (stream.NextRunAt(at 20.0)) noon "now"
              Expect.equal (stream.Start(due (at 20.0) "a" "one")) started "started"
              stream.End("a", Schedule.RunState.Succeeded, at 21.0)
              Expect.equal (stream.NextRunAt(at 21.0)) (at 60.0) "on the hour"
              Expect.equal (stream.Start(due (at 59.0) "b" "one")) (Schedule.Decisions.StartOutcome.NotDue(at 60.0)) "not before"
              Expect.equal (stream.Start(due (at 60.0) "b" "one")) started "then"
          }

          test "runs that were missed are caught up by one" {
              let stream = Stream()
              stream.Start(due noon "a" "one") |> ignore
              stream.End("a", Schedule.RunState.Succeeded, at 1.0)
              Expect.equal (stream.Start(due (at 500.0) "b" "one")) started "one run"
              stream.End("b", Schedule.RunState.Succeeded, at 501.0)
              Expect.equal (stream.NextRunAt(at 501.0)) (at 540.0) "for all that were missed"
          }

          test "of two at once one is told that the other runs, until its lease has run out" {
              let stream = Stream()
              stream.Start(due noon "a" "one") |> ignore
              Expect.equal (stream.Start(due (at 1.0) "b" "two")) (Schedule.Decisions.StartOutcome.Taken "a") "taken"
              Expect.equal (stream.NextRunAt(at 1.0)) (at 2.0) "look again then"
              Expect.equal (stream.Renew(at 0.5, "a")) (true, 0) "early: nothing to renew"
              Expect.equal (stream.Renew(at 1.5, "a")) (true, 1) "renewed"
              Expect.equal (stream.Start(due (at 3.0) "b" "two")) (Schedule.Decisions.StartOutcome.Taken "a") "still"
              Expect.equal (stream.Start(due (at 4.0) "b" "two")) started "taken over"
              Expect.equal (stream.Renew(at 4.0, "a")) (false, 0) "the first is told to stop"
              stream.End("a", Schedule.RunState.Succeeded, at 5.0)
              Expect.equal (stream.Last.Id, stream.Last.State) ("b", Schedule.RunState.Running) "and has no say any more"
          }

          test "where no other process can be alive, nobody waits for the lease of a dead one" {
              let stream = Stream()
              stream.Start(due noon "a" "dead") |> ignore
              let alone = { due (at 0.5) "b" "me" with OwnerIsAlone = true }
              Expect.equal (stream.Start alone) started "at once"
              let again = { due (at 0.6) "c" "me" with OwnerIsAlone = true }
              Expect.equal (stream.Start again) (Schedule.Decisions.StartOutcome.Taken "b") "but never beside oneself"
          }

          test "a failed run is repeated soon, an operator's does not move the rhythm" {
              let stream = Stream()
              stream.Start(due noon "a" "one") |> ignore
              stream.End("a", Schedule.RunState.Failed, at 1.0)
              Expect.equal (stream.NextRunAt(at 1.0)) (at 6.0) "soon"
              Expect.equal (stream.Start(wish (at 2.0) "b" "one" Schedule.Trigger.Manual)) started "at any time"
              stream.End("b", Schedule.RunState.Succeeded, at 3.0)
              Expect.equal (stream.NextRunAt(at 3.0)) (at 6.0) "as before"
              Expect.equal (stream.Last.Done, stream.Last.Skipped) (2, 1) "counts"
          } ]
