namespace UmsSti.Domain.Hierarchy

open UmsSti.Domain

/// What may be asked of a tree (TM-35). Unknown teams have no relatives.
[<RequireQualifiedAccess>]
module Queries =
    /// Levels the installation allows unless its settings say otherwise (NF-19).
    [<Literal>]
    let DefaultDepthLimit = 8

    /// How many teams there are, and what the tree looks like (QY-11).
    type Statistics = { Teams: int; MaxDepth: int; Roots: int; Leaves: int }

    /// Whether the tree has the team.
    let contains (team: TeamId) (state: Fold.State) = state.Nodes.ContainsKey team.Value

    /// The team's ids up to the root, its own first.
    let internal chain (state: Fold.State) id =
        let rec up id found =
            match state.Nodes.TryFind id with
            | Some { Parent = Some parent } -> up parent (id :: found)
            | Some { Parent = None } -> id :: found
            | None -> found

        List.rev (up id [])

    /// From the root to the team, both included.
    let path (team: TeamId) state = chain state team.Value |> List.rev |> Array.ofList

    /// The teams above, the root first.
    let ancestors (team: TeamId) state =
        match chain state team.Value with
        | _ :: above -> above |> List.rev |> Array.ofList
        | [] -> [||]

    /// The level of a team, 1 for the root, 0 when it is unknown (TM-10).
    let level (team: TeamId) state = List.length (chain state team.Value)

    /// The direct parent.
    let parent (team: TeamId) (state: Fold.State) = state.Nodes.TryFind team.Value |> Option.bind _.Parent

    /// The teams directly below.
    let children (team: TeamId) (state: Fold.State) =
        match state.Nodes.TryFind team.Value with
        | Some node -> Set.toArray node.Children
        | None -> [||]

    /// A team and all below it with their distance from it, parents before their children.
    let subtree (team: TeamId) (state: Fold.State) =
        let found = ResizeArray()

        let rec visit distance id =
            match state.Nodes.TryFind id with
            | Some node ->
                found.Add(struct (id, distance))
                node.Children |> Set.iter (visit (distance + 1))
            | None -> ()

        visit 0 team.Value
        found.ToArray()

    /// All below a team, by distance.
    let descendants team state =
        subtree team state
        |> Array.skip (min 1 (subtree team state).Length)
        |> Array.sortBy (fun struct (_, distance) -> distance)
        |> Array.map (fun struct (id, _) -> id)

    /// The open teams of a branch, deepest first and the team itself last: the order in which a cascade archives (XR-03).
    let cascade team (state: Fold.State) =
        subtree team state
        |> Array.filter (fun struct (id, _) -> state.Nodes[id].IsOpen)
        |> Array.sortByDescending (fun struct (_, distance) -> distance)
        |> Array.map (fun struct (id, _) -> id)

    /// The open teams directly below: what an archival has to reassign (XR-03).
    let openChildren team (state: Fold.State) = children team state |> Array.filter (fun id -> state.Nodes[id].IsOpen)

    /// The levels allowed below a team: the least of the system's limit and those on its path, its own included (TM-11).
    let effectiveLimit systemLimit (team: TeamId) (state: Fold.State) =
        (systemLimit, chain state team.Value)
        ||> List.fold (fun limit id ->
            match state.Nodes[id].Limit with
            | Some own -> min limit own
            | None -> limit)

    /// The teams that stand deeper than a limit allows, as it was tightened after them: nothing is moved (OP-11).
    let tooDeep systemLimit (state: Fold.State) =
        let found = ResizeArray()

        let rec visit level limit id =
            let node = state.Nodes[id]
            let limit = min limit (Option.defaultValue limit node.Limit)

            if level > limit then
                found.Add id

            node.Children |> Set.iter (visit (level + 1) limit)

        Option.iter (visit 1 systemLimit) state.Root
        found.ToArray()

    /// Counts over the tree.
    let statistics (state: Fold.State) =
        let rec deepest level id =
            (level, state.Nodes[id].Children) ||> Set.fold (fun depth child -> max depth (deepest (level + 1) child))

        { Teams = state.Nodes.Count
          MaxDepth = state.Root |> Option.map (deepest 1) |> Option.defaultValue 0
          Roots = if state.Root.IsSome then 1 else 0
          Leaves = state.Nodes |> Seq.filter (fun entry -> entry.Value.Children.IsEmpty) |> Seq.length }
