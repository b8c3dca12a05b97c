namespace UmsSti.Application

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
        /// The entity's version afterwards.
        Version: int64
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

/// One decision over its streams. Carried out or only planned, it is the same code on the same state. The first stream is that
/// of the entity the command is about.
[<NoComparison; NoEquality>]
type internal Work =
    {
        /// Appends what is decided, with what is to be remembered of verdict and version.
        Run: (Verdict -> int64 -> RememberedCommand | null) -> CancellationToken -> Task<Carried>
        /// Loads and decides; stores nothing.
        Dry: CancellationToken -> Task<Outcome>
    }

[<RequireQualifiedAccess>]
module internal Work =
    let private attempts = Attempts.Standard

    let private planned (participant: Participant<'event, 'state>) events () =
        events |> Array.map (EventBody.plan participant.Stream)

    let private carried (result: TransactionResult<Verdict, 'after>) (outcome: Decided<Verdict, 'after> -> Outcome) =
        match result with
        | TransactionResult.Decided decided -> Carried.Decided(outcome decided)
        | TransactionResult.AlreadyRemembered command -> Carried.AlreadyRemembered command

    // The events of a decision that is stored are in the log; nobody asks for them here.
    let private stored (version: int64) entity (decided: Decided<Verdict, 'after>) =
        { Verdict = decided.Result
          Entity = entity
          Version = version
          Position = decided.Position
          EventCount = decided.EventCount
          Events = fun () -> [||] }

    /// A decision on one stream.
    let on1 (show: ISyncContext<'s> -> EntityView voption) (one: Participant<'e, 's>) decide =
        { Run =
            fun remember ct ->
                task {
                    let! result = Transaction.run1 attempts one decide (fun verdict after -> remember verdict after.Version) ct

                    return carried result (fun decided -> stored decided.After.Version (show decided.After) decided)
                }
          Dry =
            fun ct ->
                task {
                    let! run = Transaction.dry1 one decide ct

                    return
                        { Verdict = run.Result
                          Entity = show run.After
                          Version = run.After.Version
                          Position = run.Position
                          EventCount = run.Events.Length
                          Events = planned one run.Events }
                } }

    /// A decision on two streams.
    let on2 (show: ISyncContext<'s1> -> EntityView voption) (one: Participant<'e1, 's1>) (two: Participant<'e2, 's2>) decide =
        { Run =
            fun remember ct ->
                task {
                    let! result =
                        Transaction.run2
                            attempts
                            one
                            two
                            decide
                            (fun verdict (struct (after, _)) -> remember verdict after.Version)
                            ct

                    return
                        carried result (fun decided ->
                            let struct (after, _) = decided.After
                            stored after.Version (show after) decided)
                }
          Dry =
            fun ct ->
                task {
                    let! run = Transaction.dry2 one two decide ct
                    let struct (after, _) = run.After
                    let struct (first, second) = run.Events

                    return
                        { Verdict = run.Result
                          Entity = show after
                          Version = after.Version
                          Position = run.Position
                          EventCount = first.Length + second.Length
                          Events = fun () -> Array.append (planned one first ()) (planned two second ()) }
                } }

    /// A decision on three streams.
    let on3
        (show: ISyncContext<'s1> -> EntityView voption)
        (one: Participant<'e1, 's1>)
        (two: Participant<'e2, 's2>)
        (three: Participant<'e3, 's3>)
        decide
        =
        { Run =
            fun remember ct ->
                task {
                    let! result =
                        Transaction.run3
                            attempts
                            one
                            two
                            three
                            decide
                            (fun verdict (struct (after, _, _)) -> remember verdict after.Version)
                            ct

                    return
                        carried result (fun decided ->
                            let struct (after, _, _) = decided.After
                            stored after.Version (show after) decided)
                }
          Dry =
            fun ct ->
                task {
                    let! run = Transaction.dry3 one two three decide ct
                    let struct (after, _, _) = run.After
                    let struct (first, second, third) = run.Events

                    return
                        { Verdict = run.Result
                          Entity = show after
                          Version = after.Version
                          Position = run.Position
                          EventCount = first.Length + second.Length + third.Length
                          Events = fun () -> Array.concat [ planned one first (); planned two second (); planned three third () ] }
                } }
