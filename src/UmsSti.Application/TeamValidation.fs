namespace UmsSti.Application

open System
open System.Collections.Generic
open UmsSti.Domain

/// What becomes of the teams below one that is archived (XR-03).
[<RequireQualifiedAccess>]
type internal ChildPolicy =
    /// There must be none.
    | None
    | Cascade
    | Reassign of TeamId

/// A new team whose every text is valid.
[<NoComparison>]
type internal TeamDraft =
    { Id: TeamId option
      Type: TeamType
      Name: TeamName
      Parent: TeamId option
      Details: TeamDetail list
      Settings: TeamSettingEntry list
      Activate: bool }

/// A command about teams whose every text is valid; made by `TeamValidation` only. The scope of rights is a team, or none outside.
[<RequireQualifiedAccess; NoComparison>]
type internal ValidTeamCommand =
    | Create of TeamDraft
    | Update of TeamId * Team.Update
    | SetSetting of TeamId * TeamSetting * TeamSettingEntry option
    | Move of TeamId * newParent: TeamId * note: Reason option
    | Step of TeamId * Team.Command
    | Archive of TeamId * Reason * ChildPolicy
    | OfMembership of TeamId * UserId * Membership.Command
    | OfRights of UserId * TeamId voption * Rights.Command
    | DefineRole of RoleId * Role.Kind * description: Reason option * PermissionSet
    | ChangeRole of RoleId * description: Reason option * PermissionSet option
    | RetireRole of RoleId * reason: Reason option
    | SetActiveTeam of UserId * TeamId
    | SetSystemSetting of SystemSettings.Entry

/// Turns the raw texts of commands about teams into valid values, or names every field at fault. Reads no state.
[<RequireQualifiedAccess>]
module internal TeamValidation =
    /// Longest-lived invitation the door sends when none is named: NF-14.
    let private invitationLife = TimeSpan.FromDays Membership.Decisions.InvitationDays

    let private finish (errors: InputErrors) (build: unit -> ValidTeamCommand) =
        if errors.Any then Error(errors.ToRefusal()) else Ok(build ())

    let private teamId (text: string | null) =
        match TeamId.TryParse text with
        | true, id -> Ok id
        | false, _ -> Error(Refusals.notFound "team")

    let private userId (text: string | null) =
        match UserId.TryParse text with
        | true, id -> Ok id
        | false, _ -> Error(Refusals.notFound "user")

    let private scope (team: string | null) =
        match team with
        | null -> Ok ValueNone
        | team -> teamId team |> Result.map ValueSome

    let private details (errors: InputErrors) (values: IReadOnlyDictionary<string, string | null> | null) =
        match values with
        | null -> []
        | values ->
            [ for KeyValue(key, text) in values do
                  let place = if key = TeamField.Description.Key then key else $"details.{key}"

                  match TeamField.TryParse key, text with
                  | (false, _), _ -> errors.Add(place, "is not a field of a team")
                  | (true, field), null -> TeamChange.Clear field
                  | (true, field), text ->
                      match errors.Take(place, TeamDetail.Create(field, text)) with
                      | Some detail -> TeamChange.Set detail
                      | None -> () ]

    let private settings (errors: InputErrors) (values: IReadOnlyDictionary<string, string | null> | null) =
        match values with
        | null -> []
        | values ->
            [ for KeyValue(key, text) in values do
                  let place = $"settings.{key}"

                  match TeamSetting.TryParse key, text with
                  | (false, _), _ -> errors.Add(place, "is not a setting of a team")
                  | (true, _), null -> ()
                  | (true, setting), text ->
                      match errors.Take(place, TeamSettingEntry.Create(setting, text)) with
                      | Some entry -> entry
                      | None -> () ]

    let private named (errors: InputErrors) field (parse: string -> struct (bool * 'a)) (choices: 'a seq) (text: string | null) =
        match text with
        | null ->
            errors.Add(field, "must be given")
            None
        | text ->
            match parse text with
            | struct (true, value) -> Some value
            | struct (false, _) ->
                let known = String.Join(", ", choices)
                errors.Add(field, $"must be one of {known}")
                None

    let private teamType errors text =
        named errors "type" (fun text -> let ok, value = TeamType.TryParse text in struct (ok, value)) TeamType.All text

    let private teamRole (errors: InputErrors) text =
        named errors "role" (fun text -> let ok, value = TeamRole.TryParse text in struct (ok, value)) TeamRole.All text

    let private optionalRole errors (text: string | null) =
        match text with
        | null -> None
        | text -> teamRole errors text

    let private create (raw: CreateTeam) =
        let errors = InputErrors()

        let id field (text: string | null) =
            match text with
            | null -> None
            | text ->
                match TeamId.TryParse text with
                | true, id -> Some id
                | false, _ ->
                    errors.Add(field, "must be a team id")
                    None

        let own, parent = id "id" raw.TeamId, id "parentId" raw.ParentId
        let kind = teamType errors raw.Type
        let name = errors.Take("name", TeamName.Create raw.Name)
        let settings = settings errors raw.Settings

        let details =
            details errors raw.Details
            |> List.choose (fun change ->
                match change with
                | TeamChange.Set detail -> Some detail
                | TeamChange.Clear _ -> None)

        match kind, name with
        | Some kind, Some name when not errors.Any ->
            Ok(
                ValidTeamCommand.Create
                    { Id = own
                      Type = kind
                      Name = name
                      Parent = parent
                      Details = details
                      Settings = settings
                      Activate = raw.Activate }
            )
        | _ -> Error(errors.ToRefusal())

    let private update (raw: UpdateTeam) =
        teamId raw.TeamId
        |> Result.bind (fun id ->
            let errors = InputErrors()

            let name =
                match raw.Name with
                | null -> None
                | text -> errors.Take("name", TeamName.Create text)

            let changes = details errors raw.Details
            finish errors (fun () -> ValidTeamCommand.Update(id, { Name = name; Changes = changes })))

    let private setSetting team (key: string) (value: string | null) =
        teamId team
        |> Result.bind (fun id ->
            match TeamSetting.TryParse key, value with
            | (false, _), _ -> Error(Refusals.notFound "setting")
            | (true, setting), null -> Ok(ValidTeamCommand.SetSetting(id, setting, None))
            | (true, setting), value ->
                match TeamSettingEntry.Create(setting, value) with
                | Ok entry -> Ok(ValidTeamCommand.SetSetting(id, setting, Some entry))
                | Error message -> Error(Refusals.invalid [ "value", message ]))

    let private move team (newParent: string | null) note =
        teamId team
        |> Result.bind (fun id ->
            let errors = InputErrors()
            let note = errors.Optional("note", note)

            match TeamId.TryParse newParent with
            | true, parent -> finish errors (fun () -> ValidTeamCommand.Move(id, parent, note))
            | false, _ ->
                errors.Add("newParentId", "must be a team id")
                Error(errors.ToRefusal()))

    let private step team (step: TeamStep) =
        teamId team
        |> Result.bind (fun id ->
            let errors = InputErrors()

            let command =
                match step with
                | TeamStep.Activate -> Some Team.Command.Activate
                | TeamStep.Deactivate reason -> Some(Team.Command.Deactivate(errors.Optional("reason", reason)))
                | TeamStep.Suspend reason -> errors.Required("reason", reason) |> Option.map Team.Command.Suspend
                | TeamStep.LiftSuspension note -> Some(Team.Command.LiftSuspension(errors.Optional("note", note)))
                | TeamStep.Cancel -> Some Team.Command.Cancel
                | TeamStep.Purge -> Some Team.Command.Purge
                | TeamStep.StartMaintenance -> Some Team.Command.StartMaintenance
                | TeamStep.CompleteMaintenance -> Some Team.Command.CompleteMaintenance
                | TeamStep.CloseMembership -> Some Team.Command.CloseMembership
                | TeamStep.OpenMembership -> Some Team.Command.OpenMembership

            match command with
            | Some command when not errors.Any -> Ok(ValidTeamCommand.Step(id, command))
            | _ -> Error(errors.ToRefusal()))

    let private archive (raw: ArchiveTeam) =
        teamId raw.TeamId
        |> Result.bind (fun id ->
            let errors = InputErrors()
            let reason = errors.Required("reason", raw.Reason)

            let policy =
                match raw.Children, raw.ReassignTo with
                | null, null -> ChildPolicy.None
                | "cascade", null -> ChildPolicy.Cascade
                | "reassign", target ->
                    match TeamId.TryParse target with
                    | true, target -> ChildPolicy.Reassign target
                    | false, _ ->
                        errors.Add("reassignTo", "must be a team id")
                        ChildPolicy.None
                | _, null ->
                    errors.Add("children", "must be one of cascade, reassign")
                    ChildPolicy.None
                | _, _ ->
                    errors.Add("reassignTo", "goes with children: reassign only")
                    ChildPolicy.None

            match reason with
            | Some reason when not errors.Any -> Ok(ValidTeamCommand.Archive(id, reason, policy))
            | _ -> Error(errors.ToRefusal()))

    let private membershipCommand (now: DateTimeOffset) (errors: InputErrors) (step: MembershipStep) =
        let optional reason = errors.Optional("reason", reason)

        match step with
        | MembershipStep.Add role -> teamRole errors role |> Option.map Membership.Command.Add
        | MembershipStep.Invite(role, expiresAt, message) ->
            let expiresAt = expiresAt |> Option.ofNullable |> Option.defaultValue (now + invitationLife) |> Moments.kept
            let message = errors.Optional("message", message)
            teamRole errors role |> Option.map (fun role -> Membership.Command.Invite(role, expiresAt, message))
        | MembershipStep.AcceptInvitation -> Some Membership.Command.AcceptInvitation
        | MembershipStep.DeclineInvitation reason -> Some(Membership.Command.DeclineInvitation(optional reason))
        | MembershipStep.ExpireInvitation -> Some Membership.Command.ExpireInvitation
        | MembershipStep.RevokeInvitation reason -> Some(Membership.Command.RevokeInvitation(optional reason))
        | MembershipStep.Request role -> Some(Membership.Command.Request(optionalRole errors role))
        | MembershipStep.ApproveRequest role -> Some(Membership.Command.ApproveRequest(optionalRole errors role))
        | MembershipStep.RejectRequest reason -> Some(Membership.Command.RejectRequest(optional reason))
        | MembershipStep.WithdrawRequest -> Some Membership.Command.WithdrawRequest
        | MembershipStep.ChangeRole role -> teamRole errors role |> Option.map Membership.Command.ChangeRole
        | MembershipStep.Deactivate reason -> Some(Membership.Command.Deactivate(optional reason))
        | MembershipStep.Suspend reason -> Some(Membership.Command.Suspend(optional reason))
        | MembershipStep.Reactivate -> Some Membership.Command.Reactivate
        | MembershipStep.Leave reason -> Some(Membership.Command.Leave(optional reason))
        | MembershipStep.Remove reason -> Some(Membership.Command.Remove(optional reason))

    let private memberRefusal (code: string option) =
        match code with
        | Some code -> { Refusals.invalid [ "userId", "guests are sessions and can never be members" ] with Code = code }
        | None -> Refusals.notFound "user"

    let private membership now team user (step: MembershipStep) =
        teamId team
        |> Result.bind (fun team ->
            match Membership.Decisions.trySubject user with
            | Error code -> Error(memberRefusal code)
            | Ok user ->
                let errors = InputErrors()

                match membershipCommand now errors step with
                | Some command when not errors.Any -> Ok(ValidTeamCommand.OfMembership(team, user, command))
                | _ -> Error(errors.ToRefusal()))

    let private unknownPermission (name: string) =
        { Refusals.invalid [ "permission", "is not the name of a permission" ] with
            Code = Rights.Decisions.UnknownPermissionCode
            Detail = $"There is no permission '{name}'." }

    let private accessLevel (errors: InputErrors) text =
        named errors "level" (fun text -> let ok, value = AccessLevel.TryParse text in struct (ok, value)) AccessLevel.All text

    let private terms
        (errors: InputErrors)
        (level: string | null)
        (expiresAt: Nullable<DateTimeOffset>)
        reason
        : Rights.GrantTerms =
        let level =
            match level with
            | null -> None
            | text -> accessLevel errors text

        { Level = level
          ExpiresAt = expiresAt |> Option.ofNullable |> Option.map Moments.kept
          Reason = reason }

    let private grantCommand (errors: InputErrors) (step: GrantStep) =
        let required field reason = errors.Required(field, reason)

        match step with
        | GrantStep.Grant(level, expiresAt, reason) ->
            required "reason" reason
            |> Option.map (fun reason -> Rights.GrantCommand.Grant(terms errors level expiresAt (Some reason)))
        | GrantStep.Revoke reason -> required "reason" reason |> Option.map Rights.GrantCommand.Revoke
        | GrantStep.Suspend reason -> required "reason" reason |> Option.map Rights.GrantCommand.Suspend
        | GrantStep.LiftSuspension reason -> required "reason" reason |> Option.map Rights.GrantCommand.Lift
        | GrantStep.Request(expiresAt, justification) ->
            required "justification" justification
            |> Option.map (fun justification -> Rights.GrantCommand.Request(terms errors null expiresAt None, justification))
        | GrantStep.ChangeLevel level -> accessLevel errors level |> Option.map Rights.GrantCommand.ChangeLevel
        | GrantStep.Approve -> Some Rights.GrantCommand.Approve
        | GrantStep.ExpireRequest -> Some Rights.GrantCommand.ExpireRequest
        | GrantStep.Deny reason -> required "reason" reason |> Option.map Rights.GrantCommand.Deny

    let private assignmentCommand (errors: InputErrors) (step: AssignmentStep) =
        let required reason = errors.Required("reason", reason)

        match step with
        | AssignmentStep.Assign expiresAt ->
            Some(Rights.RoleCommand.Assign(expiresAt |> Option.ofNullable |> Option.map Moments.kept))
        | AssignmentStep.Activate -> Some Rights.RoleCommand.Activate
        | AssignmentStep.Cancel reason -> required reason |> Option.map Rights.RoleCommand.Cancel
        | AssignmentStep.Deactivate reason -> required reason |> Option.map Rights.RoleCommand.Deactivate
        | AssignmentStep.Reactivate -> Some Rights.RoleCommand.Reactivate
        | AssignmentStep.Revoke reason -> required reason |> Option.map Rights.RoleCommand.Revoke
        | AssignmentStep.Suspend reason -> required reason |> Option.map Rights.RoleCommand.Suspend
        | AssignmentStep.LiftSuspension reason -> required reason |> Option.map Rights.RoleCommand.Lift

    let private inScope user team (build: UserId -> TeamId voption -> Result<ValidTeamCommand, Refusal>) =
        userId user |> Result.bind (fun user -> scope team |> Result.bind (build user))

    let private grant user team (permission: string) step =
        inScope user team (fun user team ->
            match Permission.TryParse permission with
            | false, _ -> Error(unknownPermission permission)
            | true, permission ->
                let errors = InputErrors()

                match grantCommand errors step with
                | Some command when not errors.Any ->
                    Ok(ValidTeamCommand.OfRights(user, team, Rights.Command.OnGrant(permission, command)))
                | _ -> Error(errors.ToRefusal()))

    /// A role by its name in a scope; the built-in system role can be named, too.
    let private role (team: TeamId voption) (name: string) =
        if team.IsNone && name = RoleId.SystemAdmin.Name then
            Ok RoleId.SystemAdmin
        else
            RoleId.Create(team, name)

    let private assignment user team (name: string) step =
        inScope user team (fun user team ->
            match role team name with
            | Error _ -> Error(Refusals.notFound "role")
            | Ok role ->
                let errors = InputErrors()

                match assignmentCommand errors step with
                | Some command when not errors.Any ->
                    Ok(ValidTeamCommand.OfRights(user, team, Rights.Command.OnRole(role, command)))
                | _ -> Error(errors.ToRefusal()))

    let private permissionSet (names: string[]) : Result<PermissionSet, Refusal> =
        let isKnown name = fst (Permission.TryParse name)

        match names |> Array.filter (isKnown >> not) with
        | [||] -> Ok(names |> Array.map (fun name -> snd (Permission.TryParse name)) |> PermissionSet.Of)
        | unknown ->
            let errors = [ for name in unknown -> "permissions", $"'{name}' is not the name of a permission" ]
            Error { Refusals.invalid errors with Code = Rights.Decisions.UnknownPermissionCode }

    let private roleKind (errors: InputErrors) (text: string | null) =
        match text with
        | null -> Role.Kind.Custom
        | text ->
            match Role.Kind.All |> Array.tryFind (fun kind -> kind.Name = text) with
            | Some kind -> kind
            | None ->
                let names = String.Join(", ", Role.Kind.All |> Array.map _.Name)
                errors.Add("kind", $"must be one of {names}")
                Role.Kind.Custom

    let private changeRole team (name: string) (step: RoleStep) =
        scope team
        |> Result.bind (fun team ->
            let errors = InputErrors()

            match step, role team name with
            | RoleStep.Define _, Error message -> Error(Refusals.invalid [ "name", message ])
            | _, Error _ -> Error(Refusals.notFound "role")
            | RoleStep.Define(description, permissions, kind), Ok role ->
                permissionSet permissions
                |> Result.bind (fun permissions ->
                    let kind = roleKind errors kind
                    let description = errors.Optional("description", description)
                    finish errors (fun () -> ValidTeamCommand.DefineRole(role, kind, description, permissions)))
            | RoleStep.Change(description, null), Ok role ->
                let description = errors.Optional("description", description)
                finish errors (fun () -> ValidTeamCommand.ChangeRole(role, description, None))
            | RoleStep.Change(description, permissions), Ok role ->
                permissionSet (nonNull permissions)
                |> Result.bind (fun permissions ->
                    let description = errors.Optional("description", description)
                    finish errors (fun () -> ValidTeamCommand.ChangeRole(role, description, Some permissions)))
            | RoleStep.Retire reason, Ok role ->
                let reason = errors.Optional("reason", reason)
                finish errors (fun () -> ValidTeamCommand.RetireRole(role, reason)))

    let private systemSetting (key: string) (value: string) =
        match SystemSettings.Setting.TryParse key with
        | false, _ -> Error(Refusals.notFound "setting")
        | true, setting ->
            match SystemSettings.Entry.Create(setting, value) with
            | Ok entry -> Ok(ValidTeamCommand.SetSystemSetting entry)
            | Error message -> Error(Refusals.invalid [ "value", message ])

    /// The valid command, or the refusal that names what is wrong. `now` is the time of the request.
    let check (now: DateTimeOffset) (command: TeamCommand) : Result<ValidTeamCommand, Refusal> =
        match command with
        | TeamCommand.CreateTeam raw -> create raw
        | TeamCommand.UpdateTeam raw -> update raw
        | TeamCommand.SetTeamSetting(team, key, value) -> setSetting team key value
        | TeamCommand.MoveTeam(team, newParent, note) -> move team newParent note
        | TeamCommand.ChangeTeamState(team, change) -> step team change
        | TeamCommand.ArchiveTeam raw -> archive raw
        | TeamCommand.ChangeMembership(team, user, change) -> membership now team user change
        | TeamCommand.ChangeGrant(user, team, permission, change) -> grant user team permission change
        | TeamCommand.ChangeAssignment(user, team, name, change) -> assignment user team name change
        | TeamCommand.ExpireRights(user, team) ->
            inScope user team (fun user team -> Ok(ValidTeamCommand.OfRights(user, team, Rights.Command.ExpireDue)))
        | TeamCommand.ChangeRole(team, name, change) -> changeRole team name change
        | TeamCommand.SetActiveTeam(user, team) ->
            userId user
            |> Result.bind (fun user -> teamId team |> Result.map (fun team -> ValidTeamCommand.SetActiveTeam(user, team)))
        | TeamCommand.ChangeSystemSetting(key, value) -> systemSetting key value
