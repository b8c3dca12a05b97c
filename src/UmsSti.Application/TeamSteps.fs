namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// Who asks for a command, in the words of the decisions.
[<NoComparison; NoEquality>]
type internal Asking =
    {
        Envelope: Envelope
        Context: EncodeContext
        /// A system user or a job of the system.
        IsSystem: bool
        /// The caller as a user; none for jobs and strangers.
        Actor: UserId voption
    }

    /// `If-Match` (412): compared inside the decision, so that of two callers with one version exactly one wins.
    member this.AtVersion(entity: ISyncContext<'state>, decide: unit -> Verdict) : Verdict =
        let expected = this.Envelope.ExpectedVersion

        if expected = Envelope.AnyVersion || expected = entity.Version then
            decide ()
        else
            Error(Refusals.versionMismatch expected entity.Version)

/// A command that is ready to be decided.
[<NoComparison; NoEquality>]
type internal Prepared = { Entity: EntityId; Created: bool; Work: Work }

/// What every decision about a team and its place is made of: the two seats, who asks, and one step on each.
[<RequireQualifiedAccess>]
module internal TeamSteps =
    type TeamSeat = Seat<Team.Events.Event, Team.Fold.State>
    type TreeSeat = Seat<Hierarchy.Events.Event, Hierarchy.Fold.State>

    let teamContext (asking: Asking) id parentState hasActiveOwner : Team.Decisions.Context =
        { Now = asking.Envelope.Now
          Subject = id
          Actor = asking.Envelope.Actor
          ActorIsSystem = asking.IsSystem
          ParentState = parentState
          HasActiveOwner = hasActiveOwner }

    let treeContext (asking: Asking) limit : Hierarchy.Decisions.Context =
        { Now = asking.Envelope.Now; Actor = asking.Envelope.Actor; SystemLimit = limit }

    let ask (team: TeamSeat) context command : Verdict =
        match Team.Decisions.decide context command team.Before.State with
        | Team.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.team rejected)
        | Team.Decisions.Outcome.Accepted, events ->
            team.Events <- Array.append team.Events events
            Ok()

    /// Decides on the tree as the steps before it left it.
    let askTree (tree: TreeSeat) context command : Result<string[], Refusal> =
        match Hierarchy.Decisions.decide context command tree.After.State with
        | Hierarchy.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.tree rejected)
        | Hierarchy.Decisions.Outcome.Accepted moved, events ->
            tree.Events <- Array.append tree.Events events
            Ok moved

    let sitting (id: TeamId) (team: TeamSeat) (tree: unit -> Hierarchy.Fold.State) decide : Sitting =
        { Decide = decide
          Show = fun () -> TeamViews.team id team.After.Version (tree ()) team.After.State |> ValueOption.map EntityView.Team
          Version = fun () -> team.After.Version }

    let about (id: TeamId) work = { Entity = EntityId.Team id.Value; Created = false; Work = work }

    let missing id = about id (Work.Refused(Refusals.notFound "team"))

    /// One step on the team and, when it is taken, one on its place in the tree.
    let askBoth (asking: Asking) limit (team: TeamSeat) (tree: TreeSeat) id command treeCommand : Verdict =
        ask team (teamContext asking id ValueNone true) command
        |> Result.bind (fun () -> askTree tree (treeContext asking limit) treeCommand |> Result.map ignore)

    /// A step of the team that its place in the tree takes part in.
    let withTree (wiring: Wiring) (asking: Asking) id organization limit treeCommand command =
        Work(fun table ->
            let team = table.Seat(wiring.TeamParticipant(asking.Context, id))
            let tree = table.Seat(wiring.HierarchyParticipant(asking.Context, organization))

            sitting id team (fun () -> tree.After.State) (fun () ->
                asking.AtVersion(team.Before, fun () -> askBoth asking limit team tree id command treeCommand)))
