namespace UmsSti.Domain.Team

open System
open UmsSti.Domain

/// CM-40. `Organization` is the team itself for a root. `Owner` becomes the first executive: the creator, or nobody when a system
/// user creates (TM-44).
type Creation =
    { Type: TeamType
      Name: TeamName
      Slug: Slug
      Parent: TeamId option
      Organization: TeamId
      Details: TeamDetail list
      Settings: TeamSettingEntry list
      Owner: UserId option
      Activate: bool }

/// CM-41. `Name = None` leaves the name alone.
type Update = { Name: TeamName option; Changes: TeamChange list }

/// What may be asked of a team. All texts are valid already.
[<RequireQualifiedAccess>]
type Command =
    | Create of Creation
    | Update of Update
    | SetSetting of TeamSettingEntry
    | ClearSetting of TeamSetting
    /// A draft or an inactive team.
    | Activate
    | Deactivate of reason: Reason option
    | Suspend of reason: Reason
    | LiftSuspension of note: Reason option
    | Archive of reason: Reason
    | Cancel
    /// Ends a cancelled or archived team.
    | Purge
    | StartMaintenance
    | CompleteMaintenance
    | CloseMembership
    | OpenMembership
    /// The hierarchy has accepted the move and says which teams it moves.
    | Move of newParent: TeamId * impact: string[] * note: Reason option
    /// A membership has become an executive's.
    | AssignExecutive of UserId
    /// A membership ceases to be an executive's. Forced: the person is gone for good, whoever remains (XR-01, XR-05).
    | ReleaseExecutive of user: UserId * isForced: bool

/// The rules of a team's life (FS-30). A step that is not listed is refused.
[<RequireQualifiedAccess>]
module Decisions =
    /// What a decision needs besides command and state.
    type Context =
        {
            Now: DateTimeOffset
            /// The team the stream belongs to.
            Subject: TeamId
            Actor: string
            /// The actor is a system user or a job of the system.
            ActorIsSystem: bool
            /// The state of the parent a creation or move names.
            ParentState: TeamState voption
            /// One executive at least is active as a user (XR-08).
            HasActiveOwner: bool
        }

    /// Why a command was refused. Every case has a stable code.
    [<RequireQualifiedAccess>]
    type Rejected =
        | NotFound
        | AlreadyCreated
        /// The machine has no such step: state and stored name of the refused event (FS-01).
        | InvalidTransition of state: string * event: string
        | ParentNotOpen
        /// The team's type has no such field.
        | DetailNotOfType of TeamField
        | EndBeforeStart
        | TooManySettings of limit: int
        /// Activation needs an owner (FS-30.2).
        | OwnerRequired
        /// None of the owners is active (XR-08).
        | OwnerNotActive
        | LastExecutive

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal, as the API shows it.
    let code rejected =
        match rejected with
        | Rejected.NotFound -> "not-found"
        | Rejected.AlreadyCreated -> "already-created"
        | Rejected.InvalidTransition _ -> "invalid-transition"
        | Rejected.ParentNotOpen -> "parent-not-open"
        | Rejected.DetailNotOfType _ -> "detail-not-of-type"
        | Rejected.EndBeforeStart -> "end-before-start"
        | Rejected.TooManySettings _ -> "too-many-settings"
        | Rejected.OwnerRequired -> "owner-required"
        | Rejected.OwnerNotActive -> "owner-not-active"
        | Rejected.LastExecutive -> "last-executive"

    let private accept event = Outcome.Accepted, [| event |]
    let private already: Outcome * Events.Event[] = Outcome.Accepted, [||]
    let private refuse rejected : Outcome * Events.Event[] = Outcome.Rejected rejected, [||]

    let private impossible (team: Fold.Details) event = refuse (Rejected.InvalidTransition(team.State.Name, event))

    let private text (reason: Reason) = reason.Value

    let private endsBeforeStart (fields: Map<string, string>) =
        match fields.TryFind TeamField.StartDate.Key, fields.TryFind TeamField.EndDate.Key with
        // Dates are stored as yyyy-MM-dd, which sorts as text.
        | Some first, Some last -> String.CompareOrdinal(last, first) < 0
        | _ -> false

    let private customSettings (settings: Map<string, string>) =
        settings |> Map.filter (fun key _ -> key.StartsWith("custom.", StringComparison.Ordinal)) |> Map.count

    let private created context (wish: Creation) =
        let details = wish.Details |> List.map (fun detail -> detail.Field.Key, detail.Value) |> Map.ofList

        let settings = wish.Settings |> List.map (fun entry -> entry.Setting.Key, entry.Value) |> Map.ofList

        let values (map: Map<string, string>) : Events.TeamValue[] =
            map |> Map.toArray |> Array.map (fun (field, value) -> { Field = field; Value = value })

        let birth =
            Events.TeamCreated
                { Name = wish.Name.Value
                  Slug = wish.Slug.Value
                  Type = wish.Type.Name
                  ParentTeamId = wish.Parent |> Option.map _.Value
                  OrganizationId = wish.Organization.Value
                  Details = values details
                  Settings = values settings
                  By = context.Actor
                  At = context.Now }

        let owner =
            wish.Owner
            |> Option.map (fun owner ->
                Events.TeamOwnerAssigned { OwnerUserId = owner.Value; By = context.Actor; At = context.Now })

        [| birth
           yield! Option.toArray owner
           if wish.Activate then
               Events.TeamActivated { By = context.Actor; At = context.Now } |]

    let private create context (wish: Creation) =
        let misplaced = wish.Details |> List.tryFind (fun detail -> not (TeamField.belongsTo wish.Type detail.Field))

        let events = created context wish

        match misplaced, Fold.fold Fold.initial events with
        | Some detail, _ -> refuse (Rejected.DetailNotOfType detail.Field)
        | None, Fold.Initial -> refuse Rejected.NotFound
        | None, Fold.Created team ->
            if context.ParentState |> ValueOption.exists (fun state -> not state.AllowsSubteams) then
                refuse Rejected.ParentNotOpen
            elif endsBeforeStart team.Fields then
                refuse Rejected.EndBeforeStart
            elif customSettings team.Settings > TeamSetting.MaxCustom then
                refuse (Rejected.TooManySettings TeamSetting.MaxCustom)
            elif wish.Activate && wish.Owner.IsNone && not context.ActorIsSystem then
                refuse Rejected.OwnerRequired
            else
                Outcome.Accepted, events

    /// A repeat is a retry as long as the team still looks as that creation left it.
    let private createAgain context (wish: Creation) (team: Fold.Details) =
        let look (team: Fold.Details) =
            team.Type, team.State, team.Name, team.Slug, team.ParentId, team.Fields, team.Settings, team.Executives

        match Fold.fold Fold.initial (created context wish) with
        | Fold.Created expected when look expected = look team -> already
        | Fold.Created _
        | Fold.Initial -> refuse Rejected.AlreadyCreated

    let private compared field previous wanted : Events.FieldChange = { Field = field; Previous = previous; New = wanted }

    let private fieldChanges (update: Update) (team: Fold.Details) : Events.FieldChange[] =
        let wish change =
            match change with
            | TeamChange.Set detail -> detail.Field.Key, Some detail.Value
            | TeamChange.Clear field -> field.Key, None

        let name =
            match update.Name with
            | Some name -> [| compared "name" (Some team.Name) (Some name.Value) |]
            | None -> [||]

        update.Changes
        |> List.map wish
        |> Map.ofList
        |> Map.toArray
        |> Array.map (fun (field, wanted) -> compared field (team.Fields.TryFind field) wanted)
        |> Array.append name
        |> Array.filter (fun change -> change.Previous <> change.New)

    let private update context (update: Update) (team: Fold.Details) =
        let changes = fieldChanges update team

        let misplaced =
            update.Changes
            |> List.map (fun change ->
                match change with
                | TeamChange.Set detail -> detail.Field
                | TeamChange.Clear field -> field)
            |> List.tryFind (fun field -> not (TeamField.belongsTo team.Type field))

        let fields =
            (team.Fields, changes)
            ||> Array.fold (fun fields change -> fields |> Map.change change.Field (fun _ -> change.New))

        if not team.State.IsLive then
            impossible team "TeamUpdated"
        elif misplaced.IsSome then
            refuse (Rejected.DetailNotOfType misplaced.Value)
        elif changes.Length = 0 then
            already
        elif endsBeforeStart fields then
            refuse Rejected.EndBeforeStart
        else
            accept (Events.TeamUpdated { Changes = changes; By = context.Actor; At = context.Now })

    let private changeSetting context (setting: TeamSetting) wanted (team: Fold.Details) =
        let known = team.Settings.TryFind setting.Key
        let after = team.Settings |> Map.change setting.Key (fun _ -> wanted)

        if not team.State.IsLive then
            impossible team "TeamSettingChanged"
        elif known = wanted then
            already
        elif customSettings after > TeamSetting.MaxCustom then
            refuse (Rejected.TooManySettings TeamSetting.MaxCustom)
        else
            accept (
                Events.TeamSettingChanged
                    { SettingKey = setting.Key
                      OldValue = known
                      NewValue = wanted
                      By = context.Actor
                      At = context.Now }
            )

    let private activate context (team: Fold.Details) =
        let withOwner event =
            if team.Executives.IsEmpty && not context.ActorIsSystem then
                refuse Rejected.OwnerRequired
            elif not team.Executives.IsEmpty && not context.HasActiveOwner then
                refuse Rejected.OwnerNotActive
            else
                accept event

        match team.State with
        | TeamState.Active -> already
        | TeamState.Draft -> withOwner (Events.TeamActivated { By = context.Actor; At = context.Now })
        | TeamState.Inactive -> withOwner (Events.TeamReactivated { By = context.Actor; At = context.Now })
        | TeamState.Suspended
        | TeamState.Archived
        | TeamState.Cancelled
        | TeamState.Purged -> impossible team "TeamActivated"

    /// One step out of the active team; what already holds is accepted.
    let private fromActive target eventName event (team: Fold.Details) =
        if team.State = target then already
        elif team.State = TeamState.Active then accept event
        else impossible team eventName

    let private liftSuspension context note (team: Fold.Details) =
        match team.State with
        | TeamState.Suspended ->
            accept (Events.TeamSuspensionLifted { Note = note |> Option.map text; By = context.Actor; At = context.Now })
        | TeamState.Active when team.ArrivedBy = "TeamSuspensionLifted" -> already
        | _ -> impossible team "TeamSuspensionLifted"

    let private archive context reason (team: Fold.Details) =
        match team.State with
        | TeamState.Archived -> already
        | TeamState.Active
        | TeamState.Inactive
        | TeamState.Suspended -> accept (Events.TeamArchived { Reason = text reason; By = context.Actor; At = context.Now })
        | TeamState.Draft
        | TeamState.Cancelled
        | TeamState.Purged -> impossible team "TeamArchived"

    let private cancel context (team: Fold.Details) =
        match team.State with
        | TeamState.Cancelled -> already
        | TeamState.Draft -> accept (Events.TeamCancelled { By = context.Actor; At = context.Now })
        | _ -> impossible team "TeamCancelled"

    let private purge context (team: Fold.Details) =
        match team.State with
        | TeamState.Purged -> already
        | TeamState.Cancelled -> accept (Events.TeamDeleted { By = context.Actor; At = context.Now })
        | TeamState.Archived -> accept (Events.TeamPurged { By = context.Actor; At = context.Now })
        | TeamState.Draft
        | TeamState.Active
        | TeamState.Inactive
        | TeamState.Suspended -> impossible team "TeamPurged"

    /// A switch inside the active team.
    let private switch isSo eventName event (team: Fold.Details) =
        if team.State <> TeamState.Active then impossible team eventName
        elif isSo then already
        else accept event

    let private move context (newParent: TeamId) impact (note: Reason option) (team: Fold.Details) =
        if not team.State.IsLive then
            impossible team "TeamHierarchyChanged"
        elif team.ParentId = Some newParent.Value then
            already
        elif context.ParentState |> ValueOption.exists (fun state -> not state.AllowsSubteams) then
            refuse Rejected.ParentNotOpen
        else
            accept (
                Events.TeamHierarchyChanged
                    { OldParentId = team.ParentId
                      NewParentId = newParent.Value
                      HierarchyImpact = impact
                      Note = note |> Option.map _.Value
                      By = context.Actor
                      At = context.Now }
            )

    let private assignExecutive context (user: UserId) (team: Fold.Details) =
        if team.Executives.Contains user.Value then
            already
        elif not team.State.IsLive then
            impossible team "TeamOwnerAssigned"
        else
            accept (Events.TeamOwnerAssigned { OwnerUserId = user.Value; By = context.Actor; At = context.Now })

    let private releaseExecutive context (user: UserId) isForced (team: Fold.Details) =
        if not (team.Executives.Contains user.Value) then
            already
        elif team.Executives.Count = 1 && team.State.IsLive && not isForced then
            refuse Rejected.LastExecutive
        else
            accept (Events.TeamOwnerReleased { OwnerUserId = user.Value; By = context.Actor; At = context.Now })

    let private decideCreated context command (team: Fold.Details) =
        let by, at = context.Actor, context.Now

        match command with
        | Command.Create wish -> createAgain context wish team
        | Command.Update wish -> update context wish team
        | Command.SetSetting entry -> changeSetting context entry.Setting (Some entry.Value) team
        | Command.ClearSetting setting -> changeSetting context setting None team
        | Command.Activate -> activate context team
        | Command.Deactivate reason ->
            let event = Events.TeamDeactivated { Reason = reason |> Option.map text; By = by; At = at }
            fromActive TeamState.Inactive "TeamDeactivated" event team
        | Command.Suspend reason ->
            let event = Events.TeamSuspended { Reason = text reason; By = by; At = at }
            fromActive TeamState.Suspended "TeamSuspended" event team
        | Command.LiftSuspension note -> liftSuspension context note team
        | Command.Archive reason -> archive context reason team
        | Command.Cancel -> cancel context team
        | Command.Purge -> purge context team
        | Command.StartMaintenance ->
            let event = Events.TeamMaintenanceStarted { By = by; At = at }
            switch team.IsInMaintenance "TeamMaintenanceStarted" event team
        | Command.CompleteMaintenance ->
            let event = Events.TeamMaintenanceCompleted { By = by; At = at }
            switch (not team.IsInMaintenance) "TeamMaintenanceCompleted" event team
        | Command.CloseMembership ->
            let event = Events.TeamMembershipClosed { By = by; At = at }
            switch team.IsMembershipClosed "TeamMembershipClosed" event team
        | Command.OpenMembership ->
            let event = Events.TeamMembershipOpened { By = by; At = at }
            switch (not team.IsMembershipClosed) "TeamMembershipOpened" event team
        | Command.Move(newParent, impact, note) -> move context newParent impact note team
        | Command.AssignExecutive user -> assignExecutive context user team
        | Command.ReleaseExecutive(user, isForced) -> releaseExecutive context user isForced team

    /// The answer to a command and the events it adds: none when refused, none when what is asked for already holds.
    let decide context command state : Outcome * Events.Event[] =
        match state, command with
        | Fold.Initial, Command.Create wish -> create context wish
        | Fold.Initial, _ -> refuse Rejected.NotFound
        | Fold.Created team, command -> decideCreated context command team

/// What others may ask of a team's state.
[<RequireQualifiedAccess>]
module Queries =
    /// The details of a team that exists.
    let tryDetails state =
        match state with
        | Fold.Created team -> Some team
        | Fold.Initial -> None

    /// Where the team stands, if it exists.
    let tryState state =
        match state with
        | Fold.Created team -> ValueSome team.State
        | Fold.Initial -> ValueNone
