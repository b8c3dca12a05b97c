/// Snapshots of hierarchies: they change nothing but the time a load takes.
module UmsSti.Application.Tests.HierarchySnapshotTests

open System
open System.Text
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Application
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.TeamWorld
open UmsSti.Domain
open UmsSti.Kernel

let private now = DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)
let private idOf n = sprintf "01J00000000000000000%06d" n

let private placed n parent name =
    Hierarchy.Events.Placed
        { TeamId = idOf n
          ParentId = parent |> Option.map idOf
          Type = if parent.IsNone then "organization" else "department"
          NameKey = name
          DepthLimit = if n % 5 = 0 then Some 6 else None
          By = "x"
          At = now }

/// Events that no decision made: twice the same name, cycles, teams that are not there.
let private anyEvent =
    let team = Gen.choose (1, 9)
    let name = Gen.elements [ "a"; "b"; "\u00e9\"\\" ]

    Gen.oneof
        [ Gen.map3 (fun n parent name -> placed n (Some parent) name) team team name
          Gen.map2
              (fun n parent ->
                  Hierarchy.Events.Moved
                      { TeamId = idOf n
                        OldParentId = idOf 1
                        NewParentId = idOf parent
                        Moved = [||]
                        By = "x"
                        At = now })
              team
              team
          Gen.map2 (fun n name -> Hierarchy.Events.Renamed { TeamId = idOf n; NameKey = name; By = "x"; At = now }) team name
          Gen.map (fun n -> Hierarchy.Events.Closed { TeamId = idOf n; By = "x"; At = now }) team
          Gen.map (fun n -> Hierarchy.Events.Removed { TeamId = idOf n; By = "x"; At = now }) team ]

let private histories =
    Gen.listOf anyEvent |> Gen.map (fun events -> Array.ofList (placed 1 None "root" :: events)) |> Arb.fromGen

/// A stream long enough for a snapshot, appended beside the application as a bulk load does, then one command through it.
let private organisation (house: House) teams =
    let boss = house.Active("admin", "boss@example.org")
    let org = made house boss (create "organization" "Acme" null)
    let codec = house.App.HierarchyCodec
    let stream = StreamName.create HierarchyStream.Category (HierarchyStream.streamId (TeamId.Parse org))
    let context = { Stream = stream; Request = Context.about "" "" (house.Envelope boss) }

    let events =
        [| for n in 1..teams ->
               codec.Encode(
                   context,
                   Hierarchy.Events.Placed
                       { TeamId = idOf n
                         ParentId = Some org
                         Type = "department"
                         NameKey = string n
                         DepthLimit = None
                         By = boss
                         At = now }
               ) |]

    run ((house.EventLog :> IEventLog).Append(AppendRequest([| StreamAppend(stream, 1L, events) |], null), anyToken))
    |> ignore
    boss, org, stream

let private create' (app: Application) (house: House) actor name parent =
    match run (app.Door.Execute(house.Envelope actor, create "department" name parent, anyToken)) with
    | Answer.Accepted accepted -> (teamOf accepted).Id
    | Answer.Refused refusal -> failwith refusal.Detail

let private snapshot (house: House) stream : Snapshot =
    match run ((house.EventLog.Inner :> ISnapshotStore).Load(stream, anyToken)) with
    | null -> failwith "There is no snapshot."
    | snapshot -> snapshot

let private put (house: House) stream snapshot =
    runUnit ((house.EventLog.Inner :> ISnapshotStore).Save(stream, snapshot, anyToken))

[<Tests>]
let tests =
    testList
        "snapshots of hierarchies"
        [ testPropertyWithConfig
              { FsCheckConfig.defaultConfig with maxTest = 300; arbitrary = [] }
              "give back the tree of any history"
          <| Prop.forAll histories (fun events ->
              let state = Hierarchy.Fold.fold Hierarchy.Fold.initial events
              HierarchySnapshots.decode (HierarchySnapshots.encode state) = state)

          test "are saved when a stream grows past a multiple, and a cold load with one decides as one without" {
              let house = House()
              let boss, org, stream = organisation house (HierarchySnapshots.Every - 2)
              let cold = house.Cold()
              let first = create' cold house boss "First" org
              Expect.equal (snapshot house stream).Version (int64 HierarchySnapshots.Every) "saved by the command that reaches it"
              Expect.equal (snapshot house stream).Fingerprint HierarchySnapshots.Fingerprint "of this schema"
              let again = house.Cold()
              create' again house boss "Below" first |> ignore

              let plain =
                  Category(
                      HierarchyStream.Category,
                      house.EventLog,
                      house.App.HierarchyCodec,
                      Hierarchy.Fold.fold,
                      Hierarchy.Fold.initial,
                      AccessStrategy.Unoptimized,
                      CachingStrategy.NoCaching,
                      CategoryOptions.For house.EventLog
                  )
              let fromSnapshot =
                  Category(
                      HierarchyStream.Category,
                      house.EventLog,
                      house.App.HierarchyCodec,
                      Hierarchy.Fold.fold,
                      Hierarchy.Fold.initial,
                      AccessStrategy.AdjacentSnapshots(house.EventLog.Inner, HierarchySnapshots.format),
                      CachingStrategy.NoCaching,
                      CategoryOptions.For house.EventLog
                  )
              let load (category: Category<_, _, EncodeContext>) : Hierarchy.Fold.State =
                  run ((Decider.forRequest category Unchecked.defaultof<EncodeContext> stream.Id).Query(id, ct = anyToken))

              Expect.equal (load fromSnapshot) (load plain) "the same tree"
              Expect.equal (load plain).Nodes.Count (HierarchySnapshots.Every + 1) "of all teams"
          }

          test "of an older schema, damaged ones and ones of a longer stream are ignored" {
              let house = House()
              let boss, org, stream = organisation house (HierarchySnapshots.Every - 2)
              create' (house.Cold()) house boss "First" org |> ignore
              let good = snapshot house stream
              let lie = HierarchySnapshots.encode Hierarchy.Fold.initial

              for bad in
                  [ Snapshot(good.Version, "hierarchy/0", lie)
                    Snapshot(good.Version, HierarchySnapshots.Fingerprint, ReadOnlyMemory(Encoding.UTF8.GetBytes "[[\"x\"]]"))
                    Snapshot(good.Version, HierarchySnapshots.Fingerprint, good.Data.Slice(0, good.Data.Length / 2))
                    Snapshot(good.Version + 50L, HierarchySnapshots.Fingerprint, lie) ] do
                  put house stream bad
                  let cold = house.Cold()
                  let name = $"After {bad.Fingerprint} {bad.Version} {bad.Data.Length}"
                  // In the tree of the lie there is no such parent.
                  create' cold house boss name org |> ignore
          } ]
