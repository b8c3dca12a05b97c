namespace UmsSti.Domain.Rights

open UmsSti.Domain

/// The steps of a grant.
[<RequireQualifiedAccess>]
type GrantStep =
    | Request
    | Approve
    | Deny
    | ExpireRequest
    | Grant
    | ChangeLevel
    | Suspend
    | Lift
    | Revoke
    | Expire

    static member All = [| Request; Approve; Deny; ExpireRequest; Grant; ChangeLevel; Suspend; Lift; Revoke; Expire |]

/// The steps of a role assignment.
[<RequireQualifiedAccess>]
type RoleStep =
    | Assign
    | Activate
    | Cancel
    | Deactivate
    | Reactivate
    | Suspend
    | Lift
    | Revoke
    | Expire

    static member All = [| Assign; Activate; Cancel; Deactivate; Reactivate; Suspend; Lift; Revoke; Expire |]

/// FS-54 and FS-50 as data.
[<RequireQualifiedAccess>]
module Machines =
    let private closed = [ GrantState.Denied; GrantState.Expired; GrantState.Revoked ]
    let private given = "given by someone else who holds it and stands above"

    /// FS-54, FS-55.
    let grants: Machine<GrantState, GrantStep> =
        let row = Machine.steps
        let birth = Machine.birth
        let active, suspended, requested = [ GrantState.Active ], [ GrantState.Suspended ], [ GrantState.Requested ]

        { Rows =
            List.concat
                [ birth "FS-54.1" GrantStep.Request "PermissionRequested" GrantState.Requested "an active member or user"
                  birth "FS-54.1" GrantStep.Grant "UserPermissionGranted" GrantState.Active given
                  row "FS-54.1" closed GrantStep.Request "PermissionRequested" GrantState.Requested "an active member or user"
                  row "FS-54.1" closed GrantStep.Grant "UserPermissionGranted" GrantState.Active given
                  row "FS-54.2" requested GrantStep.Approve "PermissionRequestApproved" GrantState.Active given
                  row "FS-54.2" requested GrantStep.Deny "PermissionRequestDenied" GrantState.Denied "reason"
                  row
                      "FS-54.2"
                      requested
                      GrantStep.ExpireRequest
                      "PermissionRequestExpired"
                      GrantState.Expired
                      "nobody decided in 30 days"
                  row "FS-54.4" active GrantStep.Suspend "PermissionSuspended" GrantState.Suspended "reason"
                  row "FS-54.4" active GrantStep.Revoke "UserPermissionRevoked" GrantState.Revoked "reason"
                  row "FS-54.4" active GrantStep.Expire "PermissionsExpired" GrantState.Expired "its time has run out"
                  row "FS-54.5" suspended GrantStep.Lift "PermissionSuspensionLifted" GrantState.Active given
                  row "FS-54.5" suspended GrantStep.Revoke "UserPermissionRevoked" GrantState.Revoked "reason"
                  row "FS-54.5" suspended GrantStep.Expire "PermissionsExpired" GrantState.Expired "its time has run out"
                  Machine.keeps "FS-55" active GrantStep.ChangeLevel "PermissionLevelChanged" "raising is giving" ]
          Repeats =
            [ GrantState.Requested, GrantStep.Request
              GrantState.Active, GrantStep.Grant
              GrantState.Active, GrantStep.Approve
              GrantState.Active, GrantStep.Lift
              GrantState.Suspended, GrantStep.Suspend
              GrantState.Denied, GrantStep.Deny
              GrantState.Expired, GrantStep.ExpireRequest
              GrantState.Revoked, GrantStep.Revoke ]
            @ [ for state in [ GrantState.Requested; GrantState.Denied; GrantState.Expired; GrantState.Revoked ] do
                    state, GrantStep.Expire ] }

    /// FS-50.
    let roles: Machine<AssignmentState, RoleStep> =
        let row = Machine.steps
        let active, inactive = [ AssignmentState.Active ], [ AssignmentState.Inactive ]
        let suspended, pending = [ AssignmentState.Suspended ], [ AssignmentState.Pending ]
        let closed = [ AssignmentState.Cancelled; AssignmentState.Expired; AssignmentState.Revoked ]
        let assigned = "a known role of this scope; " + given
        let over = "its time has run out"

        { Rows =
            List.concat
                [ Machine.birth "FS-50.1" RoleStep.Assign "UserRoleAssigned" AssignmentState.Active assigned
                  row "FS-50.1" closed RoleStep.Assign "UserRoleAssigned" AssignmentState.Active assigned
                  row
                      "FS-50.2"
                      pending
                      RoleStep.Activate
                      "RoleAssignmentActivated"
                      AssignmentState.Active
                      (assigned + "; not by the assigner")
                  row "FS-50.2" pending RoleStep.Cancel "RoleAssignmentCancelled" AssignmentState.Cancelled "reason"
                  row "FS-50.3" active RoleStep.Deactivate "RoleAssignmentDeactivated" AssignmentState.Inactive "reason"
                  row "FS-50.3" active RoleStep.Suspend "RoleAssignmentSuspended" AssignmentState.Suspended "reason"
                  row "FS-50.4" inactive RoleStep.Reactivate "RoleAssignmentReactivated" AssignmentState.Active assigned
                  row "FS-50.5" suspended RoleStep.Lift "RoleAssignmentSuspensionLifted" AssignmentState.Active assigned
                  row "FS-50.3" (active @ inactive @ suspended) RoleStep.Revoke "UserRoleRevoked" AssignmentState.Revoked "reason"
                  row
                      "FS-50.3"
                      (pending @ active @ inactive @ suspended)
                      RoleStep.Expire
                      "PermissionsExpired"
                      AssignmentState.Expired
                      over ]
          Repeats =
            [ AssignmentState.Pending, RoleStep.Assign
              AssignmentState.Active, RoleStep.Assign
              AssignmentState.Active, RoleStep.Activate
              AssignmentState.Active, RoleStep.Reactivate
              AssignmentState.Active, RoleStep.Lift
              AssignmentState.Inactive, RoleStep.Deactivate
              AssignmentState.Suspended, RoleStep.Suspend
              AssignmentState.Cancelled, RoleStep.Cancel
              AssignmentState.Revoked, RoleStep.Revoke ]
            @ [ for state in closed do
                    state, RoleStep.Expire ] }

    /// Both tables as Markdown.
    let markdown =
        Machine.markdown "Permission grant" (fun (state: GrantState) -> state.Name) grants
        + "\n"
        + Machine.markdown "Role assignment" (fun (state: AssignmentState) -> state.Name) roles
