namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Security.Cryptography
open System.Text
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Places between which a process may be cut short.
[<RequireQualifiedAccess>]
type ProcessPoint =
    /// An action is due; its command is not sent yet.
    | BeforeCommand
    /// The command is answered; the answer is not noted yet.
    | AfterCommand
    | AfterRecord

/// Where a process stands.
[<RequireQualifiedAccess>]
type ProcessStanding =
    /// Nobody began it.
    | Unknown
    /// Its next action may be taken from then on.
    | Waiting of nextAt: DateTimeOffset
    /// A step has more to do than was done in one go; to be advanced again at once.
    | Underway
    /// Taking back failed for good, or a step of a process that takes nothing back; an operator must look and resume it.
    | Standing of code: string
    | Ended of outcome: Process.Outcome

/// Carries processes out: reads what is next from the stream, sends the command through the one door under a key of process and
/// step, and notes what became of it. Cut short anywhere, it goes on: a command that was sent and not noted is sent again under the
/// same key, and answers as the first time. Several at once on one process do no harm for the same reason.
[<Sealed>]
type Processes
    internal (wiring: Wiring, door: Door, upkeep: IUpkeep, flows: IReadOnlyList<ProcessFlow>, reached: ProcessPoint -> unit) =
    /// Things found at once by a step that sees to many.
    static let SweepPage = 100

    /// Commands of such a step in one go; the rest comes with the next.
    static let MaxSweepCommands = 500

    /// Each action ends a step, undoes one, or makes the process wait; two more end it.
    let maxActions = 2 * Process.Decisions.MaxSteps + 2

    let byKind = flows |> Seq.map (fun flow -> flow.Kind, flow) |> dict

    let decider (envelope: Envelope) id =
        Decider.forRequest wiring.Processes (Context.about "" envelope.CorrelationId envelope) (ProcessStream.streamId id)

    let envelopeOf (id: ProcessId) (progress: Process.Fold.Progress) now key : Envelope =
        { Actor = Actors.system id.Kind
          IdempotencyKey = key
          Fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(key: string))
          CorrelationId = progress.CorrelationId
          CausationId = (ProcessStream.streamName id).Value
          Ip = null
          UserAgent = null
          Now = now
          ExpectedVersion = Envelope.AnyVersion }

    let standing now state =
        match state with
        | Process.Fold.Initial -> ProcessStanding.Unknown
        | Process.Fold.Begun progress ->
            match progress.Phase with
            | Process.Fold.Ended outcome -> ProcessStanding.Ended outcome
            | Process.Fold.Standing code -> ProcessStanding.Standing code
            | Process.Fold.Forward
            | Process.Fold.Compensating _ -> ProcessStanding.Waiting(max now progress.NextAt)

    let send envelope command ct =
        task {
            try
                return! door.Execute(envelope, command, ct)
            with
            | :? MaxResyncsExhaustedException
            | :? StreamBusyException as busy -> return Answer.Refused(Refusals.conflict "concurrency-conflict" busy.Message [])
        }

    /// Sends the command of an action. The log being unavailable is no answer: it is thrown, and nothing is noted.
    let carryOut (flow: ProcessFlow) (step: ProcessStep) envelope (command: Command voption) missing ct =
        task {
            match command with
            | ValueNone -> return missing
            | ValueSome command ->
                match! send envelope command ct with
                | Answer.Accepted _ -> return Process.Result.CarriedOut
                | Answer.Refused refusal -> return flow.Judge step refusal
        }

    let unknownStep = Process.Result.Refused "unknown-step"

    /// The worst answer to the commands of a step that sees to many. One that has lost its point is as good as done.
    let worse result other =
        match result, other with
        | Process.Result.Refused _, _ -> result
        | _, (Process.Result.Refused _ | Process.Result.Hindered _) -> other
        | _ -> result

    /// Sends a command for each thing that is found. They bear no key: what was seen to is not found again, and saying it twice
    /// changes nothing. None: there is more to do.
    let rec sweep (flow: ProcessFlow) step query envelope (after: obj | null) left result ct : Task<Process.Result voption> =
        task {
            let! page = upkeep.Find(query, after, min SweepPage left, ct)
            let mutable worst = result

            for command in page.Commands do
                match! send envelope command ct with
                | Answer.Accepted _ -> ()
                | Answer.Refused refusal -> worst <- worse worst (flow.Judge step refusal)

            match page.Next with
            | null -> return ValueSome worst
            | next when left > page.Commands.Count ->
                return! sweep flow step query envelope next (left - page.Commands.Count) worst ct
            | _ when worst = Process.Result.CarriedOut -> return ValueNone
            // What hinders must not be met again and again at the head of the line.
            | _ -> return ValueSome worst
        }

    let act (id: ProcessId) (progress: Process.Fold.Progress) now action ct =
        task {
            let flow = byKind[id.Kind]
            let stream = (ProcessStream.streamName id).Value
            let step name : ProcessStep = { Id = id; Step = name; Facts = progress.Facts }
            let envelope key = envelopeOf id progress now $"{stream}/{key}"

            match action with
            | Process.Flow.Action.Run name ->
                let step = step name

                match flow.Sweep step with
                | ValueSome query ->
                    let envelope = { envelope name with IdempotencyKey = null; Fingerprint = [||] }
                    return! sweep flow step query envelope null MaxSweepCommands Process.Result.CarriedOut ct
                | ValueNone ->
                    let! result = carryOut flow step (envelope name) (flow.Command step) unknownStep ct
                    return ValueSome result
            | Process.Flow.Action.Undo name ->
                let step = step name
                let! result = carryOut flow step (envelope $"{name}/undo") (flow.Undo step) Process.Result.CarriedOut ct
                return ValueSome result
            | Process.Flow.Action.End _
            | Process.Flow.Action.Stand
            | Process.Flow.Action.Rest -> return ValueSome Process.Result.CarriedOut
        }

    let load (id: ProcessId) ct =
        (Decider.forRequest wiring.Processes Unchecked.defaultof<EncodeContext> (ProcessStream.streamId id))
            .Query((fun state -> state), ct = ct)

    // A kind this program does not know waits for one that does.
    let rec advance (id: ProcessId) now left ct : Task<ProcessStanding> =
        task {
            let! state = load id ct

            match state, Process.Flow.nextAction state with
            | Process.Fold.Begun progress, struct (action, at) when at <= now && left > 0 && byKind.ContainsKey id.Kind ->
                reached ProcessPoint.BeforeCommand
                let! result = act id progress now action ct
                reached ProcessPoint.AfterCommand

                match result with
                | ValueNone -> return ProcessStanding.Underway
                | ValueSome result ->
                    let envelope = { envelopeOf id progress now "" with IdempotencyKey = null; Fingerprint = [||] }
                    do! (decider envelope id).Transact(Process.Decisions.record now action result, ct = ct)
                    reached ProcessPoint.AfterRecord
                    return! advance id now (left - 1) ct
            | _ -> return standing now state
        }

    /// Begins a process; true when this call did. One that has begun stays as it is planned.
    member _.Start(id: ProcessId, plan: Process.Decisions.Plan, envelope: Envelope, ct: CancellationToken) : Task<bool> =
        let envelope = envelope.Kept

        let plan =
            { plan with
                Steps = plan.Steps |> List.map (fun step -> { step with NotBefore = Moments.kept step.NotBefore }) }

        (decider envelope id)
            .Transact(
                (fun state ->
                    let events = Process.Decisions.start envelope.Now plan state
                    events.Length > 0, events),
                ct = ct
            )

    /// Takes every action whose time has come, as far as it gets in one go. Throws `LogUnavailableException` when nothing can be
    /// written and `ReadModelBehindException` when what a step is about cannot be looked up; going on later is safe.
    member _.Advance(id: ProcessId, now: DateTimeOffset, ct: CancellationToken) : Task<ProcessStanding> =
        advance id (Moments.kept now) maxActions ct

    /// Takes actions until there is nothing left to do now, however many goes that is.
    member this.AdvanceFully(id: ProcessId, now: DateTimeOffset, ct: CancellationToken) : Task<ProcessStanding> =
        task {
            match! this.Advance(id, now, ct) with
            | ProcessStanding.Underway -> return! this.AdvanceFully(id, now, ct)
            | standing -> return standing
        }

    /// Ends a process before its time whose next step has lost its point; true when this call did.
    member _.Overtake(id: ProcessId, code: string, envelope: Envelope, ct: CancellationToken) : Task<bool> =
        let envelope = envelope.Kept

        (decider envelope id)
            .Transact(
                (fun state ->
                    let events = Process.Decisions.overtake envelope.Now code state
                    events.Length > 0, events),
                ct = ct
            )

    /// Lets a process that stands try again; true when it stood.
    member _.Resume(id: ProcessId, envelope: Envelope, ct: CancellationToken) : Task<bool> =
        let envelope = envelope.Kept

        (decider envelope id)
            .Transact(
                (fun state ->
                    let events = Process.Decisions.resume envelope.Now envelope.Actor state
                    events.Length > 0, events),
                ct = ct
            )

    /// Where a process stands; takes no action.
    member _.Find(id: ProcessId, now: DateTimeOffset, ct: CancellationToken) : Task<ProcessStanding> =
        task {
            let! state = load id ct
            return standing (Moments.kept now) state
        }
