/// The runs of one piece of work that comes round by the clock: the stream `Schedule-{name}` of the activity log. It holds
/// the lease too: whoever starts a run appends to it, so of two at once one is told that the other runs.
module UmsSti.Domain.Schedule

open System

/// Why a run was started.
[<RequireQualifiedAccess>]
type Trigger =
    /// Its time had come.
    | Due
    /// An operator asked for it.
    | Manual

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Due -> "due"
        | Manual -> "manual"

/// How a run ended.
[<RequireQualifiedAccess>]
type RunState =
    | Running
    | Succeeded
    | Failed
    | Cancelled
    /// Its process ended or stood still, and its lease ran out.
    | Abandoned

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Running -> "running"
        | Succeeded -> "succeeded"
        | Failed -> "failed"
        | Cancelled -> "cancelled"
        | Abandoned -> "abandoned"

    static member internal TryParse name =
        [ Running; Succeeded; Failed; Cancelled; Abandoned ] |> List.tryFind (fun state -> state.Name = name)

// Stored format. Names of cases and fields are on disk for good: add, never rename. See tests/UmsSti.Application.Tests/Wire/Schedule.
[<RequireQualifiedAccess>]
module Events =
    /// `Owner` names the process that runs it. `Slot` is the time the run stands for; None for an operator's.
    type RunStarted =
        { RunId: string
          Owner: string
          Trigger: string
          Slot: DateTimeOffset option
          LeaseUntil: DateTimeOffset
          At: DateTimeOffset }

    /// The lease is renewed.
    type RunContinued = { RunId: string; Done: int; Failed: int; LeaseUntil: DateTimeOffset; At: DateTimeOffset }

    /// `State` is a `RunState.Name`. `Skipped`: candidates for which there was nothing to do any more.
    type RunEnded =
        { RunId: string
          State: string
          Done: int
          Skipped: int
          Failed: int
          Error: string option
          At: DateTimeOffset }

    type Event =
        | RunStarted of RunStarted
        | RunContinued of RunContinued
        | RunEnded of RunEnded

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract RunStarted: Events.RunStarted -> 'r
    abstract RunContinued: Events.RunContinued -> 'r
    abstract RunEnded: Events.RunEnded -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.RunStarted e -> visitor.RunStarted e
        | Events.RunContinued e -> visitor.RunContinued e
        | Events.RunEnded e -> visitor.RunEnded e

[<RequireQualifiedAccess>]
module Fold =
    type Run =
        { Id: string
          Owner: string
          Trigger: string
          Slot: DateTimeOffset option
          StartedAt: DateTimeOffset
          EndedAt: DateTimeOffset option
          LeaseUntil: DateTimeOffset
          State: RunState
          Done: int
          Skipped: int
          Failed: int
          Error: string option }

    type State =
        {
            /// The latest run, also while it goes on.
            Last: Run option
            /// The latest slot a run was started for.
            Slot: DateTimeOffset option
            /// How the run of that slot ended; None when it goes on.
            SlotState: RunState option
            SlotEndedAt: DateTimeOffset option
        }

    let initial = { Last = None; Slot = None; SlotState = None; SlotEndedAt = None }

    let private started (e: Events.RunStarted) (state: State) =
        let run =
            { Id = e.RunId
              Owner = e.Owner
              Trigger = e.Trigger
              Slot = e.Slot
              StartedAt = e.At
              EndedAt = None
              LeaseUntil = e.LeaseUntil
              State = RunState.Running
              Done = 0
              Skipped = 0
              Failed = 0
              Error = None }

        match e.Slot with
        | Some slot -> { Last = Some run; Slot = Some slot; SlotState = None; SlotEndedAt = None }
        | None -> { state with Last = Some run }

    let private running id (state: State) =
        match state.Last with
        | Some run when run.Id = id && run.State = RunState.Running -> Some run
        | Some _
        | None -> None

    let private ended (e: Events.RunEnded) run (state: State) =
        let how = RunState.TryParse e.State |> Option.defaultValue RunState.Failed

        let run =
            { run with
                State = how
                EndedAt = Some e.At
                Done = e.Done
                Skipped = e.Skipped
                Failed = e.Failed
                Error = e.Error }

        if run.Slot.IsSome then
            { state with Last = Some run; SlotState = Some how; SlotEndedAt = Some e.At }
        else
            { state with Last = Some run }

    /// Total: a fact about a run that is not the present one changes nothing.
    let evolve (state: State) event =
        match event with
        | Events.RunStarted e -> started e state
        | Events.RunContinued e ->
            match running e.RunId state with
            | Some run -> { state with Last = Some { run with Done = e.Done; Failed = e.Failed; LeaseUntil = e.LeaseUntil } }
            | None -> state
        | Events.RunEnded e ->
            match running e.RunId state with
            | Some run -> ended e run state
            | None -> state

    let fold state events = Array.fold evolve state events

/// When a schedule comes round: at whole multiples of its interval, so that every process reckons the same.
type Rhythm =
    {
        Every: TimeSpan
        /// Wait before a slot whose run failed is run again.
        RetryAfter: TimeSpan
    }

    /// The latest slot that is not in the future.
    member this.SlotAt(now: DateTimeOffset) = DateTimeOffset(now.UtcTicks - now.UtcTicks % this.Every.Ticks, TimeSpan.Zero)

[<RequireQualifiedAccess>]
module Queries =
    /// The run that goes on and whose lease holds.
    let holder (now: DateTimeOffset) (state: Fold.State) =
        match state.Last with
        | Some run when run.State = RunState.Running && now < run.LeaseUntil -> Some run
        | Some _
        | None -> None

    /// When the schedule is to run next: a time that has passed means now. Slots that were missed are caught up by one run.
    let nextRunAt (rhythm: Rhythm) (now: DateTimeOffset) (state: Fold.State) =
        let slot = rhythm.SlotAt now

        match holder now state, state.Slot with
        | Some run, _ -> run.LeaseUntil
        | None, None -> slot
        | None, Some last when last < slot -> slot
        | None, Some _ ->
            match state.SlotState, state.SlotEndedAt with
            // It goes on, and its lease does not hold.
            | None, _ -> slot
            | Some(RunState.Failed | RunState.Abandoned), Some endedAt -> min (slot + rhythm.Every) (endedAt + rhythm.RetryAfter)
            | Some _, _ -> slot + rhythm.Every

[<RequireQualifiedAccess>]
module Decisions =
    /// A wish to run.
    type Start =
        {
            Now: DateTimeOffset
            RunId: string
            Owner: string
            Trigger: Trigger
            Rhythm: Rhythm
            Lease: TimeSpan
            /// No other process writes this log: a run of another owner is of a process that has ended, so nobody need wait
            /// for its lease.
            OwnerIsAlone: bool
        }

    [<RequireQualifiedAccess>]
    type StartOutcome =
        | Started
        /// Somebody else runs it now.
        | Taken of runId: string
        /// Its time has not come, or another has run it already.
        | NotDue of nextRunAt: DateTimeOffset

    let private abandoned now (run: Fold.Run) =
        Events.RunEnded
            { RunId = run.Id
              State = RunState.Abandoned.Name
              Done = run.Done
              Skipped = run.Skipped
              Failed = run.Failed
              Error = None
              At = now }

    let private begin' start slot (state: Fold.State) =
        let given =
            match state.Last with
            | Some run when run.State = RunState.Running -> [| abandoned start.Now run |]
            | Some _
            | None -> [||]

        let started =
            Events.RunStarted
                { RunId = start.RunId
                  Owner = start.Owner
                  Trigger = start.Trigger.Name
                  Slot = slot
                  LeaseUntil = start.Now + start.Lease
                  At = start.Now }

        StartOutcome.Started, Array.append given [| started |]

    /// Starts a run, unless one goes on or nothing is due. A run whose lease is lost is noted as abandoned first.
    let start (start: Start) (state: Fold.State) =
        let isOfADeadProcess (run: Fold.Run) = start.OwnerIsAlone && run.Owner <> start.Owner

        match Queries.holder start.Now state, start.Trigger with
        | Some run, _ when run.Id = start.RunId -> StartOutcome.Started, [||]
        | Some run, _ when not (isOfADeadProcess run) -> StartOutcome.Taken run.Id, [||]
        | _, Trigger.Manual -> begin' start None state
        | Some _, Trigger.Due -> begin' start (Some(start.Rhythm.SlotAt start.Now)) state
        | None, Trigger.Due ->
            let next = Queries.nextRunAt start.Rhythm start.Now state

            if next <= start.Now then
                begin' start (Some(start.Rhythm.SlotAt start.Now)) state
            else
                StartOutcome.NotDue next, [||]

    /// Renews the lease once half of it is over. False: the run was taken over and must stop.
    let renew (now: DateTimeOffset) runId (lease: TimeSpan) (done': int) (failed: int) (state: Fold.State) =
        match state.Last with
        | Some run when run.Id = runId && run.State = RunState.Running ->
            if run.LeaseUntil - now > lease / 2.0 then
                true, [||]
            else
                true,
                [| Events.RunContinued { RunId = runId; Done = done'; Failed = failed; LeaseUntil = now + lease; At = now } |]
        | Some _
        | None -> false, [||]

    /// Ends a run; one that has ended, or was taken over, stays as it is.
    let finish (ended: Events.RunEnded) (state: Fold.State) =
        match state.Last with
        | Some run when run.Id = ended.RunId && run.State = RunState.Running -> [| Events.RunEnded ended |]
        | Some _
        | None -> [||]
