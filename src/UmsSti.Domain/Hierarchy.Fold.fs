namespace UmsSti.Domain.Hierarchy

open UmsSti.Domain

/// The tree that the events of one organisation add up to. An event costs O(depth + log teams); levels are not kept but counted,
/// so that moving a branch does not touch its teams.
[<RequireQualifiedAccess>]
module Fold =
    type Node =
        {
            Parent: string option
            Type: TeamType
            NameKey: string
            /// Not archived or cancelled.
            IsOpen: bool
            /// The team's own depth limit, in levels from the root.
            Limit: int option
            Children: Set<string>
            /// The open children by name.
            Names: Map<string, string>
        }

    /// All teams by id. There is one root, every parent is there, and there is no cycle, whatever the events were.
    type State = { Root: string option; Nodes: Map<string, Node> }

    let initial = { Root = None; Nodes = Map.empty }

    /// Whether the second is the first or lies below it.
    let rec isWithin (state: State) (team: string) (candidate: string) =
        candidate = team
        || match state.Nodes.TryFind candidate with
           | Some { Parent = Some parent } -> isWithin state team parent
           | Some { Parent = None }
           | None -> false

    let private update id change (state: State) = { state with Nodes = state.Nodes |> Map.change id (Option.map change) }

    let private occupy nameKey id (parent: Node) = { parent with Names = parent.Names.Add(nameKey, id) }

    /// Frees a name, unless it is another team's by now.
    let private vacate nameKey id (parent: Node) =
        if parent.Names.TryFind nameKey = Some id then
            { parent with Names = parent.Names.Remove nameKey }
        else
            parent

    let private attach id (node: Node) (parent: Node) =
        let parent = { parent with Children = parent.Children.Add id }
        if node.IsOpen then occupy node.NameKey id parent else parent

    let private detach id (node: Node) (parent: Node) =
        vacate node.NameKey id { parent with Children = parent.Children.Remove id }

    let private onParent (node: Node) change state =
        match node.Parent with
        | Some parent -> update parent change state
        | None -> state

    let private place (e: Events.Placed) teamType (state: State) =
        let node =
            { Parent = e.ParentId
              Type = teamType
              NameKey = e.NameKey
              IsOpen = true
              Limit = e.DepthLimit
              Children = Set.empty
              Names = Map.empty }

        match e.ParentId with
        | _ when state.Nodes.ContainsKey e.TeamId -> state
        | None when state.Root.IsNone -> { Root = Some e.TeamId; Nodes = state.Nodes.Add(e.TeamId, node) }
        | Some parent when state.Nodes.ContainsKey parent ->
            { state with Nodes = state.Nodes.Add(e.TeamId, node) } |> update parent (attach e.TeamId node)
        | None
        | Some _ -> state

    let private move (e: Events.Moved) (node: Node) (state: State) =
        if node.Parent.IsNone || not (state.Nodes.ContainsKey e.NewParentId) || isWithin state e.TeamId e.NewParentId then
            state
        else
            let moved = { node with Parent = Some e.NewParentId }

            { state with Nodes = state.Nodes.Add(e.TeamId, moved) }
            |> onParent node (detach e.TeamId node)
            |> update e.NewParentId (attach e.TeamId moved)

    let private rename (e: Events.Renamed) (node: Node) state =
        let renamed = { node with NameKey = e.NameKey }

        let swap parent =
            let parent = vacate node.NameKey e.TeamId parent
            if node.IsOpen then occupy e.NameKey e.TeamId parent else parent

        state |> update e.TeamId (fun _ -> renamed) |> onParent node swap

    let private close id (node: Node) state =
        state |> update id (fun node -> { node with IsOpen = false }) |> onParent node (vacate node.NameKey id)

    let private remove id (node: Node) (state: State) =
        if not node.Children.IsEmpty then
            state
        else
            { Root = (if state.Root = Some id then None else state.Root); Nodes = state.Nodes.Remove id }
            |> onParent node (detach id node)

    let private onTeam id change (state: State) =
        match state.Nodes.TryFind id with
        | Some node -> change node state
        | None -> state

    /// Total: every event meets every state; one that would break the tree changes nothing.
    let evolve state event =
        match event with
        | Events.Placed e ->
            match TeamType.TryParse e.Type with
            | true, teamType -> place e teamType state
            | _ -> state
        | Events.Moved e -> onTeam e.TeamId (move e) state
        | Events.Renamed e -> onTeam e.TeamId (rename e) state
        | Events.DepthLimited e -> update e.TeamId (fun node -> { node with Limit = e.Limit }) state
        | Events.Closed e -> onTeam e.TeamId (close e.TeamId) state
        | Events.Removed e -> onTeam e.TeamId (remove e.TeamId) state

    let fold state events = Array.fold evolve state events

/// The tree as a flat list, for snapshots: parents stand before their children.
[<RequireQualifiedAccess>]
module Snapshot =
    type Row =
        {
            TeamId: string
            ParentId: string option
            Type: string
            NameKey: string
            IsOpen: bool
            /// Whether the name is the team's among its siblings.
            HasName: bool
            Limit: int option
        }

    /// The rows of a tree.
    let ofState (state: Fold.State) : Row[] =
        let rows = ResizeArray state.Nodes.Count

        let hasName id (node: Fold.Node) =
            node.Parent
            |> Option.bind state.Nodes.TryFind
            |> Option.exists (fun above -> above.Names.TryFind node.NameKey = Some id)

        let rec visit id =
            match state.Nodes.TryFind id with
            | Some node ->
                rows.Add
                    { TeamId = id
                      ParentId = node.Parent
                      Type = node.Type.Name
                      NameKey = node.NameKey
                      IsOpen = node.IsOpen
                      HasName = hasName id node
                      Limit = node.Limit }

                node.Children |> Set.iter visit
            | None -> ()

        Option.iter visit state.Root
        rows.ToArray()

    /// The tree of rows; the inverse of `ofState`.
    let toState (rows: Row[]) : Fold.State =
        let node (row: Row) teamType : Fold.Node =
            { Parent = row.ParentId
              Type = teamType
              NameKey = row.NameKey
              IsOpen = row.IsOpen
              Limit = row.Limit
              Children = Set.empty
              Names = Map.empty }

        let known =
            rows
            |> Array.choose (fun row ->
                match TeamType.TryParse row.Type with
                | true, teamType -> Some(row, node row teamType)
                | _ -> None)

        let below =
            known
            |> Seq.filter (fun (row, _) -> row.ParentId.IsSome)
            |> Seq.groupBy (fun (row, _) -> row.ParentId)
            |> dict

        let withChildren (row: Row, node: Fold.Node) =
            match below.TryGetValue(Some row.TeamId) with
            | true, children ->
                row.TeamId,
                { node with
                    Children = children |> Seq.map (fun (child, _) -> child.TeamId) |> Set.ofSeq
                    Names =
                        children
                        |> Seq.filter (fun (child, _) -> child.HasName)
                        |> Seq.map (fun (child, _) -> child.NameKey, child.TeamId)
                        |> Map.ofSeq }
            | _ -> row.TeamId, node

        { Root = known |> Array.tryFind (fun (row, _) -> row.ParentId.IsNone) |> Option.map (fun (row, _) -> row.TeamId)
          Nodes = known |> Seq.map withChildren |> Map.ofSeq }
