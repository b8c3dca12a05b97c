namespace UmsSti.Domain.Membership

open UmsSti.Domain

/// The steps of a membership's machine.
[<RequireQualifiedAccess>]
type Step =
    | Add
    | Invite
    | AcceptInvitation
    | DeclineInvitation
    | ExpireInvitation
    | RevokeInvitation
    | Request
    | ApproveRequest
    | RejectRequest
    | WithdrawRequest
    | ChangeRole
    | Deactivate
    | Suspend
    | Reactivate
    | Leave
    | Remove

    static member All =
        [| Add
           Invite
           AcceptInvitation
           DeclineInvitation
           ExpireInvitation
           RevokeInvitation
           Request
           ApproveRequest
           RejectRequest
           WithdrawRequest
           ChangeRole
           Deactivate
           Suspend
           Reactivate
           Leave
           Remove |]

/// FS-40 and FS-45 as data.
[<RequireQualifiedAccess>]
module Machine =
    let private closed = MembershipState.All |> Array.filter _.IsClosed |> List.ofArray

    /// Every allowed step, and those that ask for what already holds.
    let machine: Machine<MembershipState, Step> =
        let row = Machine.steps
        let birth = Machine.birth
        let active, invited, requested =
            [ MembershipState.Active ], [ MembershipState.Invited ], [ MembershipState.Requested ]
        let inactive, suspended = [ MembershipState.Inactive ], [ MembershipState.Suspended ]
        let entry = "an active person, an open team, a role the actor may give"
        let wish = "an active person, self-registration enabled"

        { Rows =
            List.concat
                [ birth "FS-40.1" Step.Add "TeamMemberAdded" MembershipState.Active entry
                  birth "FS-40.1" Step.Invite "TeamInvitationSent" MembershipState.Invited entry
                  birth "FS-40.1" Step.Request "MembershipRequested" MembershipState.Requested wish
                  row "TM-43" closed Step.Add "TeamMemberAdded" MembershipState.Active entry
                  row "TM-43" closed Step.Invite "TeamInvitationSent" MembershipState.Invited entry
                  row "TM-43" closed Step.Request "MembershipRequested" MembershipState.Requested wish
                  row "FS-40.2" invited Step.AcceptInvitation "TeamInvitationAccepted" MembershipState.Active "not run out"
                  row "FS-40.2" invited Step.DeclineInvitation "TeamInvitationDeclined" MembershipState.Declined ""
                  row "FS-40.2" invited Step.ExpireInvitation "TeamInvitationExpired" MembershipState.Expired "run out"
                  row "FS-40.2" invited Step.RevokeInvitation "TeamInvitationRevoked" MembershipState.Revoked "reach"
                  row "FS-40.3" requested Step.ApproveRequest "MembershipRequestApproved" MembershipState.Active entry
                  row "FS-40.3" requested Step.RejectRequest "MembershipRequestRejected" MembershipState.Rejected "reach"
                  row "FS-40.3" requested Step.WithdrawRequest "MembershipRequestWithdrawn" MembershipState.Withdrawn ""
                  row
                      "FS-40.4"
                      active
                      Step.Deactivate
                      "MemberDeactivated"
                      MembershipState.Inactive
                      "reach; not the last executive"
                  row "FS-40.4" active Step.Suspend "MemberSuspended" MembershipState.Suspended "reach; not the last executive"
                  row "FS-40.4" active Step.Leave "MemberLeft" MembershipState.Left "not the last executive"
                  row "FS-40.4" active Step.Remove "TeamMemberRemoved" MembershipState.Removed "reach; not the last executive"
                  row
                      "FS-40.5"
                      inactive
                      Step.Reactivate
                      "MemberReactivated"
                      MembershipState.Active
                      "an active person, a live team"
                  row "FS-40.5" inactive Step.Remove "TeamMemberRemoved" MembershipState.Removed "reach"
                  row
                      "FS-40.6"
                      suspended
                      Step.Reactivate
                      "MemberSuspensionLifted"
                      MembershipState.Active
                      "an active person, a live team"
                  row "FS-40.6" suspended Step.Remove "TeamMemberRemoved" MembershipState.Removed "reach"
                  Machine.keeps
                      "FS-45"
                      active
                      Step.ChangeRole
                      "TeamMemberRoleChanged"
                      "one step of the ladder, or to or from executive and deputy; reach; not the last executive" ]
          Repeats =
            [ MembershipState.Requested, Step.Request
              MembershipState.Active, Step.Reactivate
              MembershipState.Declined, Step.DeclineInvitation
              MembershipState.Expired, Step.ExpireInvitation
              MembershipState.Revoked, Step.RevokeInvitation
              MembershipState.Rejected, Step.RejectRequest
              MembershipState.Withdrawn, Step.WithdrawRequest
              MembershipState.Inactive, Step.Deactivate
              MembershipState.Suspended, Step.Suspend
              MembershipState.Left, Step.Leave
              MembershipState.Removed, Step.Remove ] }

    /// The table as Markdown.
    let markdown = Machine.markdown "Membership" (fun (state: MembershipState) -> state.Name) machine
