namespace UmsSti.Domain.Team

open UmsSti.Domain

/// The steps of a team's machine.
[<RequireQualifiedAccess>]
type Step =
    | Create
    | Update
    | SetSetting
    | Activate
    | Deactivate
    | Suspend
    | LiftSuspension
    | Archive
    | Cancel
    | Purge
    | StartMaintenance
    | CompleteMaintenance
    | CloseMembership
    | OpenMembership
    | Move
    | AssignExecutive
    | ReleaseExecutive

    static member All =
        [| Create
           Update
           SetSetting
           Activate
           Deactivate
           Suspend
           LiftSuspension
           Archive
           Cancel
           Purge
           StartMaintenance
           CompleteMaintenance
           CloseMembership
           OpenMembership
           Move
           AssignExecutive
           ReleaseExecutive |]

/// FS-30 as data.
[<RequireQualifiedAccess>]
module Machine =
    let private live = [ TeamState.Draft; TeamState.Active; TeamState.Inactive; TeamState.Suspended ]
    let private active = [ TeamState.Active ]

    /// Every allowed step, and those that ask for what already holds.
    let machine: Machine<TeamState, Step> =
        let row = Machine.steps
        let keeps = Machine.keeps

        { Rows =
            List.concat
                [ Machine.birth "FS-30.1" Step.Create "TeamCreated" TeamState.Draft "slug free, place allowed by the hierarchy"
                  row "FS-30.2" [ TeamState.Draft ] Step.Activate "TeamActivated" TeamState.Active "an active owner (XR-08)"
                  row "FS-30.2" [ TeamState.Draft ] Step.Cancel "TeamCancelled" TeamState.Cancelled ""
                  row "FS-30.3" active Step.Deactivate "TeamDeactivated" TeamState.Inactive ""
                  row "FS-30.4" active Step.Suspend "TeamSuspended" TeamState.Suspended "reason"
                  row
                      "FS-30.5"
                      [ TeamState.Active; TeamState.Inactive; TeamState.Suspended ]
                      Step.Archive
                      "TeamArchived"
                      TeamState.Archived
                      "reason; no open team below (XR-03)"
                  row "FS-30.6" [ TeamState.Inactive ] Step.Activate "TeamReactivated" TeamState.Active "an active owner (XR-08)"
                  row "FS-30.7" [ TeamState.Suspended ] Step.LiftSuspension "TeamSuspensionLifted" TeamState.Active ""
                  row "FS-30.8" [ TeamState.Cancelled ] Step.Purge "TeamDeleted" TeamState.Purged "no team below"
                  row "FS-30.8" [ TeamState.Archived ] Step.Purge "TeamPurged" TeamState.Purged "retention; no team below"
                  keeps "CM-47" active Step.StartMaintenance "TeamMaintenanceStarted" "not in maintenance"
                  keeps "CM-47" active Step.CompleteMaintenance "TeamMaintenanceCompleted" "in maintenance"
                  keeps "CM-47" active Step.CloseMembership "TeamMembershipClosed" "open"
                  keeps "CM-47" active Step.OpenMembership "TeamMembershipOpened" "closed"
                  keeps "CM-41" live Step.Update "TeamUpdated" "something changes; name free among siblings"
                  keeps "CM-41" live Step.SetSetting "TeamSettingChanged" "something changes"
                  keeps "CM-42" live Step.Move "TeamHierarchyChanged" "no cycle, type, depth, same organisation"
                  keeps "XR-06" live Step.AssignExecutive "TeamOwnerAssigned" "by a membership"
                  keeps
                      "XR-06"
                      (List.ofArray TeamState.All)
                      Step.ReleaseExecutive
                      "TeamOwnerReleased"
                      "not the last of a live team" ]
          Repeats =
            [ TeamState.Draft, Step.Create
              TeamState.Active, Step.Activate
              TeamState.Inactive, Step.Deactivate
              TeamState.Suspended, Step.Suspend
              TeamState.Archived, Step.Archive
              TeamState.Cancelled, Step.Cancel
              TeamState.Purged, Step.Purge ] }

    /// The table as Markdown.
    let markdown = Machine.markdown "Team" (fun (state: TeamState) -> state.Name) machine
