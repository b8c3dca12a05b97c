namespace UmsSti.Domain.Membership

open System
open UmsSti.Domain

/// By what right somebody manages the members of a team.
[<RequireQualifiedAccess>]
type Power =
    /// A system user or a job of the system.
    | Unlimited
    /// `teams.manage`: appoints and dismisses anybody but himself (PE-03).
    | Appointing
    /// By his own active membership: those below, and an executive everybody (PE-16).
    | Ranked of TeamRole
    /// Nothing but his own membership.
    | Nothing

/// The person of the stream, as a user.
type Subject = { Id: UserId; Type: UserType; State: UserState }

/// The team of the stream, as far as memberships depend on it.
type TeamFacts =
    { IsLive: bool
      AllowsMembers: bool
      AllowsSelfRegistration: bool
      NeedsApproval: bool
      DefaultRole: TeamRole }

    /// Read from the team's own state.
    static member Of(team: Team.Fold.Details) =
        { IsLive = team.State.IsLive
          AllowsMembers = team.AllowsMembers
          AllowsSelfRegistration = TeamSettings.allowsSelfRegistration team.Settings
          NeedsApproval = TeamSettings.needsApproval team.Settings
          DefaultRole = TeamSettings.defaultRole team.Settings }

/// What may be asked about a membership (CM-50...56).
[<RequireQualifiedAccess>]
type Command =
    | Add of TeamRole
    | Invite of role: TeamRole * expiresAt: DateTimeOffset * message: Reason option
    | AcceptInvitation
    | DeclineInvitation of reason: Reason option
    | ExpireInvitation
    | RevokeInvitation of reason: Reason option
    /// None: the team's default role.
    | Request of role: TeamRole option
    /// None: the role that was asked for.
    | ApproveRequest of role: TeamRole option
    | RejectRequest of reason: Reason option
    | WithdrawRequest
    | ChangeRole of TeamRole
    | Deactivate of reason: Reason option
    | Suspend of reason: Reason option
    /// An inactive or a suspended member.
    | Reactivate
    | Leave of reason: Reason option
    | Remove of reason: Reason option

/// The rules of memberships (FS-40, FS-45). A step that is not listed is refused. Whether the last executive goes is the team's to
/// say: see `Queries.executiveChange`.
[<RequireQualifiedAccess>]
module Decisions =
    /// The code of a guest's id where a user's is asked: guests are sessions and can never be members (TM-44).
    [<Literal>]
    let GuestCode = "guests-cannot-be-members"

    /// Life of an invitation, in days (NF-14).
    [<Literal>]
    let InvitationDays = 7.0

    /// The actor of approvals that a team's settings give by themselves.
    [<Literal>]
    let SelfRegistrationActor = "system:self-registration"

    /// What a decision needs besides command and state.
    type Context = { Now: DateTimeOffset; Subject: Subject; Team: TeamFacts; Actor: string; Power: Power }

    /// Why a command was refused. Every case has a stable code.
    [<RequireQualifiedAccess>]
    type Rejected =
        | NotAMember
        /// One membership per person and team (TM-40).
        | AlreadyMember
        /// The machine has no such step: state and stored name of the refused event (FS-01).
        | InvalidTransition of state: string * event: string
        | SystemUserNotAllowed
        | SubjectNotActive
        | TeamNotOpen
        | GrantAboveRank
        /// The member stands not below the actor.
        | TargetAboveRank
        | SelfGrantNotAllowed
        /// The ladder has no such step (FS-45).
        | RoleStepNotAllowed of from: TeamRole * target: TeamRole
        | SelfRegistrationDisabled
        | InvitationExpired
        | InvitationNotExpired
        | ExpiryNotInFuture

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal, as the API shows it.
    let code rejected =
        match rejected with
        | Rejected.NotAMember -> "not-a-member"
        | Rejected.AlreadyMember -> "already-member"
        | Rejected.InvalidTransition _ -> "invalid-transition"
        | Rejected.SystemUserNotAllowed -> "system-users-cannot-be-members"
        | Rejected.SubjectNotActive -> "subject-not-active"
        | Rejected.TeamNotOpen -> "team-not-open"
        | Rejected.GrantAboveRank -> "grant-above-rank"
        | Rejected.TargetAboveRank -> "target-above-rank"
        | Rejected.SelfGrantNotAllowed -> "self-grant-not-allowed"
        | Rejected.RoleStepNotAllowed _ -> "role-step-not-allowed"
        | Rejected.SelfRegistrationDisabled -> "self-registration-disabled"
        | Rejected.InvitationExpired -> "invitation-expired"
        | Rejected.InvitationNotExpired -> "invitation-not-expired"
        | Rejected.ExpiryNotInFuture -> "expiry-not-in-future"

    /// The user a text names, or the code of why nobody of that kind can be a member. None: no id at all.
    let trySubject (text: string | null) : Result<UserId, string option> =
        match UserId.TryParse text with
        | true, user -> Ok user
        | _ -> Error(if Ulid.isValid text then Some GuestCode else None)

    let private accept event = Outcome.Accepted, [| event |]
    let private already: Outcome * Events.Event[] = Outcome.Accepted, [||]
    let private refuse rejected : Outcome * Events.Event[] = Outcome.Rejected rejected, [||]

    let private impossible state event =
        match state with
        | Fold.Initial -> refuse Rejected.NotAMember
        | Fold.Known membership -> refuse (Rejected.InvalidTransition(membership.State.Name, event))

    let private personal (reason: Reason option) = reason |> Option.map (fun reason -> Personal.Known reason.Value)

    /// Whether the actor may give a role.
    let private givingObstacle context (role: TeamRole) =
        match context.Power with
        | Power.Unlimited -> None
        | Power.Appointing when context.Actor = context.Subject.Id.Value -> Some Rejected.SelfGrantNotAllowed
        | Power.Appointing -> None
        | Power.Ranked own when own = TeamRole.Executive || role.Rank < own.Rank -> None
        | Power.Ranked _
        | Power.Nothing -> Some Rejected.GrantAboveRank

    /// Whether the actor may act on a member of a role.
    let private reachObstacle context (role: TeamRole) =
        match context.Power with
        | Power.Unlimited
        | Power.Appointing -> None
        | Power.Ranked own when own = TeamRole.Executive || role.Rank < own.Rank -> None
        | Power.Ranked _
        | Power.Nothing -> Some Rejected.TargetAboveRank

    let private subjectObstacle context =
        if context.Subject.Type = UserType.System then
            Some Rejected.SystemUserNotAllowed
        elif context.Subject.State <> UserState.Active then
            Some Rejected.SubjectNotActive
        elif not context.Team.AllowsMembers then
            Some Rejected.TeamNotOpen
        else
            None

    let private unless obstacle event =
        match obstacle with
        | Some rejected -> refuse rejected
        | None -> accept event

    /// The same wish, decided again at the same moment: a retry after a conflict, not a second wish.
    let private isRepeat context arrivedBy (membership: Fold.Details) =
        membership.ArrivedBy = arrivedBy
        && membership.ArrivedAt = context.Now
        && membership.ArrivedThrough = context.Actor

    let private add context (role: TeamRole) state =
        let added = Events.TeamMemberAdded { Role = role.Name; By = context.Actor; At = context.Now }

        match state with
        | Fold.Known membership when membership.Role = role && isRepeat context "TeamMemberAdded" membership -> already
        | Fold.Known { State = MembershipState.Active }
        | Fold.Known { State = MembershipState.Inactive }
        | Fold.Known { State = MembershipState.Suspended } -> refuse Rejected.AlreadyMember
        | Fold.Known membership when not membership.State.IsClosed -> impossible state "TeamMemberAdded"
        | Fold.Known _
        | Fold.Initial -> unless (subjectObstacle context |> Option.orElse (givingObstacle context role)) added

    let private invite context (role: TeamRole) (expiresAt: DateTimeOffset) message state =
        let sent =
            Events.TeamInvitationSent
                { Role = role.Name
                  Message = personal message
                  ExpiresAt = expiresAt
                  By = context.Actor
                  At = context.Now }

        match state with
        | Fold.Known membership when
            membership.State = MembershipState.Invited
            && membership.Role = role
            && membership.InvitationExpiresAt = Some expiresAt
            ->
            already
        | Fold.Known { State = MembershipState.Active }
        | Fold.Known { State = MembershipState.Inactive }
        | Fold.Known { State = MembershipState.Suspended } -> refuse Rejected.AlreadyMember
        | Fold.Known membership when not membership.State.IsClosed -> impossible state "TeamInvitationSent"
        | Fold.Known _
        | Fold.Initial when expiresAt <= context.Now -> refuse Rejected.ExpiryNotInFuture
        | Fold.Known _
        | Fold.Initial -> unless (subjectObstacle context |> Option.orElse (givingObstacle context role)) sent

    let private hasRunOut context (membership: Fold.Details) =
        membership.InvitationExpiresAt |> Option.exists (fun expiresAt -> expiresAt <= context.Now)

    let private acceptInvitation context state =
        match state with
        | Fold.Known membership when membership.State = MembershipState.Invited ->
            if hasRunOut context membership then
                refuse Rejected.InvitationExpired
            else
                unless (subjectObstacle context) (Events.TeamInvitationAccepted { By = context.Actor; At = context.Now })
        | Fold.Known membership when membership.State = MembershipState.Active && membership.ArrivedBy = "TeamInvitationAccepted" ->
            already
        | _ -> impossible state "TeamInvitationAccepted"

    let private expireInvitation context state =
        match state with
        | Fold.Known membership when membership.State = MembershipState.Invited ->
            if hasRunOut context membership then
                accept (Events.TeamInvitationExpired { By = context.Actor; At = context.Now })
            else
                refuse Rejected.InvitationNotExpired
        | Fold.Known membership when membership.State = MembershipState.Expired -> already
        | _ -> impossible state "TeamInvitationExpired"

    /// A wish for the default role of a team that needs no approval is granted by the team's own settings.
    let private request context (role: TeamRole option) state =
        let role = role |> Option.defaultValue context.Team.DefaultRole

        let requested = Events.MembershipRequested { RequestedRole = role.Name; By = context.Actor; At = context.Now }

        let isGrantedAlready (membership: Fold.Details) =
            membership.State = MembershipState.Active
            && membership.ArrivedBy = "MembershipRequestApproved"
            && membership.ArrivedThrough = SelfRegistrationActor
            && membership.ArrivedAt = context.Now

        match state with
        | Fold.Known membership when membership.Role = role && isGrantedAlready membership -> already
        | Fold.Known membership when membership.State = MembershipState.Requested && membership.Role = role -> already
        | Fold.Known { State = MembershipState.Active }
        | Fold.Known { State = MembershipState.Inactive }
        | Fold.Known { State = MembershipState.Suspended } -> refuse Rejected.AlreadyMember
        | Fold.Known membership when not membership.State.IsClosed -> impossible state "MembershipRequested"
        | Fold.Known _
        | Fold.Initial ->
            match subjectObstacle context with
            | Some rejected -> refuse rejected
            | None when not context.Team.AllowsSelfRegistration -> refuse Rejected.SelfRegistrationDisabled
            | None when context.Team.NeedsApproval || role <> context.Team.DefaultRole -> accept requested
            | None ->
                Outcome.Accepted,
                [| requested
                   Events.MembershipRequestApproved { Role = role.Name; By = SelfRegistrationActor; At = context.Now } |]

    let private approveRequest context (role: TeamRole option) state =
        match state with
        | Fold.Known membership when membership.State = MembershipState.Requested ->
            let role = role |> Option.defaultValue membership.Role
            let approved = Events.MembershipRequestApproved { Role = role.Name; By = context.Actor; At = context.Now }

            if context.Actor = context.Subject.Id.Value && context.Power <> Power.Unlimited then
                refuse Rejected.SelfGrantNotAllowed
            else
                unless (subjectObstacle context |> Option.orElse (givingObstacle context role)) approved
        | Fold.Known membership when
            membership.State = MembershipState.Active && membership.ArrivedBy = "MembershipRequestApproved"
            ->
            already
        | _ -> impossible state "MembershipRequestApproved"

    let private changeRole context (role: TeamRole) state =
        match state with
        | Fold.Known membership when membership.State = MembershipState.Active ->
            let changed =
                Events.TeamMemberRoleChanged
                    { OldRole = membership.Role.Name; NewRole = role.Name; By = context.Actor; At = context.Now }

            let obstacle = reachObstacle context membership.Role |> Option.orElse (givingObstacle context role)

            if membership.Role = role then
                already
            elif obstacle.IsSome then
                refuse obstacle.Value
            elif not (TeamRole.isStep membership.Role role) then
                refuse (Rejected.RoleStepNotAllowed(membership.Role, role))
            else
                accept changed
        | _ -> impossible state "TeamMemberRoleChanged"

    let private reactivate context state =
        let revive role event =
            let obstacle =
                if context.Subject.State <> UserState.Active then Some Rejected.SubjectNotActive
                elif not context.Team.IsLive then Some Rejected.TeamNotOpen
                else givingObstacle context role

            unless obstacle event

        match state with
        | Fold.Known membership ->
            match membership.State with
            | MembershipState.Active -> already
            | MembershipState.Inactive ->
                revive membership.Role (Events.MemberReactivated { By = context.Actor; At = context.Now })
            | MembershipState.Suspended ->
                revive membership.Role (Events.MemberSuspensionLifted { By = context.Actor; At = context.Now })
            | _ -> impossible state "MemberReactivated"
        | Fold.Initial -> impossible state "MemberReactivated"

    /// One step that ends or narrows, by the actor's reach over the member.
    let private take context froms target eventName event state =
        match state with
        | Fold.Known membership when List.contains membership.State froms -> unless (reachObstacle context membership.Role) event
        | Fold.Known membership when membership.State = target -> already
        | _ -> impossible state eventName

    /// One step of the person himself.
    let private own froms target eventName event state =
        match state with
        | Fold.Known membership when List.contains membership.State froms -> accept event
        | Fold.Known membership when membership.State = target -> already
        | _ -> impossible state eventName

    let private members = [ MembershipState.Active; MembershipState.Inactive; MembershipState.Suspended ]

    let private decideOn context command state : Outcome * Events.Event[] =
        let by, at = context.Actor, context.Now
        let active, invited, requested =
            [ MembershipState.Active ], [ MembershipState.Invited ], [ MembershipState.Requested ]

        match command with
        | Command.Add role -> add context role state
        | Command.Invite(role, expiresAt, message) -> invite context role expiresAt message state
        | Command.AcceptInvitation -> acceptInvitation context state
        | Command.DeclineInvitation reason ->
            let event = Events.TeamInvitationDeclined { Reason = personal reason; By = by; At = at }
            own invited MembershipState.Declined "TeamInvitationDeclined" event state
        | Command.ExpireInvitation -> expireInvitation context state
        | Command.RevokeInvitation reason ->
            let event = Events.TeamInvitationRevoked { Reason = personal reason; By = by; At = at }
            take context invited MembershipState.Revoked "TeamInvitationRevoked" event state
        | Command.Request role -> request context role state
        | Command.ApproveRequest role -> approveRequest context role state
        | Command.RejectRequest reason ->
            let event = Events.MembershipRequestRejected { Reason = personal reason; By = by; At = at }
            take context requested MembershipState.Rejected "MembershipRequestRejected" event state
        | Command.WithdrawRequest ->
            let event = Events.MembershipRequestWithdrawn { By = by; At = at }
            own requested MembershipState.Withdrawn "MembershipRequestWithdrawn" event state
        | Command.ChangeRole role -> changeRole context role state
        | Command.Deactivate reason ->
            let event = Events.MemberDeactivated { Reason = personal reason; By = by; At = at }
            take context active MembershipState.Inactive "MemberDeactivated" event state
        | Command.Suspend reason ->
            let event = Events.MemberSuspended { Reason = personal reason; By = by; At = at }
            take context active MembershipState.Suspended "MemberSuspended" event state
        | Command.Reactivate -> reactivate context state
        | Command.Leave reason ->
            let event = Events.MemberLeft { Reason = personal reason; By = by; At = at }
            own active MembershipState.Left "MemberLeft" event state
        | Command.Remove reason ->
            let event = Events.TeamMemberRemoved { Reason = personal reason; By = by; At = at }
            take context members MembershipState.Removed "TeamMemberRemoved" event state

    /// An invitation that has run out stands in nobody's way, whether the job has closed it yet or not.
    let private brings command =
        match command with
        | Command.Add _
        | Command.Invite _
        | Command.Request _ -> true
        | _ -> false

    /// The answer to a command and the events it adds: none when refused, none when what is asked for already holds.
    let decide context command state : Outcome * Events.Event[] =
        match state with
        | Fold.Known membership when membership.State = MembershipState.Invited && hasRunOut context membership && brings command ->
            let expired = Events.TeamInvitationExpired { By = context.Actor; At = context.Now }

            match decideOn context command (Fold.evolve state expired) with
            | Outcome.Accepted, events -> Outcome.Accepted, Array.append [| expired |] events
            | refused -> refused
        | _ -> decideOn context command state

    /// What ends whatever is open, when the person or the team is gone (XR-01, XR-02, XR-05): a job's command.
    let ending state =
        match state with
        | Fold.Initial -> None
        | Fold.Known membership ->
            match membership.State with
            | MembershipState.Active -> Some(Command.Deactivate None)
            | MembershipState.Invited -> Some(Command.RevokeInvitation None)
            | MembershipState.Requested -> Some(Command.RejectRequest None)
            | _ -> None
