namespace UmsSti.Domain.Hierarchy

open System
open UmsSti.Domain

/// A team that is to stand in the tree. No parent: the organisation itself.
type Placement =
    {
        Team: TeamId
        Parent: TeamId option
        Type: TeamType
        Name: TeamName
        /// The team's own depth limit.
        DepthLimit: int option
    }

/// What may be asked of an organisation's tree.
[<RequireQualifiedAccess>]
type Command =
    | Place of Placement
    | Move of team: TeamId * newParent: TeamId
    | Rename of team: TeamId * name: TeamName
    | LimitDepth of team: TeamId * limit: int option
    | Close of team: TeamId
    | Remove of team: TeamId

/// The rules of the tree: no cycle (TM-14), parents of the right type (OP-10), no deeper than the limits (TM-10...12), names unique
/// among open siblings (CX-19).
[<RequireQualifiedAccess>]
module Decisions =
    /// What a decision needs besides command and state.
    type Context =
        {
            Now: DateTimeOffset
            Actor: string
            /// The installation's depth limit, in levels.
            SystemLimit: int
        }

    /// Why a command was refused. Every case has a stable code.
    [<RequireQualifiedAccess>]
    type Rejected =
        /// The tree does not have the team.
        | NotFound
        | AlreadyPlaced
        | ParentNotFound
        /// The parent stands in no or another organisation.
        | CrossOrganization
        | Cycle
        /// What the parent's type is; none: only an organisation stands alone.
        | ParentTypeNotAllowed of child: TeamType * parent: TeamType option
        /// The level the deepest team would reach, and the limit that forbids it.
        | TooDeep of depth: int * limit: int
        | NameTaken
        | ParentClosed
        | TeamClosed
        /// A limit that allows more than those above is none (OP-11).
        | LimitNotTighter of limit: int
        /// Open teams stand below: they are archived or moved first (XR-03).
        | ChildPolicyRequired of openChildren: int
        /// Teams stand below: they are purged or moved first (TM-33).
        | ChildrenPresent
        | NotClosed

    [<RequireQualifiedAccess>]
    type Outcome =
        /// The teams that change their place, the moved one first; empty for all but a move.
        | Accepted of moved: string[]
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal, as the API shows it.
    let code rejected =
        match rejected with
        | Rejected.NotFound -> "not-found"
        | Rejected.AlreadyPlaced -> "team-already-placed"
        | Rejected.ParentNotFound -> "parent-not-found"
        | Rejected.CrossOrganization -> "cross-organization-move"
        | Rejected.Cycle -> "hierarchy-cycle"
        | Rejected.ParentTypeNotAllowed _ -> "parent-type-not-allowed"
        | Rejected.TooDeep _ -> "hierarchy-too-deep"
        | Rejected.NameTaken -> "team-name-taken"
        | Rejected.ParentClosed -> "parent-not-open"
        | Rejected.TeamClosed -> "team-not-open"
        | Rejected.LimitNotTighter _ -> "depth-limit-not-tighter"
        | Rejected.ChildPolicyRequired _ -> "child-policy-required"
        | Rejected.ChildrenPresent -> "children-present"
        | Rejected.NotClosed -> "team-not-closed"

    let private accept event = Outcome.Accepted [||], [| event |]
    let private already: Outcome * Events.Event[] = Outcome.Accepted [||], [||]
    let private refuse rejected : Outcome * Events.Event[] = Outcome.Rejected rejected, [||]

    let private isTaken (parent: Fold.Node) (nameKey: string) team =
        match parent.Names.TryFind nameKey with
        | Some holder -> holder <> team
        | None -> false

    let private mayStandBelow (child: TeamType) (parent: Fold.Node) = Array.contains parent.Type child.Parents

    /// What forbids to place a new team below a parent.
    let private obstacle context (placement: Placement) parentId (parent: Fold.Node) state =
        let level = Queries.level parentId state + 1

        let limit =
            min
                (Queries.effectiveLimit context.SystemLimit parentId state)
                (placement.DepthLimit |> Option.defaultValue Int32.MaxValue)

        if not (mayStandBelow placement.Type parent) then
            Some(Rejected.ParentTypeNotAllowed(placement.Type, Some parent.Type))
        elif not parent.IsOpen then
            Some Rejected.ParentClosed
        elif level > limit then
            Some(Rejected.TooDeep(level, limit))
        elif isTaken parent placement.Name.Key placement.Team.Value then
            Some Rejected.NameTaken
        else
            None

    let private place context (placement: Placement) (state: Fold.State) =
        let placed =
            Events.Placed
                { TeamId = placement.Team.Value
                  ParentId = placement.Parent |> Option.map _.Value
                  Type = placement.Type.Name
                  NameKey = placement.Name.Key
                  DepthLimit = placement.DepthLimit
                  By = context.Actor
                  At = context.Now }

        let isSame (node: Fold.Node) =
            node.Parent = (placement.Parent |> Option.map _.Value)
            && node.Type = placement.Type
            && node.NameKey = placement.Name.Key

        match state.Nodes.TryFind placement.Team.Value, placement.Parent with
        | Some node, _ when isSame node -> already
        | Some _, _ -> refuse Rejected.AlreadyPlaced
        | None, None when placement.Type.Parents.Length > 0 -> refuse (Rejected.ParentTypeNotAllowed(placement.Type, None))
        | None, None -> if state.Root.IsSome then refuse Rejected.AlreadyPlaced else accept placed
        | None, Some parentId ->
            match state.Nodes.TryFind parentId.Value with
            | None -> refuse Rejected.ParentNotFound
            | Some parent ->
                match obstacle context placement parentId parent state with
                | Some rejected -> refuse rejected
                | None -> accept placed

    /// Where a moved branch would stand too deep: its deepest such level and the limit there.
    let private overflow level limit (team: string) (state: Fold.State) =
        let rec visit level limit id found =
            let node = state.Nodes[id]
            let limit = min limit (Option.defaultValue limit node.Limit)

            let found =
                match found with
                | ValueSome struct (deepest, _) when deepest >= level -> found
                | _ when level > limit -> ValueSome(struct (level, limit))
                | _ -> found

            (found, node.Children) ||> Set.fold (fun found child -> visit (level + 1) limit child found)

        visit level limit team ValueNone

    let private moveWithin
        context
        (team: TeamId)
        (node: Fold.Node)
        (oldParent: TeamId)
        (newParent: TeamId)
        (parent: Fold.Node)
        state
        =
        let level = Queries.level newParent state + 1
        let limit = Queries.effectiveLimit context.SystemLimit newParent state
        let isGrowth =
            level > Queries.level team state || limit < Queries.effectiveLimit context.SystemLimit oldParent state

        match (if isGrowth then overflow level limit team.Value state else ValueNone) with
        | ValueSome struct (depth, limit) -> refuse (Rejected.TooDeep(depth, limit))
        | ValueNone when isTaken parent node.NameKey team.Value -> refuse Rejected.NameTaken
        | ValueNone ->
            let moved = Queries.subtree team state |> Array.map (fun struct (id, _) -> id)

            Outcome.Accepted moved,
            [| Events.Moved
                   { TeamId = team.Value
                     OldParentId = oldParent.Value
                     NewParentId = newParent.Value
                     Moved = moved
                     By = context.Actor
                     At = context.Now } |]

    let private move context (team: TeamId) (newParent: TeamId) (state: Fold.State) =
        match state.Nodes.TryFind team.Value, state.Nodes.TryFind newParent.Value with
        | None, _ -> refuse Rejected.NotFound
        | Some _, None -> refuse Rejected.CrossOrganization
        | Some { Parent = Some parent }, Some _ when parent = newParent.Value -> already
        | Some _, Some _ when Fold.isWithin state team.Value newParent.Value -> refuse Rejected.Cycle
        | Some node, Some parent when not (mayStandBelow node.Type parent) ->
            refuse (Rejected.ParentTypeNotAllowed(node.Type, Some parent.Type))
        | Some { IsOpen = false }, Some _ -> refuse Rejected.TeamClosed
        | Some _, Some { IsOpen = false } -> refuse Rejected.ParentClosed
        | Some { Parent = None }, Some _ -> refuse Rejected.Cycle
        | Some({ Parent = Some oldParent } as node), Some parent ->
            moveWithin context team node (TeamId.Parse oldParent) newParent parent state

    let private rename context (team: TeamId) (name: TeamName) (node: Fold.Node) (state: Fold.State) =
        let isTakenBySibling =
            node.Parent |> Option.exists (fun parent -> isTaken state.Nodes[parent] name.Key team.Value)

        if node.NameKey = name.Key then
            already
        elif not node.IsOpen then
            refuse Rejected.TeamClosed
        elif isTakenBySibling then
            refuse Rejected.NameTaken
        else
            accept (Events.Renamed { TeamId = team.Value; NameKey = name.Key; By = context.Actor; At = context.Now })

    let private limitDepth context (team: TeamId) limit (node: Fold.Node) state =
        let above =
            match node.Parent with
            | Some parent -> Queries.effectiveLimit context.SystemLimit (TeamId.Parse parent) state
            | None -> context.SystemLimit

        if node.Limit = limit then
            already
        elif not node.IsOpen then
            refuse Rejected.TeamClosed
        elif limit |> Option.exists (fun limit -> limit > above) then
            refuse (Rejected.LimitNotTighter above)
        else
            accept (Events.DepthLimited { TeamId = team.Value; Limit = limit; By = context.Actor; At = context.Now })

    let private close context (team: TeamId) (node: Fold.Node) state =
        match Queries.openChildren team state with
        | _ when not node.IsOpen -> already
        | [||] -> accept (Events.Closed { TeamId = team.Value; By = context.Actor; At = context.Now })
        | children -> refuse (Rejected.ChildPolicyRequired children.Length)

    let private remove context (team: TeamId) (node: Fold.Node) =
        if node.IsOpen then
            refuse Rejected.NotClosed
        elif not node.Children.IsEmpty then
            refuse Rejected.ChildrenPresent
        else
            accept (Events.Removed { TeamId = team.Value; By = context.Actor; At = context.Now })

    /// The answer to a command and the events it adds: none when refused, none when what is asked for already holds.
    let decide context command (state: Fold.State) : Outcome * Events.Event[] =
        let onTeam (team: TeamId) decide =
            match state.Nodes.TryFind team.Value with
            | Some node -> decide node
            | None -> refuse Rejected.NotFound

        match command with
        | Command.Place placement -> place context placement state
        | Command.Move(team, newParent) -> move context team newParent state
        | Command.Rename(team, name) -> onTeam team (fun node -> rename context team name node state)
        | Command.LimitDepth(team, limit) -> onTeam team (fun node -> limitDepth context team limit node state)
        | Command.Close team -> onTeam team (fun node -> close context team node state)
        // What is gone is gone: a retry.
        | Command.Remove team when not (state.Nodes.ContainsKey team.Value) -> already
        | Command.Remove team -> onTeam team (remove context team)
