/// Work of several commands of which either all are carried out or those that were are taken back (FS-80). One stream per
/// run, `Process-{kind}_{subject}_{run}`: what was done is read from it, never from the event that prompted the work, so
/// a run that was cut short anywhere goes on where it stood (FS-82).
module UmsSti.Domain.Process

open System

// Stored format. Names of cases and fields are on disk for good: add, never rename. See tests/UmsSti.Application.Tests/Wire/Process.
[<RequireQualifiedAccess>]
module Events =
    /// `Undoable`: once done, a failure further on takes it back.
    type PlannedStep = { Name: string; NotBefore: DateTimeOffset; Undoable: bool }

    /// What the steps need to know beside the subject. Never personal.
    type Fact = { Name: string; Value: string }

    /// The plan is fixed here: a newer program carries a run out as it was begun. `CorrelationId` and `CausationId` are those
    /// of whatever prompted it, kept for its commands.
    type Started =
        {
            Steps: PlannedStep[]
            Facts: Fact[]
            CorrelationId: string
            CausationId: string option
            NextAt: DateTimeOffset
            At: DateTimeOffset
            /// True: nothing is taken back, a step that fails for good stands until an operator resumes it. None: false.
            StandsOnFailure: bool option
        }

    /// The step's command is carried out. `NextAt`: the next may be sent from then on.
    type StepDone = { Step: string; NextAt: DateTimeOffset; At: DateTimeOffset }

    /// `Code` is that of the refusal. `RetryAt` None: not tried again, what was done is taken back.
    type StepFailed = { Step: string; Attempt: int; Code: string; RetryAt: DateTimeOffset option; At: DateTimeOffset }

    /// The last try of a step of a process that takes nothing back: it stands until an operator resumes it (FS-82).
    type StepGivenUp = { Step: string; Attempt: int; Code: string; At: DateTimeOffset }

    type StepCompensated = { Step: string; At: DateTimeOffset }

    /// `RetryAt` None: the process stands until an operator resumes it.
    type CompensationFailed = { Step: string; Attempt: int; Code: string; RetryAt: DateTimeOffset option; At: DateTimeOffset }

    /// An operator lets a process that stands try again.
    type Resumed = { By: string; At: DateTimeOffset }

    /// The world has moved on: what is left to do has lost its point. Nothing is taken back.
    type Superseded = { Step: string; Code: string; At: DateTimeOffset }

    type Completed = { At: DateTimeOffset }

    /// Everything that was done is taken back. `Code` is that of the step that failed.
    type Failed = { Code: string; At: DateTimeOffset }

    type Event =
        | Started of Started
        | StepDone of StepDone
        | StepFailed of StepFailed
        | StepGivenUp of StepGivenUp
        | StepCompensated of StepCompensated
        | CompensationFailed of CompensationFailed
        | Resumed of Resumed
        | Superseded of Superseded
        | Completed of Completed
        | Failed of Failed

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract Started: Events.Started -> 'r
    abstract StepDone: Events.StepDone -> 'r
    abstract StepFailed: Events.StepFailed -> 'r
    abstract StepGivenUp: Events.StepGivenUp -> 'r
    abstract StepCompensated: Events.StepCompensated -> 'r
    abstract CompensationFailed: Events.CompensationFailed -> 'r
    abstract Resumed: Events.Resumed -> 'r
    abstract Superseded: Events.Superseded -> 'r
    abstract Completed: Events.Completed -> 'r
    abstract Failed: Events.Failed -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.Started e -> visitor.Started e
        | Events.StepDone e -> visitor.StepDone e
        | Events.StepFailed e -> visitor.StepFailed e
        | Events.StepGivenUp e -> visitor.StepGivenUp e
        | Events.StepCompensated e -> visitor.StepCompensated e
        | Events.CompensationFailed e -> visitor.CompensationFailed e
        | Events.Resumed e -> visitor.Resumed e
        | Events.Superseded e -> visitor.Superseded e
        | Events.Completed e -> visitor.Completed e
        | Events.Failed e -> visitor.Failed e

/// How a process ended.
[<RequireQualifiedAccess>]
type Outcome =
    | Completed
    /// Overtaken: nothing was left to do.
    | Superseded of code: string
    /// A step failed for good, and what had been done is taken back.
    | Failed of code: string

[<RequireQualifiedAccess>]
module Fold =
    /// What is going on.
    type Phase =
        | Forward
        | Compensating of code: string
        /// Taking back failed for good, or a step of a process that takes nothing back; an operator must look (FS-82).
        | Standing of code: string
        | Ended of Outcome

    type Progress =
        {
            /// Steps not done yet, the next one first.
            Ahead: Events.PlannedStep list
            /// Undoable steps done and not taken back, the latest first.
            Done: Events.PlannedStep list
            Phase: Phase
            /// Failed tries of what is next.
            Failures: int
            /// What is next may be tried from then on.
            NextAt: DateTimeOffset
            Facts: Map<string, string>
            /// Nothing is taken back.
            StandsOnFailure: bool
            CorrelationId: string
            CausationId: string option
            StartedAt: DateTimeOffset
            UpdatedAt: DateTimeOffset
        }

    type State =
        | Initial
        | Begun of Progress

    let initial = Initial

    let private started (e: Events.Started) =
        { Ahead = List.ofArray e.Steps
          Done = []
          Phase = Forward
          Failures = 0
          NextAt = e.NextAt
          Facts = e.Facts |> Array.map (fun fact -> fact.Name, fact.Value) |> Map.ofArray
          StandsOnFailure = e.StandsOnFailure = Some true
          CorrelationId = e.CorrelationId
          CausationId = e.CausationId
          StartedAt = e.At
          UpdatedAt = e.At }

    let private stepDone (e: Events.StepDone) progress =
        match progress.Phase, progress.Ahead with
        | Forward, step :: ahead when step.Name = e.Step ->
            { progress with
                Ahead = ahead
                Done = if step.Undoable then step :: progress.Done else progress.Done
                Failures = 0
                NextAt = e.NextAt
                UpdatedAt = e.At }
        | _ -> progress

    let private failed phase attempt (retryAt: DateTimeOffset option) at givenUp progress =
        match retryAt with
        | Some retryAt -> { progress with Failures = attempt; NextAt = retryAt; UpdatedAt = at }
        | None when progress.Phase = phase -> { progress with Phase = givenUp; Failures = 0; NextAt = at; UpdatedAt = at }
        | None -> progress

    let private isNext step (steps: Events.PlannedStep list) =
        match steps with
        | next :: _ -> next.Name = step
        | [] -> false

    let private ended outcome at progress =
        match progress.Phase with
        | Ended _ -> progress
        | Forward
        | Compensating _
        | Standing _ -> { progress with Phase = Ended outcome; UpdatedAt = at }

    /// A fact that does not fit changes nothing.
    let private change event progress =
        match event, progress.Phase with
        | Events.Started _, _ -> progress
        | Events.StepDone e, _ -> stepDone e progress
        | Events.StepFailed e, Forward when isNext e.Step progress.Ahead ->
            failed Forward e.Attempt e.RetryAt e.At (Compensating e.Code) progress
        | Events.StepGivenUp e, Forward when isNext e.Step progress.Ahead ->
            failed Forward e.Attempt None e.At (Standing e.Code) progress
        | Events.StepCompensated e, Compensating _ when isNext e.Step progress.Done ->
            { progress with Done = progress.Done.Tail; Failures = 0; NextAt = e.At; UpdatedAt = e.At }
        | Events.CompensationFailed e, (Compensating code as phase) when isNext e.Step progress.Done ->
            failed phase e.Attempt e.RetryAt e.At (Standing code) progress
        | Events.Resumed e, Standing code ->
            let phase = if progress.StandsOnFailure then Forward else Compensating code
            { progress with Phase = phase; NextAt = e.At; UpdatedAt = e.At }
        | Events.Superseded e, Forward -> ended (Outcome.Superseded e.Code) e.At progress
        | Events.Completed e, Forward -> ended Outcome.Completed e.At progress
        | Events.Failed e, Compensating _ -> ended (Outcome.Failed e.Code) e.At progress
        | (Events.StepFailed _ | Events.StepGivenUp _ | Events.StepCompensated _ | Events.CompensationFailed _), _
        | (Events.Resumed _ | Events.Superseded _ | Events.Completed _ | Events.Failed _), _ -> progress

    /// Total: every event meets every state.
    let evolve state event =
        match state, event with
        | Initial, Events.Started e -> Begun(started e)
        | Initial, _ -> Initial
        | Begun progress, event -> Begun(change event progress)

    let fold state events = Array.fold evolve state events

/// What is to be done, read from the state alone.
[<RequireQualifiedAccess>]
module Flow =
    [<RequireQualifiedAccess>]
    type Action =
        /// Send the step's command.
        | Run of step: string
        /// Send the command that takes the step back.
        | Undo of step: string
        /// Everything is done, or everything is taken back: note it.
        | End of Outcome
        /// An operator must look.
        | Stand
        /// There is nothing to do: not begun, or ended.
        | Rest

    /// The next action, and when it may be taken.
    let nextAction state : struct (Action * DateTimeOffset) =
        match state with
        | Fold.Initial -> struct (Action.Rest, DateTimeOffset.MaxValue)
        | Fold.Begun progress ->
            match progress.Phase, progress.Ahead, progress.Done with
            | Fold.Forward, step :: _, _ -> struct (Action.Run step.Name, progress.NextAt)
            | Fold.Forward, [], _ -> struct (Action.End Outcome.Completed, progress.NextAt)
            | Fold.Compensating _, _, step :: _ -> struct (Action.Undo step.Name, progress.NextAt)
            | Fold.Compensating code, _, [] -> struct (Action.End(Outcome.Failed code), progress.NextAt)
            | Fold.Standing _, _, _ -> struct (Action.Stand, DateTimeOffset.MaxValue)
            | Fold.Ended _, _, _ -> struct (Action.Rest, DateTimeOffset.MaxValue)

/// What became of a command that was sent.
[<RequireQualifiedAccess>]
type Result =
    | CarriedOut
    /// Refused because the world has moved on; the process has lost its point.
    | Moot of code: string
    /// Worth another try.
    | Hindered of code: string
    /// Refused for good.
    | Refused of code: string

[<RequireQualifiedAccess>]
module Decisions =
    /// Most steps of a process; more is two processes.
    [<Literal>]
    let MaxSteps = 20

    /// Tries of one step before it is given up (RE-03).
    [<Literal>]
    let MaxAttempts = 5

    /// Wait before the second try, in minutes; each further wait is four times as long.
    [<Literal>]
    let FirstRetryMinutes = 1.0

    /// Longest wait between two tries, in minutes.
    [<Literal>]
    let LongestRetryMinutes = 360.0

    type Plan =
        {
            Steps: Events.PlannedStep list
            Facts: (string * string) list
            /// Nothing is taken back: what was done must stay done, and what fails waits for an operator.
            StandsOnFailure: bool
            CorrelationId: string
            CausationId: string option
        }

    /// The wait after a number of failed tries.
    let retryDelay failures =
        TimeSpan.FromMinutes(min LongestRetryMinutes (FirstRetryMinutes * Math.Pow(4.0, float (failures - 1))))

    let private fact (name, value) : Events.Fact = { Name = name; Value = value }

    /// Begins a process; one that has begun goes on as it was planned. Throws ArgumentException for a plan that cannot be run.
    let start (now: DateTimeOffset) (plan: Plan) state =
        let names = plan.Steps |> List.map _.Name

        if names.IsEmpty || names.Length > MaxSteps || List.distinct names <> names then
            invalidArg (nameof plan) $"A process has 1 to {MaxSteps} steps, each with a name of its own."

        match state with
        | Fold.Begun _ -> [||]
        | Fold.Initial ->
            [| Events.Started
                   { Steps = Array.ofList plan.Steps
                     Facts = plan.Facts |> List.map fact |> Array.ofList
                     CorrelationId = plan.CorrelationId
                     CausationId = plan.CausationId
                     NextAt = max now plan.Steps.Head.NotBefore
                     At = now
                     StandsOnFailure = if plan.StandsOnFailure then Some true else None } |]

    let private retry (now: DateTimeOffset) attempt = if attempt >= MaxAttempts then None else Some(now + retryDelay attempt)

    let private ran now step result (progress: Fold.Progress) =
        let attempt = progress.Failures + 1

        match result with
        | Result.CarriedOut ->
            let nextAt =
                match progress.Ahead with
                | _ :: next :: _ -> max now next.NotBefore
                | _ -> now

            Events.StepDone { Step = step; NextAt = nextAt; At = now }
        | Result.Moot code -> Events.Superseded { Step = step; Code = code; At = now }
        | Result.Refused code when progress.StandsOnFailure ->
            Events.StepGivenUp { Step = step; Attempt = attempt; Code = code; At = now }
        | Result.Hindered code when progress.StandsOnFailure && attempt >= MaxAttempts ->
            Events.StepGivenUp { Step = step; Attempt = attempt; Code = code; At = now }
        | Result.Hindered code ->
            Events.StepFailed { Step = step; Attempt = attempt; Code = code; RetryAt = retry now attempt; At = now }
        | Result.Refused code -> Events.StepFailed { Step = step; Attempt = attempt; Code = code; RetryAt = None; At = now }

    /// Whatever stands in the way of taking back may pass; after the last try an operator is asked.
    let private undid now step result (progress: Fold.Progress) =
        let attempt = progress.Failures + 1

        match result with
        | Result.CarriedOut
        // What is to be taken back is gone already.
        | Result.Moot _ -> Events.StepCompensated { Step = step; At = now }
        | Result.Hindered code
        | Result.Refused code ->
            Events.CompensationFailed { Step = step; Attempt = attempt; Code = code; RetryAt = retry now attempt; At = now }

    let private conclude (now: DateTimeOffset) state =
        match Flow.nextAction state with
        | struct (Flow.Action.End Outcome.Completed, _) -> [| Events.Completed { At = now } |]
        | struct (Flow.Action.End(Outcome.Failed code), _) -> [| Events.Failed { Code = code; At = now } |]
        | _ -> [||]

    /// Notes what became of an action; nothing when somebody else has noted it already.
    let record now (action: Flow.Action) result state =
        let struct (next, _) = Flow.nextAction state

        match state, action with
        | Fold.Begun progress, Flow.Action.Run step when next = action ->
            let event = ran now step result progress
            Array.append [| event |] (conclude now (Fold.evolve state event))
        | Fold.Begun progress, Flow.Action.Undo step when next = action ->
            let event = undid now step result progress
            Array.append [| event |] (conclude now (Fold.evolve state event))
        | _ -> conclude now state

    /// What the next step is for has lost its point before its time came; `code` says why. A process that takes back goes on.
    let overtake now code state =
        match Flow.nextAction state with
        | struct (Flow.Action.Run step, _) -> [| Events.Superseded { Step = step; Code = code; At = now } |]
        | _ -> [||]

    /// Lets a process that stands try again.
    let resume now by state =
        match Flow.nextAction state with
        | struct (Flow.Action.Stand, _) -> [| Events.Resumed { By = by; At = now } |]
        | _ -> [||]
