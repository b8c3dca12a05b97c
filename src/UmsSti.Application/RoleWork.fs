namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// Decisions about what roles are (CM-66): nobody puts into a role what he lacks, or what the role would then give to himself.
[<RequireQualifiedAccess>]
module internal RoleWork =
    let private rolesCommands (command: ValidTeamCommand) (state: Role.Fold.State) =
        match command with
        | ValidTeamCommand.DefineRole(_, kind, description, permissions) ->
            [ Role.Command.Define(kind, description, permissions) ]
        | ValidTeamCommand.RetireRole(_, reason) -> [ Role.Command.Retire reason ]
        | ValidTeamCommand.ChangeRole(_, description, permissions) ->
            [ match description with
              | Some _ -> Role.Command.Describe description
              | None -> ()

              match permissions with
              | None -> ()
              | Some wanted ->
                  let known = Role.Queries.permissions state

                  for permission in (wanted.Except known).ToArray() do
                      Role.Command.AddPermission permission

                  for permission in (known.Except wanted).ToArray() do
                      Role.Command.RemovePermission permission ]
        | _ -> invalidOp "This command is not about a role."

    /// The rights of the caller in the role's scope, and whether none who has the role stands above him there: what he puts into a role
    /// that he has himself, he would give to himself.
    let private ownPart (wiring: Wiring) (asking: Asking) (table: Table) (id: RoleId) : unit -> Rights.Fold.State * bool =
        match asking.Actor, id.Team with
        | ValueSome actor, ValueSome team when not asking.IsSystem ->
            let membership = table.Watch(wiring.MembershipParticipant(asking.Context, team, actor))

            fun () ->
                match Membership.Queries.tryDetails (membership ()) with
                | Some own -> own.Rights, own.State = MembershipState.Active && own.Role = TeamRole.Executive
                | None -> Rights.Fold.initial, false
        | ValueSome actor, ValueNone when not asking.IsSystem ->
            let account = table.Watch(wiring.UserParticipant(asking.Context, actor))

            fun () ->
                let rights = User.Queries.tryDetails (account ()) |> Option.map _.Rights
                rights |> Option.defaultValue Rights.Fold.initial, true
        | _ -> fun () -> Rights.Fold.initial, true

    /// What the caller holds in the role's scope.
    let private holds (asking: Asking) (id: RoleId) principal =
        match id.Team with
        | ValueSome team -> Authorization.teamPermissions asking.Envelope.Now principal team
        | ValueNone -> PermissionSet.Of(Authorization.globalPermissions asking.Envelope.Now principal)

    let private roleWork
        (wiring: Wiring)
        (asking: Asking)
        (id: RoleId)
        (watchCaller: Table -> unit -> Principal)
        (command: ValidTeamCommand)
        =
        Work(fun table ->
            let seat = table.Seat(wiring.RoleParticipant(asking.Context, id))
            let caller = watchCaller table
            let ownPart = ownPart wiring asking table id

            let context () : Role.Decisions.Context =
                let rights, isHighest = ownPart ()

                { Now = asking.Envelope.Now
                  Subject = id
                  Actor = asking.Envelope.Actor
                  ActorIsSystem = asking.IsSystem
                  ActorHasRole = Rights.Queries.isAssigned id.Value rights
                  ActorIsHighest = isHighest
                  Holds = holds asking id (caller ()) }

            let step (verdict: Verdict) command =
                verdict
                |> Result.bind (fun () ->
                    match Role.Decisions.decide (context ()) command seat.After.State with
                    | Role.Decisions.Outcome.Rejected rejected, _ -> Error(TeamRefusals.role rejected)
                    | Role.Decisions.Outcome.Accepted, events ->
                        seat.Events <- Array.append seat.Events events
                        Ok())

            let decide () : Verdict =
                match seat.Before.State, command with
                | Role.Fold.Initial, (ValidTeamCommand.ChangeRole _ | ValidTeamCommand.RetireRole _) ->
                    Error(Refusals.notFound "role")
                | state, command -> rolesCommands command state |> List.fold step (Ok())

            { Decide = fun () -> asking.AtVersion(seat.Before, decide)
              Show = fun () -> TeamViews.role id seat.After.Version seat.After.State |> ValueOption.map EntityView.Role
              Version = fun () -> seat.After.Version })

    /// The decision of a command about a role definition; `id` says the scope.
    let prepare (wiring: Wiring) (principals: PrincipalLoader) (asking: Asking) (id: RoleId) command ct =
        task {
            let teams = id.Team |> ValueOption.toList
            let! caller = Standing.watch wiring principals asking.Context asking.Actor teams ct

            let isNew =
                match command with
                | ValidTeamCommand.DefineRole _ -> true
                | _ -> false

            return
                { Entity = EntityId.Role id.Value
                  Created = isNew
                  Work = roleWork wiring asking id caller command }
        }
