module UmsSti.Domain.Tests.HierarchyTests

open System
open Expecto
open FsCheck.FSharp
open UmsSti.Domain
open UmsSti.Domain.Tests.TeamSamples

let private isSame first second = Expect.equal second first "the same"
let private fold = Hierarchy.Fold.fold Hierarchy.Fold.initial
let private root = teamId 1

let private context: Hierarchy.Decisions.Context =
    { Now = Samples.start
      Actor = (Samples.person 1).Value
      SystemLimit = Hierarchy.Queries.DefaultDepthLimit }

let private decide command state = Hierarchy.Decisions.decide context command state
let private refused reason = Hierarchy.Decisions.Outcome.Rejected reason, ([||]: Hierarchy.Events.Event[])

let private placement n parent teamType (name: string) : Hierarchy.Placement =
    { Team = teamId n
      Parent = parent |> Option.map teamId
      Type = teamType
      Name = teamName name
      DepthLimit = None }

let private run commands =
    (Hierarchy.Fold.initial, commands)
    ||> List.fold (fun state command ->
        match decide command state with
        | Hierarchy.Decisions.Outcome.Accepted _, events -> Hierarchy.Fold.fold state events
        | Hierarchy.Decisions.Outcome.Rejected rejected, _ -> failwith $"{command}: {rejected}")

let private place n parent teamType name = Hierarchy.Command.Place(placement n parent teamType name)

/// Organisation 1, departments 2 > 3 > 4, project 5 below 2, squad 6 below 5.
let private sample =
    run
        [ place 1 None TeamType.Organization "Root"
          place 2 (Some 1) TeamType.Department "Two"
          place 3 (Some 2) TeamType.Department "Three"
          place 4 (Some 3) TeamType.Department "Four"
          place 5 (Some 2) TeamType.Project "Five"
          place 6 (Some 5) TeamType.Squad "Six" ]

let private ids = [ for n in 1..8 -> (teamId n).Value ]
let private words = ids @ ids @ [ "organization"; "department"; "project"; "squad"; "a"; "b" ]

// Made once: finding out how to make events is slow.
let private anyEvents = Laws.histories<Hierarchy.Events.Event> words

/// Events, most of which fit somewhere.
let private history =
    gen {
        let! events = anyEvents

        let! placed =
            Gen.elements [ 2..8 ]
            |> Gen.listOf
            |> Gen.map (fun teams ->
                teams
                |> List.mapi (fun i n ->
                    Hierarchy.Events.Placed
                        { TeamId = (teamId n).Value
                          ParentId = Some (teamId (1 + i % n)).Value
                          Type = "department"
                          NameKey = string (n % 3)
                          DepthLimit = None
                          By = "x"
                          At = Samples.start }))

        let birth =
            Hierarchy.Events.Placed
                { TeamId = root.Value
                  ParentId = None
                  Type = "organization"
                  NameKey = "root"
                  DepthLimit = None
                  By = "x"
                  At = Samples.start }

        return Array.append (Array.ofList (birth :: placed)) events
    }

/// Any command about eight teams.
let private command =
    let team = Gen.elements [ for n in 1..8 -> teamId n ]

    Gen.frequency
        [ 4,
          gen {
              let! n = Gen.choose (1, 8)
              let! parent = Gen.optionOf (Gen.choose (1, 8))
              let! teamType = Gen.elements TeamType.All
              let! name = Gen.elements [ "a"; "b"; "c"; "A" ]
              return place n parent teamType name
          }
          4, Gen.map2 (fun team parent -> Hierarchy.Command.Move(team, parent)) team team
          1, Gen.map2 (fun team name -> Hierarchy.Command.Rename(team, teamName name)) team (Gen.elements [ "a"; "B" ])
          1, Gen.map2 (fun team limit -> Hierarchy.Command.LimitDepth(team, limit)) team (Gen.optionOf (Gen.choose (1, 9)))
          1, Gen.map Hierarchy.Command.Close team
          1, Gen.map Hierarchy.Command.Remove team ]

/// What must hold of every tree: one root, no cycle, links both ways, names of open children.
let private isTree (state: Hierarchy.Fold.State) =
    // Counted over whatever ids the events had: arbitrary ones need not be team ids.
    let rec reached team = team :: (state.Nodes[team].Children |> Set.toList |> List.collect reached)
    let found = state.Root |> Option.map reached |> Option.defaultValue []
    Expect.equal found.Length state.Nodes.Count "every team hangs on the root, once"

    for entry in state.Nodes do
        for child in entry.Value.Children do
            Expect.equal state.Nodes[child].Parent (Some entry.Key) "links both ways"

/// As `isTree`, and what only decisions ensure: types, depth, names.
let private isLawful (state: Hierarchy.Fold.State) =
    isTree state

    for entry in state.Nodes do
        let node = entry.Value
        let parent = node.Parent |> Option.map (fun parent -> state.Nodes[parent].Type)

        match parent with
        | None -> Expect.equal node.Type TeamType.Organization "the root is an organisation"
        | Some parent -> Expect.contains node.Type.Parents parent "an allowed parent"

        Expect.isLessThanOrEqual (Hierarchy.Queries.level (TeamId.Parse entry.Key) state) 8 "not too deep"

        let openNames =
            node.Children
            |> Set.toList
            |> List.filter (fun child -> state.Nodes[child].IsOpen)
            |> List.map (fun child -> state.Nodes[child].NameKey)

        Expect.equal (List.distinct openNames).Length openNames.Length "names are unique among open siblings"
        Expect.equal (set openNames) (node.Names |> Map.toSeq |> Seq.map fst |> set) "names are kept"

let private laws =
    testList
        "laws"
        [ Laws.folds Hierarchy.Fold.fold Hierarchy.Fold.initial history
          Laws.forAll "whatever happens, the tree is a tree" history (fold >> isTree)

          Laws.forAll "a snapshot gives the tree back" (Gen.listOf command) (fun commands ->
              let state =
                  (Hierarchy.Fold.initial, commands)
                  ||> List.fold (fun state command -> Hierarchy.Fold.fold state (decide command state |> snd))

              isSame state (Hierarchy.Snapshot.toState (Hierarchy.Snapshot.ofState state)))

          Laws.forAll
              "decisions keep the rules, and asked for again add nothing"
              (Gen.zip (Gen.listOf command) command)
              (fun (commands, last) ->
                  let step state command =
                      match decide command state with
                      | Hierarchy.Decisions.Outcome.Rejected _, events ->
                          Expect.isEmpty events "refused"
                          state
                      | Hierarchy.Decisions.Outcome.Accepted _, events ->
                          let after = Hierarchy.Fold.fold state events
                          isSame (Hierarchy.Decisions.Outcome.Accepted [||], [||]) (decide command after)
                          for before, after in events |> Array.scan Hierarchy.Fold.evolve state |> Array.pairwise do
                              Expect.notEqual after before "an event that changes nothing is no event"
                          after

                  (Hierarchy.Fold.initial, place 1 None TeamType.Organization "root" :: commands @ [ last ])
                  ||> List.fold step
                  |> isLawful)

          Laws.forAll "a move moves the branch, all of it and nothing else" (Gen.two (Gen.choose (1, 6))) (fun (team, target) ->
              match decide (Hierarchy.Command.Move(teamId team, teamId target)) sample with
              | Hierarchy.Decisions.Outcome.Accepted moved, [| Hierarchy.Events.Moved e |] ->
                  let after = Hierarchy.Fold.fold sample [| Hierarchy.Events.Moved e |]
                  isSame e.Moved moved
                  isSame (Some (teamId target).Value) (Hierarchy.Queries.parent (teamId team) after)

                  for n in 1..6 do
                      let path state = Hierarchy.Queries.path (teamId n) state
                      Expect.equal (Array.contains (teamId n).Value moved) (path sample <> path after) "moved or not"
              | _ -> ()) ]

let private chain levels =
    run
        [ place 1 None TeamType.Organization "1"
          for n in 2..levels do
              place n (Some(n - 1)) TeamType.Department (string n) ]

let private guards =
    testList
        "guards"
        [ test "no team stands below itself or what is below it" {
              decide (Hierarchy.Command.Move(teamId 2, teamId 2)) sample
              |> isSame (refused Hierarchy.Decisions.Rejected.Cycle)
              decide (Hierarchy.Command.Move(teamId 2, teamId 4)) sample
              |> isSame (refused Hierarchy.Decisions.Rejected.Cycle)
              decide (Hierarchy.Command.Move(teamId 1, teamId 4)) sample
              |> isSame (refused Hierarchy.Decisions.Rejected.Cycle)
          }

          test "two moves that together close a cycle: the second is refused, in either order" {
              let sides =
                  run
                      [ place 1 None TeamType.Organization "root"
                        place 2 (Some 1) TeamType.Department "two"
                        place 3 (Some 1) TeamType.Department "three" ]

              for first, second in [ (2, 3), (3, 2); (3, 2), (2, 3) ] do
                  let move (team, target) = Hierarchy.Command.Move(teamId team, teamId target)
                  let outcome, events = decide (move first) sides
                  isSame true outcome.IsAccepted
                  decide (move second) (Hierarchy.Fold.fold sides events) |> isSame (refused Hierarchy.Decisions.Rejected.Cycle)
          }

          test "the parent matrix" {
              let allowed =
                  [ TeamType.Department, TeamType.Organization
                    TeamType.Department, TeamType.Department
                    TeamType.Project, TeamType.Organization
                    TeamType.Project, TeamType.Department
                    TeamType.Project, TeamType.Project
                    TeamType.Squad, TeamType.Project
                    TeamType.Squad, TeamType.Squad ]

              let parentOf teamType =
                  match teamType with
                  | TeamType.Organization -> 1
                  | TeamType.Department -> 2
                  | TeamType.Project -> 5
                  | TeamType.Squad -> 6

              for child in TeamType.All do
                  for parent in TeamType.All do
                      let outcome, _ = decide (place 8 (Some(parentOf parent)) child "new") sample

                      if List.contains (child, parent) allowed then
                          isSame true outcome.IsAccepted
                      else
                          isSame
                              (Hierarchy.Decisions.Outcome.Rejected(
                                  Hierarchy.Decisions.Rejected.ParentTypeNotAllowed(child, Some parent)
                              ))
                              outcome

              for child in [ TeamType.Department; TeamType.Project; TeamType.Squad ] do
                  decide (place 1 None child "root") Hierarchy.Fold.initial
                  |> isSame (refused (Hierarchy.Decisions.Rejected.ParentTypeNotAllowed(child, None)))

              decide (Hierarchy.Command.Move(teamId 6, teamId 3)) sample
              |> isSame (refused (Hierarchy.Decisions.Rejected.ParentTypeNotAllowed(TeamType.Squad, Some TeamType.Department)))
          }

          test "eight levels and no more, for one team and for a moved branch" {
              decide (place 9 (Some 8) TeamType.Department "9") (chain 8)
              |> isSame (refused (Hierarchy.Decisions.Rejected.TooDeep(9, 8)))

              let deep =
                  (chain 7, [ place 21 (Some 1) TeamType.Department "b1"; place 22 (Some 21) TeamType.Department "b2" ])
                  ||> List.fold (fun state command -> Hierarchy.Fold.fold state (decide command state |> snd))

              decide (Hierarchy.Command.Move(teamId 21, teamId 7)) deep
              |> isSame (refused (Hierarchy.Decisions.Rejected.TooDeep(9, 8)))

              let outcome, _ = decide (Hierarchy.Command.Move(teamId 21, teamId 6)) deep
              isSame true outcome.IsAccepted
          }

          test "limits of teams only tighten, for their branch; growth stops, nothing moves, and less deep is not growth" {
              let limit n levels = Hierarchy.Command.LimitDepth(teamId n, Some levels)
              let after command state = Hierarchy.Fold.fold state (decide command state |> snd)
              decide (limit 2 9) sample |> isSame (refused (Hierarchy.Decisions.Rejected.LimitNotTighter 8))
              let tight = sample |> after (limit 2 3)
              isSame [| (teamId 4).Value; (teamId 6).Value |] (Array.sort (Hierarchy.Queries.tooDeep 8 tight))

              decide (place 8 (Some 3) TeamType.Department "new") tight
              |> isSame (refused (Hierarchy.Decisions.Rejected.TooDeep(4, 3)))

              decide (limit 3 4) tight |> isSame (refused (Hierarchy.Decisions.Rejected.LimitNotTighter 3))
              let outcome, _ = decide (Hierarchy.Command.Move(teamId 4, teamId 2)) tight
              isSame true outcome.IsAccepted
              let outcome, _ = decide (Hierarchy.Command.Move(teamId 2, teamId 1)) tight
              isSame true outcome.IsAccepted
          }

          test "another organisation's team is no parent" {
              decide (Hierarchy.Command.Move(teamId 2, teamId 77)) sample
              |> isSame (refused Hierarchy.Decisions.Rejected.CrossOrganization)

              decide (place 8 (Some 77) TeamType.Department "new") sample
              |> isSame (refused Hierarchy.Decisions.Rejected.ParentNotFound)

              decide (Hierarchy.Command.Move(teamId 77, teamId 2)) sample
              |> isSame (refused Hierarchy.Decisions.Rejected.NotFound)
          }

          test "names that differ only in case or Unicode form are taken among open siblings" {
              for name in [ "two"; "TWO"; " Two " ] do
                  decide (place 8 (Some 1) TeamType.Department name) sample
                  |> isSame (refused Hierarchy.Decisions.Rejected.NameTaken)

              let accented = run [ place 1 None TeamType.Organization "r"; place 2 (Some 1) TeamType.Project "Caf\u00E9" ]

              decide (place 3 (Some 1) TeamType.Project "cafe\u0301") accented
              |> isSame (refused Hierarchy.Decisions.Rejected.NameTaken)

              let outcome, _ = decide (place 8 (Some 2) TeamType.Department "Two") sample
              isSame true outcome.IsAccepted

              decide (Hierarchy.Command.Rename(teamId 5, teamName "THREE")) sample
              |> isSame (refused Hierarchy.Decisions.Rejected.NameTaken)
          }

          test "a parent closes after its children, a closed one takes nobody, only closed leaves are removed" {
              let after command state = Hierarchy.Fold.fold state (decide command state |> snd)

              decide (Hierarchy.Command.Close(teamId 2)) sample
              |> isSame (refused (Hierarchy.Decisions.Rejected.ChildPolicyRequired 2))

              decide (Hierarchy.Command.Remove(teamId 4)) sample |> isSame (refused Hierarchy.Decisions.Rejected.NotClosed)
              let cascade = Hierarchy.Queries.cascade (teamId 2) sample
              isSame (teamId 2).Value (Array.last cascade)
              let closed =
                  (sample, cascade) ||> Array.fold (fun state id -> after (Hierarchy.Command.Close(TeamId.Parse id)) state)

              decide (place 8 (Some 2) TeamType.Department "new") closed
              |> isSame (refused Hierarchy.Decisions.Rejected.ParentClosed)

              decide (Hierarchy.Command.Move(teamId 4, teamId 1)) closed
              |> isSame (refused Hierarchy.Decisions.Rejected.TeamClosed)

              decide (Hierarchy.Command.Remove(teamId 2)) closed
              |> isSame (refused Hierarchy.Decisions.Rejected.ChildrenPresent)

              let outcome, _ = decide (place 8 (Some 1) TeamType.Department "Two") closed
              isSame true outcome.IsAccepted
              isSame 5 (after (Hierarchy.Command.Remove(teamId 4)) closed).Nodes.Count
          }

          test "relatives and statistics" {
              let value n = (teamId n).Value
              isSame [| value 1; value 2; value 3; value 4 |] (Hierarchy.Queries.path (teamId 4) sample)
              isSame [| value 1; value 2; value 3 |] (Hierarchy.Queries.ancestors (teamId 4) sample)
              isSame [||] (Hierarchy.Queries.ancestors (teamId 99) sample)
              isSame (set [ value 3; value 5 ]) (set (Hierarchy.Queries.children (teamId 2) sample))
              isSame (set [ for n in 3..6 -> value n ]) (set (Hierarchy.Queries.descendants (teamId 2) sample))
              let expected: Hierarchy.Queries.Statistics = { Teams = 6; MaxDepth = 4; Roots = 1; Leaves = 2 }
              isSame expected (Hierarchy.Queries.statistics sample)
          }

          test "ten thousand teams, flat, as a wide tree and as deep as may be, fold and decide" {
              let name n = Hierarchy.Command.Place { placement n (Some 1) TeamType.Department (string n) with Team = teamId n }

              let event n parent : Hierarchy.Events.Event =
                  Hierarchy.Events.Placed
                      { TeamId = Ulid.create (1_800_000_000_000L + int64 n) (Array.zeroCreate 10)
                        ParentId =
                          (if n = 0 then
                               None
                           else
                               Some(Ulid.create (1_800_000_000_000L + int64 parent) (Array.zeroCreate 10)))
                        Type = (if n = 0 then "organization" else "department")
                        NameKey = string n
                        DepthLimit = None
                        By = "x"
                        At = Samples.start }

              for parentOf in [ (fun _ -> 0); (fun n -> (n - 1) / 100); (fun n -> max 0 (n - 1250)) ] do
                  let state = fold [| for n in 0..9_999 -> event n (parentOf n) |]
                  isSame 10_000 state.Nodes.Count
                  isSame true (decide (name 1) state |> fst).IsRejected
          }

          test "every refusal has a code of its own" {
              let codes =
                  [ Hierarchy.Decisions.Rejected.NotFound
                    Hierarchy.Decisions.Rejected.AlreadyPlaced
                    Hierarchy.Decisions.Rejected.ParentNotFound
                    Hierarchy.Decisions.Rejected.CrossOrganization
                    Hierarchy.Decisions.Rejected.Cycle
                    Hierarchy.Decisions.Rejected.ParentTypeNotAllowed(TeamType.Squad, None)
                    Hierarchy.Decisions.Rejected.TooDeep(9, 8)
                    Hierarchy.Decisions.Rejected.NameTaken
                    Hierarchy.Decisions.Rejected.ParentClosed
                    Hierarchy.Decisions.Rejected.TeamClosed
                    Hierarchy.Decisions.Rejected.LimitNotTighter 8
                    Hierarchy.Decisions.Rejected.ChildPolicyRequired 1
                    Hierarchy.Decisions.Rejected.ChildrenPresent
                    Hierarchy.Decisions.Rejected.NotClosed ]
                  |> List.map Hierarchy.Decisions.code

              isSame
                  [ "not-found"
                    "team-already-placed"
                    "parent-not-found"
                    "cross-organization-move"
                    "hierarchy-cycle"
                    "parent-type-not-allowed"
                    "hierarchy-too-deep"
                    "team-name-taken"
                    "parent-not-open"
                    "team-not-open"
                    "depth-limit-not-tighter"
                    "child-policy-required"
                    "children-present"
                    "team-not-closed" ]
                  codes
          } ]

[<Tests>]
let tests = testList "hierarchy" [ laws; guards ]
