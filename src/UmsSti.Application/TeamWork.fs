namespace UmsSti.Application

open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// Decisions about teams and their place, each with the streams it spans (CM-40...47).
[<RequireQualifiedAccess>]
module internal TeamWork =
    /// The greatest number that is put behind a slug that is taken.
    [<Literal>]
    let private MaxSlugNumber = 1_000_000

    let private systemLimit (wiring: Wiring) ct =
        task {
            let! settings = wiring.LoadSettings ct
            return SystemSettings.Queries.maxHierarchyDepth wiring.MaxTeamDepth settings
        }

    // ---- create

    /// The first number that is free above one that is held, as far as names came one after the other: looked for by doubling and
    /// halving, so that the thousandth team of a name costs twenty reads.
    let private freeSlug (wiring: Wiring) (name: TeamName) ct =
        let isFree number =
            task {
                let! state = wiring.LoadSlug(Slug.OfName(name, number), ct)
                return state = TeamSlug.Fold.Free
            }

        task {
            let mutable held, free = 0, 1
            let mutable known = false

            while not known do
                match! isFree free with
                | true -> known <- true
                | false when free >= MaxSlugNumber -> known <- true // the decision will refuse it
                | false ->
                    held <- free
                    free <- free * 2

            while free - held > 1 do
                let middle = held + (free - held) / 2

                match! isFree middle with
                | true -> free <- middle
                | false -> held <- middle

            return Slug.OfName(name, free)
        }

    let private depthLimit (settings: TeamSettingEntry list) =
        settings
        |> List.tryFind (fun entry -> entry.Setting = TeamSetting.MaxHierarchyDepth)
        |> Option.map (fun entry -> int entry.Value)

    /// The creator becomes the first executive, by the rule of the house and not by his own power (XR-06).
    let private firstExecutive (asking: Asking) (owner: User.Fold.Details) (ownerId: UserId) team membership =
        let context: Membership.Decisions.Context =
            { Now = asking.Envelope.Now
              Subject = { Id = ownerId; Type = owner.Type; State = owner.State }
              Team = Membership.TeamFacts.Of team
              Actor = asking.Envelope.Actor
              Power = Membership.Power.Unlimited }

        match Membership.Decisions.decide context (Membership.Command.Add TeamRole.Executive) membership with
        | Membership.Decisions.Outcome.Accepted, events -> Ok events
        | Membership.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.membership rejected)

    let private createIn (wiring: Wiring) (asking: Asking) (draft: TeamDraft) id organization slug limit owner =
        let ownerId = owner |> Option.map fst

        let creation: Team.Creation =
            { Type = draft.Type
              Name = draft.Name
              Slug = slug
              Parent = draft.Parent
              Organization = organization
              Details = draft.Details
              Settings = draft.Settings
              Owner = ownerId
              Activate = draft.Activate }

        let placement: Hierarchy.Placement =
            { Team = id
              Parent = draft.Parent
              Type = draft.Type
              Name = draft.Name
              DepthLimit = depthLimit draft.Settings }

        Work(fun table ->
            let team = table.Seat(wiring.TeamParticipant(asking.Context, id))
            let claimed = table.Seat(wiring.SlugParticipant(asking.Context, slug))
            let tree = table.Seat(wiring.HierarchyParticipant(asking.Context, organization))
            let parent = draft.Parent |> Option.map (fun parent -> table.Seat(wiring.TeamParticipant(asking.Context, parent)))

            let membership =
                owner
                |> Option.map (fun (user, details) ->
                    user, details, table.Seat(wiring.MembershipParticipant(asking.Context, id, user)))

            let claim () : Verdict =
                match TeamSlug.Decisions.claim asking.Envelope.Now id claimed.Before.State with
                | TeamSlug.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.slug rejected)
                | TeamSlug.Decisions.Outcome.Accepted, events ->
                    claimed.Events <- events
                    Ok()

            let join () : Verdict =
                match membership, team.After.State with
                // A repeat of what stands already appoints nobody again.
                | Some(user, details, seat), Team.Fold.Created made when team.Events.Length > 0 ->
                    firstExecutive asking details user made seat.Before.State |> Result.map (fun events -> seat.Events <- events)
                | _ -> Ok()

            let parentState =
                fun () ->
                    match parent with
                    | Some parent -> Team.Queries.tryState parent.Before.State
                    | None -> ValueNone

            TeamSteps.sitting id team (fun () -> tree.After.State) (fun () ->
                TeamSteps.askTree tree (TeamSteps.treeContext asking limit) (Hierarchy.Command.Place placement)
                |> Result.bind (fun _ ->
                    TeamSteps.ask team (TeamSteps.teamContext asking id (parentState ()) true) (Team.Command.Create creation))
                |> Result.bind claim
                |> Result.bind join))

    let private create (wiring: Wiring) (asking: Asking) (draft: TeamDraft) ct =
        task {
            let id = draft.Id |> Option.defaultWith wiring.Ids.NewTeamId
            let created work = { Entity = EntityId.Team id.Value; Created = true; Work = work }

            let! organization =
                task {
                    match draft.Parent with
                    | None -> return ValueSome id
                    | Some parent ->
                        let! state = wiring.LoadTeam(parent, ct)

                        return
                            match Team.Queries.tryDetails state with
                            | Some parent -> ValueSome(TeamId.Parse parent.OrganizationId)
                            | None -> ValueNone
                }

            match organization with
            | ValueNone -> return created (Work.Refused(TeamRefusals.tree Hierarchy.Decisions.Rejected.ParentNotFound))
            | ValueSome _ when draft.Parent = Some id ->
                return created (Work.Refused(TeamRefusals.tree Hierarchy.Decisions.Rejected.Cycle))
            | ValueSome organization ->
                let! limit = systemLimit wiring ct
                let! known = wiring.LoadTeam(id, ct)

                let! slug =
                    match known with
                    // A repeat claims the slug the team has.
                    | Team.Fold.Created team -> Task.FromResult(Slug.OfStored team.Slug)
                    | Team.Fold.Initial -> freeSlug wiring draft.Name ct

                let! owner =
                    task {
                        match asking.Actor with
                        | ValueSome actor when not asking.IsSystem ->
                            let! state = wiring.LoadUser(actor, ct)
                            return User.Queries.tryDetails state |> Option.map (fun details -> actor, details)
                        | _ -> return None
                    }

                return created (createIn wiring asking draft id organization slug limit owner)
        }

    // ---- steps

    let private isActive account = User.Queries.tryDetails account |> Option.exists (fun user -> user.State = UserState.Active)

    /// An executive whose account is active, if there is one (XR-08).
    let private activeOwner (wiring: Wiring) (team: Team.Fold.Details) ct =
        task {
            let mutable found = ValueNone

            for owner in team.Executives do
                if found.IsNone then
                    match UserId.TryParse owner with
                    | true, id ->
                        let! account = wiring.LoadUser(id, ct)
                        found <- if isActive account then ValueSome id else ValueNone
                    | false, _ -> ()

            return found
        }

    /// A step that only the team's own stream knows of; `owner` is whom an activation rests on, and stands guarded beside it.
    let private alone (wiring: Wiring) (asking: Asking) id organization (owner: UserId voption) command ct =
        task {
            let! tree = wiring.LoadHierarchy(organization, ct)

            return
                Work(fun table ->
                    let team = table.Seat(wiring.TeamParticipant(asking.Context, id))

                    let hasActiveOwner =
                        match owner with
                        | ValueNone -> fun () -> false
                        | ValueSome owner ->
                            let account = table.Watch(wiring.UserParticipant(asking.Context, owner))
                            fun () -> isActive (account ())

                    TeamSteps.sitting id team (fun () -> tree) (fun () ->
                        asking.AtVersion(
                            team.Before,
                            (fun () ->
                                TeamSteps.ask team (TeamSteps.teamContext asking id ValueNone (hasActiveOwner ())) command)
                        )))
        }

    let private purge (wiring: Wiring) (asking: Asking) id (known: Team.Fold.Details) organization limit =
        let slug = Slug.OfStored known.Slug

        Work(fun table ->
            let team = table.Seat(wiring.TeamParticipant(asking.Context, id))
            let tree = table.Seat(wiring.HierarchyParticipant(asking.Context, organization))
            let held = table.Seat(wiring.SlugParticipant(asking.Context, slug))

            TeamSteps.sitting id team (fun () -> tree.After.State) (fun () ->
                asking.AtVersion(
                    team.Before,
                    fun () ->
                        TeamSteps.ask team (TeamSteps.teamContext asking id ValueNone true) Team.Command.Purge
                        |> Result.bind (fun () ->
                            TeamSteps.askTree tree (TeamSteps.treeContext asking limit) (Hierarchy.Command.Remove id))
                        |> Result.map (fun _ ->
                            held.Events <- TeamSlug.Decisions.release asking.Envelope.Now id held.Before.State)
                )))

    let private move (wiring: Wiring) (asking: Asking) id organization limit (newParent: TeamId) note =
        Work(fun table ->
            let team = table.Seat(wiring.TeamParticipant(asking.Context, id))
            let tree = table.Seat(wiring.HierarchyParticipant(asking.Context, organization))
            let parent =
                if newParent = id then
                    ValueNone
                else
                    ValueSome(table.Seat(wiring.TeamParticipant(asking.Context, newParent)))
            let moved = ref [||]

            let shown: Sitting =
                TeamSteps.sitting id team (fun () -> tree.After.State) (fun () ->
                    asking.AtVersion(
                        team.Before,
                        fun () ->
                            TeamSteps.askTree tree (TeamSteps.treeContext asking limit) (Hierarchy.Command.Move(id, newParent))
                            |> Result.bind (fun teams ->
                                moved.Value <- teams
                                let parentState =
                                    parent |> ValueOption.bind (fun parent -> Team.Queries.tryState parent.Before.State)
                                TeamSteps.ask
                                    team
                                    (TeamSteps.teamContext asking id parentState true)
                                    (Team.Command.Move(newParent, teams, note)))
                    ))

            { shown with
                Show =
                    fun () ->
                        match shown.Show() with
                        | ValueSome(EntityView.Team view) -> ValueSome(EntityView.Moved(view, moved.Value))
                        | other -> other })

    // ---- settings and fields

    let private setSetting (setting: TeamSetting) (entry: TeamSettingEntry option) =
        match entry with
        | Some entry -> Team.Command.SetSetting entry
        | None -> Team.Command.ClearSetting setting

    let private onTeam (wiring: Wiring) (asking: Asking) id (known: Team.Fold.Details) (command: ValidTeamCommand) ct =
        task {
            let organization = TeamId.Parse known.OrganizationId
            let! limit = systemLimit wiring ct
            let single = alone wiring asking id organization
            let both treeCommand command = TeamSteps.withTree wiring asking id organization limit treeCommand command

            match command with
            | ValidTeamCommand.Update(_, ({ Name = Some name } as update)) ->
                return both (Hierarchy.Command.Rename(id, name)) (Team.Command.Update update)
            | ValidTeamCommand.Update(_, update) -> return! single ValueNone (Team.Command.Update update) ct
            | ValidTeamCommand.SetSetting(_, TeamSetting.MaxHierarchyDepth, entry) ->
                let levels = entry |> Option.map (fun entry -> int entry.Value)
                return both (Hierarchy.Command.LimitDepth(id, levels)) (setSetting TeamSetting.MaxHierarchyDepth entry)
            | ValidTeamCommand.SetSetting(_, setting, entry) -> return! single ValueNone (setSetting setting entry) ct
            | ValidTeamCommand.Move(_, newParent, note) ->
                match! wiring.LoadTeam(newParent, ct) with
                | Team.Fold.Initial -> return Work.Refused(TeamRefusals.parentNotFound "newParentId")
                | Team.Fold.Created _ -> return move wiring asking id organization limit newParent note
            | ValidTeamCommand.Step(_, Team.Command.Cancel) -> return both (Hierarchy.Command.Close id) Team.Command.Cancel
            | ValidTeamCommand.Step(_, Team.Command.Purge) -> return purge wiring asking id known organization limit
            | ValidTeamCommand.Step(_, (Team.Command.Activate as command)) ->
                let! owner = activeOwner wiring known ct
                return! single owner command ct
            | ValidTeamCommand.Step(_, command) -> return! single ValueNone command ct
            | ValidTeamCommand.Archive(_, reason, policy) ->
                return! TeamArchiving.archive wiring asking id organization limit reason policy ct
            | ValidTeamCommand.Create _
            | ValidTeamCommand.OfMembership _
            | ValidTeamCommand.OfRights _
            | ValidTeamCommand.DefineRole _
            | ValidTeamCommand.ChangeRole _
            | ValidTeamCommand.RetireRole _
            | ValidTeamCommand.SetActiveTeam _
            | ValidTeamCommand.SetSystemSetting _ -> return invalidOp "This command is not about one team's own life."
        }

    /// The decision of a command about the team itself.
    let prepare (wiring: Wiring) (asking: Asking) (command: ValidTeamCommand) (team: TeamId voption) ct =
        task {
            match command, team with
            | ValidTeamCommand.Create draft, _ -> return! create wiring asking draft ct
            | _, ValueNone -> return invalidOp "This command names no team."
            | ValidTeamCommand.Move _, ValueSome id ->
                match! wiring.LoadTeam(id, ct) with
                | Team.Fold.Initial -> return TeamSteps.missing id
                | Team.Fold.Created known ->
                    let! work = onTeam wiring asking id known command ct
                    return { Entity = EntityId.Moved id.Value; Created = false; Work = work }
            | _, ValueSome id ->
                match! wiring.LoadTeam(id, ct) with
                | Team.Fold.Initial -> return TeamSteps.missing id
                | Team.Fold.Created known ->
                    let! work = onTeam wiring asking id known command ct
                    return TeamSteps.about id work
        }
