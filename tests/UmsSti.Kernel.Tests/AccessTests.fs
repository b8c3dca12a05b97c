module UmsSti.Kernel.Tests.AccessTests

open System
open System.Text.Json
open System.Threading
open System.Threading.Tasks
open Expecto
open FsCheck
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

let private none = CancellationToken.None

let private format every : SnapshotFormat<Account.State> =
    { Fingerprint = "account-1"
      Every = every
      Encode = fun _ _ state -> ReadOnlyMemory(JsonSerializer.SerializeToUtf8Bytes state)
      Decode =
        fun _ _ data ->
            match box (JsonSerializer.Deserialize<Account.State> data.Span) with
            | :? Account.State as state -> state
            | _ -> failwith "null" }

let private eventOf (kind: int, amount: int) =
    match abs (kind % 4) with
    | 0 -> Account.Opened
    | 1 -> Account.paidIn amount
    | 2 -> Account.paidOut amount
    | _ -> Account.Renamed { Name = string amount }

let private append category text (events: Account.Event[]) =
    run ((Decider.forStream category (id text)).Transact(fun _ -> events))

let private stateOf category text = run ((Decider.forStream category (id text)).QueryEx(fun c -> c.State, c.Version, c.Position))

let private snapshotOf (log: WatchedLog) text = run ((log.Inner :> ISnapshotStore).Load(streamOf text, none))

let private snapshotVersion log text =
    match snapshotOf log text with
    | null -> 0L
    | snapshot -> snapshot.Version

/// A snapshotting category over its own log, and what it reported.
let private snapshotting every =
    let log = watched ()
    let failures = ResizeArray<StreamName * exn>()
    let options = { optionsFor log with SnapshotFailed = fun stream error -> failures.Add(stream, error) }
    let make format = categoryWith log (AdjacentSnapshots(log.Inner, format)) NoCaching options
    log, make (format every), make, failures

let private putSnapshot (log: WatchedLog) text version fingerprint (data: string) =
    runUnit ((log.Inner :> ISnapshotStore).Save(streamOf text, Snapshot(version, fingerprint, utf8 data), none))

[<Tests>]
let tests =
    testList
        "AccessStrategy"
        [ testPropertyWithConfig
              { FsCheckConfig.defaultConfig with maxTest = 200 }
              "AdjacentSnapshots gives the state of folding everything, however the appends were cut"
          <| fun (batches: (int * int)[] list, PositiveInt every) ->
              let log, snapshotted, _, failures = snapshotting (1 + every % 7)
              let plain = categoryWith log Unoptimized NoCaching (optionsFor log)

              batches
              |> List.forall (fun batch ->
                  append snapshotted "a" (Array.map eventOf batch)
                  stateOf snapshotted "a" = stateOf plain "a")
              && failures.Count = 0

          testProperty "LatestKnownEvent gives the state of folding everything when each event carries it all"
          <| fun (names: int list, strangers: bool) ->
              let log = watched ()
              let latest = categoryWith log LatestKnownEvent NoCaching (optionsFor log)

              for name in names do
                  append latest "a" [| Account.Renamed { Name = "old" }; Account.Renamed { Name = string name } |]

              if strangers then
                  let unknown = EventData(1L, "NeverHeardOf", 1, utf8 "{}", ReadOnlyMemory.Empty, DateTimeOffset.UnixEpoch)
                  run ((log :> IEventLog).Append(AppendRequest([| StreamAppend(streamOf "a", -1L, [| unknown |]) |], null), none))
                  |> ignore

              let plain = categoryWith log Unoptimized NoCaching (optionsFor log)
              stateOf latest "a" = stateOf plain "a"

          test "unknown events count for the version" {
              let log = watched ()
              let unknown = EventData(1L, "NeverHeardOf", 1, utf8 "{}", ReadOnlyMemory.Empty, DateTimeOffset.UnixEpoch)
              run ((log :> IEventLog).Append(AppendRequest([| StreamAppend(streamOf "a", 0L, [| unknown |]) |], null), none))
              |> ignore
              append (category log) "a" [| Account.Opened |]
              let state, version, _ = stateOf (category log) "a"
              Expect.equal (state.Open, version) (true, 2L) "skipped by the fold, not by the version"
          }

          testList
              "snapshots"
              [ test "are saved whenever an append crosses a multiple" {
                    let log, category, _, _ = snapshotting 10

                    let saved =
                        [ for n in [ 9; 1; 5; 3; 4; 25; 1 ] do
                              append category "a" (Array.create n Account.Opened)
                              snapshotVersion log "a" ]

                    Expect.equal saved [ 0L; 10L; 10L; 10L; 22L; 47L; 47L ] "versions"
                }

                test "spare the reading of what they hold" {
                    let log, category, _, _ = snapshotting 10
                    append category "a" (Array.create 12 (Account.paidIn 1))
                    append category "a" [| Account.paidIn 1 |]
                    let asked = ResizeArray()

                    log.OnLoad <-
                        fun _ from ->
                            asked.Add from
                            Task.CompletedTask

                    let state, version, position = stateOf category "a"
                    Expect.equal (state.Balance, version, position) (13, 13L, 13L) "state"
                    Expect.equal (List.ofSeq asked) [ 11L ] "one read, from the last event folded into it"
                }

                test "of another fingerprint, or that cannot be decoded, are ignored and reported" {
                    let log, category, _, failures = snapshotting 10
                    append category "a" [| Account.paidIn 3; Account.paidIn 4 |]

                    for version, fingerprint, data, reported in
                        [ 1L, "account-0", """{"Open":true,"Balance":999,"Name":""}""", 0
                          1L, "account-1", "{ broken", 1
                          9L, "account-1", """{"Open":true,"Balance":999,"Name":""}""", 1 ] do
                        putSnapshot log "a" version fingerprint data
                        let state, version, _ = stateOf category "a"
                        Expect.equal (state.Balance, version) (7, 2L) "the whole stream was folded"
                        Expect.equal failures.Count reported "reported"
                }

                test "a snapshot that cannot be written fails no command" {
                    let log, _, make, failures = snapshotting 2
                    let broken = make { format 2 with Encode = fun _ _ _ -> failwith "no room" }
                    append broken "a" [| Account.paidIn 1; Account.paidIn 2 |]
                    Expect.equal (balanceOf log.Inner "a", snapshotVersion log "a") (3, 0L) "stored, without snapshot"
                    Expect.equal
                        [ for stream, error in failures -> stream.Value, error.Message ]
                        [ "Account-a", "no room" ]
                        "reported"
                }

                test "are made by transactions too" {
                    let log, category, _, _ = snapshotting 2
                    let participant text = Participant.create category () (id text)
                    let both _ _ = (), [| Account.Opened; Account.Opened |], [| Account.Opened |]
                    Transaction.run2 Attempts.Standard (participant "a") (participant "b") both Transaction.nothing none
                    |> run
                    |> ignore
                    Expect.equal (snapshotVersion log "a", snapshotVersion log "b") (2L, 0L) "versions"
                }

                test "an interval below one is refused" {
                    Expect.throwsT<ArgumentOutOfRangeException> (fun () -> snapshotting 0 |> ignore) "refused"
                } ]

          test "LoadWhile shows the past, without caches and snapshots" {
              let log, category, _, _ = snapshotting 2
              append category "a" [| for i in 1..5 -> Account.paidIn i |]

              let struct (token, state) = run (category.LoadWhile(id "a", (fun row -> row.Position <= 3L), none))

              Expect.equal (state.Balance, token.Version, token.Position) (6, 3L, 3L) "as it was"
              let struct (token, state) = run (category.LoadWhile(id "a", (fun _ -> false), none))
              Expect.equal (state, token) (Account.initial, StreamToken.Empty) "before it all"
          } ]
