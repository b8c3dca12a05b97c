/// Processes against a simulated world that remembers keys, as the door does; cut short anywhere, they end the same.
module UmsSti.Domain.Tests.ProcessTests

open System
open System.Collections.Generic
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

type private Answer =
    | Yes
    | Moot
    | No

/// What the world says to one command: so many hindrances first, then an answer.
type private Script = { Hindrances: int; Answer: Answer }

/// A plan, and what the world says to doing and to undoing each of its steps.
type Scenario = private { Plan: Process.Decisions.Plan; Run: Map<string, Script>; Undo: Map<string, Script> }

let private script most =
    gen {
        let! hindrances = Gen.frequency [ 6, Gen.constant 0; 2, Gen.choose (1, most) ]
        let! answer = Gen.frequency [ 8, Gen.constant Yes; 1, Gen.constant Moot; 2, Gen.constant No ]
        return { Hindrances = hindrances; Answer = answer }
    }

let private planned names : Gen<Process.Events.PlannedStep list> =
    names
    |> List.map (fun name ->
        gen {
            let! wait = Gen.elements [ 0.0; 0.0; 3.0 ]
            let! undoable = Gen.elements [ true; true; false ]
            return ({ Name = name; NotBefore = Samples.start.AddDays wait; Undoable = undoable }: Process.Events.PlannedStep)
        })
    |> Gen.sequenceToList

let private scenario =
    gen {
        let! count = Gen.choose (1, 6)
        let names = [ for n in 1..count -> $"step{n}" ]
        let! steps = planned names
        let! run = names |> List.map (fun _ -> script 6) |> Gen.sequenceToList
        let! undo = names |> List.map (fun _ -> script 6) |> Gen.sequenceToList
        let! stands = Gen.frequency [ 3, Gen.constant false; 1, Gen.constant true ]
        let plan: Process.Decisions.Plan =
            { Steps = steps; Facts = []; StandsOnFailure = stands; CorrelationId = "c"; CausationId = None }
        return { Plan = plan; Run = Map(List.zip names run); Undo = Map(List.zip names undo) }
    }

/// Takes commands under keys, as the door does: a key that was carried out answers the same again and does nothing.
type private World(scenario: Scenario) =
    let carriedOut = HashSet<string>()
    let effects = List<string>()
    /// What was really done, in order.
    member _.Effects = List.ofSeq effects

    member _.Send(action: Process.Flow.Action, failures: int) : Process.Result =
        let key, script =
            match action with
            | Process.Flow.Action.Run step -> $"do {step}", scenario.Run[step]
            | Process.Flow.Action.Undo step -> $"undo {step}", scenario.Undo[step]
            | _ -> "", { Hindrances = 0; Answer = Yes }

        if failures < script.Hindrances then
            Process.Result.Hindered "busy"
        else
            match script.Answer with
            | Moot -> Process.Result.Moot "overtaken"
            | No -> Process.Result.Refused "no"
            | Yes ->
                if key <> "" && carriedOut.Add key then
                    effects.Add key

                Process.Result.CarriedOut

let private start scenario = Process.Decisions.start Samples.start scenario.Plan Process.Fold.initial

/// Runs on from some events until nothing can be done; `isCut` says after which commands the program ends before it noted
/// the answer. The clock stands at the time of the next action, and never goes back.
let private runOn (world: World) (isCut: int -> bool) (events: Process.Events.Event[]) =
    let rec go (events: Process.Events.Event[]) now turn =
        Expect.isLessThan turn 500 "it comes to an end"
        let state = Process.Fold.fold Process.Fold.initial events

        match Process.Flow.nextAction state, state with
        | struct ((Process.Flow.Action.Rest | Process.Flow.Action.Stand), _), _ -> events
        | struct (action, at), Process.Fold.Begun progress ->
            let now = max now at
            let result = world.Send(action, progress.Failures)

            if isCut turn then
                go events now (turn + 1)
            else
                go (Array.append events (Process.Decisions.record now action result state)) now (turn + 1)
        | _, Process.Fold.Initial -> failwith "An action without a process."

    go events Samples.start 0

let private undisturbed scenario =
    let world = World scenario
    let events = runOn world (fun _ -> false) (start scenario)
    events, world.Effects

let private state events = Process.Fold.fold Process.Fold.initial events

let private forAll (arb: Gen<'a>) (check: 'a -> unit) =
    Prop.forAll (Arb.fromGen arb) (fun value ->
        check value
        true)

let private cuts = Gen.listOf (Gen.choose (0, 30)) |> Gen.map Set.ofList

let private property name test = testPropertyWithConfig { FsCheckConfig.defaultConfig with maxTest = 1000 } name test

let private anyEvent: Gen<Process.Events.Event> =
    gen {
        let! step = Gen.elements [ "step1"; "step2"; "step3" ]
        let! retry = Gen.elements [ None; Some(Samples.start.AddDays 1.0) ]
        let! steps = planned [ "step1"; "step2"; "step3" ]
        let! stands = Gen.elements [ None; Some true ]
        let at = Samples.start

        return!
            Gen.elements
                [ Process.Events.Started
                      { Steps = Array.ofList steps
                        Facts = [||]
                        CorrelationId = "c"
                        CausationId = None
                        NextAt = at
                        At = at
                        StandsOnFailure = stands }
                  Process.Events.StepDone { Step = step; NextAt = at; At = at }
                  Process.Events.StepFailed { Step = step; Attempt = 1; Code = "no"; RetryAt = retry; At = at }
                  Process.Events.StepGivenUp { Step = step; Attempt = 5; Code = "no"; At = at }
                  Process.Events.StepCompensated { Step = step; At = at }
                  Process.Events.CompensationFailed { Step = step; Attempt = 1; Code = "no"; RetryAt = retry; At = at }
                  Process.Events.Resumed { By = "root"; At = at }
                  Process.Events.Superseded { Step = step; Code = "overtaken"; At = at }
                  Process.Events.Completed { At = at }
                  Process.Events.Failed { Code = "no"; At = at } ]
    }

let private plan names : Process.Decisions.Plan =
    { Steps = [ for name in names -> { Name = name; NotBefore = Samples.start; Undoable = true } ]
      Facts = [ "grace", "7" ]
      StandsOnFailure = false
      CorrelationId = "c"
      CausationId = None }

[<Tests>]
let tests =
    testList
        "Process"
        [ property "any events fold to a state, and folding splits anywhere"
          <| forAll (Gen.two (Gen.arrayOf anyEvent)) (fun (first, second) ->
              Expect.equal (Process.Fold.fold (state first) second) (state (Array.append first second)) "equal")

          property "cut short after any commands, it ends as if nothing had happened, and nothing is done twice"
          <| forAll (Gen.zip scenario cuts) (fun (scenario, cuts) ->
              let expected, effects = undisturbed scenario
              let world = World scenario
              let events = runOn world cuts.Contains (start scenario)
              Expect.equal (state events) (state expected) "the same state"
              Expect.equal world.Effects effects "the same effects, in the same order"
              Expect.equal (List.distinct world.Effects) world.Effects "each once")

          property "taken up from any prefix of its events, it ends the same"
          <| forAll (Gen.zip scenario (Gen.choose (1, 40))) (fun (scenario, length) ->
              let expected, effects = undisturbed scenario
              let world = World scenario
              // What the prefix says was done has been done.
              for event in Array.truncate length expected do
                  match event with
                  | Process.Events.StepDone e -> world.Send(Process.Flow.Action.Run e.Step, 100) |> ignore
                  | Process.Events.StepCompensated e -> world.Send(Process.Flow.Action.Undo e.Step, 100) |> ignore
                  | _ -> ()

              let events = runOn world (fun _ -> false) (Array.truncate length expected)
              Expect.equal (state events) (state expected) "the same state"
              Expect.equal world.Effects effects "the same effects")

          property "steps are taken back in reverse order, each that was done and can be, and no other"
          <| forAll scenario (fun scenario ->
              let events, effects = undisturbed scenario

              let undoable name = scenario.Plan.Steps |> List.exists (fun step -> step.Name = name && step.Undoable)

              let has kind = events |> Array.exists kind
              let isDone = effects |> List.filter (fun effect -> effect.StartsWith("do ", StringComparison.Ordinal))
              let undone = effects |> List.filter (fun effect -> effect.StartsWith("undo ", StringComparison.Ordinal))
              let toUndo = isDone |> List.map (fun effect -> effect.Substring 3) |> List.filter undoable |> List.rev
              let given = toUndo |> List.filter (fun step -> scenario.Undo[step].Answer = Yes)

              if has _.IsFailed then
                  Expect.equal undone [ for step in given -> $"undo {step}" ] "reverse order"
              elif has _.IsCompleted || has _.IsSuperseded then
                  Expect.isEmpty undone "nothing was to be taken back")

          property "it ends in one of the ways there are, and rests then"
          <| forAll scenario (fun scenario ->
              let events, effects = undisturbed scenario

              match state events with
              | Process.Fold.Begun { Phase = Process.Fold.Ended Process.Outcome.Completed } ->
                  Expect.equal effects.Length scenario.Plan.Steps.Length "every step"
              | Process.Fold.Begun { Phase = Process.Fold.Ended(Process.Outcome.Superseded code) } ->
                  Expect.equal code "overtaken" "why"
              | Process.Fold.Begun { Phase = Process.Fold.Ended(Process.Outcome.Failed _) } -> ()
              | Process.Fold.Begun { Phase = Process.Fold.Standing _; StandsOnFailure = stands } ->
                  Expect.isNonEmpty
                      (events |> Array.filter (fun event -> if stands then event.IsStepGivenUp else event.IsCompensationFailed))
                      "a step or taking back failed"

                  Expect.equal stands scenario.Plan.StandsOnFailure "as planned"
              | other -> failtest $"{other}")

          property "what another has noted already adds nothing"
          <| forAll scenario (fun scenario ->
              let events, _ = undisturbed scenario

              for length in 1 .. events.Length do
                  let before = state (Array.truncate length events)
                  let struct (action, _) = Process.Flow.nextAction before
                  let once = Process.Decisions.record Samples.start action Process.Result.CarriedOut before

                  Process.Decisions.record Samples.start action Process.Result.CarriedOut (Process.Fold.fold before once)
                  |> fun again -> Expect.isEmpty again "once")

          test "a process is begun once, and goes on as it was planned" {
              let first = Process.Decisions.start Samples.start (plan [ "a"; "b" ]) Process.Fold.initial
              Expect.equal first.Length 1 "begun"
              Expect.isEmpty (Process.Decisions.start Samples.start (plan [ "c" ]) (state first)) "not anew"
          }

          test "a plan has steps, a bounded number of them, and their names differ" {
              for names in [ []; [ "a"; "a" ]; [ for n in 1 .. Process.Decisions.MaxSteps + 1 -> $"s{n}" ] ] do
                  Expect.throwsT<ArgumentException>
                      (fun () -> Process.Decisions.start Samples.start (plan names) Process.Fold.initial |> ignore)
                      $"{names.Length} steps"
          }

          test "a hindered step waits longer each time and is given up after the last try" {
              let attempt (events, waits) _ =
                  match Process.Flow.nextAction (state events) with
                  | struct (Process.Flow.Action.Run _ as action, at) ->
                      let more = Process.Decisions.record at action (Process.Result.Hindered "busy") (state events)
                      let struct (_, next) = Process.Flow.nextAction (state (Array.append events more))
                      Array.append events more, (next - at).TotalMinutes :: waits
                  | _ -> events, waits

              let begun = Process.Decisions.start Samples.start (plan [ "a" ]) Process.Fold.initial
              let events, waits = ((begun, []), [ 1 .. Process.Decisions.MaxAttempts ]) ||> List.fold attempt
              Expect.equal (List.rev waits[1..]) [ 1.0; 4.0; 16.0; 64.0 ] "minutes"

              match state events with
              | Process.Fold.Begun progress ->
                  Expect.equal progress.Phase (Process.Fold.Ended(Process.Outcome.Failed "busy")) "given up; nothing to take back"
              | Process.Fold.Initial -> failtest "no process"
          }

          test "where taking back fails for good it stands until an operator resumes it" {
              let mutable events = Process.Decisions.start Samples.start (plan [ "a"; "b" ]) Process.Fold.initial
              let act result =
                  let struct (action, at) = Process.Flow.nextAction (state events)
                  events <-
                      Array.append
                          events
                          (Process.Decisions.record (min at (Samples.start.AddDays 9.0)) action result (state events))

              act Process.Result.CarriedOut
              act (Process.Result.Refused "no")

              for _ in 1 .. Process.Decisions.MaxAttempts do
                  act (Process.Result.Refused "locked")

              let struct (standing, _) = Process.Flow.nextAction (state events)
              Expect.equal standing Process.Flow.Action.Stand "an operator is asked"
              events <- Array.append events (Process.Decisions.resume Samples.start "root" (state events))
              Expect.isEmpty (Process.Decisions.resume Samples.start "root" (state events)) "once"
              act Process.Result.CarriedOut

              match Array.last events with
              | Process.Events.Failed e -> Expect.equal e.Code "no" "failed, and taken back"
              | other -> failtest $"{other}"
          }
          property "a process that stands on failure takes nothing back"
          <| forAll scenario (fun scenario ->
              let scenario = { scenario with Plan = { scenario.Plan with StandsOnFailure = true } }
              let events, effects = undisturbed scenario
              Expect.isEmpty
                  (effects |> List.filter (fun effect -> effect.StartsWith("undo ", StringComparison.Ordinal)))
                  "nothing"
              Expect.isEmpty (events |> Array.filter (fun event -> event.IsFailed || event.IsStepCompensated)) "nor failed")

          test "a step that was given up stands, and goes on forward when it is resumed" {
              let plan = { plan [ "a"; "b" ] with StandsOnFailure = true }
              let mutable events = Process.Decisions.start Samples.start plan Process.Fold.initial
              let act result =
                  let struct (action, at) = Process.Flow.nextAction (state events)
                  events <- Array.append events (Process.Decisions.record at action result (state events))

              act Process.Result.CarriedOut

              for _ in 1 .. Process.Decisions.MaxAttempts do
                  act (Process.Result.Hindered "busy")

              let struct (standing, _) = Process.Flow.nextAction (state events)
              Expect.equal standing Process.Flow.Action.Stand "an operator is asked"
              events <- Array.append events (Process.Decisions.resume Samples.start "root" (state events))
              let struct (next, _) = Process.Flow.nextAction (state events)
              Expect.equal next (Process.Flow.Action.Run "b") "the step that failed, not the one before"
              act Process.Result.CarriedOut
              Expect.isTrue (Array.last events).IsCompleted "completed"
          }

          test "what has lost its point ends before its time, once, and never where something is taken back" {
              let begun = Process.Decisions.start Samples.start (plan [ "a"; "b" ]) Process.Fold.initial
              let overtaken = Process.Decisions.overtake Samples.start "confirmed" (state begun)
              Expect.equal overtaken [| Process.Events.Superseded { Step = "a"; Code = "confirmed"; At = Samples.start } |] "ends"
              Expect.isEmpty (Process.Decisions.overtake Samples.start "again" (state (Array.append begun overtaken))) "once"

              let done' =
                  Process.Decisions.record Samples.start (Process.Flow.Action.Run "a") Process.Result.CarriedOut (state begun)
              let failing = Array.append begun done'
              let refused =
                  Process.Decisions.record
                      Samples.start
                      (Process.Flow.Action.Run "b")
                      (Process.Result.Refused "no")
                      (state failing)
              let failed = Array.append failing refused
              Expect.isEmpty (Process.Decisions.overtake Samples.start "late" (state failed)) "it takes back"
              Expect.isEmpty (Process.Decisions.overtake Samples.start "early" Process.Fold.initial) "nobody began it"
          } ]
