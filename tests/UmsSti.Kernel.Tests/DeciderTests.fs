module UmsSti.Kernel.Tests.DeciderTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

let private deciderOf log text = Decider.forStream (category log) (id text)
let private payIn amount (_: Account.State) = [| Account.paidIn amount |]

/// Another process writes to the stream right before each of the first `times` appends.
let private disturb (log: WatchedLog) text times =
    let mutable left = times

    log.OnAppend <-
        fun _ ->
            if left > 0 then
                left <- left - 1
                appendBeside log.Inner (streamOf text) [| Account.paidIn 1000 |] |> ignore

            Task.CompletedTask

[<Tests>]
let tests =
    testList
        "Decider"
        [ test "appends what was decided and answers from the state after" {
              let log = watched ()
              let decider = deciderOf log "a"
              let balance = run (decider.Transact(payIn 5, (fun s -> s.Balance)))
              Expect.equal balance 5 "state after"
              Expect.equal (eventsOf log.Inner "a") [| Account.paidIn 5 |] "stored"
          }

          test "no events: answered without a store trip" {
              let log = watched ()
              let result = run ((deciderOf log "a").Transact(fun s -> s.Balance, [||]))
              Expect.equal result 0 "result"
              Expect.equal log.Appends 0 "no append"
          }

          test "version is the number of events, position that of the last one" {
              let log = watched ()
              appendBeside log.Inner (streamOf "other") [| Account.Opened; Account.Opened |] |> ignore
              let decider = deciderOf log "a"
              let seen =
                  run (
                      decider.TransactEx(
                          (fun c -> c.Version, [| Account.Opened; Account.paidIn 1 |]),
                          fun before c -> before, c.Version, c.Position
                      )
                  )
              Expect.equal seen (0L, 2L, 4L) "before, after, position"
              let again = run (decider.QueryEx(fun c -> c.Version, c.Position, c.StreamEventBytes))
              let bytes = "{}".Length + """{"amount":1}""".Length
              Expect.equal again (2L, 4L, ValueSome(int64 bytes)) "as loaded"
          }

          test "a conflict resyncs and decides again on the newer state" {
              let log = watched ()
              disturb log "a" 2
              let seen = ResizeArray()

              let decide (s: Account.State) =
                  seen.Add s.Balance
                  s.Balance, [| Account.paidIn 1 |]

              let result = run ((deciderOf log "a").Transact decide)
              Expect.equal (List.ofSeq seen) [ 0; 1000; 2000 ] "each run saw what the others wrote"
              Expect.equal result 2000 "the answer is that of the last run"
              Expect.equal (balanceOf log.Inner "a") 2001 "one payment of ours"
          }

          test "attempts are counted, paused between, and end in an exception that stored nothing" {
              let log = watched ()
              disturb log "a" Int32.MaxValue
              let pauses, backoff = countedBackoff ()
              let category = categoryWith log Unoptimized NoCaching { optionsFor log with Backoff = backoff }
              let decider = Decider.forStream category (id "a")
              let mutable runs = 0

              let decide (_: Account.State) =
                  runs <- runs + 1
                  [| Account.paidIn 1 |]

              Expect.throwsT<MaxResyncsExhaustedException>
                  (fun () -> run (decider.Transact(decide, attempts = Max 3)))
                  "exhausted"
              Expect.equal runs 3 "decided three times"
              Expect.equal (List.ofSeq pauses) [ TimeSpan.FromMilliseconds 1.0; TimeSpan.FromMilliseconds 2.0 ] "paused between"
              Expect.equal (balanceOf log.Inner "a") 3000 "nothing of ours"
              runs <- 0
              Expect.throwsT<MaxResyncsExhaustedException> (fun () -> run (decider.Transact decide)) "exhausted"
              Expect.equal runs 5 "five by default"
          }

          test "attempts below one are refused" {
              Expect.throwsT<ArgumentOutOfRangeException>
                  (fun () -> run ((deciderOf (watched ()) "a").Transact(payIn 1, attempts = Max 0)))
                  "refused"
          }

          test "the standard back-off stays within 1 to 20 ms" {
              let pauses = [ for n in 1..1000 -> Backoff.Jittered.NextMilliseconds n ]
              Expect.all pauses (fun p -> p >= 1 && p <= 20) "range"
              Expect.isGreaterThan (List.distinct pauses).Length 5 "spread"
          }

          test "a decision that waits is awaited" {
              let log = watched ()
              let gate = TaskCompletionSource<int>()

              let decide (_: Account.State) (_: CancellationToken) =
                  task {
                      let! amount = gate.Task
                      return amount, [| Account.paidIn amount |]
                  }

              let work = (deciderOf log "a").Transact decide
              gate.SetResult 7
              Expect.equal (run work) 7 "result"
              Expect.equal (balanceOf log.Inner "a") 7 "stored"
          }

          test "a cancellation before the append stores nothing" {
              let log = watched ()
              use cts = new CancellationTokenSource()

              let decide (_: Account.State) =
                  cts.Cancel()
                  [| Account.paidIn 1 |]

              Expect.throwsT<OperationCanceledException>
                  (fun () -> run ((deciderOf log "a").Transact(decide, ct = cts.Token)))
                  "cancelled"
              Expect.equal log.Appends 0 "never reached the log"
              let turns = StreamTurns.ForLog log
              Expect.equal turns.Held 0 "the turn was given back"
          }

          test "a cancellation after the append does not lose the answer" {
              let log = watched ()
              use cts = new CancellationTokenSource()

              log.AfterAppend <-
                  fun _ ->
                      cts.Cancel()
                      Task.CompletedTask

              run ((deciderOf log "a").Transact(payIn 3, ct = cts.Token))
              Expect.equal (balanceOf log.Inner "a") 3 "stored and answered"
          }

          test "a failing decision gives the turn back" {
              let log = watched ()
              let decide (_: Account.State) : Account.Event[] = failwith "no"
              Expect.throws (fun () -> run ((deciderOf log "a").Transact decide)) "thrown"
              Expect.equal (StreamTurns.ForLog log).Held 0 "free"
          }

          testList
              "LoadOption"
              [ test "AssumeEmpty reads nothing, and a wrong guess is only a conflict" {
                    let log = watched ()
                    appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
                    let seen = ResizeArray()

                    let decide (s: Account.State) =
                        seen.Add s.Balance
                        s.Balance, [| Account.paidIn 1 |]

                    run ((deciderOf log "b").Transact(decide, load = LoadOption.AssumeEmpty)) |> ignore
                    Expect.equal log.Loads 0 "no read for a fresh stream"
                    seen.Clear()
                    run ((deciderOf log "a").Transact(decide, load = LoadOption.AssumeEmpty)) |> ignore
                    Expect.equal (List.ofSeq seen) [ 0; 10 ] "decided on empty, then on the truth"
                }

                test "FromMemento starts from what is given, without a read" {
                    let log = watched ()
                    appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
                    let token = { Version = 1L; Position = 1L; StreamBytes = -1L }
                    let memento = LoadOption.FromMemento(struct (token, { Account.initial with Balance = 10 }))
                    run ((deciderOf log "a").Transact(payIn 1, load = memento))
                    Expect.equal (log.Loads, balanceOf log.Inner "a") (0, 11) "no read, right version"
                }

                test "without a cache every option that may read, reads" {
                    let log = watched ()
                    let decider = deciderOf log "a"

                    for option in
                        [ LoadOption.RequireLoad
                          LoadOption.RequireLeader
                          LoadOption.AnyCachedValue
                          LoadOption.AllowStale(TimeSpan.FromHours 1.0) ] do
                        run (decider.Query((fun s -> s.Balance), load = option)) |> ignore

                    Expect.equal log.Loads 4 "four reads"
                } ]

          test "the C# face keeps the same promises" {
              let log = watched ()
              disturb log "a" 1
              let core = (category log).Resolve(()).Invoke(id "a")
              let decide =
                  Func<Account.State, struct (int * Account.Event[])>(fun s -> struct (s.Balance, [| Account.paidIn 1 |]))
              let answer =
                  run (
                      core.Transact(
                          decide,
                          Func<int, Account.State, int * int>(fun r s -> r, s.Balance),
                          null,
                          null,
                          CancellationToken.None
                      )
                  )
              Expect.equal answer (1000, 1001) "resynced, answered from the state after"
              runUnit (core.Transact(Func<Account.State, Account.Event[]>(payIn 1), null, null, CancellationToken.None))
              Expect.equal (run (core.Query(Func<_, _>(fun s -> s.Balance), null, CancellationToken.None))) 1002 "query"
          } ]
