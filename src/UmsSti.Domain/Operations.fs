namespace UmsSti.Domain

/// Everything that can be done with teams, memberships, rights and roles, with what its rule depends on (CM-16, CM-40...66, QY-05...12,
/// QY-18). A new case does not compile without its rule.
[<RequireQualifiedAccess>]
type Operation =
    /// CM-16
    | SetActiveTeam of UserId
    /// CM-40
    | CreateTeam of parent: TeamId voption
    /// CM-41
    | UpdateTeam of TeamId
    /// CM-41, CM-58
    | SetTeamSetting of TeamId * TeamSetting
    /// CM-42
    | MoveTeam of team: TeamId * newParent: TeamId
    /// CM-43
    | ActivateTeam of TeamId
    /// CM-43
    | DeactivateTeam of TeamId
    /// CM-44
    | SuspendTeam of TeamId
    /// CM-44
    | LiftTeamSuspension of TeamId
    /// CM-45
    | ArchiveTeam of TeamId
    /// CM-46
    | CancelTeam of TeamId
    /// CM-46
    | PurgeTeam of TeamId
    /// CM-47
    | SwitchMaintenance of TeamId
    /// CM-47
    | SwitchMembership of TeamId
    /// CM-50
    | AddMember of TeamId
    /// CM-51
    | RemoveMember of TeamId
    /// CM-52
    | ChangeMemberRole of TeamId
    /// CM-53
    | LeaveTeam of UserId
    /// CM-54
    | SuspendMember of TeamId
    /// CM-54
    | ReactivateMember of TeamId
    /// CM-54
    | DeactivateMember of TeamId
    /// CM-55
    | InviteMember of TeamId
    /// CM-55
    | AnswerInvitation of UserId
    /// CM-55
    | RevokeInvitation of TeamId
    /// CM-56
    | RequestMembership of UserId
    /// CM-56
    | DecideMembershipRequest of TeamId
    /// CM-56
    | WithdrawMembershipRequest of UserId
    /// CM-60, CM-61, CM-64, in a team or outside.
    | ChangeGrant of TeamId voption
    /// CM-62, CM-64
    | ChangeRoleAssignment of TeamId voption
    /// CM-63
    | RequestPermission of UserId
    /// CM-63
    | DecidePermissionRequest of TeamId voption
    /// CM-66
    | DefineRole of TeamId voption
    /// Closing what has run out: jobs.
    | ExpireRights
    /// The depth limit and other settings of the installation.
    | ChangeSystemSettings
    /// QY-05, QY-06, QY-07, QY-10
    | ViewTeam of TeamId
    /// The list of teams: only those the caller may see are in it, so everyone signed in may ask.
    | ListTeams of caller: UserId
    /// QY-08
    | ViewTeamsOfUser of UserId
    /// QY-03, QY-09
    | ViewPermissions of UserId * team: TeamId voption
    /// The roles and permissions there are.
    | ViewRoles of caller: UserId
    /// QY-11
    | ViewHierarchyStatistics
    /// QY-12
    | ViewIsolationReport
    /// The matrix of a team's members and rights.
    | ViewMatrix of TeamId
    /// QY-18
    | ViewMembershipHistory of TeamId * UserId
    /// QY-18
    | ViewPermissionHistory of UserId

/// The rule of each operation.
[<RequireQualifiedAccess>]
module Operation =
    let private inTeam permission team = Requirement.Holds(permission, Scope.Team team)
    let private globally permission = Requirement.Holds(permission, Scope.Global)

    /// The right in the team, or administration from outside (PE-03).
    let private inTeamOr outside permission team = Requirement.Either(inTeam permission team, globally outside)

    let private administered permission team = inTeamOr Permission.TeamsManage permission team

    let private assigning team =
        match team with
        | ValueSome team -> inTeam Permission.TeamRolesAssign team
        | ValueNone -> globally Permission.PermissionsAssign

    /// How people let themselves in is set from inside only (CM-58): whoever administers from outside would open the team for himself.
    let private setting team (setting: TeamSetting) =
        if setting.IsRegistration then
            inTeam Permission.TeamRegistrationManage team
        else
            administered Permission.TeamSettingsManage team

    /// What an operation asks of its caller; what the states concerned say to it is the decisions' matter.
    let requirement operation =
        match operation with
        | Operation.SetActiveTeam user -> Requirement.Owner user
        | Operation.CreateTeam ValueNone -> globally Permission.TeamsCreate
        // Below a team only its own people create, or administrators: `teams.create` says that one may, the membership where.
        | Operation.CreateTeam(ValueSome parent) ->
            Requirement.Both(globally Permission.TeamsCreate, administered Permission.TeamMembersManage parent)
        | Operation.UpdateTeam team -> administered Permission.TeamSettingsManage team
        | Operation.SetTeamSetting(team, key) -> setting team key
        | Operation.MoveTeam(team, newParent) ->
            Requirement.Either(
                globally Permission.TeamsManage,
                Requirement.Both(inTeam Permission.TeamMove team, inTeam Permission.TeamMove newParent)
            )
        | Operation.ActivateTeam team
        | Operation.DeactivateTeam team
        | Operation.ArchiveTeam team
        | Operation.CancelTeam team -> administered Permission.TeamArchive team
        | Operation.SuspendTeam _
        | Operation.LiftTeamSuspension _ -> globally Permission.TeamsManage
        | Operation.PurgeTeam _ -> globally Permission.SystemConfiguration
        | Operation.SwitchMaintenance team
        | Operation.SwitchMembership team -> administered Permission.TeamRegistrationManage team
        | Operation.AddMember team
        | Operation.RemoveMember team
        | Operation.ChangeMemberRole team
        | Operation.SuspendMember team
        | Operation.ReactivateMember team
        | Operation.DeactivateMember team
        | Operation.DecideMembershipRequest team -> administered Permission.TeamMembersManage team
        | Operation.InviteMember team
        | Operation.RevokeInvitation team -> administered Permission.TeamMembersInvite team
        | Operation.LeaveTeam user
        | Operation.AnswerInvitation user
        | Operation.RequestMembership user
        | Operation.WithdrawMembershipRequest user
        | Operation.RequestPermission user -> Requirement.Owner user
        | Operation.ChangeGrant team
        | Operation.ChangeRoleAssignment team
        | Operation.DecidePermissionRequest team -> assigning team
        // The roles of a team are its executives' to define.
        | Operation.DefineRole(ValueSome team) -> inTeam Permission.TeamSettingsManage team
        | Operation.DefineRole ValueNone -> assigning ValueNone
        | Operation.ExpireRights
        | Operation.ChangeSystemSettings -> globally Permission.SystemConfiguration
        | Operation.ViewTeam team -> inTeam Permission.TeamView team
        | Operation.ListTeams caller
        | Operation.ViewRoles caller -> Requirement.Owner caller
        | Operation.ViewTeamsOfUser user -> Requirement.OwnerOr(user, Permission.UsersView)
        | Operation.ViewPermissions(user, ValueNone) ->
            Requirement.Either(globally Permission.PermissionsAssign, Requirement.Owner user)
        | Operation.ViewPermissions(user, ValueSome team) ->
            // The first is what a denial names: not the team, which may not be there for the caller.
            Requirement.Either(
                globally Permission.PermissionsAssign,
                Requirement.Either(inTeam Permission.TeamRolesAssign team, Requirement.Owner user)
            )
        | Operation.ViewHierarchyStatistics
        | Operation.ViewIsolationReport -> globally Permission.TeamsManage
        | Operation.ViewMatrix team -> inTeam Permission.TeamRolesAssign team
        | Operation.ViewMembershipHistory(team, user) ->
            Requirement.Either(inTeam Permission.TeamMembersManage team, Requirement.Owner user)
        | Operation.ViewPermissionHistory user -> Requirement.Either(Requirement.Owner user, globally Permission.AuditView)

    /// The stable name, for audit facts and metrics.
    let name operation =
        match operation with
        | Operation.SetActiveTeam _ -> "SetActiveTeam"
        | Operation.CreateTeam _ -> "CreateTeam"
        | Operation.UpdateTeam _ -> "UpdateTeam"
        | Operation.SetTeamSetting _ -> "SetTeamSetting"
        | Operation.MoveTeam _ -> "MoveTeam"
        | Operation.ActivateTeam _ -> "ActivateTeam"
        | Operation.DeactivateTeam _ -> "DeactivateTeam"
        | Operation.SuspendTeam _ -> "SuspendTeam"
        | Operation.LiftTeamSuspension _ -> "LiftTeamSuspension"
        | Operation.ArchiveTeam _ -> "ArchiveTeam"
        | Operation.CancelTeam _ -> "CancelTeam"
        | Operation.PurgeTeam _ -> "PurgeTeam"
        | Operation.SwitchMaintenance _ -> "SwitchMaintenance"
        | Operation.SwitchMembership _ -> "SwitchMembership"
        | Operation.AddMember _ -> "AddMember"
        | Operation.RemoveMember _ -> "RemoveMember"
        | Operation.ChangeMemberRole _ -> "ChangeMemberRole"
        | Operation.LeaveTeam _ -> "LeaveTeam"
        | Operation.SuspendMember _ -> "SuspendMember"
        | Operation.ReactivateMember _ -> "ReactivateMember"
        | Operation.DeactivateMember _ -> "DeactivateMember"
        | Operation.InviteMember _ -> "InviteMember"
        | Operation.AnswerInvitation _ -> "AnswerInvitation"
        | Operation.RevokeInvitation _ -> "RevokeInvitation"
        | Operation.RequestMembership _ -> "RequestMembership"
        | Operation.DecideMembershipRequest _ -> "DecideMembershipRequest"
        | Operation.WithdrawMembershipRequest _ -> "WithdrawMembershipRequest"
        | Operation.ChangeGrant _ -> "ChangeGrant"
        | Operation.ChangeRoleAssignment _ -> "ChangeRoleAssignment"
        | Operation.RequestPermission _ -> "RequestPermission"
        | Operation.DecidePermissionRequest _ -> "DecidePermissionRequest"
        | Operation.DefineRole _ -> "DefineRole"
        | Operation.ExpireRights -> "ExpireRights"
        | Operation.ChangeSystemSettings -> "ChangeSystemSettings"
        | Operation.ViewTeam _ -> "ViewTeam"
        | Operation.ListTeams _ -> "ListTeams"
        | Operation.ViewTeamsOfUser _ -> "ViewTeamsOfUser"
        | Operation.ViewPermissions _ -> "ViewPermissions"
        | Operation.ViewRoles _ -> "ViewRoles"
        | Operation.ViewHierarchyStatistics -> "ViewHierarchyStatistics"
        | Operation.ViewIsolationReport -> "ViewIsolationReport"
        | Operation.ViewMatrix _ -> "ViewMatrix"
        | Operation.ViewMembershipHistory _ -> "ViewMembershipHistory"
        | Operation.ViewPermissionHistory _ -> "ViewPermissionHistory"
