namespace UmsSti.Kernel

open System
open System.Threading
open System.Threading.Tasks

/// How states are saved as snapshots (ES-13).
[<NoComparison; NoEquality>]
type SnapshotFormat<'state> =
    {
        /// Names the schema of the state; change it whenever the state or its fold changes. Snapshots with another one are ignored.
        Fingerprint: string
        /// Events between snapshots; one is saved whenever an append crosses a multiple of it (ES-14).
        Every: int
        /// Encodes the state of a stream at a version; sealing of personal values is bound to that version.
        Encode: StreamName -> int64 -> 'state -> ReadOnlyMemory<byte>
        /// The inverse; whatever it throws, the snapshot is ignored and the stream folded.
        Decode: StreamName -> int64 -> ReadOnlyMemory<byte> -> 'state
    }

    /// 100 events.
    static member DefaultEvery = 100

/// How a stream becomes a state. Affects speed only: the state must be that of folding everything.
[<NoComparison; NoEquality>]
type AccessStrategy<'state> =
    /// Folds every event.
    | Unoptimized
    /// Folds only the newest known event onto the initial state: for events that each carry the whole state.
    | LatestKnownEvent
    /// Starts from the newest snapshot that fits (ES-15).
    | AdjacentSnapshots of ISnapshotStore * SnapshotFormat<'state>

/// What categories of one log share.
[<NoComparison; NoEquality>]
type CategoryOptions =
    {
        /// True when this process alone writes the log (SQLite) and every append to the category's streams goes through its cache:
        /// a cached state is then current, and RequireLoad reads nothing. Appends beside the cache make queries stale (decisions
        /// stay safe: they conflict and resync).
        SoleWriter: bool
        Turns: StreamTurns
        Backoff: Backoff
        /// Told when a snapshot could not be written or read. Losing one costs time, never truth, so commands go on.
        SnapshotFailed: StreamName -> exn -> unit
    }

    /// Several writers, turns shared by everything on that log, jittered back-off; failing snapshots are counted only.
    static member For(log: IEventLog) =
        { SoleWriter = false
          Turns = StreamTurns.ForLog log
          Backoff = Backoff.Jittered
          SnapshotFailed = fun _ _ -> () }

/// Everything needed to load, fold and append the streams of one category. One instance per category and log; safe for all threads.
[<Sealed>]
type Category<'event, 'state, 'req>
    (
        name: string,
        log: IEventLog,
        codec: IEventCodec<'event, StreamContext<'req>>,
        fold: Func<'state, 'event[], 'state>,
        initial: 'state,
        access: AccessStrategy<'state>,
        caching: CachingStrategy,
        options: CategoryOptions
    ) =
    do
        match access with
        | AdjacentSnapshots(_, format) -> ArgumentOutOfRangeException.ThrowIfLessThan(format.Every, 1)
        | _ -> ()

    let empty = struct (StreamToken.Empty, initial)

    let cache =
        match caching with
        | NoCaching -> ValueNone
        | SlidingWindow(cache, window) -> ValueSome struct (cache, Sliding window)
        | FixedTimeSpan(cache, period) -> ValueSome struct (cache, Fixed period)

    let decode (rows: RecordedEvent[]) =
        let known = ResizeArray rows.Length

        for row in rows do
            match codec.Decode row with
            | ValueSome event -> known.Add event
            | ValueNone -> ()

        known.ToArray()

    let foldNewest state (rows: RecordedEvent[]) =
        let mutable i = rows.Length - 1
        let mutable newest = ValueNone

        while newest.IsNone && i >= 0 do
            newest <- codec.Decode rows[i]
            i <- i - 1

        match newest with
        | ValueSome event -> fold.Invoke(initial, [| event |])
        | ValueNone -> state

    let foldOnto (struct (token: StreamToken, state) as basis) (rows: RecordedEvent[]) =
        if rows.Length = 0 then
            basis
        else
            let mutable bytes = token.StreamBytes

            if bytes >= 0L then
                for row in rows do
                    bytes <- bytes + int64 (row.Data.Length + row.Meta.Length)

            Telemetry.count Telemetry.replayedEvents rows.Length name

            let state =
                match access with
                | LatestKnownEvent -> foldNewest state rows
                | _ -> fold.Invoke(state, decode rows)

            let last = rows[rows.Length - 1]

            struct ({ Version = last.Index + 1L; Position = last.Position; StreamBytes = bytes }, state)

    let readNewer stream (struct (token: StreamToken, _) as basis) ct =
        task {
            let! rows = log.LoadStream(stream, token.Version, ct)
            return foldOnto basis rows
        }

    let ignoreSnapshot stream (reason: exn | null) =
        Telemetry.count Telemetry.snapshotsIgnored 1 name

        match reason with
        | null -> ()
        | error -> options.SnapshotFailed stream error

    let decodeSnapshot (format: SnapshotFormat<'state>) stream (snapshot: Snapshot) =
        if snapshot.Fingerprint <> format.Fingerprint || snapshot.Version < 1L then
            ignoreSnapshot stream null
            ValueNone
        else
            try
                ValueSome(format.Decode stream snapshot.Version snapshot.Data)
            with error ->
                ignoreSnapshot stream error
                ValueNone

    let readFromSnapshot (store: ISnapshotStore) format stream ct =
        task {
            match! store.Load(stream, ct) with
            | null -> return! readNewer stream empty ct
            | snapshot ->
                match decodeSnapshot format stream snapshot with
                | ValueNone -> return! readNewer stream empty ct
                | ValueSome state ->
                    // Reads the last folded event again: it gives the position, and proves that the stream is as long as the snapshot says.
                    let! rows = log.LoadStream(stream, snapshot.Version - 1L, ct)

                    if rows.Length = 0 then
                        ignoreSnapshot stream null
                        return! readNewer stream empty ct
                    else
                        let token = { Version = snapshot.Version; Position = rows[0].Position; StreamBytes = -1L }

                        return foldOnto (struct (token, state)) rows[1..]
        }

    let read stream (basis: struct (StreamToken * 'state) voption) ct =
        match basis, access with
        | ValueSome known, _ -> readNewer stream known ct
        | ValueNone, AdjacentSnapshots(store, format) -> readFromSnapshot store format stream ct
        | ValueNone, _ -> readNewer stream empty ct

    let saveSnapshot stream (before: int64) (struct (token: StreamToken, state)) =
        match access with
        | AdjacentSnapshots(store, format) when before / int64 format.Every <> token.Version / int64 format.Every ->
            task {
                try
                    let data = format.Encode stream token.Version state
                    do! store.Save(stream, Snapshot(token.Version, format.Fingerprint, data), CancellationToken.None)
                with error ->
                    Telemetry.count Telemetry.snapshotsFailed 1 name
                    options.SnapshotFailed stream error
            }
            :> Task
        | _ -> Task.CompletedTask

    member _.Name = name
    member _.Codec = codec
    member internal _.Log = log
    member internal _.Options = options
    member internal _.Empty = empty

    /// The name of the stream with that id.
    member _.StreamName(id: StreamId) = StreamName.Create(name, id)

    member internal _.Load(stream, maxAge, requireLeader, ct) : Task<struct (StreamToken * 'state)> =
        match cache with
        | ValueNone -> read stream ValueNone ct
        | ValueSome(struct (cache, expiry)) ->
            let entry = cache.Entry<'state>(stream, expiry)
            let read basis = read stream basis CancellationToken.None
            entry.Load(maxAge, options.SoleWriter && not requireLeader, read, ct)

    /// What is newer than the token, after a conflict at `actualVersion`.
    member internal _.Resync(stream: StreamName, actualVersion: int64, known: struct (StreamToken * 'state), ct) =
        let struct (token, _) = known

        task {
            // A stream shorter than what was known (the log was restored from a backup): nothing kept of it is worth anything.
            let basis = if actualVersion < token.Version then ValueNone else ValueSome known

            match cache with
            | ValueSome(struct (cache, _)) when basis.IsNone -> cache.Drop stream
            | _ -> ()

            let entry = cache |> ValueOption.map (fun (struct (c, expiry)) -> c.Entry<'state>(stream, expiry))
            let at, epoch =
                match cache, entry with
                | ValueSome(struct (c, _)), ValueSome e -> c.Time.GetTimestamp(), e.Epoch
                | _ -> 0L, 0

            let! newer = read stream basis ct
            entry |> ValueOption.iter (fun e -> e.Written(newer, at, epoch))
            return newer
        }

    /// One stream's share in an append decided on `token` and `state`.
    member internal _.Encode(stream, req, events: 'event[]) =
        let context = { Stream = stream; Request = req }
        events |> Array.map (fun event -> codec.Encode(context, event))

    member internal _.Fold(state, events: 'event[]) =
        match access with
        | LatestKnownEvent when events.Length > 0 -> fold.Invoke(initial, [| events[events.Length - 1] |])
        | _ -> fold.Invoke(state, events)

    /// Entry and epoch a write begins with.
    member internal _.BeginWrite stream : struct (CacheEntry<'state> * int * int64) voption =
        match cache with
        | ValueNone -> ValueNone
        | ValueSome(struct (cache, expiry)) ->
            let entry = cache.Entry<'state>(stream, expiry)
            ValueSome struct (entry, entry.Epoch, cache.Time.GetTimestamp())

    member internal _.EndWrite(stream, ticket: struct (CacheEntry<'state> * int * int64) voption, before: int64, after) =
        match cache, ticket with
        | ValueSome(struct (cache, expiry)), ValueSome(struct (entry, epoch, at)) ->
            // The entry may have been evicted and made anew meanwhile; the new one must learn of the write all the same.
            let current = cache.Entry<'state>(stream, expiry)
            current.Written(after, at, (if obj.ReferenceEquals(current, entry) then epoch else -1))
        | _ -> ()

        saveSnapshot stream before after

    /// The stream may have moved without the cache knowing how.
    member internal _.Distrust stream =
        match cache with
        | ValueSome(struct (cache, _)) -> cache.TryEntry<'state> stream |> ValueOption.iter _.Distrust()
        | ValueNone -> ()

    /// Appends facts that cannot conflict, whatever the stream's version (sign-ins, access decisions): no load, no turn.
    /// Answers the position of the last one. Throws ArgumentException for no events.
    member this.AppendFacts(req: 'req, id: StreamId, events: 'event[], ct: CancellationToken) : Task<int64> =
        if events.Length = 0 then
            invalidArg (nameof events) "There is no fact to append."

        task {
            ct.ThrowIfCancellationRequested()
            let stream = this.StreamName id
            let append = StreamAppend(stream, ExpectedVersion.Any, this.Encode(stream, req, events))

            try
                match! log.Append(AppendRequest([| append |], null), CancellationToken.None) with
                | AppendResult.Appended(_, last) -> return last
                | other -> return invalidOp $"An append without expectations was answered with {other}."
            finally
                this.Distrust stream
        }

    /// A past of the stream: folds its events up to the first one that `keep` refuses. Reads the log, never a cache or snapshot.
    member _.LoadWhile
        (id: StreamId, keep: Func<RecordedEvent, bool>, ct: CancellationToken)
        : Task<struct (StreamToken * 'state)> =
        task {
            let! rows = log.LoadStream(StreamName.Create(name, id), 0L, ct)
            return rows |> Array.takeWhile keep.Invoke |> foldOnto empty
        }
