module UmsSti.Kernel.Tests.CacheTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

let private none = CancellationToken.None
let private minute = TimeSpan.FromMinutes 1.0

/// A category with a cache, its clock and its log.
type private Rig(sole: bool, maxEntries, strategy: Cache -> CachingStrategy) =
    let time = ManualTime()
    let log = watched ()
    let cache = Cache("test", maxEntries, time)
    let category = categoryWith log Unoptimized (strategy cache) { optionsFor log with SoleWriter = sole }
    member _.Time = time
    member _.Log = log
    member _.Cache = cache
    member _.Category = category
    member _.Decider text = Decider.forStream category (id text)

    member rig.Balance(text, ?load) = run (rig.Decider(text).Query((fun s -> s.Balance), ?load = load))

    member rig.Pay(text, amount) = run (rig.Decider(text).Transact(fun _ -> [| Account.paidIn amount |]))

    member _.Beside(text, amount) = appendBeside log.Inner (streamOf text) [| Account.paidIn amount |] |> ignore

let private sliding sole = Rig(sole, 100, fun cache -> SlidingWindow(cache, minute))

/// Lets loads hang until told.
let private hold (log: WatchedLog) =
    let gate = TaskCompletionSource TaskCreationOptions.RunContinuationsAsynchronously
    log.OnLoad <- fun _ _ -> gate.Task
    gate

[<Tests>]
let tests =
    testList
        "Cache"
        [ test "RequireLoad reads only newer events, and sees what others wrote" {
              let rig = sliding false
              rig.Pay("a", 5)
              let asked = ResizeArray()

              rig.Log.OnLoad <-
                  fun _ from ->
                      asked.Add from
                      Task.CompletedTask

              rig.Beside("a", 7)
              Expect.equal (rig.Balance "a") 12 "the newest"
              Expect.equal (rig.Balance "a") 12 "again"
              Expect.equal (List.ofSeq asked) [ 1L; 2L ] "from the version known"
          }

          test "AnyCachedValue and AllowStale answer from the cache as long as they may" {
              let rig = sliding false
              rig.Pay("a", 5)
              rig.Beside("a", 7)
              let loads = rig.Log.Loads
              rig.Time.Advance(TimeSpan.FromSeconds 10.0)
              Expect.equal (rig.Balance("a", LoadOption.AnyCachedValue)) 5 "any"
              Expect.equal (rig.Balance("a", LoadOption.AllowStale(TimeSpan.FromSeconds 11.0))) 5 "fresh enough"
              Expect.equal rig.Log.Loads loads "no read"
              Expect.equal (rig.Balance("a", LoadOption.AllowStale(TimeSpan.FromSeconds 9.0))) 12 "too old"
              Expect.equal rig.Log.Loads (loads + 1) "one read"
          }

          test "a stale state costs a conflict, never a wrong write" {
              let rig = sliding false
              rig.Pay("a", 5)
              rig.Beside("a", 7)
              let seen = ResizeArray()

              let decide (s: Account.State) =
                  seen.Add s.Balance
                  [| Account.paidOut s.Balance |]

              run (rig.Decider("a").Transact(decide, load = LoadOption.AnyCachedValue))
              Expect.equal (List.ofSeq seen) [ 5; 12 ] "decided on the truth in the end"
              Expect.equal (balanceOf rig.Log.Inner "a") 0 "stored"
          }

          test "the age counts from before the read, not from its end" {
              let rig = sliding false

              rig.Log.OnLoad <-
                  fun _ _ ->
                      rig.Time.Advance(TimeSpan.FromSeconds 30.0)
                      Task.CompletedTask

              rig.Balance "a" |> ignore
              rig.Balance("a", LoadOption.AllowStale(TimeSpan.FromSeconds 29.0)) |> ignore
              Expect.equal rig.Log.Loads 2 "the read took half a minute, so its result is that old"
          }

          test "sliding: kept while used, dropped when unused for the window" {
              let rig = sliding true
              rig.Pay("a", 5)
              let loads = rig.Log.Loads

              for _ in 1..5 do
                  rig.Time.Advance(TimeSpan.FromSeconds 50.0)
                  Expect.equal (rig.Balance "a") 5 "kept"

              Expect.equal rig.Log.Loads loads "never read"
              let mutable from = -1L

              rig.Log.OnLoad <-
                  fun _ f ->
                      from <- f
                      Task.CompletedTask

              rig.Time.Advance(TimeSpan.FromSeconds 61.0)
              Expect.equal (rig.Balance "a") 5 "loaded anew"
              Expect.equal from 0L "from the start"
          }

          test "fixed: dropped after the period however often it is used" {
              let rig = Rig(true, 100, (fun cache -> FixedTimeSpan(cache, minute)))
              rig.Balance "a" |> ignore

              for _ in 1..2 do
                  rig.Time.Advance(TimeSpan.FromSeconds 25.0)
                  rig.Balance "a" |> ignore

              Expect.equal rig.Log.Loads 1 "kept"
              rig.Time.Advance(TimeSpan.FromSeconds 25.0)
              rig.Balance "a" |> ignore
              Expect.equal rig.Log.Loads 2 "read again"
          }

          test "concurrent loads share one read" {
              let rig = sliding false
              rig.Beside("a", 5)
              let gate = hold rig.Log

              let loads = [| for _ in 1..50 -> rig.Decider("a").Query(fun s -> s.Balance) |]

              gate.SetResult()
              Expect.equal (run (Task.WhenAll loads)) (Array.create 50 5) "all answered"
              Expect.equal rig.Log.Loads 1 "by one read"
          }

          test "concurrent loads share the failure of the read, the next one reads again" {
              let rig = sliding false
              rig.Beside("a", 5)
              let gate = hold rig.Log

              let loads = [| for _ in 1..5 -> rig.Decider("a").Query(fun s -> s.Balance) |]

              gate.SetException(InvalidOperationException "disk")

              for load in loads do
                  Expect.throwsT<InvalidOperationException> (fun () -> run load |> ignore) "shared"

              Expect.equal rig.Log.Loads 1 "one read failed"
              rig.Log.OnLoad <- fun _ _ -> Task.CompletedTask
              Expect.equal (rig.Balance "a") 5 "not stuck"
          }

          test "RequireLoad does not join a read that began before it, those who wait share the next one" {
              let rig = sliding false
              let gate = hold rig.Log
              let early = rig.Decider("a").Query(fun s -> s.Balance)
              rig.Time.Advance(TimeSpan.FromSeconds 1.0)
              rig.Beside("a", 5)

              let late = [| for _ in 1..20 -> rig.Decider("a").Query(fun s -> s.Balance) |]

              let tolerant = rig.Decider("a").Query((fun s -> s.Balance), load = LoadOption.AllowStale minute)

              rig.Time.Advance(TimeSpan.FromSeconds 1.0)
              gate.SetResult()
              Expect.equal (run early) 0 "what it saw"
              Expect.equal (run tolerant) 0 "joined the early read"
              Expect.equal (run (Task.WhenAll late)) (Array.create 20 5) "what was committed before they asked"
              Expect.equal rig.Log.Loads 2 "two reads for all"
          }

          test "one caller's cancellation takes no read from the others" {
              let rig = sliding false
              rig.Beside("a", 5)
              let gate = hold rig.Log
              use cts = new CancellationTokenSource()
              let leader = rig.Decider("a").Query((fun s -> s.Balance), ct = cts.Token)
              let follower = rig.Decider("a").Query(fun s -> s.Balance)
              cts.Cancel()
              Expect.throwsT<TaskCanceledException> (fun () -> run leader |> ignore) "cancelled"
              gate.SetResult()
              Expect.equal (run follower) 5 "answered"
              Expect.equal rig.Log.Loads 1 "by the leader's read"
          }

          test "an older state never replaces a newer one" {
              let rig = sliding true
              rig.Pay("a", 1)
              rig.Cache.Drop(streamOf "a")
              let gate = hold rig.Log
              let slow = rig.Decider("a").Query(fun s -> s.Balance)
              rig.Log.OnLoad <- fun _ _ -> Task.CompletedTask
              let token = { Version = 1L; Position = 1L; StreamBytes = -1L }
              let memento = LoadOption.FromMemento(struct (token, { Account.initial with Balance = 1 }))
              run (rig.Decider("a").Transact((fun _ -> [| Account.paidIn 10 |]), load = memento))
              gate.SetResult()
              Expect.equal (run slow) 11 "the slow read gives way to the newer write"
              Expect.equal (rig.Balance("a", LoadOption.AnyCachedValue)) 11 "cached"
          }

          testList
              "sole writer"
              [ test "RequireLoad trusts the cache, RequireLeader reads" {
                    let rig = sliding true
                    rig.Pay("a", 5)
                    let loads = rig.Log.Loads
                    rig.Time.Advance(TimeSpan.FromSeconds 30.0)
                    rig.Pay("a", 5)
                    Expect.equal (rig.Balance "a") 10 "current"
                    Expect.equal rig.Log.Loads loads "without a read"
                    rig.Balance("a", LoadOption.RequireLeader) |> ignore
                    Expect.equal rig.Log.Loads (loads + 1) "with one"
                }

                test "facts appended without a version end the trust" {
                    let rig = sliding true
                    rig.Pay("a", 5)
                    let position = run (rig.Category.AppendFacts((), id "a", [| Account.paidIn 7 |], none))
                    Expect.equal position 2L "position"
                    Expect.equal (rig.Balance "a") 12 "seen at once"
                }

                test "an append of unknown fate ends the trust" {
                    let rig = sliding true
                    rig.Pay("a", 5)
                    rig.Log.AfterAppend <- fun _ -> Task.FromException(InvalidOperationException "lost answer")
                    Expect.throwsT<InvalidOperationException> (fun () -> rig.Pay("a", 7)) "unknown"
                    rig.Log.AfterAppend <- fun _ -> Task.CompletedTask
                    Expect.equal (rig.Balance "a") 12 "it had been stored, and is seen"
                    let loads = rig.Log.Loads
                    Expect.equal (rig.Balance "a") 12 "and trusted again"
                    Expect.equal rig.Log.Loads loads "no read"
                }

                test "a read begun before such an append cannot bring the trust back" {
                    let rig = sliding true
                    rig.Pay("a", 5)
                    let gate = hold rig.Log
                    let slow = rig.Decider("a").Query((fun s -> s.Balance), load = LoadOption.RequireLeader)
                    rig.Log.OnLoad <- fun _ _ -> Task.CompletedTask
                    run (rig.Category.AppendFacts((), id "a", [| Account.paidIn 7 |], none)) |> ignore
                    gate.SetResult()
                    run slow |> ignore
                    Expect.equal (rig.Balance "a") 12 "read again"
                }

                test "a conflict always resyncs, and what it read is trusted" {
                    let rig = sliding true
                    rig.Pay("a", 5)
                    rig.Beside("a", 7)
                    rig.Pay("a", 1)
                    Expect.equal (rig.Balance "a") 13 "resynced"
                    Expect.equal (balanceOf rig.Log.Inner "a") 13 "stored"
                }

                test "an entry evicted during an append is made anew with what was written" {
                    let rig = Rig(true, 1, (fun cache -> SlidingWindow(cache, minute)))
                    rig.Pay("a", 5)

                    rig.Log.AfterAppend <-
                        fun _ ->
                            rig.Cache.Drop(streamOf "a")
                            Task.CompletedTask

                    rig.Pay("a", 7)
                    rig.Log.AfterAppend <- fun _ -> Task.CompletedTask
                    Expect.equal (rig.Balance "a") 12 "current"
                } ]

          test "a stream that became shorter (restored log) is read from its start" {
              let rig = sliding false
              rig.Pay("a", 5)
              let token = { Version = 9L; Position = 9L; StreamBytes = -1L }
              let memento = LoadOption.FromMemento(struct (token, { Account.initial with Balance = 900 }))
              run (rig.Decider("a").Transact((fun s -> [| Account.paidOut s.Balance |]), load = memento))
              Expect.equal (balanceOf rig.Log.Inner "a") 0 "decided on what is there"
          }

          test "never more entries than the limit; what is used survives" {
              let rig = Rig(true, 10, (fun cache -> SlidingWindow(cache, minute)))

              for i in 1..200 do
                  rig.Balance "hot" |> ignore
                  rig.Balance(string i) |> ignore
                  Expect.isLessThanOrEqual rig.Cache.Count 10 "limit"

              Expect.equal rig.Log.Loads 201 "the hot stream was read once"
          }

          test "expired entries are let go as others come in" {
              let rig = Rig(true, 1000, (fun cache -> SlidingWindow(cache, minute)))

              for i in 1..100 do
                  rig.Balance(string i) |> ignore

              rig.Time.Advance(minute + minute)
              rig.Balance "new" |> ignore
              Expect.equal rig.Cache.Count 1 "personal data does not linger"
          }

          test "Drop and Clear forget" {
              let rig = sliding true
              rig.Pay("a", 5)
              rig.Cache.Drop(streamOf "a")
              Expect.equal rig.Cache.Count 0 "dropped"
              rig.Pay("a", 5)
              rig.Cache.Clear()
              Expect.equal (rig.Cache.Count, rig.Balance "a") (0, 10) "cleared"
          }

          test "two categories of one name and different states cannot share a cache" {
              let rig = sliding true
              rig.Pay("a", 5)
              let log = rig.Log :> IEventLog
              let count = Func<int, Account.Event[], int>(fun n events -> n + events.Length)
              let other =
                  Category<Account.Event, int, unit>(
                      "Account",
                      log,
                      codec,
                      count,
                      0,
                      Unoptimized,
                      SlidingWindow(rig.Cache, minute),
                      optionsFor log
                  )
              Expect.throwsT<InvalidOperationException>
                  (fun () -> run ((Decider.forStream other (id "a")).Query(fun n -> n)) |> ignore)
                  "refused"
          }

          test "hot streams under 64 callers: nothing lost, and the cache agrees with the log" {
              let rig = sliding true

              let caller _ =
                  task {
                      for i in 1..50 do
                          do! rig.Decider(string (i % 3)).Transact(fun _ -> [| Account.paidIn 1 |])
                          let! _ = rig.Decider(string (i % 3)).Query(fun s -> s.Balance)
                          ()
                  }

              runUnit (Task.WhenAll [| for c in 1..64 -> Task.Run<unit>(fun () -> caller c) :> Task |])
              let cached = [ for s in [ "0"; "1"; "2" ] -> rig.Balance s ]
              Expect.equal cached [ for s in [ "0"; "1"; "2" ] -> balanceOf rig.Log.Inner s ] "agree"
              Expect.equal (List.sum cached) 3200 "every payment once"
              Expect.isLessThan rig.Log.Appends 3201 "turns spared every conflict"
          } ]
