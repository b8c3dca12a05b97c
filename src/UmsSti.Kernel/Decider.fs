namespace UmsSti.Kernel

open System
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks

/// Runs decisions on one stream: load, decide, append; on conflict resync and decide again, at most `attempts` times.
/// The C# face; in F# use `Decider`.
///
/// A decision may run several times, so it must be pure; the answer is that of its last run. No events: answered at once,
/// without a store trip. Written: mappers and renders see the state after. Throws `MaxResyncsExhaustedException`,
/// `StreamBusyException`, `LogUnavailableException`; in each case nothing was stored. A cancellation is heeded until the events
/// go to the log, not after. A decision must not transact on its own stream: it would wait for its own turn.
[<Sealed>]
type DeciderCore<'event, 'state>(stream: IStream<'event, 'state>, backoff: Backoff) =
    let context (struct (token, state)) = SyncContext<'state>(token, state) :> ISyncContext<'state>

    let loadBy (load: LoadOption<'state> | null) ct =
        let option =
            match load with
            | null -> LoadOption.RequireLoad
            | given -> given

        TransactLoop.load option (stream.LoadEmpty()) (fun maxAge leader -> stream.Load(maxAge, leader, ct))

    member internal _.Run<'r, 'v>
        (
            decide: ISyncContext<'state> -> ValueTask<struct ('r * 'event[])>,
            mapResult: 'r -> ISyncContext<'state> -> 'v,
            load: LoadOption<'state> | null,
            attempts: Attempts | null,
            ct: CancellationToken
        ) : Task<'v> =
        let attempts =
            match attempts with
            | null -> Attempts.Standard
            | given -> given

        task {
            use! _turn = stream.TakeTurn ct
            let! origin = loadBy load ct

            return!
                TransactLoop.run attempts backoff ct origin (fun attempt (struct (token, state) as known) ->
                    task {
                        let before = context known
                        let! struct (result, events) = decide before

                        if events.Length = 0 then
                            return Settled(mapResult result before)
                        else
                            match! stream.Sync(attempt, token, state, events, ct) with
                            | SyncResult.Written after -> return Settled(mapResult result (context after))
                            | SyncResult.Conflict resync -> return Conflicted resync
                    })
        }

    /// Appends what `interpret` says.
    member this.Transact
        (
            interpret: Func<'state, 'event[]>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task =
        this.Run((fun c -> ValueTask<_>(struct ((), interpret.Invoke c.State))), (fun () _ -> ()), load, attempts, ct)

    /// Appends what `interpret` says and renders the state after.
    member this.Transact
        (
            interpret: Func<'state, 'event[]>,
            render: Func<'state, 'v>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'v> =
        this.Run(
            (fun c -> ValueTask<_>(struct ((), interpret.Invoke c.State))),
            (fun () after -> render.Invoke after.State),
            load,
            attempts,
            ct
        )

    /// Appends the decision's events and answers its result.
    member this.Transact
        (
            decide: Func<'state, struct ('r * 'event[])>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'r> =
        this.Run((fun c -> ValueTask<_>(decide.Invoke c.State)), (fun r _ -> r), load, attempts, ct)

    /// Appends the decision's events and answers from its result and the state after.
    member this.Transact
        (
            decide: Func<'state, struct ('r * 'event[])>,
            mapResult: Func<'r, 'state, 'v>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'v> =
        this.Run(
            (fun c -> ValueTask<_>(decide.Invoke c.State)),
            (fun r after -> mapResult.Invoke(r, after.State)),
            load,
            attempts,
            ct
        )

    /// A decision that waits for something; the stream's turn is held meanwhile, so what it waits for must be quick.
    member this.Transact
        (
            decide: Func<'state, CancellationToken, Task<struct ('r * 'event[])>>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'r> =
        this.Run((fun c -> ValueTask<_>(task = decide.Invoke(c.State, ct))), (fun r _ -> r), load, attempts, ct)

    /// As `Transact`, deciding on state and version.
    member this.TransactEx
        (
            decide: Func<ISyncContext<'state>, struct ('r * 'event[])>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'r> =
        this.Run((fun c -> ValueTask<_>(decide.Invoke c)), (fun r _ -> r), load, attempts, ct)

    /// As `Transact`, deciding on state and version, answering from both after.
    member this.TransactEx
        (
            decide: Func<ISyncContext<'state>, struct ('r * 'event[])>,
            mapResult: Func<'r, ISyncContext<'state>, 'v>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'v> =
        this.Run((fun c -> ValueTask<_>(decide.Invoke c)), (fun r after -> mapResult.Invoke(r, after)), load, attempts, ct)

    /// Appends what `interpret` says on state and version, and renders both after.
    member this.TransactEx
        (
            interpret: Func<ISyncContext<'state>, 'event[]>,
            render: Func<ISyncContext<'state>, 'v>,
            [<Optional>] load: LoadOption<'state> | null,
            [<Optional>] attempts: Attempts | null,
            [<Optional>] ct: CancellationToken
        ) : Task<'v> =
        this.Run(
            (fun c -> ValueTask<_>(struct ((), interpret.Invoke c))),
            (fun () after -> render.Invoke after),
            load,
            attempts,
            ct
        )

    /// Renders the state; takes no turn.
    member _.Query
        (render: Func<'state, 'v>, [<Optional>] load: LoadOption<'state> | null, [<Optional>] ct: CancellationToken)
        : Task<'v> =
        task {
            let! struct (_, state) = loadBy load ct
            return render.Invoke state
        }

    /// Renders state and version; takes no turn.
    member _.QueryEx
        (render: Func<ISyncContext<'state>, 'v>, [<Optional>] load: LoadOption<'state> | null, [<Optional>] ct: CancellationToken)
        : Task<'v> =
        task {
            let! known = loadBy load ct
            return render.Invoke(context known)
        }

/// The F# face of `DeciderCore`, where the promises stand. `load` defaults to RequireLoad, `attempts` to `Attempts.Standard`.
[<Sealed>]
type Decider<'event, 'state>(core: DeciderCore<'event, 'state>) =
    let run (decide: ISyncContext<'state> -> 'r * 'event[]) (mapResult: 'r -> ISyncContext<'state> -> 'v) load attempts ct =
        let decide c =
            let result, events = decide c
            ValueTask<_>(struct (result, events))

        core.Run(decide, mapResult, Option.toObj load, Option.toObj attempts, defaultArg ct CancellationToken.None)

    /// The C# face.
    member _.Core = core

    /// Appends what `interpret` says.
    member _.Transact(interpret: 'state -> 'event[], ?load: LoadOption<'state>, ?attempts: Attempts, ?ct) : Task<unit> =
        run (fun c -> (), interpret c.State) (fun () _ -> ()) load attempts ct

    /// Appends what `interpret` says and renders the state after.
    member _.Transact(interpret: 'state -> 'event[], render: 'state -> 'v, ?load: LoadOption<'state>, ?attempts: Attempts, ?ct) =
        run (fun c -> (), interpret c.State) (fun () after -> render after.State) load attempts ct

    /// Appends the decision's events and answers its result.
    member _.Transact(decide: 'state -> 'r * 'event[], ?load: LoadOption<'state>, ?attempts: Attempts, ?ct) : Task<'r> =
        run (fun c -> decide c.State) (fun r _ -> r) load attempts ct

    /// Appends the decision's events and answers from its result and the state after.
    member _.Transact
        (decide: 'state -> 'r * 'event[], mapResult: 'r -> 'state -> 'v, ?load: LoadOption<'state>, ?attempts: Attempts, ?ct)
        =
        run (fun c -> decide c.State) (fun r after -> mapResult r after.State) load attempts ct

    /// A decision that waits for something; the stream's turn is held meanwhile, so what it waits for must be quick.
    member _.Transact
        (decide: 'state -> CancellationToken -> Task<'r * 'event[]>, ?load: LoadOption<'state>, ?attempts: Attempts, ?ct)
        : Task<'r> =
        let ct = defaultArg ct CancellationToken.None

        let decide (c: ISyncContext<'state>) =
            ValueTask<_>(
                task =
                    task {
                        let! result, events = decide c.State ct
                        return struct (result, events)
                    }
            )

        core.Run(decide, (fun r _ -> r), Option.toObj load, Option.toObj attempts, ct)

    /// As `Transact`, deciding on state and version.
    member _.TransactEx(decide: ISyncContext<'state> -> 'r * 'event[], ?load: LoadOption<'state>, ?attempts: Attempts, ?ct) =
        run decide (fun r _ -> r) load attempts ct

    /// As `Transact`, deciding on state and version, answering from both after.
    member _.TransactEx
        (
            decide: ISyncContext<'state> -> 'r * 'event[],
            mapResult: 'r -> ISyncContext<'state> -> 'v,
            ?load: LoadOption<'state>,
            ?attempts: Attempts,
            ?ct
        ) =
        run decide mapResult load attempts ct

    /// Appends what `interpret` says on state and version, and renders both after.
    member _.TransactEx
        (
            interpret: ISyncContext<'state> -> 'event[],
            render: ISyncContext<'state> -> 'v,
            ?load: LoadOption<'state>,
            ?attempts: Attempts,
            ?ct
        ) =
        run (fun c -> (), interpret c) (fun () after -> render after) load attempts ct

    /// Renders the state; takes no turn.
    member _.Query(render: 'state -> 'v, ?load: LoadOption<'state>, ?ct) : Task<'v> =
        core.Query(Func<'state, 'v> render, Option.toObj load, defaultArg ct CancellationToken.None)

    /// Renders state and version; takes no turn.
    member _.QueryEx(render: ISyncContext<'state> -> 'v, ?load: LoadOption<'state>, ?ct) : Task<'v> =
        core.QueryEx(Func<ISyncContext<'state>, 'v> render, Option.toObj load, defaultArg ct CancellationToken.None)
