namespace UmsSti.Domain.Team

open System
open UmsSti.Domain

/// What the events of one team add up to.
[<RequireQualifiedAccess>]
module Fold =
    /// Everything known about a team.
    type Details =
        {
            Type: TeamType
            State: TeamState
            /// Stored name of the event that led to the state; tells a retry from a new wish.
            ArrivedBy: string
            Name: string
            Slug: string
            ParentId: string option
            OrganizationId: string
            /// By `TeamField.Key`.
            Fields: Map<string, string>
            /// By `TeamSetting.Key`.
            Settings: Map<string, string>
            /// The owners (XR-06): those whose active membership makes them executives.
            Executives: Set<string>
            IsInMaintenance: bool
            IsMembershipClosed: bool
            CreatedAt: DateTimeOffset
            CreatedBy: string
            UpdatedAt: DateTimeOffset
            UpdatedBy: string
            ArchivedAt: DateTimeOffset option
            ArchivedBy: string option
            ArchiveReason: string option
        }

        /// Whether members may be added now.
        member this.AllowsMembers = this.State.AllowsMembers && not this.IsMembershipClosed

    type State =
        | Initial
        | Created of Details

    let initial = Initial

    let private mapOf (values: Events.TeamValue[]) = values |> Array.map (fun value -> value.Field, value.Value) |> Map.ofArray

    let private birth teamType (e: Events.TeamCreated) =
        { Type = teamType
          State = TeamState.Draft
          ArrivedBy = "TeamCreated"
          Name = e.Name
          Slug = e.Slug
          ParentId = e.ParentTeamId
          OrganizationId = e.OrganizationId
          Fields = mapOf e.Details
          Settings = mapOf e.Settings
          Executives = Set.empty
          IsInMaintenance = false
          IsMembershipClosed = false
          CreatedAt = e.At
          CreatedBy = e.By
          UpdatedAt = e.At
          UpdatedBy = e.By
          ArchivedAt = None
          ArchivedBy = None
          ArchiveReason = None }

    let private touch by at team = { team with UpdatedBy = by; UpdatedAt = at }

    let private arrive state arrivedBy by at team = { touch by at team with State = state; ArrivedBy = arrivedBy }

    let private updateField team (change: Events.FieldChange) =
        match change.Field, change.New with
        | "name", Some name -> { team with Name = name }
        | "name", None -> team
        | field, value -> { team with Fields = team.Fields |> Map.change field (fun _ -> value) }

    /// A fact that does not fit the state (late or doubled) changes nothing.
    let private change (team: Details) event =
        let when' possible changed = if possible then changed team else team
        let is state = team.State = state
        let isLive = team.State.IsLive

        match event with
        | Events.TeamCreated _ -> team
        | Events.TeamUpdated e -> when' isLive (fun team -> e.Changes |> Array.fold updateField (touch e.By e.At team))
        | Events.TeamArchived e ->
            when' (isLive && not (is TeamState.Draft)) (fun team ->
                { arrive TeamState.Archived "TeamArchived" e.By e.At team with
                    ArchivedAt = Some e.At
                    ArchivedBy = Some e.By
                    ArchiveReason = Some e.Reason })
        | Events.TeamHierarchyChanged e -> when' isLive (fun team -> { touch e.By e.At team with ParentId = Some e.NewParentId })
        | Events.TeamActivated e -> when' (is TeamState.Draft) (arrive TeamState.Active "TeamActivated" e.By e.At)
        | Events.TeamDeactivated e -> when' (is TeamState.Active) (arrive TeamState.Inactive "TeamDeactivated" e.By e.At)
        | Events.TeamReactivated e -> when' (is TeamState.Inactive) (arrive TeamState.Active "TeamReactivated" e.By e.At)
        | Events.TeamSuspended e -> when' (is TeamState.Active) (arrive TeamState.Suspended "TeamSuspended" e.By e.At)
        | Events.TeamSuspensionLifted e ->
            when' (is TeamState.Suspended) (arrive TeamState.Active "TeamSuspensionLifted" e.By e.At)
        | Events.TeamCancelled e -> when' (is TeamState.Draft) (arrive TeamState.Cancelled "TeamCancelled" e.By e.At)
        | Events.TeamDeleted e -> when' (is TeamState.Cancelled) (arrive TeamState.Purged "TeamDeleted" e.By e.At)
        | Events.TeamPurged e -> when' (is TeamState.Archived) (arrive TeamState.Purged "TeamPurged" e.By e.At)
        | Events.TeamMaintenanceStarted e ->
            when' (is TeamState.Active) (fun team -> { touch e.By e.At team with IsInMaintenance = true })
        | Events.TeamMaintenanceCompleted e ->
            when' (is TeamState.Active) (fun team -> { touch e.By e.At team with IsInMaintenance = false })
        | Events.TeamMembershipClosed e ->
            when' (is TeamState.Active) (fun team -> { touch e.By e.At team with IsMembershipClosed = true })
        | Events.TeamMembershipOpened e ->
            when' (is TeamState.Active) (fun team -> { touch e.By e.At team with IsMembershipClosed = false })
        | Events.TeamSettingChanged e ->
            when' isLive (fun team ->
                { touch e.By e.At team with
                    Settings = team.Settings |> Map.change e.SettingKey (fun _ -> e.NewValue) })
        | Events.TeamOwnerAssigned e -> { touch e.By e.At team with Executives = team.Executives.Add e.OwnerUserId }
        | Events.TeamOwnerReleased e -> { touch e.By e.At team with Executives = team.Executives.Remove e.OwnerUserId }

    /// Total: every event meets every state. Only a creation makes a team.
    let evolve state event =
        match state, event with
        | Initial, Events.TeamCreated e ->
            match TeamType.TryParse e.Type with
            | true, teamType -> Created(birth teamType e)
            | _ -> Initial
        | Initial, _ -> Initial
        | Created team, event -> Created(change team event)

    let fold state events = Array.fold evolve state events
