namespace UmsSti.Kernel

open System
open System.Threading
open System.Threading.Tasks

/// Where a state stands.
[<Struct; NoComparison>]
type StreamToken =
    {
        /// Number of events folded; 0 for an empty stream.
        Version: int64
        /// Log position of the last event folded; 0 when there is none.
        Position: int64
        /// Bytes of data and metadata of those events; -1 when unknown (loaded from a snapshot).
        StreamBytes: int64
    }

    /// Of an empty stream.
    static member Empty = { Version = 0L; Position = 0L; StreamBytes = 0L }

/// A state together with what is known of its stream.
type ISyncContext<'state> =
    abstract State: 'state
    /// Number of events in the stream: 0 for an empty one.
    abstract Version: int64
    /// Log position of the stream's last event; 0 for an empty stream.
    abstract Position: int64
    /// Stored bytes of the stream's events, when known.
    abstract StreamEventBytes: int64 voption

[<Sealed>]
type internal SyncContext<'state>(token: StreamToken, state: 'state) =
    member _.Token = token

    interface ISyncContext<'state> with
        member _.State = state
        member _.Version = token.Version
        member _.Position = token.Position

        member _.StreamEventBytes = if token.StreamBytes < 0L then ValueNone else ValueSome token.StreamBytes

/// How fresh the state of a first attempt must be. A stale one can never corrupt a write: the version check turns it into a conflict and a resync.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type LoadOption<'state> =
    /// Everything committed before the call; a cached state costs a read of the newer events. The default.
    | RequireLoad
    /// As `RequireLoad`, and read even when this process is the log's sole writer.
    | RequireLeader
    /// Any state in the cache, however old.
    | AnyCachedValue
    /// A cached state checked against the log within this time.
    | AllowStale of maxAge: TimeSpan
    /// No read: the stream is thought to be empty (its id is fresh).
    | AssumeEmpty
    /// No read: starts from this state.
    | FromMemento of struct (StreamToken * 'state)

/// How many times a decision is tried in all when others keep writing first.
[<NoComparison>]
type Attempts =
    | Max of count: int

    /// Five.
    static member Standard = Max 5

    /// Throws ArgumentOutOfRangeException when it is below 1.
    member this.Count =
        let (Max count) = this
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof count)
        count

/// Every attempt met a conflict; nothing was stored. Answered as 409 `concurrency-conflict`.
[<Sealed>]
type MaxResyncsExhaustedException(attempts: int) =
    inherit Exception($"The stream changed under the decision {attempts} times; nothing was stored.")
    /// Attempts made.
    member _.Attempts = attempts

/// The pause between attempts, with its randomness and its clock put in from outside.
[<NoComparison; NoEquality>]
type Backoff =
    {
        /// Milliseconds to pause after the n-th attempt failed.
        NextMilliseconds: int -> int
        /// Waits that long.
        Delay: TimeSpan -> CancellationToken -> Task
    }

    /// 1 to 20 ms at random: the peers of a conflict come back at different times.
    static member Jittered =
        { NextMilliseconds = fun _ -> Random.Shared.Next(1, 21)
          Delay = fun pause ct -> Task.Delay(pause, ct) }

/// What became of a write through a stream.
[<RequireQualifiedAccess; NoComparison; NoEquality>]
type SyncResult<'state> =
    /// Durable, with the state after.
    | Written of struct (StreamToken * 'state)
    /// Another writer came first; the function reads what is new, and is paid for only when the decision is tried again.
    | Conflict of resync: (CancellationToken -> Task<struct (StreamToken * 'state)>)

/// One stream, as a decider works on it.
type IStream<'event, 'state> =
    /// The right to write, held from load to append; see `StreamTurns`.
    abstract TakeTurn: ct: CancellationToken -> ValueTask<Turn>
    /// The state of an empty stream; reads nothing.
    abstract LoadEmpty: unit -> struct (StreamToken * 'state)
    /// A state checked against the log at most `maxAge` ago; TimeSpan.Zero: newer than the call.
    abstract Load: maxAge: TimeSpan * requireLeader: bool * ct: CancellationToken -> Task<struct (StreamToken * 'state)>
    /// Appends events decided on that token and state.
    abstract Sync:
        attempt: int * token: StreamToken * state: 'state * events: 'event[] * ct: CancellationToken -> Task<SyncResult<'state>>

/// How one attempt ended.
[<Struct; NoComparison; NoEquality>]
type internal Step<'origin, 'r> =
    | Settled of result: 'r
    | Conflicted of resync: (CancellationToken -> Task<'origin>)

/// The one loop behind deciders and transactions: attempt, and on conflict pause, resync and attempt again.
module internal TransactLoop =
    let run
        (attempts: Attempts)
        (backoff: Backoff)
        (ct: CancellationToken)
        (origin: 'o)
        (attempt: int -> 'o -> Task<Step<'o, 'r>>)
        =
        task {
            let limit = attempts.Count
            let mutable origin = origin
            let mutable n = 1
            let! first = attempt n origin
            let mutable step = first
            let mutable settled = ValueNone

            while settled.IsNone do
                match step with
                | Settled result -> settled <- ValueSome result
                | Conflicted _ when n = limit -> raise (MaxResyncsExhaustedException n)
                | Conflicted resync ->
                    do! backoff.Delay (TimeSpan.FromMilliseconds(backoff.NextMilliseconds n, 0L)) ct
                    let! newer = resync ct
                    origin <- newer
                    n <- n + 1
                    let! next = attempt n origin
                    step <- next

            return settled.Value
        }

    /// The state of the first attempt; `read` takes maxAge and requireLeader as `IStream.Load` does.
    let load (option: LoadOption<'state>) (empty: struct (StreamToken * 'state)) (read: TimeSpan -> bool -> Task<_>) =
        match option with
        | LoadOption.RequireLoad -> read TimeSpan.Zero false
        | LoadOption.RequireLeader -> read TimeSpan.Zero true
        | LoadOption.AnyCachedValue -> read TimeSpan.MaxValue false
        | LoadOption.AllowStale maxAge -> read maxAge false
        | LoadOption.AssumeEmpty -> Task.FromResult empty
        | LoadOption.FromMemento memento -> Task.FromResult memento
