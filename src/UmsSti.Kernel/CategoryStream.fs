namespace UmsSti.Kernel

open System
open System.Runtime.CompilerServices
open System.Threading
open System.Threading.Tasks

/// One stream's share of a decision, without its types: loaded, decided on, appended together with others.
[<AbstractClass>]
type internal Part(stream: StreamName) =
    member _.Stream = stream
    abstract Load: ct: CancellationToken -> Task
    abstract Resync: actualVersion: int64 * ct: CancellationToken -> Task
    /// Log position of the last event known.
    abstract Position: int64
    abstract EventCount: int
    /// Forgets what was decided; what was read stays.
    abstract Clear: unit -> unit
    /// Encodes the decided events, with the version they were decided on. Sent without events too: what was read is guarded.
    abstract Append: unit -> StreamAppend
    /// The events are durable; the last one at that position.
    abstract Landed: lastPosition: int64 -> Task
    /// The fate of the append is unknown, or it failed.
    abstract Lost: unit -> unit

module internal Parts =
    /// Appends all parts at once and tells each what became of it.
    let append (log: IEventLog) (parts: Part[]) (command: RememberedCommand | null) (ct: CancellationToken) =
        task {
            ct.ThrowIfCancellationRequested()
            let appends = parts |> Array.map _.Append()
            let mutable answered = false

            try
                // From here on a cancellation is not heeded: to know what was stored, the answer must be awaited.
                let! result = log.Append(AppendRequest(appends, command), CancellationToken.None)
                answered <- true

                match result with
                | AppendResult.Appended(first, _) ->
                    let mutable next = first

                    for part in parts do
                        next <- next + int64 part.EventCount
                        do! part.Landed(next - 1L)
                | AppendResult.Conflict(stream, _) -> Telemetry.count Telemetry.conflicts 1 stream.Category
                | AppendResult.AlreadyRemembered _ -> ()

                return result
            finally
                if not answered then
                    for part in parts do
                        part.Lost()
        }

/// A `Part` with its types: what a decision reads and where it puts its events.
[<AbstractClass>]
type internal Part<'event, 'state>(stream) =
    inherit Part(stream)
    /// State and version decided on.
    abstract Before: ISyncContext<'state>
    /// State and version once `Events` are appended; Position stays the one before until they have landed.
    abstract After: ISyncContext<'state>
    abstract Events: 'event[] with get, set

[<Sealed>]
type internal CategoryPart<'event, 'state, 'req>
    (category: Category<'event, 'state, 'req>, req: 'req, stream, origin: struct (StreamToken * 'state), load: LoadOption<'state>)
    =
    inherit Part<'event, 'state>(stream)
    let mutable struct (token, state) = origin
    let mutable events: 'event[] = [||]
    let mutable tokenAfter = token
    let mutable stateAfter = state
    let mutable ticket = ValueNone

    let restart (struct (newToken, newState)) =
        token <- newToken
        state <- newState
        events <- [||]
        tokenAfter <- newToken
        stateAfter <- newState

    /// Token and state after.
    member _.Outcome = struct (tokenAfter, stateAfter)

    override _.Before = SyncContext<'state>(token, state)
    override _.After = SyncContext<'state>(tokenAfter, stateAfter)
    override _.Position = tokenAfter.Position
    override _.EventCount = events.Length
    override this.Clear() = this.Events <- [||]

    override _.Events
        with get () = events
        and set decided =
            events <- decided

            if decided.Length > 0 then
                stateAfter <- category.Fold(state, decided)
                tokenAfter <- { token with Version = token.Version + int64 decided.Length }
            else
                stateAfter <- state
                tokenAfter <- token

    override this.Load ct =
        task {
            let read maxAge leader = category.Load(stream, maxAge, leader, ct)
            let! known = TransactLoop.load load category.Empty read
            restart known
        }

    override _.Resync(actualVersion, ct) =
        task {
            let! newer = category.Resync(stream, actualVersion, struct (token, state), ct)
            restart newer
        }

    override _.Append() =
        let encoded = category.Encode(stream, req, events)

        if token.StreamBytes >= 0L then
            let added = encoded |> Array.sumBy (fun e -> int64 (e.Data.Length + e.Meta.Length))
            tokenAfter <- { tokenAfter with StreamBytes = token.StreamBytes + added }

        ticket <- category.BeginWrite stream
        StreamAppend(stream, token.Version, encoded)

    override _.Landed lastPosition =
        if events.Length = 0 then
            Task.CompletedTask
        else
            tokenAfter <- { tokenAfter with Position = lastPosition }
            category.EndWrite(stream, ticket, token.Version, struct (tokenAfter, stateAfter))

    override _.Lost() = category.Distrust stream

[<Sealed>]
type internal CategoryStream<'event, 'state, 'req>(category: Category<'event, 'state, 'req>, req: 'req, stream: StreamName) =
    interface IStream<'event, 'state> with
        member _.TakeTurn ct = category.Options.Turns.Take(stream, ct)
        member _.LoadEmpty() = category.Empty
        member _.Load(maxAge, requireLeader, ct) = category.Load(stream, maxAge, requireLeader, ct)

        member _.Sync(_, token, state, events, ct) =
            task {
                let known = struct (token, state)
                let part = CategoryPart<'event, 'state, 'req>(category, req, stream, known, LoadOption.FromMemento known)
                (part: Part<'event, 'state>).Events <- events

                match! Parts.append category.Log [| part |] null ct with
                | AppendResult.Appended _ -> return SyncResult.Written part.Outcome
                | AppendResult.Conflict(_, actual) ->
                    return SyncResult.Conflict(fun ct -> category.Resync(stream, actual, known, ct))
                | AppendResult.AlreadyRemembered _ -> return invalidOp "The log remembers a command that was never handed to it."
            }

/// The C# way to a decider.
[<Extension>]
type CategoryExtensions =
    /// Deciders of the category's streams for one request.
    [<Extension>]
    static member Resolve(category: Category<'event, 'state, 'req>, req: 'req) : Func<StreamId, DeciderCore<'event, 'state>> =
        Func<_, _>(fun id ->
            let stream = CategoryStream<'event, 'state, 'req>(category, req, category.StreamName id)
            DeciderCore<'event, 'state>(stream, category.Options.Backoff))

/// Makes deciders of a category's streams.
[<RequireQualifiedAccess>]
module Decider =
    /// The decider of one stream; the request becomes the context of the codec.
    let forRequest (category: Category<'event, 'state, 'req>) (req: 'req) (id: StreamId) =
        Decider<'event, 'state>(CategoryExtensions.Resolve(category, req).Invoke id)

    /// The decider of one stream of a category that needs no request.
    let forStream (category: Category<'event, 'state, unit>) (id: StreamId) = forRequest category () id
