module UmsSti.Kernel.Tests.TransactionTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

type private Context = ISyncContext<Account.State>

let private none = CancellationToken.None
let private participant category text = Participant.create category () (id text)

let private transfer amount (source: Context) (target: Context) =
    if source.State.Balance < amount then
        false, [||], [||]
    else
        true, [| Account.paidOut amount |], [| Account.paidIn amount |]

let private decided result =
    match result with
    | TransactionResult.Decided decided -> decided
    | TransactionResult.AlreadyRemembered command -> failtest $"'{command.CommandId}' was remembered"

let private command id = RememberedCommand(id, utf8 "print", utf8 "answer", DateTimeOffset.UnixEpoch, 0L)

let private find (log: WatchedLog) id = run ((log.Inner :> ICommandMemory).Find(id, none))

let private transferring category source target amount =
    Transaction.run2
        Attempts.Standard
        (participant category source)
        (participant category target)
        (transfer amount)
        Transaction.nothing
        none

[<Tests>]
let tests =
    testList
        "Transaction"
        [ test "two streams in one append, with states, versions and position after" {
              let log = watched ()
              appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
              let it = decided (run (transferring (category log) "a" "b" 4))
              let struct (a, b) = it.After
              Expect.equal (it.Result, it.EventCount, it.Position, log.Appends) (true, 2, 3L, 1) "one append"
              Expect.equal (a.State.Balance, a.Version, a.Position) (6, 2L, 2L) "source"
              Expect.equal (b.State.Balance, b.Version, b.Position) (4, 1L, 3L) "target"
              Expect.equal (balanceOf log.Inner "a", balanceOf log.Inner "b") (6, 4) "stored"
          }

          test "three streams" {
              let log = watched ()
              appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
              let category = category log

              let decide (a: Context) (_: Context) (_: Context) =
                  a.State.Balance, [| Account.paidOut 5 |], [| Account.paidIn 3 |], [| Account.paidIn 1; Account.paidIn 1 |]

              let it =
                  Transaction.run3
                      Attempts.Standard
                      (participant category "a")
                      (participant category "b")
                      (participant category "c")
                      decide
                      Transaction.nothing
                      none
                  |> run
                  |> decided

              let struct (a, b, c) = it.After
              Expect.equal (it.Result, it.EventCount, it.Position) (10, 4, 5L) "result"
              Expect.equal (a.Version, b.Version, c.Version) (2L, 1L, 2L) "versions"
              Expect.equal [ for s in [ "a"; "b"; "c" ] -> balanceOf log.Inner s ] [ 5; 3; 2 ] "stored"
          }

          test "seats: four streams in one append, decided again as a whole after a conflict" {
              let log = watched ()
              let category = category log
              let mutable left = 1

              log.OnAppend <-
                  fun _ ->
                      if left > 0 then
                          left <- left - 1
                          appendBeside log.Inner (streamOf "d") [| Account.paidIn 7 |] |> ignore

                      Task.CompletedTask

              let seats = Seats()
              let taken = [ for name in [ "a"; "b"; "c"; "d" ] -> seats.Take(participant category name) ]

              let decide () =
                  for seat in taken do
                      Expect.isEmpty seat.Events "nothing is left of an earlier decision"
                      seat.Events <- [| Account.paidIn (1 + taken[3].Before.State.Balance) |]

                  taken[3].Before.State.Balance

              let it = decided (run (Transaction.runSeats Attempts.Standard seats decide (fun _ -> null) none))
              Expect.equal (it.Result, it.EventCount, it.Position) (7, 4, 5L) "decided on what the other left"
              Expect.equal [ for seat in taken -> seat.After.State.Balance ] [ 8; 8; 8; 15 ] "after"
              Expect.equal [ for s in [ "a"; "b"; "c"; "d" ] -> balanceOf log.Inner s ] [ 8; 8; 8; 15 ] "stored"
          }

          test "seats: a decision that refuses after a conflict stores nothing of the one before" {
              let log = watched ()
              let category = category log
              let mutable left = 1

              log.OnAppend <-
                  fun _ ->
                      left <- left - 1
                      appendBeside log.Inner (streamOf "b") [| Account.paidIn 7 |] |> ignore
                      Task.CompletedTask

              let seats = Seats()
              let a = seats.Take(participant category "a")
              let b = seats.Take(participant category "b")

              let decide () =
                  if b.Before.State.Balance > 0 then
                      false
                  else
                      a.Events <- [| Account.paidIn 1 |]
                      true

              let it = decided (run (Transaction.runSeats Attempts.Standard seats decide (fun _ -> null) none))
              Expect.equal (it.Result, it.EventCount, log.Appends) (false, 0, 1) "refused"
              Expect.equal (balanceOf log.Inner "a", balanceOf log.Inner "b") (0, 7) "stored"
          }

          test "seats: a dry run decides on the same state and stores nothing" {
              let log = watched ()
              appendBeside log.Inner (streamOf "a") [| Account.paidIn 3 |] |> ignore
              let seats = Seats()
              let a = seats.Take(participant (category log) "a")

              let decide () =
                  a.Events <- [| Account.paidOut 2 |]
                  a.Before.State.Balance

              let it = run (Transaction.drySeats seats decide none)
              Expect.equal (it.Result, it.Position, a.Events.Length, a.After.State.Balance) (3, 1L, 1, 1) "planned"
              Expect.equal (log.Appends, balanceOf log.Inner "a") (0, 3) "nothing stored"
          }

          test "seats: a stream that is only watched is guarded, and nobody waits for its turn" {
              let log = watched ()
              let category = category log
              let mutable left = 1

              log.OnAppend <-
                  fun _ ->
                      if left > 0 then
                          left <- left - 1
                          appendBeside log.Inner (streamOf "w") [| Account.paidIn 7 |] |> ignore

                      Task.CompletedTask

              let seats = Seats()
              let a = seats.Take(participant category "a")
              let w = seats.Watch(participant category "w")

              let decide () =
                  a.Events <- [| Account.paidIn (1 + w.Before.State.Balance) |]
                  w.Before.State.Balance

              let held = category.Options.Turns.Take(streamOf "w", none).AsTask() |> run
              let it = decided (run (Transaction.runSeats Attempts.Standard seats decide (fun _ -> null) none))
              (held :> IDisposable).Dispose()
              Expect.equal (it.Result, it.EventCount, a.After.State.Balance) (7, 1, 8) "decided on what the other left"
              Expect.equal (balanceOf log.Inner "a", balanceOf log.Inner "w") (8, 7) "stored"
          }

          test "seats: streams of two logs, and no stream at all, are refused" {
              let seats = Seats()
              seats.Take(participant (category (watched ())) "a") |> ignore
              Expect.throwsT<ArgumentException>
                  (fun () -> seats.Take(participant (category (watched ())) "b") |> ignore)
                  "two logs"
              let empty () = Transaction.runSeats Attempts.Standard (Seats()) (fun () -> 1) (fun _ -> null) none |> ignore
              Expect.throwsT<InvalidOperationException> empty "none"
          }

          for moved in [ "a"; "b" ] do
              test $"a conflict in stream {moved} of two stores nothing and decides again" {
                  let log = watched ()
                  appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
                  let mutable left = 1
                  let mutable between = []

                  log.OnAppend <-
                      fun _ ->
                          if left > 0 then
                              left <- left - 1
                              appendBeside log.Inner (streamOf moved) [| Account.paidIn 1000 |] |> ignore
                          else
                              between <- [ balanceOf log.Inner "a"; balanceOf log.Inner "b" ]

                          Task.CompletedTask

                  let it = decided (run (transferring (category log) "a" "b" 4))
                  let expected = if moved = "a" then [ 1010; 0 ] else [ 10; 1000 ]
                  Expect.equal between expected "the refused append stored neither half"
                  let struct (a, b) = it.After
                  let after = if moved = "a" then [ 1006; 4 ] else [ 6; 1004 ]
                  Expect.equal [ a.State.Balance; b.State.Balance ] after "decided on the newer state"
                  Expect.equal [ balanceOf log.Inner "a"; balanceOf log.Inner "b" ] after "stored"
                  Expect.equal log.Loads 3 "only the stream that moved was read again"
              }

          test "a participant that is only read is guarded too" {
              let log = watched ()
              let mutable left = 1

              log.OnAppend <-
                  fun _ ->
                      if left > 0 then
                          left <- left - 1
                          appendBeside log.Inner (streamOf "limit") [| Account.paidIn 50 |] |> ignore

                      Task.CompletedTask

              let decide (limit: Context) (_: Context) = limit.State.Balance, [||], [| Account.paidIn limit.State.Balance |]
              let category = category log

              Transaction.run2
                  Attempts.Standard
                  (participant category "limit")
                  (participant category "b")
                  decide
                  Transaction.nothing
                  none
              |> run
              |> ignore

              Expect.equal (eventsOf log.Inner "b") [| Account.paidIn 50 |] "decided on the limit that stood at the append"
          }

          test "no events and nothing to remember: no store trip, the position known" {
              let log = watched ()
              appendBeside log.Inner (streamOf "a") [| Account.paidIn 1 |] |> ignore
              appendBeside log.Inner (streamOf "z") [| Account.paidIn 1 |] |> ignore
              let it = decided (run (transferring (category log) "a" "b" 4))
              Expect.equal (it.Result, it.EventCount, it.Position, log.Appends) (false, 0, 1L, 0) "answered at once"
          }

          test "what is remembered is stored with the events and sees the versions after" {
              let log = watched ()
              let versions = ResizeArray()

              let remember (_: bool) (after: Context) : RememberedCommand | null =
                  versions.Add(after.Version, after.State.Balance)
                  command "k"

              let decide (_: Context) = true, [| Account.paidIn 7 |]
              let run1 () = run (Transaction.run1 Attempts.Standard (participant (category log) "a") decide remember none)
              Expect.equal (decided (run1 ())).Position 1L "stored"
              Expect.equal (List.ofSeq versions) [ 1L, 7 ] "versions after"

              match find log "k" with
              | null -> failtest "not remembered"
              | kept -> Expect.equal (kept.Position, textOf kept.Answer) (1L, "answer") "placed by the log"

              match run1 () with
              | TransactionResult.AlreadyRemembered kept -> Expect.equal kept.Position 1L "the first answer"
              | TransactionResult.Decided _ -> failtest "answered twice"

              Expect.equal (balanceOf log.Inner "a") 7 "paid once"
          }

          test "a decision without events can be remembered" {
              let log = watched ()
              appendBeside log.Inner (streamOf "z") [| Account.Opened; Account.Opened |] |> ignore
              let remember () (_: Context) : RememberedCommand | null = command "k"

              let it =
                  Transaction.run1 Attempts.Standard (participant (category log) "a") (fun _ -> (), [||]) remember none
                  |> run
                  |> decided

              Expect.equal (it.EventCount, it.Position) (0, 2L) "at the head"
              Expect.isNotNull (find log "k") "remembered"
              Expect.equal (eventsOf log.Inner "a") [||] "no event"
          }

          test "fifty repeats of one command at once: one stores, all others get its answer" {
              let log = watched ()
              let category = category log
              let remember () (_: Context) : RememberedCommand | null = command "k"

              let once _ =
                  Task.Run<TransactionResult<unit, Context>>(fun () ->
                      Transaction.run1
                          Attempts.Standard
                          (participant category "a")
                          (fun _ -> (), [| Account.paidIn 1 |])
                          remember
                          none)

              let results = run (Task.WhenAll(Array.init 50 once))

              let stored =
                  results
                  |> Array.filter (fun r ->
                      match r with
                      | TransactionResult.Decided _ -> true
                      | TransactionResult.AlreadyRemembered _ -> false)

              Expect.equal (stored.Length, balanceOf log.Inner "a") (1, 1) "once"
          }

          test "attempts end in an exception that stored nothing" {
              let log = watched ()

              log.OnAppend <-
                  fun _ ->
                      appendBeside log.Inner (streamOf "b") [| Account.Opened |] |> ignore
                      Task.CompletedTask

              appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
              Expect.throwsT<MaxResyncsExhaustedException>
                  (fun () -> run (transferring (category log) "a" "b" 4) |> ignore)
                  "exhausted"
              Expect.equal (balanceOf log.Inner "a", balanceOf log.Inner "b") (10, 0) "neither half"
              Expect.equal (StreamTurns.ForLog log).Held 0 "turns given back"
          }

          test "one stream twice, or streams of two logs, are refused" {
              let log = watched ()
              Expect.throwsT<ArgumentException> (fun () -> run (transferring (category log) "a" "a" 0) |> ignore) "twice"
              let other = participant (category (watched ())) "b"

              Expect.throwsT<ArgumentException>
                  (fun () ->
                      Transaction.run2
                          Attempts.Standard
                          (participant (category log) "a")
                          other
                          (transfer 0)
                          Transaction.nothing
                          none
                      |> run
                      |> ignore)
                  "two logs"
          }

          test "a dry run decides on the current states and stores nothing" {
              let log = watched ()
              appendBeside log.Inner (streamOf "a") [| Account.paidIn 10 |] |> ignore
              let category = category log

              let it = run (Transaction.dry2 (participant category "a") (participant category "b") (transfer 4) none)

              let struct (a, b) = it.After
              let struct (out, into) = it.Events
              Expect.equal (it.Result, it.Position) (true, 1L) "result"
              Expect.equal (out, into) ([| Account.paidOut 4 |], [| Account.paidIn 4 |]) "what would be stored"
              Expect.equal (a.State.Balance, a.Version, b.State.Balance, b.Version) (6, 2L, 4, 1L) "states it would lead to"
              Expect.equal (log.Appends, balanceOf log.Inner "a") (0, 10) "nothing stored"
          }

          test "a dry run waits for no turn" {
              let log = watched ()
              use _held = run ((StreamTurns.ForLog log).Take(streamOf "a", none).AsTask())
              let it = Transaction.dry1 (participant (category log) "a") (fun _ -> 1, [| Account.Opened |]) none
              Expect.equal (run it).Result 1 "answered while another writer holds the stream"
          }

          for name, access, caching, sole in
              [ "without cache", (fun _ -> Unoptimized), (fun () -> NoCaching), false
                "cached", (fun _ -> Unoptimized), (fun () -> SlidingWindow(Cache("t", 4), TimeSpan.FromMinutes 1.0)), false
                "cached by the sole writer",
                (fun _ -> Unoptimized),
                (fun () -> SlidingWindow(Cache("t", 4), TimeSpan.FromMinutes 1.0)),
                true ] do
              test $"64 callers moving money keep the sum, {name}" {
                  let log = watched ()
                  let options = { optionsFor log with SoleWriter = sole }
                  let category = categoryWith log (access ()) (caching ()) options
                  let accounts = [| for i in 0..7 -> $"{i}" |]

                  for account in accounts do
                      run ((Decider.forStream category (id account)).Transact(fun _ -> [| Account.paidIn 100 |]))

                  let caller c =
                      task {
                          let random = Random(c: int)

                          for _ in 1..40 do
                              let source = random.Next 8
                              let target = (source + 1 + random.Next 7) % 8
                              let! _ = transferring category accounts[source] accounts[target] (random.Next(1, 60))
                              ()
                      }

                  runUnit (Task.WhenAll [| for c in 1..64 -> Task.Run<unit>(fun () -> caller c) :> Task |])
                  let balances = accounts |> Array.map (balanceOf log.Inner)
                  Expect.equal (Array.sum balances) 800 "the sum is kept"
                  Expect.all balances (fun b -> b >= 0) "no account was overdrawn"
                  let moves = run ((log.Inner :> IEventLog).ReadAll(0L, Int32.MaxValue, none))
                  Expect.equal [| for m in moves -> m.Position |] [| 1L .. int64 moves.Length |] "positions without gaps"

                  for account, balance in Array.zip accounts balances do
                      let seen = run ((Decider.forStream category (id account)).Query(fun s -> s.Balance))
                      Expect.equal seen balance "what is served is what is stored"

                  Expect.equal options.Turns.Held 0 "no turn left behind"
              }

          test "transactions in opposite directions do not lock each other out" {
              let log = watched ()
              let category = category log
              appendBeside log.Inner (streamOf "a") [| Account.paidIn 10_000 |] |> ignore
              appendBeside log.Inner (streamOf "b") [| Account.paidIn 10_000 |] |> ignore

              let work (source, target) =
                  Task.Run<unit>(fun () ->
                      task {
                          for _ in 1..100 do
                              let! _ = transferring category source target 1
                              ()
                      })
                  :> Task

              let all = Task.WhenAll [| for i in 1..16 -> work (if i % 2 = 0 then "a", "b" else "b", "a") |]
              runUnit all
              Expect.equal (balanceOf log.Inner "a", balanceOf log.Inner "b") (10_000, 10_000) "even"
          } ]
