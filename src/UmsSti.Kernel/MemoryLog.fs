namespace UmsSti.Kernel

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks

/// A real log that forgets everything when the process ends: for tests and trying out. Keeps every promise of `IEventLog`
/// but durability and the hash chain (its hashes are empty).
[<Sealed>]
type VolatileStore() =
    let gate = obj ()
    let all = ResizeArray<RecordedEvent>()
    let streams = Dictionary<string, ResizeArray<RecordedEvent>>(StringComparer.Ordinal)
    let commands = Dictionary<string, RememberedCommand>(StringComparer.Ordinal)
    let snapshots = Dictionary<string, Snapshot>(StringComparer.Ordinal)
    let waiters = LinkedList<struct (int64 * TaskCompletionSource<int64>)>()
    let committed = Event<struct (StreamName * ITimelineEvent[])>()
    let mutable listened = false
    let mutable head = 0L

    let versionOf (stream: StreamName) =
        match streams.TryGetValue stream.Value with
        | true, events -> int64 events.Count
        | _ -> 0L

    let conflictOf (append: StreamAppend) =
        let actual = versionOf append.Stream

        if append.ExpectedVersion = ExpectedVersion.Any || append.ExpectedVersion = actual then
            ValueNone
        else
            ValueSome(AppendResult.Conflict(append.Stream, actual))

    let refusal (request: AppendRequest) =
        let repeated =
            match request.Command with
            | null -> ValueNone
            | command ->
                match commands.TryGetValue command.CommandId with
                | true, earlier -> ValueSome(AppendResult.AlreadyRemembered earlier)
                | _ -> ValueNone

        let mutable found = repeated
        let mutable i = 0

        while found.IsNone && i < request.Appends.Length do
            found <- conflictOf request.Appends[i]
            i <- i + 1

        found

    let store (append: StreamAppend) =
        let stream =
            match streams.TryGetValue append.Stream.Value with
            | true, events -> events
            | _ ->
                let events = ResizeArray append.Events.Length
                streams.Add(append.Stream.Value, events)
                events

        for event in append.Events do
            let recorded =
                RecordedEvent(
                    int64 all.Count + 1L,
                    append.Stream,
                    int64 stream.Count,
                    event.EventId,
                    event.EventType,
                    event.SchemaVersion,
                    event.Data,
                    event.Meta,
                    event.Timestamp.ToUnixTimeMilliseconds(),
                    ReadOnlyMemory.Empty
                )

            all.Add recorded
            stream.Add recorded

    let wake () =
        let mutable node = waiters.First

        while not (isNull node) do
            match node with
            | null -> ()
            | current ->
                node <- current.Next
                let struct (position, waiter) = current.Value

                if position < head then
                    waiters.Remove current
                    waiter.SetResult head

    let remember (command: RememberedCommand | null) =
        match command with
        | null -> ()
        | given ->
            commands.Add(given.CommandId, RememberedCommand(given.CommandId, given.Fingerprint, given.Answer, given.At, head))

    let announce (appends: StreamAppend[]) =
        for append in appends do
            if append.Events.Length > 0 then
                let stream = streams[append.Stream.Value]

                let news =
                    stream.GetRange(stream.Count - append.Events.Length, append.Events.Length).ToArray()
                    |> Array.map (fun event -> event :> ITimelineEvent)

                committed.Trigger(struct (append.Stream, news))

    let commit (request: AppendRequest) =
        let first = int64 all.Count + 1L

        for append in request.Appends do
            if append.Events.Length > 0 then
                store append

        let last = int64 all.Count
        head <- last
        remember request.Command
        if waiters.Count > 0 then
            wake ()
        if listened then
            announce request.Appends
        AppendResult.Appended(min first last, last)

    let validate (request: AppendRequest) =
        let appends = request.Appends

        for i in 0 .. appends.Length - 1 do
            if appends[i].ExpectedVersion < ExpectedVersion.Any then
                invalidArg (nameof request) $"{appends[i].ExpectedVersion} is no version to expect."

            for j in i + 1 .. appends.Length - 1 do
                if appends[i].Stream = appends[j].Stream then
                    invalidArg (nameof request) $"'{appends[i].Stream.Value}' is appended to twice in one request."

    /// Raised for each stream of an append, in commit order, before Append returns. Runs under the log's lock: a handler must be
    /// quick and must not append.
    member _.Committed =
        listened <- true
        committed.Publish

    interface IEventLog with
        member _.LoadStream(stream, fromIndex, ct) =
            ct.ThrowIfCancellationRequested()
            ArgumentOutOfRangeException.ThrowIfNegative fromIndex

            lock gate (fun () ->
                match streams.TryGetValue stream.Value with
                | true, events when fromIndex < int64 events.Count ->
                    events.GetRange(int fromIndex, events.Count - int fromIndex).ToArray()
                | _ -> [||])
            |> Task.FromResult

        member _.Append(request, ct) =
            ct.ThrowIfCancellationRequested()
            validate request

            lock gate (fun () ->
                match refusal request with
                | ValueSome refused -> refused
                | ValueNone -> commit request)
            |> Task.FromResult

        member _.ReadAll(afterPosition, maxCount, ct) =
            ct.ThrowIfCancellationRequested()
            ArgumentOutOfRangeException.ThrowIfNegative afterPosition
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero maxCount

            lock gate (fun () ->
                let count = min (int64 maxCount) (max 0L (int64 all.Count - afterPosition))
                if count = 0L then
                    [||]
                else
                    all.GetRange(int afterPosition, int count).ToArray())
            |> Task.FromResult

        member _.Head = Volatile.Read &head

        member _.AwaitBeyond(position, ct) =
            lock gate (fun () ->
                if head > position then
                    Task.FromResult head
                else
                    let waiter = TaskCompletionSource<int64> TaskCreationOptions.RunContinuationsAsynchronously
                    let node = waiters.AddLast(struct (position, waiter))

                    let giveUp () =
                        lock gate (fun () ->
                            if not (isNull node.List) then
                                waiters.Remove node

                            waiter.TrySetCanceled ct |> ignore)

                    task {
                        use _ = ct.UnsafeRegister((fun _ -> giveUp ()), null)
                        return! waiter.Task
                    })

    interface ICommandMemory with
        member _.Find(commandId, ct) =
            ct.ThrowIfCancellationRequested()

            lock gate (fun () ->
                match commands.TryGetValue commandId with
                | true, command -> Task.FromResult<RememberedCommand | null> command
                | _ -> Task.FromResult<RememberedCommand | null> null)

    interface ISnapshotStore with
        member _.Load(stream, ct) =
            ct.ThrowIfCancellationRequested()

            lock gate (fun () ->
                match snapshots.TryGetValue stream.Value with
                | true, snapshot -> Task.FromResult<Snapshot | null> snapshot
                | _ -> Task.FromResult<Snapshot | null> null)

        member _.Save(stream, snapshot, ct) =
            ct.ThrowIfCancellationRequested()

            lock gate (fun () ->
                match snapshots.TryGetValue stream.Value with
                | true, kept when kept.Version > snapshot.Version -> ()
                | _ -> snapshots[stream.Value] <- snapshot)

            Task.CompletedTask
