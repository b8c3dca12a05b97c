namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// Archiving a team together with what is below it (CM-45).
[<RequireQualifiedAccess>]
module internal TeamArchiving =
    /// Most teams that are archived or given to another parent in one command.
    [<Literal>]
    let MaxBranchTeams = 1000

    let private branchMoved =
        Refusals.conflict "concurrency-conflict" "The branch was changed at the same time; read again and decide anew." []

    /// Archives the branch from its leaves up; a draft that nobody has seen is given up instead.
    let private cascade (wiring: Wiring) (asking: Asking) (id: TeamId) organization limit reason (branch: string[]) =
        Work(fun table ->
            let tree = table.Seat(wiring.HierarchyParticipant(asking.Context, organization))
            let teams =
                branch
                |> Array.map (fun team -> struct (team, table.Seat(wiring.TeamParticipant(asking.Context, TeamId.Parse team))))
            let own = teams |> Array.pick (fun (struct (team, seat)) -> if team = id.Value then Some seat else None)

            let close (struct (team: string, seat: TeamSteps.TeamSeat)) : Verdict =
                let team = TeamId.Parse team

                let command =
                    match Team.Queries.tryState seat.Before.State with
                    // The team that was named is archived or refused: nobody asked to give it up.
                    | ValueSome TeamState.Draft when team <> id -> Team.Command.Cancel
                    | _ -> Team.Command.Archive reason

                TeamSteps.askBoth asking limit seat tree team command (Hierarchy.Command.Close team)

            TeamSteps.sitting id own (fun () -> tree.After.State) (fun () ->
                asking.AtVersion(
                    own.Before,
                    fun () ->
                        if Hierarchy.Queries.cascade id tree.Before.State <> branch then
                            Error branchMoved
                        else
                            (Ok(), teams) ||> Array.fold (fun verdict team -> verdict |> Result.bind (fun () -> close team))
                )))

    /// Gives the open children to another parent, then archives the team alone.
    let private reassign
        (wiring: Wiring)
        (asking: Asking)
        (id: TeamId)
        organization
        limit
        reason
        (target: TeamId)
        (children: string[])
        =
        Work(fun table ->
            let own = table.Seat(wiring.TeamParticipant(asking.Context, id))
            let tree = table.Seat(wiring.HierarchyParticipant(asking.Context, organization))
            let parent = table.Seat(wiring.TeamParticipant(asking.Context, target))

            let teams =
                children
                |> Array.filter (fun child -> child <> target.Value)
                |> Array.map (fun child ->
                    struct (TeamId.Parse child, table.Seat(wiring.TeamParticipant(asking.Context, TeamId.Parse child))))

            let give (struct (child: TeamId, seat: TeamSteps.TeamSeat)) : Verdict =
                TeamSteps.askTree tree (TeamSteps.treeContext asking limit) (Hierarchy.Command.Move(child, target))
                |> Result.bind (fun moved ->
                    let parentState = Team.Queries.tryState parent.Before.State
                    TeamSteps.ask
                        seat
                        (TeamSteps.teamContext asking child parentState true)
                        (Team.Command.Move(target, moved, Some reason)))

            let archive () : Verdict =
                TeamSteps.askBoth asking limit own tree id (Team.Command.Archive reason) (Hierarchy.Command.Close id)

            TeamSteps.sitting id own (fun () -> tree.After.State) (fun () ->
                asking.AtVersion(
                    own.Before,
                    fun () ->
                        if Hierarchy.Queries.openChildren id tree.Before.State <> children then
                            Error branchMoved
                        else
                            (Ok(), teams)
                            ||> Array.fold (fun verdict team -> verdict |> Result.bind (fun () -> give team))
                            |> Result.bind archive
                )))

    let private tooManyTeams (count: int) =
        Work.Refused(
            Refusals.conflict
                "branch-too-large"
                $"{count} teams would change at once; {MaxBranchTeams} are allowed. Archive or move parts of the branch first."
                [ "teams", string count; "limit", string MaxBranchTeams ]
        )

    /// Archives a team with what is below it: alone when nothing open may stay there, with its branch, or after its children found another parent.
    let archive (wiring: Wiring) (asking: Asking) id organization limit reason policy ct =
        task {
            let! tree = wiring.LoadHierarchy(organization, ct)

            match policy with
            | ChildPolicy.None ->
                return
                    TeamSteps.withTree
                        wiring
                        asking
                        id
                        organization
                        limit
                        (Hierarchy.Command.Close id)
                        (Team.Command.Archive reason)
            | ChildPolicy.Cascade ->
                match Hierarchy.Queries.cascade id tree with
                // Closed already: decided alone.
                | [||] ->
                    return
                        TeamSteps.withTree
                            wiring
                            asking
                            id
                            organization
                            limit
                            (Hierarchy.Command.Close id)
                            (Team.Command.Archive reason)
                | branch when branch.Length > MaxBranchTeams -> return tooManyTeams branch.Length
                | branch -> return cascade wiring asking id organization limit reason branch
            | ChildPolicy.Reassign target when target = id -> return Work.Refused TeamRefusals.reassignTargetBelow
            | ChildPolicy.Reassign target ->
                let children = Hierarchy.Queries.openChildren id tree

                match! wiring.LoadTeam(target, ct) with
                | Team.Fold.Initial -> return Work.Refused(TeamRefusals.parentNotFound "reassignTo")
                | Team.Fold.Created _ when children.Length > 0 && Hierarchy.Fold.isWithin tree id.Value target.Value ->
                    return Work.Refused TeamRefusals.reassignTargetBelow
                | Team.Fold.Created _ when children.Length > MaxBranchTeams -> return tooManyTeams children.Length
                | Team.Fold.Created _ -> return reassign wiring asking id organization limit reason target children
        }
