namespace UmsSti.Application

open UmsSti.Domain

/// Which operation of the catalogue a command about teams is: the rules themselves stand in the Domain (`Operation.requirement`). A new
/// case does not compile without its operation.
[<RequireQualifiedAccess>]
module internal TeamRules =
    let private ofStep team (command: Team.Command) =
        match command with
        | Team.Command.Create _ -> Operation.CreateTeam ValueNone
        | Team.Command.Update _ -> Operation.UpdateTeam team
        | Team.Command.SetSetting entry -> Operation.SetTeamSetting(team, entry.Setting)
        | Team.Command.ClearSetting setting -> Operation.SetTeamSetting(team, setting)
        | Team.Command.Activate -> Operation.ActivateTeam team
        | Team.Command.Deactivate _ -> Operation.DeactivateTeam team
        | Team.Command.Suspend _ -> Operation.SuspendTeam team
        | Team.Command.LiftSuspension _ -> Operation.LiftTeamSuspension team
        | Team.Command.Archive _ -> Operation.ArchiveTeam team
        | Team.Command.Cancel -> Operation.CancelTeam team
        | Team.Command.Purge -> Operation.PurgeTeam team
        | Team.Command.StartMaintenance
        | Team.Command.CompleteMaintenance -> Operation.SwitchMaintenance team
        | Team.Command.CloseMembership
        | Team.Command.OpenMembership -> Operation.SwitchMembership team
        | Team.Command.Move(newParent, _, _) -> Operation.MoveTeam(team, newParent)
        // Executives change with memberships only.
        | Team.Command.AssignExecutive _
        | Team.Command.ReleaseExecutive _ -> Operation.ChangeMemberRole team

    let private ofMembership team user (command: Membership.Command) =
        match command with
        | Membership.Command.Add _ -> Operation.AddMember team
        | Membership.Command.Invite _ -> Operation.InviteMember team
        | Membership.Command.AcceptInvitation
        | Membership.Command.DeclineInvitation _ -> Operation.AnswerInvitation user
        | Membership.Command.ExpireInvitation -> Operation.ExpireRights
        | Membership.Command.RevokeInvitation _ -> Operation.RevokeInvitation team
        | Membership.Command.Request _ -> Operation.RequestMembership user
        | Membership.Command.ApproveRequest _
        | Membership.Command.RejectRequest _ -> Operation.DecideMembershipRequest team
        | Membership.Command.WithdrawRequest -> Operation.WithdrawMembershipRequest user
        | Membership.Command.ChangeRole _ -> Operation.ChangeMemberRole team
        | Membership.Command.Deactivate _ -> Operation.DeactivateMember team
        | Membership.Command.Suspend _ -> Operation.SuspendMember team
        | Membership.Command.Reactivate -> Operation.ReactivateMember team
        | Membership.Command.Leave _ -> Operation.LeaveTeam user
        | Membership.Command.Remove _ -> Operation.RemoveMember team

    let private ofRights user team (command: Rights.Command) =
        match command with
        | Rights.Command.OnGrant(_, Rights.GrantCommand.Request _) -> Operation.RequestPermission user
        | Rights.Command.OnGrant(_, (Rights.GrantCommand.Approve | Rights.GrantCommand.Deny _)) ->
            Operation.DecidePermissionRequest team
        | Rights.Command.OnGrant(_, Rights.GrantCommand.ExpireRequest)
        | Rights.Command.ExpireDue -> Operation.ExpireRights
        | Rights.Command.OnGrant _ -> Operation.ChangeGrant team
        | Rights.Command.OnRole _ -> Operation.ChangeRoleAssignment team

    /// The operation a command is.
    let operation (command: ValidTeamCommand) =
        match command with
        | ValidTeamCommand.Create draft -> Operation.CreateTeam(Option.toValueOption draft.Parent)
        | ValidTeamCommand.Update(team, _) -> Operation.UpdateTeam team
        | ValidTeamCommand.SetSetting(team, setting, _) -> Operation.SetTeamSetting(team, setting)
        | ValidTeamCommand.Move(team, newParent, _) -> Operation.MoveTeam(team, newParent)
        | ValidTeamCommand.Step(team, command) -> ofStep team command
        | ValidTeamCommand.Archive(team, _, _) -> Operation.ArchiveTeam team
        | ValidTeamCommand.OfMembership(team, user, command) -> ofMembership team user command
        | ValidTeamCommand.OfRights(user, team, command) -> ofRights user team command
        | ValidTeamCommand.DefineRole(role, _, _, _)
        | ValidTeamCommand.ChangeRole(role, _, _)
        | ValidTeamCommand.RetireRole(role, _) -> Operation.DefineRole role.Team
        | ValidTeamCommand.SetActiveTeam(user, _) -> Operation.SetActiveTeam user
        | ValidTeamCommand.SetSystemSetting _ -> Operation.ChangeSystemSettings

    /// What a command asks of its caller. A branch that is given to another team counts as moved there.
    let requirements (command: ValidTeamCommand) =
        match command with
        | ValidTeamCommand.Archive(team, _, ChildPolicy.Reassign target) ->
            [ Operation.requirement (Operation.ArchiveTeam team)
              Operation.requirement (Operation.MoveTeam(team, target)) ]
        | command -> [ Operation.requirement (operation command) ]

    /// The stable name of a raw command, for audit facts and metrics.
    let commandName (command: TeamCommand) =
        match command with
        | TeamCommand.CreateTeam _ -> "CreateTeam"
        | TeamCommand.UpdateTeam _ -> "UpdateTeam"
        | TeamCommand.SetTeamSetting _ -> "SetTeamSetting"
        | TeamCommand.MoveTeam _ -> "MoveTeam"
        | TeamCommand.ChangeTeamState _ -> "ChangeTeamState"
        | TeamCommand.ArchiveTeam _ -> "ArchiveTeam"
        | TeamCommand.ChangeMembership _ -> "ChangeMembership"
        | TeamCommand.ChangeGrant _ -> "ChangeGrant"
        | TeamCommand.ChangeAssignment _ -> "ChangeAssignment"
        | TeamCommand.ExpireRights _ -> "ExpireRights"
        | TeamCommand.ChangeRole _ -> "ChangeRole"
        | TeamCommand.SetActiveTeam _ -> "SetActiveTeam"
        | TeamCommand.ChangeSystemSetting _ -> "ChangeSystemSetting"
