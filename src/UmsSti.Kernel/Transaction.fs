namespace UmsSti.Kernel

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks

/// One stream that takes part in a transaction. Made by `Participant.create`; may be used for many runs.
[<Sealed>]
type Participant<'event, 'state>
    internal (log: IEventLog, options: CategoryOptions, stream: StreamName, begin': unit -> Part<'event, 'state>) =
    /// The stream that takes part.
    member _.Stream = stream
    member internal _.Log = log
    member internal _.Options = options
    member internal _.Begin() = begin' ()

/// Makes participants.
[<RequireQualifiedAccess>]
module Participant =
    /// Loaded as the option says: `AssumeEmpty` saves the read of a stream whose id is fresh.
    let createWith (load: LoadOption<'state>) (category: Category<'event, 'state, 'req>) (req: 'req) (id: StreamId) =
        let stream = category.StreamName id

        Participant<'event, 'state>(
            category.Log,
            category.Options,
            stream,
            fun () -> CategoryPart(category, req, stream, category.Empty, load)
        )

    /// Loaded with `RequireLoad`.
    let create category req id = createWith LoadOption.RequireLoad category req id

/// One stream's seat in a transaction over any number of streams: what was read of it, and where a decision puts its events.
[<Sealed>]
type Seat<'event, 'state> internal (part: Part<'event, 'state>) =
    member _.Stream = part.Stream
    /// State and version decided on.
    member _.Before = part.Before
    /// State and version with the decided events.
    member _.After = part.After

    /// The events decided for this stream; empty before each decision.
    member _.Events
        with get () = part.Events
        and set (decided: 'event[]) = part.Events <- decided

/// The seats of one run, all streams of one log, each at most once.
[<Sealed>]
type Seats() =
    let parts = List<Part>()
    let watched = HashSet<Part>(HashIdentity.Reference)
    let mutable home: struct (IEventLog * CategoryOptions) voption = ValueNone

    let sit (participant: Participant<'event, 'state>) =
        match home with
        | ValueSome(struct (log, _)) when not (obj.ReferenceEquals(log, participant.Log)) ->
            invalidArg (nameof participant) "The participants of a transaction live in one log."
        | ValueSome _ -> ()
        | ValueNone -> home <- ValueSome(struct (participant.Log, participant.Options))

        let part = participant.Begin()
        parts.Add part
        part

    member internal _.Parts = parts.ToArray()

    /// The streams whose turn is waited for.
    member internal _.Turns = parts |> Seq.filter (watched.Contains >> not) |> Seq.map _.Stream |> Array.ofSeq

    member internal _.Home =
        match home with
        | ValueSome home -> home
        | ValueNone -> invalidOp "A transaction has at least one stream."

    /// A seat for a stream.
    member _.Take(participant: Participant<'event, 'state>) : Seat<'event, 'state> = Seat<'event, 'state>(sit participant)

    /// A seat that is only read: its version is guarded like the others', but nobody waits for its turn, so that decisions which
    /// merely look at a stream do not queue for it. Where it moves, the decision is made again.
    member _.Watch(participant: Participant<'event, 'state>) : Seat<'event, 'state> =
        let part = sit participant
        watched.Add part |> ignore
        Seat<'event, 'state> part

/// A decision that stands: durable, or without events.
[<Struct; NoComparison; NoEquality>]
type Decided<'r, 'after> =
    {
        Result: 'r
        /// State and version of each participant afterwards.
        After: 'after
        /// Log position of the last event (for a remembered command without events: the head it was stored at; without either:
        /// the last position the decision was based on).
        Position: int64
        /// Events stored.
        EventCount: int
    }

/// How a transaction ended.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type TransactionResult<'r, 'after> =
    | Decided of Decided<'r, 'after>
    /// The command id was answered before; nothing was stored now.
    | AlreadyRemembered of RememberedCommand

/// What a decision would do.
[<Struct; NoComparison; NoEquality>]
type DryRun<'r, 'after, 'events> =
    {
        Result: 'r
        /// State and version of each participant if the events were stored.
        After: 'after
        Events: 'events
        /// The last position the decision was based on.
        Position: int64
    }

/// One decision over several streams of one log. All events are appended at once or not at all, each stream with the version it was
/// read at: a participant that gets no events is guarded as well, so a decision never rests on a state that has moved.
/// Turns are taken in the order of the streams' names, so transactions cannot lock each other out. The promises of `DeciderCore` hold.
///
/// `remember` is asked after each decision for what shall be remembered with the events (null: nothing); the versions it sees are those
/// after, the positions those before. With no events and nothing to remember there is no store trip.
[<RequireQualifiedAccess>]
module Transaction =
    /// Remembers nothing.
    let nothing: 'r -> 'after -> RememberedCommand | null = fun _ _ -> null

    let private position (parts: Part[]) = parts |> Array.map _.Position |> Array.max

    let private load (parts: Part[]) ct : Task =
        task {
            for part in parts do
                do! part.Load ct
        }

    let rec private withTurns
        (turns: StreamTurns)
        (streams: StreamName list)
        (ct: CancellationToken)
        (work: unit -> Task<'a>)
        : Task<'a> =
        match streams with
        | [] -> work ()
        | stream :: others ->
            task {
                use! _turn = turns.Take(stream, ct)
                return! withTurns turns others ct work
            }

    let private attempt (log: IEventLog) (parts: Part[]) decide after remember ct =
        task {
            let result = decide ()
            let events = parts |> Array.sumBy _.EventCount
            let command: RememberedCommand | null = remember result (after ())

            let settle position =
                TransactionResult.Decided { Result = result; After = after (); Position = position; EventCount = events }

            if events = 0 && isNull command then
                return Settled(settle (position parts))
            else
                match! Parts.append log parts command ct with
                | AppendResult.Appended(_, last) -> return Settled(settle last)
                | AppendResult.AlreadyRemembered earlier -> return Settled(TransactionResult.AlreadyRemembered earlier)
                | AppendResult.Conflict(stream, actual) ->
                    let moved = parts |> Array.find (fun part -> part.Stream = stream)

                    return
                        Conflicted(fun ct ->
                            task {
                                do! moved.Resync(actual, ct)
                                return ()
                            })
        }

    let private runWith
        attempts
        (options: CategoryOptions)
        (log: IEventLog)
        (parts: Part[])
        (turns: StreamName[])
        decide
        after
        remember
        ct
        =
        task {
            if (parts |> Array.distinctBy _.Stream).Length <> parts.Length then
                invalidArg (nameof parts) "A stream takes part in a transaction once at most."

            let streams = turns |> Array.sort |> List.ofArray

            return!
                withTurns options.Turns streams ct (fun () ->
                    task {
                        do! load parts ct
                        return!
                            TransactLoop.run attempts options.Backoff ct () (fun _ () ->
                                attempt log parts decide after remember ct)
                    })
        }

    let private run attempts options log (parts: Part[]) decide after remember ct =
        runWith attempts options log parts (parts |> Array.map _.Stream) decide after remember ct

    let private sameLog (one: IEventLog) (other: IEventLog) =
        if not (obj.ReferenceEquals(one, other)) then
            invalidArg (nameof other) "The participants of a transaction live in one log."

    let private decide1 (a: Part<_, _>) decide () =
        let result, events = decide a.Before
        a.Events <- events
        result

    let private decide2 (a: Part<_, _>) (b: Part<_, _>) decide () =
        let result, eventsA, eventsB = decide a.Before b.Before
        a.Events <- eventsA
        b.Events <- eventsB
        result

    let private decide3 (a: Part<_, _>) (b: Part<_, _>) (c: Part<_, _>) decide () =
        let result, eventsA, eventsB, eventsC = decide a.Before b.Before c.Before
        a.Events <- eventsA
        b.Events <- eventsB
        c.Events <- eventsC
        result

    /// One stream.
    let run1
        attempts
        (one: Participant<'e1, 's1>)
        (decide: ISyncContext<'s1> -> 'r * 'e1[])
        (remember: 'r -> ISyncContext<'s1> -> RememberedCommand | null)
        (ct: CancellationToken)
        =
        let a = one.Begin()
        run attempts one.Options one.Log [| a |] (decide1 a decide) (fun () -> a.After) remember ct

    /// Two streams.
    let run2
        attempts
        (one: Participant<'e1, 's1>)
        (two: Participant<'e2, 's2>)
        (decide: ISyncContext<'s1> -> ISyncContext<'s2> -> 'r * 'e1[] * 'e2[])
        (remember: 'r -> struct (ISyncContext<'s1> * ISyncContext<'s2>) -> RememberedCommand | null)
        (ct: CancellationToken)
        =
        sameLog one.Log two.Log
        let a, b = one.Begin(), two.Begin()
        run attempts one.Options one.Log [| a; b |] (decide2 a b decide) (fun () -> struct (a.After, b.After)) remember ct

    /// Three streams.
    let run3
        attempts
        (one: Participant<'e1, 's1>)
        (two: Participant<'e2, 's2>)
        (three: Participant<'e3, 's3>)
        (decide: ISyncContext<'s1> -> ISyncContext<'s2> -> ISyncContext<'s3> -> 'r * 'e1[] * 'e2[] * 'e3[])
        (remember: 'r -> struct (ISyncContext<'s1> * ISyncContext<'s2> * ISyncContext<'s3>) -> RememberedCommand | null)
        (ct: CancellationToken)
        =
        sameLog one.Log two.Log
        sameLog one.Log three.Log
        let a, b, c = one.Begin(), two.Begin(), three.Begin()
        let after () = struct (a.After, b.After, c.After)
        run attempts one.Options one.Log [| a; b; c |] (decide3 a b c decide) after remember ct

    let private dry (parts: Part[]) decide after events ct =
        task {
            do! load parts ct
            let known = position parts
            let result = decide ()

            return { Result = result; After = after (); Events = events (); Position = known }
        }

    /// What `run1` would do: loads and decides; takes no turn, stores nothing.
    let dry1 (one: Participant<'e1, 's1>) (decide: ISyncContext<'s1> -> 'r * 'e1[]) (ct: CancellationToken) =
        let a = one.Begin()
        dry [| a |] (decide1 a decide) (fun () -> a.After) (fun () -> a.Events) ct

    /// What `run2` would do.
    let dry2
        (one: Participant<'e1, 's1>)
        (two: Participant<'e2, 's2>)
        (decide: ISyncContext<'s1> -> ISyncContext<'s2> -> 'r * 'e1[] * 'e2[])
        (ct: CancellationToken)
        =
        let a, b = one.Begin(), two.Begin()
        dry [| a; b |] (decide2 a b decide) (fun () -> struct (a.After, b.After)) (fun () -> struct (a.Events, b.Events)) ct

    /// What `run3` would do.
    let dry3
        (one: Participant<'e1, 's1>)
        (two: Participant<'e2, 's2>)
        (three: Participant<'e3, 's3>)
        (decide: ISyncContext<'s1> -> ISyncContext<'s2> -> ISyncContext<'s3> -> 'r * 'e1[] * 'e2[] * 'e3[])
        (ct: CancellationToken)
        =
        let a, b, c = one.Begin(), two.Begin(), three.Begin()
        let after () = struct (a.After, b.After, c.After)
        dry [| a; b; c |] (decide3 a b c decide) after (fun () -> struct (a.Events, b.Events, c.Events)) ct

    // A decision that is made again starts without the events of the one before, also where it refuses now.
    let private afresh (parts: Part[]) (decide: unit -> 'r) () =
        for part in parts do
            part.Clear()

        decide ()

    /// Any number of streams: `decide` reads the seats and puts its events there.
    let runSeats
        attempts
        (seats: Seats)
        (decide: unit -> 'r)
        (remember: 'r -> RememberedCommand | null)
        (ct: CancellationToken)
        : Task<TransactionResult<'r, unit>> =
        let struct (log, options) = seats.Home
        let parts = seats.Parts
        runWith attempts options log parts seats.Turns (afresh parts decide) (fun () -> ()) (fun result () -> remember result) ct

    /// What `runSeats` would do.
    let drySeats (seats: Seats) (decide: unit -> 'r) (ct: CancellationToken) : Task<DryRun<'r, unit, unit>> =
        let parts = seats.Parts
        dry parts (afresh parts decide) (fun () -> ()) (fun () -> ()) ct
