namespace UmsSti.Application

open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open UmsSti.Kernel

/// What a decision left behind, or would.
[<NoComparison; NoEquality>]
type internal Outcome =
    {
        Verdict: Verdict
        /// The entity afterwards; none when it does not exist.
        Entity: EntityView voption
        /// Log position of the last event, or the one that was decided on.
        Position: int64
        EventCount: int
        /// The events, to be looked at; asked for by dry runs only.
        Events: unit -> PlannedEvent[]
    }

/// How carrying out ended.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type internal Carried =
    | Decided of Outcome
    /// The same command was answered before; nothing was stored now.
    | AlreadyRemembered of RememberedCommand

/// The streams of one run of a decision.
[<Sealed>]
type internal Table() =
    let seats = Seats()
    let counts = List<unit -> int>()
    let shown = List<unit -> PlannedEvent[]>()
    let cleared = List<unit -> unit>()
    let seated = Dictionary<StreamName, obj>()

    member _.Seats = seats
    member _.EventCount = counts |> Seq.sumBy (fun count -> count ())
    /// The sitting's decision; a refusal leaves no events on any seat, whatever was put there before a later rule refused.
    member _.Judge(decide: unit -> Verdict) : Verdict =
        match decide () with
        | Ok() -> Ok()
        | Error refusal ->
            for clear in cleared do
                clear ()

            Error refusal

    member _.Planned() = shown |> Seq.collect (fun planned -> planned ()) |> Array.ofSeq

    /// Seats a stream; dry runs show its events in the order of the seats.
    member _.Seat(participant: Participant<'event, 'state>) =
        let seat = seats.Take participant
        counts.Add(fun () -> seat.Events.Length)
        cleared.Add(fun () -> seat.Events <- [||])
        shown.Add(fun () -> seat.Events |> Array.map (EventBody.plan seat.Stream))
        seated.Add(seat.Stream, seat)
        seat

    /// A stream that is only looked at, as the decision finds it: it stands guarded beside what is decided, and nobody queues for it.
    /// To be asked after all seats are taken; a stream that has one is read there.
    member _.Watch(participant: Participant<'event, 'state>) : unit -> 'state =
        let seat =
            match seated.TryGetValue participant.Stream with
            | true, (:? Seat<'event, 'state> as known) -> known
            | _ ->
                let seat = seats.Watch participant
                seated.Add(seat.Stream, seat)
                seat

        fun () -> seat.Before.State

/// A decision whose streams are seated.
[<NoComparison; NoEquality>]
type internal Sitting =
    {
        /// Reads the seats and puts the events there; pure, and made again after a conflict.
        Decide: unit -> Verdict
        /// The entity the command is about, as it is afterwards.
        Show: unit -> EntityView voption
        /// That entity's version afterwards.
        Version: unit -> int64
    }

/// One decision over its streams. Carried out or only planned, it is the same code on the same state; each run seats its
/// streams anew.
[<Sealed>]
type internal Work private (sit: Result<Table -> Sitting, Refusal>) =
    let attempts = Attempts.Standard

    let refused refusal =
        { Verdict = Error refusal
          Entity = ValueNone
          Position = 0L
          EventCount = 0
          Events = fun () -> [||] }

    let outcome (table: Table) (sitting: Sitting) verdict position =
        { Verdict = verdict
          Entity = sitting.Show()
          Position = position
          EventCount = table.EventCount
          Events = table.Planned }

    new(sit: Table -> Sitting) = Work(Ok sit)

    /// A command that no stream needs to be looked at for any more.
    static member Refused(refusal: Refusal) = Work(Error refusal)

    /// The same decision, made only where a judge of the same streams lets it pass.
    member this.Under(judge: Table -> unit -> Verdict) =
        match sit with
        | Error _ -> this
        | Ok sit ->
            Work(fun table ->
                let sitting = sit table
                let judge = judge table
                { sitting with Decide = fun () -> judge () |> Result.bind sitting.Decide })

    member private _.RunSeated(sit: Table -> Sitting, remember: Verdict -> int64 -> int -> RememberedCommand | null, ct) =
        task {
            let table = Table()
            let sitting = sit table

            let! result =
                Transaction.runSeats
                    attempts
                    table.Seats
                    (fun () -> table.Judge sitting.Decide)
                    (fun verdict -> remember verdict (sitting.Version()) table.EventCount)
                    ct

            match result with
            | TransactionResult.Decided decided -> return Carried.Decided(outcome table sitting decided.Result decided.Position)
            | TransactionResult.AlreadyRemembered command -> return Carried.AlreadyRemembered command
        }

    /// Appends what is decided, with what is to be remembered of verdict, version and number of events; null: nothing.
    member this.Run(remember: Verdict -> int64 -> int -> RememberedCommand | null, ct: CancellationToken) : Task<Carried> =
        match sit with
        | Ok sit -> this.RunSeated(sit, remember, ct)
        | Error refusal -> Task.FromResult(Carried.Decided(refused refusal))

    member private _.DrySeated(sit: Table -> Sitting, ct) =
        task {
            let table = Table()
            let sitting = sit table
            let! run = Transaction.drySeats table.Seats (fun () -> table.Judge sitting.Decide) ct
            return outcome table sitting run.Result run.Position
        }

    /// Loads and decides; stores nothing.
    member this.Dry(ct: CancellationToken) : Task<Outcome> =
        match sit with
        | Ok sit -> this.DrySeated(sit, ct)
        | Error refusal -> Task.FromResult(refused refusal)
