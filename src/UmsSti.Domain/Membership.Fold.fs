namespace UmsSti.Domain.Membership

open System
open UmsSti.Domain

/// What the events between one person and one team add up to.
[<RequireQualifiedAccess>]
module Fold =
    /// A role the person had in the team, from when, and who gave it (TM-42).
    type RolePeriod = { Role: TeamRole; By: string; At: DateTimeOffset }

    type Details =
        {
            State: MembershipState
            /// Stored name of the event that led to the state; tells a retry from a new wish.
            ArrivedBy: string
            ArrivedAt: DateTimeOffset
            ArrivedThrough: string
            /// The role, or the one he is invited to or asks for.
            Role: TeamRole
            /// Every role ever held, the latest first, over all periods.
            Roles: RolePeriod list
            JoinedAt: DateTimeOffset option
            LeftAt: DateTimeOffset option
            InvitationExpiresAt: DateTimeOffset option
            /// What was given inside the team besides the role, in this period (XR-07).
            Rights: Rights.Fold.State
        }

    type State =
        | Initial
        | Known of Details

    let initial = Initial

    let private born state arrivedBy (role: TeamRole) roles by at =
        { State = state
          ArrivedBy = arrivedBy
          ArrivedAt = at
          ArrivedThrough = by
          Role = role
          Roles = roles
          JoinedAt = None
          LeftAt = None
          InvitationExpiresAt = None
          Rights = Rights.Fold.initial }

    let private arrive state arrivedBy by at membership =
        { membership with
            Details.State = state
            ArrivedBy = arrivedBy
            ArrivedAt = at
            ArrivedThrough = by }

    let private join arrivedBy (role: TeamRole) by at membership =
        { arrive MembershipState.Active arrivedBy by at membership with
            Role = role
            Roles = { Role = role; By = by; At = at } :: membership.Roles
            JoinedAt = Some at
            LeftAt = None
            InvitationExpiresAt = None
            Rights = Rights.Fold.initial }

    /// The end of a period takes with it what was given in it.
    let private finish state arrivedBy by at membership =
        { arrive state arrivedBy by at membership with
            LeftAt = (if membership.JoinedAt.IsSome then Some at else membership.LeftAt)
            InvitationExpiresAt = None
            Rights = Rights.Fold.initial }

    let private withRole text change state =
        match TeamRole.TryParse text with
        | true, role -> change role
        | _ -> state

    /// What only begins where nothing is open.
    let private begins state (start: RolePeriod list -> Details) =
        match state with
        | Initial -> Known(start [])
        | Known membership when membership.State.IsClosed -> Known(start membership.Roles)
        | Known _ -> state

    /// A fact that does not fit the state (late or doubled) changes nothing.
    let private whenIn froms change state =
        match state with
        | Known membership when List.contains membership.State froms -> Known(change membership)
        | Known _
        | Initial -> state

    let private members = [ MembershipState.Active; MembershipState.Inactive; MembershipState.Suspended ]

    let private changeRole (e: Events.TeamMemberRoleChanged) role membership =
        { membership with
            Details.Role = role
            Roles = { Role = role; By = e.By; At = e.At } :: membership.Roles }

    let private invite (e: Events.TeamInvitationSent) role roles =
        { born MembershipState.Invited "TeamInvitationSent" role roles e.By e.At with
            InvitationExpiresAt = Some e.ExpiresAt }

    /// Total: every event meets every state.
    let evolve state event =
        match event with
        | Events.TeamMemberAdded e ->
            state
            |> withRole e.Role (fun role ->
                begins state (fun roles ->
                    born MembershipState.Active "TeamMemberAdded" role roles e.By e.At |> join "TeamMemberAdded" role e.By e.At))
        | Events.TeamInvitationSent e -> state |> withRole e.Role (fun role -> begins state (invite e role))
        | Events.MembershipRequested e ->
            state
            |> withRole e.RequestedRole (fun role ->
                begins state (fun roles -> born MembershipState.Requested "MembershipRequested" role roles e.By e.At))
        | Events.TeamInvitationAccepted e ->
            state
            |> whenIn [ MembershipState.Invited ] (fun membership ->
                join "TeamInvitationAccepted" membership.Role e.By e.At membership)
        | Events.TeamInvitationDeclined e ->
            state
            |> whenIn [ MembershipState.Invited ] (finish MembershipState.Declined "TeamInvitationDeclined" e.By e.At)
        | Events.TeamInvitationExpired e ->
            state |> whenIn [ MembershipState.Invited ] (finish MembershipState.Expired "TeamInvitationExpired" e.By e.At)
        | Events.TeamInvitationRevoked e ->
            state |> whenIn [ MembershipState.Invited ] (finish MembershipState.Revoked "TeamInvitationRevoked" e.By e.At)
        | Events.MembershipRequestApproved e ->
            state
            |> withRole e.Role (fun role ->
                state |> whenIn [ MembershipState.Requested ] (join "MembershipRequestApproved" role e.By e.At))
        | Events.MembershipRequestRejected e ->
            state
            |> whenIn [ MembershipState.Requested ] (finish MembershipState.Rejected "MembershipRequestRejected" e.By e.At)
        | Events.MembershipRequestWithdrawn e ->
            state
            |> whenIn [ MembershipState.Requested ] (finish MembershipState.Withdrawn "MembershipRequestWithdrawn" e.By e.At)
        | Events.TeamMemberRoleChanged e ->
            state |> withRole e.NewRole (fun role -> state |> whenIn [ MembershipState.Active ] (changeRole e role))
        | Events.MemberDeactivated e ->
            state |> whenIn [ MembershipState.Active ] (arrive MembershipState.Inactive "MemberDeactivated" e.By e.At)
        | Events.MemberSuspended e ->
            state |> whenIn [ MembershipState.Active ] (arrive MembershipState.Suspended "MemberSuspended" e.By e.At)
        | Events.MemberReactivated e ->
            state |> whenIn [ MembershipState.Inactive ] (arrive MembershipState.Active "MemberReactivated" e.By e.At)
        | Events.MemberSuspensionLifted e ->
            state
            |> whenIn [ MembershipState.Suspended ] (arrive MembershipState.Active "MemberSuspensionLifted" e.By e.At)
        | Events.MemberLeft e -> state |> whenIn [ MembershipState.Active ] (finish MembershipState.Left "MemberLeft" e.By e.At)
        | Events.TeamMemberRemoved e -> state |> whenIn members (finish MembershipState.Removed "TeamMemberRemoved" e.By e.At)
        | Events.Rights e ->
            state
            |> whenIn members (fun membership -> { membership with Rights = Rights.Fold.evolve membership.Rights e })

    let fold state events = Array.fold evolve state events

/// What others may ask of a membership.
[<RequireQualifiedAccess>]
module Queries =
    /// What a step does to the person's standing as an executive of the team.
    [<RequireQualifiedAccess; Struct>]
    type ExecutiveChange =
        | Unchanged
        | Gained
        | Lost

    /// The details, if anything ever happened.
    let tryDetails state =
        match state with
        | Fold.Known membership -> Some membership
        | Fold.Initial -> None

    /// Whether it gives access at all (PE-02).
    let isActive state =
        match state with
        | Fold.Known membership -> membership.State = MembershipState.Active
        | Fold.Initial -> false

    let private isExecutive state =
        match state with
        | Fold.Known membership -> membership.State = MembershipState.Active && membership.Role = TeamRole.Executive
        | Fold.Initial -> false

    /// What the team has to be told (`Team.Command.AssignExecutive`, `ReleaseExecutive`) together with a step (XR-06).
    let executiveChange before after =
        match isExecutive before, isExecutive after with
        | false, true -> ExecutiveChange.Gained
        | true, false -> ExecutiveChange.Lost
        | true, true
        | false, false -> ExecutiveChange.Unchanged
