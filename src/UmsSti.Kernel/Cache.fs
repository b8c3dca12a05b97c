namespace UmsSti.Kernel

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks

/// When a cached state is dropped.
[<Struct; NoComparison>]
type internal Expiry =
    /// So long after its last use.
    | Sliding of window: TimeSpan
    /// So long after it was first loaded.
    | Fixed of period: TimeSpan

/// What the cache needs to know to evict an entry of any state type.
[<AbstractClass>]
type internal CacheEntry(stream: StreamName) =
    member _.Stream = stream
    /// Used again since the clock hand last came by. False at first, so that streams seen once leave before those in use.
    member val Touched = false with get, set
    abstract Expired: now: int64 -> bool

/// A read of a stream under way, which others may join.
[<Sealed>]
type internal Flight<'r>(startedAt: int64, epoch: int) =
    let outcome = TaskCompletionSource<'r> TaskCreationOptions.RunContinuationsAsynchronously

    member _.StartedAt = startedAt
    member _.Epoch = epoch
    member _.Task = outcome.Task
    member _.Land result = outcome.SetResult result

    member _.Crash(error: exn) =
        outcome.SetException error
        outcome.Task.Exception |> ignore // looked at: nobody may have stayed to await it

/// What a load may do, as found under the entry's lock.
[<Struct; NoComparison; NoEquality>]
type internal Boarding<'state> =
    | Hit of struct (StreamToken * 'state)
    | Join of joined: Flight<struct (StreamToken * 'state)>
    | WaitFor of earlier: Flight<struct (StreamToken * 'state)>
    | Lead of led: Flight<struct (StreamToken * 'state)> * basis: struct (StreamToken * 'state) voption

/// The newest known state of one stream. Its state only ever moves to higher versions; a late read cannot put an older one back.
///
/// `verifiedAt`: taken before the read or write that confirmed the state. `trusted`: nothing but this entry's own writers can have
/// moved the stream since. An append that went past the entry, or whose fate is unknown, starts a new epoch; a read begun in an
/// older epoch cannot restore trust.
[<Sealed>]
type internal CacheEntry<'state>(stream: StreamName, time: TimeProvider, expiry: Expiry) =
    inherit CacheEntry(stream)
    let gate = obj ()
    let mutable known: struct (StreamToken * 'state) voption = ValueNone
    let mutable createdAt = time.GetTimestamp()
    let mutable usedAt = createdAt
    let mutable verifiedAt = Int64.MinValue
    let mutable trusted = false
    let mutable epoch = 0
    let mutable running: Flight<struct (StreamToken * 'state)> | null = null

    let expired now =
        match expiry with
        | Sliding window -> time.GetElapsedTime(usedAt, now) > window
        | Fixed period -> time.GetElapsedTime(createdAt, now) > period

    let keep (struct (token: StreamToken, _) as candidate) at sameEpoch =
        match known with
        | ValueSome(struct (current, _)) when current.Version >= token.Version -> ()
        | _ -> known <- ValueSome candidate

        verifiedAt <- max verifiedAt at
        trusted <- trusted || sameEpoch

    let board (notBefore: int64) (trust: bool) now =
        if known.IsSome && expired now then
            known <- ValueNone
            verifiedAt <- Int64.MinValue
            trusted <- false
            createdAt <- now

        usedAt <- now

        match known with
        | ValueSome hit when trust && trusted || verifiedAt > notBefore -> Hit hit
        | _ ->
            match running with
            | null ->
                let flight = Flight(now, epoch)
                running <- flight
                Lead(flight, known)
            | flight when flight.StartedAt >= notBefore -> Join flight
            | flight -> WaitFor flight

    override _.Expired now = lock gate (fun () -> expired now)

    member _.Epoch = lock gate (fun () -> epoch)

    /// After a confirmed write that began in `writeEpoch` at `at`.
    member _.Written(candidate, at, writeEpoch) =
        lock gate (fun () ->
            usedAt <- max usedAt at
            keep candidate at (writeEpoch = epoch))

    /// The stream may have moved without this entry.
    member _.Distrust() =
        lock gate (fun () ->
            epoch <- epoch + 1
            trusted <- false
            verifiedAt <- Int64.MinValue)

    /// A state no older than `maxAge`; concurrent callers whom the same read satisfies share it and its failure.
    /// `trust`: a trusted state is good at any age.
    member this.Load
        (maxAge: TimeSpan, trust: bool, read: struct (StreamToken * 'state) voption -> Task<_>, ct: CancellationToken)
        =
        let arrived = time.GetTimestamp()

        let notBefore =
            if maxAge = TimeSpan.MaxValue then
                Int64.MinValue
            else
                arrived - int64 (maxAge.TotalSeconds * float time.TimestampFrequency)

        this.Load(notBefore, trust, read, ct)

    member private this.Load(notBefore: int64, trust: bool, read, ct: CancellationToken) : Task<struct (StreamToken * 'state)> =
        let boarding =
            lock gate (fun () ->
                this.Touched <- known.IsSome
                board notBefore trust (time.GetTimestamp()))

        match boarding with
        | Hit known -> Task.FromResult known
        | Join flight -> flight.Task.WaitAsync ct
        | WaitFor flight ->
            // It began before this call, so it may miss a commit this caller has seen. All who wait here share the next one.
            task {
                do!
                    flight.Task
                        .WaitAsync(ct)
                        .ContinueWith(
                            (fun (_: Task<struct (StreamToken * 'state)>) -> ()),
                            TaskContinuationOptions.ExecuteSynchronously
                        )
                ct.ThrowIfCancellationRequested()
                return! this.Load(notBefore, trust, read, ct)
            }
        | Lead(flight, basis) ->
            this.Fly(flight, basis, read) |> ignore<Task>
            flight.Task.WaitAsync ct

    /// Runs the shared read, uncancelled by any single caller; every failure lands in the flight.
    member private _.Fly(flight, basis, read: struct (StreamToken * 'state) voption -> Task<_>) : Task =
        task {
            try
                let! result = read basis

                let newest =
                    lock gate (fun () ->
                        running <- null
                        keep result flight.StartedAt (flight.Epoch = epoch)
                        ValueOption.defaultValue result known)

                flight.Land newest
            with error ->
                lock gate (fun () -> running <- null)
                flight.Crash error
        }

/// Keeps states of streams, at most `maxEntries` of them; beyond that the clock hand drops those not used since it last came by
/// (approximately the least recently used). States are plain memory: `Drop` what must be forgotten.
[<Sealed>]
type Cache(name: string, maxEntries: int, time: TimeProvider) =
    do ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1)
    let entries = ConcurrentDictionary<string, CacheEntry>(StringComparer.Ordinal)
    let ring = ConcurrentQueue<CacheEntry>()
    let mutable ringLength = 0

    let remove (entry: CacheEntry) = entries.TryRemove(KeyValuePair(entry.Stream.Value, entry)) |> ignore

    // Second chances are bounded, so a cache whose every entry is hot still evicts in constant time.
    let maxSecondChances = 32

    let makeRoom now =
        let mutable chances = 0
        let mutable going = true

        while going do
            let crowded = Volatile.Read &ringLength > maxEntries

            match ring.TryPeek() with
            | true, head when crowded || head.Expired now ->
                match ring.TryDequeue() with
                | true, entry when entry.Touched && chances < maxSecondChances && not (entry.Expired now) ->
                    entry.Touched <- false
                    chances <- chances + 1
                    ring.Enqueue entry
                | true, entry ->
                    Interlocked.Decrement &ringLength |> ignore
                    remove entry
                | _ -> going <- false
            | _ -> going <- false

    /// With the system's clock.
    new(name, maxEntries) = Cache(name, maxEntries, TimeProvider.System)

    member _.Name = name
    /// States held now.
    member _.Count = entries.Count
    member internal _.Time = time

    member internal _.TryEntry<'state>(stream: StreamName) =
        match entries.TryGetValue stream.Value with
        | true, (:? CacheEntry<'state> as entry) -> ValueSome entry
        | _ -> ValueNone

    member internal cache.Entry<'state>(stream: StreamName, expiry: Expiry) : CacheEntry<'state> =
        match entries.TryGetValue stream.Value with
        | true, (:? CacheEntry<'state> as entry) -> entry
        | true, other ->
            invalidOp $"Cache '{name}' holds '{stream.Value}' as {other.GetType()}: two categories of one name share the cache."
        | _ ->
            let fresh = CacheEntry<'state>(stream, time, expiry)

            if entries.TryAdd(stream.Value, fresh) then
                ring.Enqueue fresh
                Interlocked.Increment &ringLength |> ignore
                makeRoom (time.GetTimestamp())
                fresh
            else
                cache.Entry(stream, expiry)

    /// Forgets a stream's state, for instance after erasure of its subject.
    member _.Drop(stream: StreamName) = entries.TryRemove stream.Value |> ignore

    /// Forgets everything.
    member _.Clear() = entries.Clear()

/// Whether and how long a category keeps states.
[<NoComparison; NoEquality>]
type CachingStrategy =
    /// Every load reads the log.
    | NoCaching
    /// Kept until unused for the window.
    | SlidingWindow of Cache * window: TimeSpan
    /// Kept for the period after the first load.
    | FixedTimeSpan of Cache * period: TimeSpan
