module UmsSti.Kernel.Tests.MemoryLogTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

let private none = CancellationToken.None

let private data n =
    [| for i in 1..n -> EventData(int64 i, "Opened", 1, utf8 "{}", ReadOnlyMemory.Empty, DateTimeOffset.UnixEpoch) |]

let private append (log: IEventLog) command parts =
    let appends = [| for stream, expected, n in parts -> StreamAppend(StreamName.Parse stream, expected, data n) |]
    run (log.Append(AppendRequest(appends, command), none))

let private lengthOf (log: IEventLog) stream = (run (log.LoadStream(StreamName.Parse stream, 0L, none))).Length

let private command id : RememberedCommand | null = RememberedCommand(id, utf8 "f", utf8 "a", DateTimeOffset.UnixEpoch, 0L)

[<Tests>]
let tests =
    testList
        "VolatileStore"
        [ test "positions follow the order given, without gaps" {
              let log = VolatileStore() :> IEventLog
              Expect.equal (append log null [ "A-1", 0L, 2; "A-2", 0L, 1 ]) (AppendResult.Appended(1L, 3L)) "first"
              Expect.equal (append log null [ "A-2", 1L, 1; "A-1", 2L, 1 ]) (AppendResult.Appended(4L, 5L)) "second"
              let all = run (log.ReadAll(0L, 100, none))

              Expect.equal
                  [ for e in all -> e.Position, e.Stream.Value, e.Index ]
                  [ 1L, "A-1", 0L; 2L, "A-1", 1L; 3L, "A-2", 0L; 4L, "A-2", 1L; 5L, "A-1", 2L ]
                  "order"
          }

          test "a conflict in one stream stores nothing of any" {
              let store = VolatileStore()
              let log = store :> IEventLog
              append log null [ "A-1", 0L, 1 ] |> ignore
              let refused = append log (command "c") [ "A-2", 0L, 1; "A-1", 0L, 1 ]
              Expect.equal refused (AppendResult.Conflict(StreamName.Parse "A-1", 1L)) "conflict"
              Expect.equal (log.Head, lengthOf log "A-2") (1L, 0) "nothing"
              Expect.isNull (run ((store :> ICommandMemory).Find("c", none))) "nor the command"
          }

          test "a stream without events is checked all the same" {
              let log = VolatileStore() :> IEventLog
              append log null [ "A-1", 0L, 1 ] |> ignore
              Expect.equal
                  (append log null [ "A-1", 0L, 0; "A-2", 0L, 1 ])
                  (AppendResult.Conflict(StreamName.Parse "A-1", 1L))
                  "checked"
              Expect.equal (append log null [ "A-1", 1L, 0; "A-2", 0L, 1 ]) (AppendResult.Appended(2L, 2L)) "right version"
              Expect.equal (append log null [ "A-1", 1L, 0 ]) (AppendResult.Appended(2L, 2L)) "no events at all: the head"
          }

          test "a remembered command comes first, with its answer and place" {
              let store = VolatileStore()
              let log = store :> IEventLog
              append log (command "c") [ "A-1", 0L, 2 ] |> ignore

              match append log (command "c") [ "A-1", 0L, 1 ] with
              | AppendResult.AlreadyRemembered earlier ->
                  Expect.equal (earlier.Position, textOf earlier.Answer) (2L, "a") "answer"
              | other -> failtest $"{other}"

              Expect.equal log.Head 2L "nothing stored"
          }

          test "reads go from a place on, in pages" {
              let log = VolatileStore() :> IEventLog
              append log null [ "A-1", 0L, 5 ] |> ignore
              let page after count = [ for e in run (log.ReadAll(after, count, none)) -> e.Position ]
              Expect.equal
                  [ page 0L 2; page 2L 2; page 4L 2; page 5L 2; page 99L 2 ]
                  [ [ 1L; 2L ]; [ 3L; 4L ]; [ 5L ]; []; [] ]
                  "pages"
              let from index = (run (log.LoadStream(StreamName.Parse "A-1", index, none))).Length
              Expect.equal [ from 0L; from 3L; from 5L; from 9L ] [ 5; 2; 0; 0 ] "stream"
              Expect.equal (lengthOf log "A-none") 0 "unknown stream"
          }

          test "AwaitBeyond answers at once, on commit, or on cancellation" {
              let log = VolatileStore() :> IEventLog
              let beyond2 = log.AwaitBeyond(2L, none)
              use cts = new CancellationTokenSource()
              let given = log.AwaitBeyond(2L, cts.Token)
              cts.Cancel()
              Expect.throwsT<TaskCanceledException> (fun () -> run given |> ignore) "cancelled"
              append log null [ "A-1", 0L, 2 ] |> ignore
              Expect.isFalse beyond2.IsCompleted "not beyond 2 yet"
              append log null [ "A-1", 2L, 1 ] |> ignore
              Expect.equal (run beyond2) 3L "woken"
              Expect.equal (run (log.AwaitBeyond(0L, none))) 3L "at once"
          }

          test "Committed is raised per stream in commit order before Append returns" {
              let store = VolatileStore()
              let seen = ResizeArray()
              store.Committed.Add(fun (struct (stream, events)) -> seen.Add(stream.Value, [ for e in events -> e.Position ]))
              append store null [ "A-1", 0L, 2; "A-2", 0L, 0; "A-3", 0L, 1 ] |> ignore
              Expect.equal (List.ofSeq seen) [ "A-1", [ 1L; 2L ]; "A-3", [ 3L ] ] "raised"
          }

          test "senseless requests are refused" {
              let log = VolatileStore() :> IEventLog
              Expect.throwsT<ArgumentException>
                  (fun () -> append log null [ "A-1", 0L, 1; "A-1", 1L, 1 ] |> ignore)
                  "stream twice"
              Expect.throwsT<ArgumentException> (fun () -> append log null [ "A-1", -2L, 1 ] |> ignore) "version"
              Expect.throwsT<ArgumentOutOfRangeException> (fun () -> run (log.ReadAll(0L, 0, none)) |> ignore) "page"
              Expect.equal log.Head 0L "nothing"
          }

          test "the newest snapshot is kept" {
              let store = VolatileStore() :> ISnapshotStore
              let stream = StreamName.Parse "A-1"

              for version in [ 5L; 9L; 7L ] do
                  runUnit (store.Save(stream, Snapshot(version, "f", utf8 "{}"), none))

              match run (store.Load(stream, none)) with
              | null -> failtest "lost"
              | kept -> Expect.equal kept.Version 9L "newest"

              Expect.isNull (run (store.Load(StreamName.Parse "A-2", none))) "none"
          }

          test "64 writers: no event lost, doubled, reordered or skipped" {
              let store = VolatileStore()
              let log = store :> IEventLog
              let raised = ResizeArray()
              store.Committed.Add(fun (struct (_, events)) -> raised.AddRange [ for e in events -> e.Position ])

              let writer w =
                  task {
                      let mutable version = 0L

                      for i in 1..100 do
                          // every third append goes for a stream all fight over, the others to the writer's own
                          let shared = i % 3 = 0
                          let stream = if shared then "Shared-1" else $"Own-{w}"
                          let expected = if shared then int64 (lengthOf log stream) else version

                          match append log null [ stream, expected, 1 ] with
                          | AppendResult.Appended _ when not shared -> version <- version + 1L
                          | AppendResult.Appended _
                          | AppendResult.Conflict _ when shared -> ()
                          | other -> failtest $"{other}"
                  }

              run (Task.WhenAll [| for w in 1..64 -> Task.Run<unit>(fun () -> writer w) |]) |> ignore
              let all = run (log.ReadAll(0L, Int32.MaxValue, none))
              Expect.equal [| for e in all -> e.Position |] [| 1L .. log.Head |] "gap-free"
              Expect.equal (List.ofSeq raised) [ 1L .. log.Head ] "raised in that order"

              for stream, events in all |> Array.groupBy _.Stream.Value do
                  Expect.equal [| for e in events -> e.Index |] [| 0L .. int64 events.Length - 1L |] $"{stream} in order"

              for w in 1..64 do
                  Expect.equal (lengthOf log $"Own-{w}") 67 "each writer's own"
          } ]
