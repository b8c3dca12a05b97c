namespace UmsSti.Kernel

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open System.Threading
open System.Threading.Tasks

/// So many writers wait for one stream already that another one is turned away; nothing was stored.
[<Sealed>]
type StreamBusyException(stream: StreamName, limit: int) =
    inherit Exception($"{limit} writers already wait for stream '{stream.Value}'.")
    /// The crowded stream.
    member _.Stream = stream

/// The right to write a stream until disposed.
[<Struct; NoEquality; NoComparison>]
type Turn internal (turns: StreamTurns, stream: StreamName) =
    interface IDisposable with
        member _.Dispose() = turns.Release stream

/// Lets writers of one stream in this process take turns, first come first served, so that a hot stream queues instead of
/// conflicting. A stream nobody writes costs nothing.
and [<Sealed>] StreamTurns(maxWaiting: int) =
    // Locks are per shard, so writers of different streams seldom meet. A null queue: held, nobody waits.
    let shards =
        Array.init 64 (fun _ -> Dictionary<string, LinkedList<TaskCompletionSource> | null>(StringComparer.Ordinal))

    let shardOf (stream: StreamName) = shards[stream.GetHashCode() &&& 63]
    static let ofLog = ConditionalWeakTable<IEventLog, StreamTurns>()

    /// Default of `maxWaiting`: writers that may wait for one stream.
    static member DefaultMaxWaiting = 10_000

    /// The turns shared by everything that writes to this log in this process.
    static member ForLog(log: IEventLog) = ofLog.GetValue(log, (fun _ -> StreamTurns StreamTurns.DefaultMaxWaiting))

    /// Streams held now; for tests and health.
    member _.Held = shards |> Array.sumBy (fun shard -> lock shard (fun () -> shard.Count))

    member private turns.Wait(stream: StreamName, place: LinkedListNode<TaskCompletionSource>, ct: CancellationToken) =
        task {
            let giveUp () =
                let left =
                    lock (shardOf stream) (fun () ->
                        match place.List with
                        | null -> false // the turn came first
                        | queue ->
                            queue.Remove place
                            true)

                if left then
                    place.Value.TrySetCanceled ct |> ignore

            use _ = ct.UnsafeRegister((fun _ -> giveUp ()), null)
            do! place.Value.Task
            return new Turn(turns, stream)
        }

    /// Waits for the stream's turn. Throws `StreamBusyException` when too many wait, OperationCanceledException when cancelled while waiting.
    member turns.Take(stream: StreamName, ct: CancellationToken) : ValueTask<Turn> =
        let shard = shardOf stream

        let place =
            lock shard (fun () ->
                match shard.TryGetValue stream.Value with
                | false, _ ->
                    shard.Add(stream.Value, null)
                    null
                | true, waiting ->
                    let queue =
                        match waiting with
                        | null ->
                            let fresh = LinkedList()
                            shard[stream.Value] <- fresh
                            fresh
                        | queue -> queue

                    if queue.Count >= maxWaiting then
                        raise (StreamBusyException(stream, maxWaiting))

                    queue.AddLast(TaskCompletionSource TaskCreationOptions.RunContinuationsAsynchronously))

        match place with
        | null -> ValueTask<Turn>(new Turn(turns, stream))
        | place -> ValueTask<Turn>(turns.Wait(stream, place, ct))

    member internal _.Release(stream: StreamName) =
        let shard = shardOf stream

        lock shard (fun () ->
            match shard[stream.Value] with
            | null -> shard.Remove stream.Value |> ignore
            | queue ->
                match queue.First with
                | null -> shard.Remove stream.Value |> ignore
                | first ->
                    queue.RemoveFirst()
                    first.Value.SetResult())
