namespace UmsSti.Domain.Team

open System

/// What has happened to a team. The stream `Team-{teamId}` carries the id; bodies say who (`By`: a user id or "system:{job}") and
/// when (`At`). Reasons speak of teams, not of people.
// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// One field as created; `Field` is a `TeamField.Key` or a `TeamSetting.Key`.
    type TeamValue = { Field: string; Value: string }

    /// One changed field; `Field` is "name" or a `TeamField.Key`. None: the field is empty.
    type FieldChange = { Field: string; Previous: string option; New: string option }

    /// EV-080. `Type` is a `TeamType.Name`. An organisation has no parent and is its own organisation.
    type TeamCreated =
        { Name: string
          Slug: string
          Type: string
          ParentTeamId: string option
          OrganizationId: string
          Details: TeamValue[]
          Settings: TeamValue[]
          By: string
          At: DateTimeOffset }

    /// EV-081. Only fields that really changed.
    type TeamUpdated = { Changes: FieldChange[]; By: string; At: DateTimeOffset }

    /// EV-082
    type TeamArchived = { Reason: string; By: string; At: DateTimeOffset }

    /// EV-083. `HierarchyImpact` lists all teams that changed their place, this one first.
    type TeamHierarchyChanged =
        {
            OldParentId: string option
            NewParentId: string
            HierarchyImpact: string[]
            /// What was said about it; not in events of before this was kept.
            Note: string option
            By: string
            At: DateTimeOffset
        }

    /// EV-085
    type TeamActivated = { By: string; At: DateTimeOffset }

    /// EV-085
    type TeamDeactivated = { Reason: string option; By: string; At: DateTimeOffset }

    /// EV-085
    type TeamReactivated = { By: string; At: DateTimeOffset }

    /// EV-086
    type TeamSuspended = { Reason: string; By: string; At: DateTimeOffset }

    /// EV-086
    type TeamSuspensionLifted = { Note: string option; By: string; At: DateTimeOffset }

    /// EV-087. A draft was given up.
    type TeamCancelled = { By: string; At: DateTimeOffset }

    /// EV-087. A cancelled team is gone; its slug is free.
    type TeamDeleted = { By: string; At: DateTimeOffset }

    /// EV-087. An archived team is gone; its slug is free.
    type TeamPurged = { By: string; At: DateTimeOffset }

    /// EV-088
    type TeamMaintenanceStarted = { By: string; At: DateTimeOffset }

    /// EV-088
    type TeamMaintenanceCompleted = { By: string; At: DateTimeOffset }

    /// EV-089
    type TeamMembershipClosed = { By: string; At: DateTimeOffset }

    /// EV-089
    type TeamMembershipOpened = { By: string; At: DateTimeOffset }

    /// EV-090, EV-112. None: the setting is gone.
    type TeamSettingChanged =
        { SettingKey: string
          OldValue: string option
          NewValue: string option
          By: string
          At: DateTimeOffset }

    /// EV-091. One more executive; the first is the creator.
    type TeamOwnerAssigned = { OwnerUserId: string; By: string; At: DateTimeOffset }

    /// EV-091. One executive less.
    type TeamOwnerReleased = { OwnerUserId: string; By: string; At: DateTimeOffset }

    /// Case name = stored name.
    type Event =
        | TeamCreated of TeamCreated
        | TeamUpdated of TeamUpdated
        | TeamArchived of TeamArchived
        | TeamHierarchyChanged of TeamHierarchyChanged
        | TeamActivated of TeamActivated
        | TeamDeactivated of TeamDeactivated
        | TeamReactivated of TeamReactivated
        | TeamSuspended of TeamSuspended
        | TeamSuspensionLifted of TeamSuspensionLifted
        | TeamCancelled of TeamCancelled
        | TeamDeleted of TeamDeleted
        | TeamPurged of TeamPurged
        | TeamMaintenanceStarted of TeamMaintenanceStarted
        | TeamMaintenanceCompleted of TeamMaintenanceCompleted
        | TeamMembershipClosed of TeamMembershipClosed
        | TeamMembershipOpened of TeamMembershipOpened
        | TeamSettingChanged of TeamSettingChanged
        | TeamOwnerAssigned of TeamOwnerAssigned
        | TeamOwnerReleased of TeamOwnerReleased

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract TeamCreated: Events.TeamCreated -> 'r
    abstract TeamUpdated: Events.TeamUpdated -> 'r
    abstract TeamArchived: Events.TeamArchived -> 'r
    abstract TeamHierarchyChanged: Events.TeamHierarchyChanged -> 'r
    abstract TeamActivated: Events.TeamActivated -> 'r
    abstract TeamDeactivated: Events.TeamDeactivated -> 'r
    abstract TeamReactivated: Events.TeamReactivated -> 'r
    abstract TeamSuspended: Events.TeamSuspended -> 'r
    abstract TeamSuspensionLifted: Events.TeamSuspensionLifted -> 'r
    abstract TeamCancelled: Events.TeamCancelled -> 'r
    abstract TeamDeleted: Events.TeamDeleted -> 'r
    abstract TeamPurged: Events.TeamPurged -> 'r
    abstract TeamMaintenanceStarted: Events.TeamMaintenanceStarted -> 'r
    abstract TeamMaintenanceCompleted: Events.TeamMaintenanceCompleted -> 'r
    abstract TeamMembershipClosed: Events.TeamMembershipClosed -> 'r
    abstract TeamMembershipOpened: Events.TeamMembershipOpened -> 'r
    abstract TeamSettingChanged: Events.TeamSettingChanged -> 'r
    abstract TeamOwnerAssigned: Events.TeamOwnerAssigned -> 'r
    abstract TeamOwnerReleased: Events.TeamOwnerReleased -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.TeamCreated e -> visitor.TeamCreated e
        | Events.TeamUpdated e -> visitor.TeamUpdated e
        | Events.TeamArchived e -> visitor.TeamArchived e
        | Events.TeamHierarchyChanged e -> visitor.TeamHierarchyChanged e
        | Events.TeamActivated e -> visitor.TeamActivated e
        | Events.TeamDeactivated e -> visitor.TeamDeactivated e
        | Events.TeamReactivated e -> visitor.TeamReactivated e
        | Events.TeamSuspended e -> visitor.TeamSuspended e
        | Events.TeamSuspensionLifted e -> visitor.TeamSuspensionLifted e
        | Events.TeamCancelled e -> visitor.TeamCancelled e
        | Events.TeamDeleted e -> visitor.TeamDeleted e
        | Events.TeamPurged e -> visitor.TeamPurged e
        | Events.TeamMaintenanceStarted e -> visitor.TeamMaintenanceStarted e
        | Events.TeamMaintenanceCompleted e -> visitor.TeamMaintenanceCompleted e
        | Events.TeamMembershipClosed e -> visitor.TeamMembershipClosed e
        | Events.TeamMembershipOpened e -> visitor.TeamMembershipOpened e
        | Events.TeamSettingChanged e -> visitor.TeamSettingChanged e
        | Events.TeamOwnerAssigned e -> visitor.TeamOwnerAssigned e
        | Events.TeamOwnerReleased e -> visitor.TeamOwnerReleased e
