namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// Decisions about people in teams and about what they are given (CM-16, CM-50...66), each with the streams it spans. Whoever
/// decides about others does so by what he is himself, so that stands guarded beside what is decided (`Standing`).
[<RequireQualifiedAccess>]
module internal RightsWork =
    type private MemberSeat = Seat<Membership.Events.Event, Membership.Fold.State>
    type private TeamSeat = Seat<Team.Events.Event, Team.Fold.State>

    let private refuse entity refusal = { Entity = entity; Created = false; Work = Work.Refused refusal }
    let private ready entity created work = { Entity = entity; Created = created; Work = work }

    let private isJob (asking: Asking) = Actors.isSystem asking.Envelope.Actor

    // ---- memberships

    let private powerOf (asking: Asking) caller team =
        if isJob asking then
            Membership.Power.Unlimited
        else
            Principals.power asking.Envelope.Now caller team

    /// The team is told together with the step when somebody becomes an executive or ceases to be one (XR-06).
    let private tellTeam (asking: Asking) (team: TeamId) (user: UserId) (teamSeat: TeamSeat) (seat: MemberSeat) : Verdict =
        let context: Team.Decisions.Context =
            { Now = asking.Envelope.Now
              Subject = team
              Actor = asking.Envelope.Actor
              ActorIsSystem = asking.IsSystem
              ParentState = ValueNone
              HasActiveOwner = true }

        let tell command =
            match Team.Decisions.decide context command teamSeat.Before.State with
            | Team.Decisions.Outcome.Accepted, events ->
                teamSeat.Events <- events
                Ok()
            | Team.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.team rejected)

        match Membership.Queries.executiveChange seat.Before.State seat.After.State with
        | Membership.Queries.ExecutiveChange.Unchanged -> Ok()
        | Membership.Queries.ExecutiveChange.Gained -> tell (Team.Command.AssignExecutive user)
        | Membership.Queries.ExecutiveChange.Lost -> tell (Team.Command.ReleaseExecutive(user, isJob asking))

    /// The command without its words: nothing can be sealed for a person whose key is gone, and nothing is kept of him unsealed.
    let private wordless (command: Membership.Command) =
        match command with
        | Membership.Command.DeclineInvitation _ -> Membership.Command.DeclineInvitation None
        | Membership.Command.RevokeInvitation _ -> Membership.Command.RevokeInvitation None
        | Membership.Command.RejectRequest _ -> Membership.Command.RejectRequest None
        | Membership.Command.Deactivate _ -> Membership.Command.Deactivate None
        | Membership.Command.Suspend _ -> Membership.Command.Suspend None
        | Membership.Command.Leave _ -> Membership.Command.Leave None
        | Membership.Command.Remove _ -> Membership.Command.Remove None
        | Membership.Command.Invite(role, expiresAt, _) -> Membership.Command.Invite(role, expiresAt, None)
        | Membership.Command.Add _
        | Membership.Command.AcceptInvitation
        | Membership.Command.ExpireInvitation
        | Membership.Command.Request _
        | Membership.Command.ApproveRequest _
        | Membership.Command.WithdrawRequest
        | Membership.Command.ChangeRole _
        | Membership.Command.Reactivate -> command

    let private isOwn (asking: Asking) (user: UserId) = not asking.IsSystem && asking.Actor = ValueSome user

    let private isNobodyYet (membership: Membership.Fold.State) = (Membership.Queries.tryDetails membership).IsNone

    /// Whether the team is not there for somebody who asks something for himself (api.md, Teams): he was never in it, or asks to come in
    /// where nobody may ask.
    let private isHidden asking user (command: Membership.Command) (team: Team.Fold.Details) membership =
        match command with
        | Membership.Command.Request _ ->
            let takesRequests = team.State = TeamState.Active && TeamSettings.allowsSelfRegistration team.Settings

            let isOutside =
                match Membership.Queries.tryDetails membership with
                | Some details -> details.State.IsClosed
                | None -> true

            isOwn asking user && isOutside && not takesRequests
        | Membership.Command.AcceptInvitation
        | Membership.Command.DeclineInvitation _
        | Membership.Command.WithdrawRequest
        | Membership.Command.Leave _ -> isOwn asking user && isNobodyYet membership
        | _ -> false

    let private membershipWork
        (wiring: Wiring)
        (asking: Asking)
        (watchCaller: Table -> unit -> Principal)
        (team: TeamId)
        (user: UserId)
        command
        =
        Work(fun table ->
            let seat = table.Seat(wiring.MembershipParticipant(asking.Context, team, user))
            let teamSeat = table.Seat(wiring.TeamParticipant(asking.Context, team))
            let account = table.Watch(wiring.UserParticipant(asking.Context, user))
            let caller = watchCaller table

            let decide (details: Team.Fold.Details) () : Verdict =
                match User.Queries.tryDetails (account ()) with
                | None -> Error(Refusals.notFound "user")
                | Some account ->
                    let context: Membership.Decisions.Context =
                        { Now = asking.Envelope.Now
                          Subject = { Id = user; Type = account.Type; State = account.State }
                          Team = Membership.TeamFacts.Of details
                          Actor = asking.Envelope.Actor
                          Power = powerOf asking (caller ()) team }

                    let command = if account.State = UserState.Purged then wordless command else command

                    match Membership.Decisions.decide context command seat.Before.State with
                    | Membership.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.membership rejected)
                    | Membership.Decisions.Outcome.Accepted, events ->
                        seat.Events <- events
                        tellTeam asking team user teamSeat seat

            { Decide =
                fun () ->
                    match Team.Queries.tryDetails teamSeat.Before.State with
                    | Some details when not (isHidden asking user command details seat.Before.State) ->
                        asking.AtVersion(seat.Before, decide details)
                    | Some _
                    | None -> Error(Refusals.notFound "team")
              Show =
                fun () -> TeamViews.member' team user seat.After.Version seat.After.State |> ValueOption.map EntityView.Member
              Version = fun () -> seat.After.Version })

    let private brings (command: Membership.Command) =
        match command with
        | Membership.Command.Add _
        | Membership.Command.Invite _
        | Membership.Command.Request _ -> true
        | _ -> false

    let private membership (wiring: Wiring) principals (asking: Asking) (team: TeamId) (user: UserId) command ct =
        task {
            let entity = EntityId.Member(team.Value, user.Value)
            let! account = wiring.LoadUser(user, ct)
            let! state = wiring.LoadTeam(team, ct)

            match state, User.Queries.tryDetails account with
            | Team.Fold.Initial, _ -> return refuse entity (Refusals.notFound "team")
            | Team.Fold.Created _, None -> return refuse entity (Refusals.notFound "user")
            | Team.Fold.Created _, Some _ ->
                let! caller = Standing.watch wiring principals asking.Context asking.Actor [ team ] ct
                return ready entity (brings command) (membershipWork wiring asking caller team user command)
        }

    // ---- rights

    let private entityOf (user: UserId) (team: TeamId voption) (command: Rights.Command) =
        let scope: string | null =
            match team with
            | ValueSome team -> team.Value
            | ValueNone -> null

        match command, team with
        | Rights.Command.OnGrant(permission, _), _ -> EntityId.Grant(scope, user.Value, permission.Name)
        | Rights.Command.OnRole(role, _), _ -> EntityId.Assignment(scope, user.Value, role.Value)
        | Rights.Command.ExpireDue, ValueSome team -> EntityId.Member(team.Value, user.Value)
        | Rights.Command.ExpireDue, ValueNone -> EntityId.User user.Value

    let private show user team command version (rights: Rights.Fold.State) otherwise =
        match command with
        | Rights.Command.OnGrant(permission, _) ->
            TeamViews.grant user team permission version rights |> ValueOption.map EntityView.Grant
        | Rights.Command.OnRole(role, _) ->
            TeamViews.assignment user team role version rights |> ValueOption.map EntityView.Assignment
        | Rights.Command.ExpireDue -> otherwise ()

    /// The role a command names and the rule about approvals, as the decision finds them.
    let private roleAt
        (wiring: Wiring)
        (asking: Asking)
        (table: Table)
        (command: Rights.Command)
        : unit -> Rights.RoleFacts option * bool =
        match command with
        | Rights.Command.OnRole(role, _) ->
            let state = table.Watch(wiring.RoleParticipant(asking.Context, role))
            let settings = table.Watch(wiring.SettingsParticipant asking.Context)
            fun () -> Role.Queries.facts role (state ()), SystemSettings.Queries.roleAssignmentsNeedApproval (settings ())
        | Rights.Command.OnGrant _
        | Rights.Command.ExpireDue -> fun () -> None, false

    let private rightsContext (asking: Asking) user team granter (role, needApproval) : Rights.Context =
        { Now = asking.Envelope.Now
          Actor = asking.Envelope.Actor
          Subject = user
          SubjectType = UserType.Standard // the giving decisions look at the person's own state
          SubjectIsActive = false
          Team = team
          Granter = granter
          Role = role
          RolesNeedApproval = needApproval }

    let private granterOf (asking: Asking) team principal : Rights.Granter =
        if isJob asking then
            { IsUnlimited = true; Holds = PermissionSet.Empty; Rank = 0; TargetRank = 0 }
        else
            Principals.granter asking.Envelope.Now principal team

    let private settle (outcome: Rights.Decisions.Outcome) keep : Verdict =
        match outcome with
        | Rights.Decisions.Outcome.Rejected rejected -> Error(TeamRefusals.rights rejected)
        | Rights.Decisions.Outcome.Accepted ->
            keep ()
            Ok()

    let private outsideTeams (wiring: Wiring) (asking: Asking) (watchCaller: Table -> unit -> Principal) (user: UserId) command =
        Work(fun table ->
            let seat = table.Seat(wiring.UserParticipant(asking.Context, user))
            let caller = watchCaller table
            let role = roleAt wiring asking table command

            let decide () : Verdict =
                match seat.Before.State with
                | User.Fold.Initial -> Error(Refusals.notFound "user")
                | User.Fold.Registered _ ->
                    let granter = granterOf asking ValueNone (caller ())
                    let context = rightsContext asking user ValueNone granter (role ())
                    let outcome, events = User.Giving.decide context command seat.Before.State
                    settle outcome (fun () -> seat.Events <- events)

            { Decide = fun () -> asking.AtVersion(seat.Before, decide)
              Show =
                fun () ->
                    let rights =
                        match User.Queries.tryDetails seat.After.State with
                        | Some details -> details.Rights
                        | None -> Rights.Fold.initial

                    show user ValueNone command seat.After.Version rights (fun () ->
                        Views.user user seat.After.Version seat.After.State |> ValueOption.map EntityView.User)
              Version = fun () -> seat.After.Version })

    /// PE-23: who is no member is let in first, by whoever may add him. Nobody else assigns roles to people outside.
    let private enter (asking: Asking) caller team user (account: User.Fold.Details) (details: Team.Fold.Details) state =
        let mayAdd =
            isJob asking
            || (Authorization.judge asking.Envelope.Now caller (Operation.requirement (Operation.AddMember team))).IsAllowed

        let context: Membership.Decisions.Context =
            { Now = asking.Envelope.Now
              Subject = { Id = user; Type = account.Type; State = account.State }
              Team = Membership.TeamFacts.Of details
              Actor = asking.Envelope.Actor
              Power = powerOf asking caller team }

        if not mayAdd then
            Error(TeamRefusals.rights Rights.Decisions.Rejected.SubjectNotActive)
        else
            match Membership.Decisions.decide context (Membership.Command.Add Membership.Giving.entryRole) state with
            | Membership.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.membership rejected)
            | Membership.Decisions.Outcome.Accepted, events -> Ok events

    let private inTeam
        (wiring: Wiring)
        (asking: Asking)
        (watchCaller: Table -> unit -> Principal)
        (team: TeamId)
        (user: UserId)
        command
        =
        Work(fun table ->
            let seat = table.Seat(wiring.MembershipParticipant(asking.Context, team, user))
            let account = table.Watch(wiring.UserParticipant(asking.Context, user))
            let teamState = table.Watch(wiring.TeamParticipant(asking.Context, team))
            let caller = watchCaller table
            let role = roleAt wiring asking table command

            let give entered : Verdict =
                let isActive =
                    User.Queries.tryDetails (account ()) |> Option.exists (fun account -> account.State = UserState.Active)

                let granter = granterOf asking (ValueSome team) (caller ())
                let context = rightsContext asking user (ValueSome team) granter (role ())
                let state = Membership.Fold.fold seat.Before.State entered
                let outcome, events = Membership.Giving.decide context isActive command state
                settle outcome (fun () -> seat.Events <- Array.append entered events)

            let decide () : Verdict =
                match User.Queries.tryDetails (account ()), Team.Queries.tryDetails (teamState ()) with
                | Some account, Some details when Membership.Giving.needsEntry command seat.Before.State ->
                    enter asking (caller ()) team user account details seat.Before.State |> Result.bind give
                | _ -> give [||]

            let isHidden () =
                match command with
                | Rights.Command.OnGrant(_, Rights.GrantCommand.Request _) -> isOwn asking user && isNobodyYet seat.Before.State
                | _ -> false

            { Decide =
                fun () ->
                    if isHidden () then
                        Error(Refusals.notFound "team")
                    else
                        asking.AtVersion(seat.Before, decide)
              Show =
                fun () ->
                    let rights =
                        match Membership.Queries.tryDetails seat.After.State with
                        | Some details -> details.Rights
                        | None -> Rights.Fold.initial

                    show user (ValueSome team) command seat.After.Version rights (fun () ->
                        TeamViews.member' team user seat.After.Version seat.After.State |> ValueOption.map EntityView.Member)
              Version = fun () -> seat.After.Version })

    let private rights (wiring: Wiring) principals (asking: Asking) (user: UserId) team command ct =
        task {
            let entity = entityOf user team command
            let! account = wiring.LoadUser(user, ct)
            let! caller = Standing.watch wiring principals asking.Context asking.Actor (ValueOption.toList team) ct

            match User.Queries.tryDetails account, team with
            | None, _ -> return refuse entity (Refusals.notFound "user")
            // Nothing he was given gives anything any more, and no reason can be sealed for him.
            | Some account, _ when account.State = UserState.Purged && command <> Rights.Command.ExpireDue ->
                return refuse entity (TeamRefusals.rights Rights.Decisions.Rejected.SubjectNotActive)
            | Some _, ValueNone -> return ready entity false (outsideTeams wiring asking caller user command)
            | Some _, ValueSome team ->
                match! wiring.LoadTeam(team, ct) with
                | Team.Fold.Initial -> return refuse entity (Refusals.notFound "team")
                | Team.Fold.Created _ -> return ready entity false (inTeam wiring asking caller team user command)
        }

    // ---- active team, settings of the installation

    let private activeTeam (wiring: Wiring) (asking: Asking) (user: UserId) (team: TeamId) =
        Work(fun table ->
            let seat = table.Seat(wiring.UserParticipant(asking.Context, user))
            let membership = table.Seat(wiring.MembershipParticipant(asking.Context, team, user))
            let teamSeat = table.Seat(wiring.TeamParticipant(asking.Context, team))

            let decide () : Verdict =
                let isLive = Team.Queries.tryState teamSeat.Before.State |> ValueOption.exists _.IsLive
                let isMember = isLive && Membership.Queries.isActive membership.Before.State

                match User.ActiveTeam.switch asking.Envelope.Now asking.Envelope.Actor team isMember seat.Before.State with
                | User.ActiveTeam.Outcome.Rejected rejected, _ -> Error(TeamRefusals.activeTeam rejected)
                | User.ActiveTeam.Outcome.Accepted, events ->
                    seat.Events <- events
                    Ok()

            { Decide = fun () -> asking.AtVersion(seat.Before, decide)
              Show = fun () -> Views.user user seat.After.Version seat.After.State |> ValueOption.map EntityView.User
              Version = fun () -> seat.After.Version })

    let private systemSetting (wiring: Wiring) (asking: Asking) (entry: SystemSettings.Entry) =
        Work(fun table ->
            let seat = table.Seat(wiring.SettingsParticipant asking.Context)

            let decide () : Verdict =
                seat.Events <- SystemSettings.Decisions.set asking.Envelope.Now asking.Envelope.Actor entry seat.Before.State
                Ok()

            { Decide = fun () -> asking.AtVersion(seat.Before, decide)
              Show =
                fun () ->
                    TeamViews.setting entry.Setting seat.After.Version seat.After.State |> ValueOption.map EntityView.Setting
              Version = fun () -> seat.After.Version })

    /// The decision of a command about teams, memberships, rights or roles.
    let prepare (wiring: Wiring) (principals: PrincipalLoader) (asking: Asking) (command: ValidTeamCommand) ct =
        task {
            match command with
            | ValidTeamCommand.Create _ -> return! TeamWork.prepare wiring asking command ValueNone ct
            | ValidTeamCommand.Update(team, _)
            | ValidTeamCommand.SetSetting(team, _, _)
            | ValidTeamCommand.Move(team, _, _)
            | ValidTeamCommand.Step(team, _)
            | ValidTeamCommand.Archive(team, _, _) -> return! TeamWork.prepare wiring asking command (ValueSome team) ct
            | ValidTeamCommand.OfMembership(team, user, command) ->
                return! membership wiring principals asking team user command ct
            | ValidTeamCommand.OfRights(user, team, command) -> return! rights wiring principals asking user team command ct
            | ValidTeamCommand.DefineRole(id, _, _, _)
            | ValidTeamCommand.ChangeRole(id, _, _)
            | ValidTeamCommand.RetireRole(id, _) -> return! RoleWork.prepare wiring principals asking id command ct
            | ValidTeamCommand.SetActiveTeam(user, team) ->
                return ready (EntityId.User user.Value) false (activeTeam wiring asking user team)
            | ValidTeamCommand.SetSystemSetting entry ->
                return ready (EntityId.Setting entry.Setting.Key) false (systemSetting wiring asking entry)
        }
