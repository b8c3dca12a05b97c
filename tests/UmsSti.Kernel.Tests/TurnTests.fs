module UmsSti.Kernel.Tests.TurnTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

let private none = CancellationToken.None
let private take (turns: StreamTurns) text = turns.Take(streamOf text, none).AsTask()
let private giveBack (turn: Turn) = (turn :> IDisposable).Dispose()

[<Tests>]
let tests =
    testList
        "StreamTurns"
        [ test "a free stream is taken at once, another stream does not wait for it" {
              let turns = StreamTurns 10
              use _a = run (take turns "a")
              Expect.isTrue (take turns "b").IsCompletedSuccessfully "b is free"
              Expect.isFalse (take turns "a").IsCompleted "a is not"
          }

          test "first come, first served" {
              let turns = StreamTurns 100
              let served = ResizeArray()
              let first = run (take turns "a")

              let waiting =
                  [ for i in 1..50 ->
                        let turn = take turns "a" // takes its place in the queue here

                        task {
                            use! _turn = turn
                            served.Add i
                        }
                        :> Task ]

              giveBack first
              runUnit (Task.WhenAll waiting)
              Expect.equal (List.ofSeq served) [ 1..50 ] "in order"
              Expect.equal turns.Held 0 "nothing left behind"
          }

          test "one at a time" {
              let turns = StreamTurns 1000
              let mutable inside, most = 0, 0

              let worker _ =
                  Task.Run<unit>(fun () ->
                      task {
                          for _ in 1..50 do
                              use! _turn = turns.Take(streamOf "a", none)
                              most <- max most (Interlocked.Increment &inside)
                              do! Task.Yield()
                              Interlocked.Decrement &inside |> ignore
                      })

              run (Task.WhenAll(Array.init 32 worker)) |> ignore
              Expect.equal (most, turns.Held) (1, 0) "alone"
          }

          test "a crowded stream turns writers away, and takes them again when the crowd is gone" {
              let turns = StreamTurns 2
              let first = run (take turns "a")
              let second, third = take turns "a", take turns "a"
              Expect.throwsT<StreamBusyException> (fun () -> run (take turns "a") |> ignore) "limit"
              giveBack first
              giveBack (run second)
              giveBack (run third)
              giveBack (run (take turns "a"))
              Expect.equal turns.Held 0 "free"
          }

          test "one that gives up leaves the queue and takes no turn" {
              let turns = StreamTurns 1
              let first = run (take turns "a")
              use cts = new CancellationTokenSource()
              let left = turns.Take(streamOf "a", cts.Token).AsTask()
              cts.Cancel()
              Expect.throwsT<TaskCanceledException> (fun () -> run left |> ignore) "cancelled"
              let next = take turns "a"
              Expect.isFalse next.IsCompleted "there was room in the queue, not a turn"
              giveBack first
              giveBack (run next)
              Expect.equal turns.Held 0 "free"
          }

          test "writers of a hot stream queue instead of conflicting" {
              let log = watched ()
              let decider = Decider.forStream (category log) (id "hot")

              let all =
                  [| for _ in 1..200 -> Task.Run<unit>(fun () -> decider.Transact(fun _ -> [| Account.paidIn 1 |])) :> Task |]

              runUnit (Task.WhenAll all)
              Expect.equal (balanceOf log.Inner "hot", log.Appends) (200, 200) "no append was refused"
          }

          test "one set of turns a log" {
              let log, other = VolatileStore(), VolatileStore()
              Expect.isTrue (obj.ReferenceEquals(StreamTurns.ForLog log, StreamTurns.ForLog log)) "same log"
              Expect.isFalse (obj.ReferenceEquals(StreamTurns.ForLog log, StreamTurns.ForLog other)) "other log"
          } ]
