namespace UmsSti.Application

open System
open System.Globalization
open UmsSti.Domain

/// Event -> notices about teams, memberships and rights (NT-12...19, RE-10). Guests have no stream and no membership, so none ever
/// goes to one. Effects of one event are few whatever the size of a team: they name groups (`TeamAudience`).
[<RequireQualifiedAccess>]
module TeamReactions =
    let private time (at: DateTimeOffset) = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
    let private until (at: DateTimeOffset option) = at |> Option.map (fun at -> "until", time at) |> Option.toList

    let private isSignificant (permission: string) =
        match Permission.TryParse permission with
        | true, permission -> Permission.significant.Contains permission
        | false, _ -> false

    let private role name = "role", name
    let private permission name = "permission", name

    /// Followed from another change (XR): nobody has decided it for this person.
    let private cause by = if Actors.isSystem by then [ "dependent", "yes" ] else []

    /// What of his rights in one scope makes known to a person; `scope` are parameters that name it. Of permissions only the
    /// significant ones are told (PE-37), of roles every one.
    let rights (userId: string) (scope: (string * string) list) (event: Rights.Events.Event) : Effect[] =
        let tell kind parameters = [| Notice.make kind userId (scope @ parameters) |]
        let ofPermission kind name parameters = if isSignificant name then tell kind (permission name :: parameters) else [||]

        match event with
        | Rights.Events.UserPermissionGranted e -> ofPermission NoticeKind.RightGiven e.Permission (until e.ExpiresAt)
        | Rights.Events.PermissionRequestApproved e -> ofPermission NoticeKind.RightGiven e.Permission []
        | Rights.Events.UserPermissionRevoked e -> ofPermission NoticeKind.RightTaken e.Permission (cause e.By)
        | Rights.Events.UserRoleAssigned e when not e.IsPending -> tell NoticeKind.RightGiven (role e.Role :: until e.ExpiresAt)
        | Rights.Events.RoleAssignmentActivated e -> tell NoticeKind.RightGiven [ role e.Role ]
        | Rights.Events.UserRoleRevoked e -> tell NoticeKind.RightTaken (role e.Role :: cause e.By)
        | Rights.Events.PermissionsExpired e ->
            let all = Array.append e.Permissions e.Roles |> String.concat ", "
            tell NoticeKind.RightsExpired [ "rights", all ]
        | Rights.Events.UserRoleAssigned _
        | Rights.Events.PermissionRequested _
        | Rights.Events.PermissionRequestDenied _
        | Rights.Events.PermissionRequestExpired _
        | Rights.Events.PermissionSuspended _
        | Rights.Events.PermissionSuspensionLifted _
        | Rights.Events.PermissionLevelChanged _
        | Rights.Events.RoleAssignmentCancelled _
        | Rights.Events.RoleAssignmentDeactivated _
        | Rights.Events.RoleAssignmentReactivated _
        | Rights.Events.RoleAssignmentSuspended _
        | Rights.Events.RoleAssignmentSuspensionLifted _ -> [||]

    /// What an event between a team and a person makes known to him.
    let membership (teamId: string) (userId: string) (event: Membership.Events.Event) : Effect[] =
        let tell kind parameters = [| Notice.make kind userId (("teamId", teamId) :: parameters) |]

        match event with
        // Who makes a team is told of the team (NT-16), and needs no welcome to it.
        | Membership.Events.TeamMemberAdded e when e.By = userId -> [||]
        | Membership.Events.TeamMemberAdded _
        | Membership.Events.TeamInvitationAccepted _
        | Membership.Events.MembershipRequestApproved _ -> tell NoticeKind.TeamWelcome []
        | Membership.Events.TeamInvitationSent e -> tell NoticeKind.TeamInvitation [ role e.Role; "until", time e.ExpiresAt ]
        | Membership.Events.TeamMemberRemoved _ -> tell NoticeKind.TeamRemoved []
        | Membership.Events.TeamMemberRoleChanged e -> tell NoticeKind.TeamRoleChanged [ role e.NewRole; "oldRole", e.OldRole ]
        | Membership.Events.Rights e -> rights userId [ "teamId", teamId ] e
        // Asked for, done or declined by the person himself, or of no consequence to him.
        | Membership.Events.TeamInvitationDeclined _
        | Membership.Events.TeamInvitationExpired _
        | Membership.Events.TeamInvitationRevoked _
        | Membership.Events.MembershipRequested _
        | Membership.Events.MembershipRequestRejected _
        | Membership.Events.MembershipRequestWithdrawn _
        | Membership.Events.MemberDeactivated _
        | Membership.Events.MemberReactivated _
        | Membership.Events.MemberSuspended _
        | Membership.Events.MemberSuspensionLifted _
        | Membership.Events.MemberLeft _ -> [||]

    let private created teamId (e: Team.Events.TeamCreated) =
        let known =
            [ yield "teamId", teamId
              yield "type", e.Type
              yield! e.ParentTeamId |> Option.map (fun id -> "parentId", id) |> Option.toList ]

        let others =
            match e.ParentTeamId with
            | Some parent -> (TeamAudiences.headsOf parent).Name
            | None -> Audience.Admins

        [| if Actors.isUser e.By then
               Notice.make NoticeKind.TeamCreated e.By known
           Notice.make NoticeKind.TeamCreated others (("creator", e.By) :: known) |]

    /// What an event of a team makes known to the people around it.
    let team (teamId: string) (event: Team.Events.Event) : Effect[] =
        match event with
        | Team.Events.TeamCreated e -> created teamId e
        | Team.Events.TeamHierarchyChanged e ->
            [| Notice.make NoticeKind.TeamMoved (TeamAudience.Affected 0).Name [ "teamId", teamId; "parentId", e.NewParentId ] |]
        | Team.Events.TeamArchived _ ->
            [| Notice.make NoticeKind.TeamArchived (TeamAudiences.members teamId).Name [ "teamId", teamId ] |]
        | Team.Events.TeamUpdated _
        | Team.Events.TeamActivated _
        | Team.Events.TeamDeactivated _
        | Team.Events.TeamReactivated _
        | Team.Events.TeamSuspended _
        | Team.Events.TeamSuspensionLifted _
        | Team.Events.TeamCancelled _
        | Team.Events.TeamDeleted _
        | Team.Events.TeamPurged _
        | Team.Events.TeamMaintenanceStarted _
        | Team.Events.TeamMaintenanceCompleted _
        | Team.Events.TeamMembershipClosed _
        | Team.Events.TeamMembershipOpened _
        | Team.Events.TeamSettingChanged _
        | Team.Events.TeamOwnerAssigned _
        | Team.Events.TeamOwnerReleased _ -> [||]
