namespace UmsSti.Domain.User

open System
open UmsSti.Domain

/// The rules of a user's life (FS-10, FS-15, FS-20). A step that is not listed is refused.
[<RequireQualifiedAccess>]
module Decisions =
    /// Life of a verification link, in hours (OP-23, design section 10).
    [<Literal>]
    let VerificationHours = 24.0

    /// A second request for a link within so many seconds is a retry of the first (FS-15.4).
    [<Literal>]
    let ResendSeconds = 60.0

    /// Days without activity after which the job sets a user inactive (US-22, NF-16).
    [<Literal>]
    let InactivityDays = 90

    /// What a decision needs besides command and state.
    type Context =
        {
            Now: DateTimeOffset
            /// The user the stream belongs to.
            Subject: UserId
            /// A user id, "anonymous", or "system:{job}".
            Actor: string
            /// The actor is a system user or a job of the system.
            ActorIsSystem: bool
        }

    /// Why a command was refused. Every case has a stable code.
    [<RequireQualifiedAccess>]
    type Rejected =
        | NotFound
        | AlreadyRegistered
        /// The id is not of the kind users of this type carry.
        | IdKindMismatch
        /// The machine has no such step: sub-state and stored name of the refused event (FS-01).
        | InvalidTransition of state: string * event: string
        /// Only system users (and jobs) create and manage system users (US-08).
        | SystemUserProtected
        /// Nobody approves or activates himself, except by a confirmed address.
        | SelfApprovalNotAllowed
        /// Whoever suspended does not review the suspension (CM-07).
        | SamePersonReview
        | EmailNotVerified
        | UntilNotInFuture
        | VerificationExpired
        | VerificationNotExpired
        /// The link ran out, but whoever registered may still ask for another (OP-24).
        | GracePeriodNotOver
        /// The suspension has no end, or it lies ahead.
        | SuspensionNotOver
        /// The link was made for an address the user no longer has.
        | VerificationForOtherAddress
        | RegistrationAlreadyCompleted
        /// Last activity or activation lies less than `InactivityDays` back.
        | RecentlyActive
        | TooManyPreferences of limit: int

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal, as the API shows it.
    let code rejected =
        match rejected with
        | Rejected.NotFound -> "not-found"
        | Rejected.AlreadyRegistered -> "already-registered"
        | Rejected.IdKindMismatch -> "id-kind-mismatch"
        | Rejected.InvalidTransition _ -> "invalid-transition"
        | Rejected.SystemUserProtected -> "system-user-protected"
        | Rejected.SelfApprovalNotAllowed -> "self-approval-not-allowed"
        | Rejected.SamePersonReview -> "same-person-review"
        | Rejected.EmailNotVerified -> "email-not-verified"
        | Rejected.UntilNotInFuture -> "until-not-in-future"
        | Rejected.VerificationExpired -> "verification-expired"
        | Rejected.VerificationNotExpired -> "verification-not-expired"
        | Rejected.GracePeriodNotOver -> "grace-period-not-over"
        | Rejected.SuspensionNotOver -> "suspension-not-over"
        | Rejected.VerificationForOtherAddress -> "verification-for-other-address"
        | Rejected.RegistrationAlreadyCompleted -> "registration-already-completed"
        | Rejected.RecentlyActive -> "recently-active"
        | Rejected.TooManyPreferences _ -> "too-many-preferences"

    let private accept event = Outcome.Accepted, [| event |]
    let private already: Outcome * Events.Event[] = Outcome.Accepted, [||]
    let private refuse rejected : Outcome * Events.Event[] = Outcome.Rejected rejected, [||]

    let private impossible (user: Fold.Details) event = refuse (Rejected.InvalidTransition(user.SubState.Name, event))

    let private alreadyIf holds user event = if holds then already else impossible user event

    let private personal (reason: Reason) = Personal.Known reason.Value

    let private isSelf context = context.Actor = context.Subject.Value

    let private activated context (method: ActivationMethod) =
        Events.UserActivated { Method = method.Name; By = context.Actor; At = context.Now }

    let private approved context = Events.AdminUserActivated { By = context.Actor; At = context.Now }

    let private registered context (register: Register) =
        let email = Personal.Known register.Email.Display
        let name = Personal.Known register.Name.Value
        let profile = Changes.profileValues register.Profile

        let initiated expiresAt =
            Events.UserRegistrationInitiated
                { Type = register.Type.Name
                  Email = email
                  Name = name
                  Profile = profile
                  VerificationExpiresAt = expiresAt
                  By = context.Actor
                  At = context.Now }

        match register.Type, register.Activate with
        | UserType.Standard, None -> [| initiated (Some(context.Now.AddHours VerificationHours)) |]
        | UserType.System, None -> [| initiated None |]
        | (UserType.Standard | UserType.System), Some method -> [| initiated None; activated context method |]
        | UserType.Admin, activate ->
            let application =
                Events.AdminRegistrationInitiated
                    { Email = email; Name = name; Profile = profile; By = context.Actor; At = context.Now }

            if activate.IsSome then
                [| application; approved context |]
            else
                [| application |]

    let private register context (register: Register) =
        if register.Type = UserType.System && not context.ActorIsSystem then
            refuse Rejected.SystemUserProtected
        elif UserId.KindOf register.Type <> context.Subject.Kind then
            refuse Rejected.IdKindMismatch
        elif register.Activate = Some ActivationMethod.Email then
            refuse Rejected.EmailNotVerified
        elif register.Activate.IsSome && isSelf context then
            refuse Rejected.SelfApprovalNotAllowed
        else
            Outcome.Accepted, registered context register

    /// A repeat is a retry as long as the user still looks as that registration left him.
    let private registerAgain context (register: Register) (user: Fold.Details) =
        let look (details: Fold.Details) = details.Type, details.SubState, details.Email, details.Name, details.Profile

        match Fold.fold Fold.initial (registered context register) with
        | Fold.Registered expected when look expected = look user -> already
        | Fold.Registered _
        | Fold.Initial -> refuse Rejected.AlreadyRegistered

    let private completeRegistration context profile (user: Fold.Details) =
        let values = Changes.profileValues profile
        let isKnown (value: Events.ProfileValue) = user.Profile.TryFind value.Field = Some value.Value

        match user.SubState with
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.PendingApproval
        | SubState.Active ->
            if user.RegistrationCompletedAt.IsNone then
                accept (Events.UserRegistrationCompleted { Profile = values; By = context.Actor; At = context.Now })
            elif Array.forall isKnown values then
                already
            else
                refuse Rejected.RegistrationAlreadyCompleted
        | _ -> impossible user "UserRegistrationCompleted"

    let private approve context (user: Fold.Details) =
        if isSelf context then
            refuse Rejected.SelfApprovalNotAllowed
        else
            accept (approved context)

    let private activate context method (user: Fold.Details) =
        let byAnother event =
            if method = ActivationMethod.Email && not user.EmailVerified then
                refuse Rejected.EmailNotVerified
            elif method <> ActivationMethod.Email && isSelf context then
                refuse Rejected.SelfApprovalNotAllowed
            else
                accept event

        match user.SubState with
        | SubState.Active -> already
        | SubState.PendingApproval -> approve context user
        | SubState.Inactive when user.AwaitsApproval -> approve context user
        | SubState.Inactive -> byAnother (Events.UserReactivated { By = context.Actor; At = context.Now })
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.Expired -> byAnother (activated context method)
        | _ -> impossible user "UserActivated"

    let private deactivate context reason (user: Fold.Details) =
        match user.SubState with
        | SubState.Inactive -> already
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.Expired
        | SubState.PendingApproval
        | SubState.Active -> accept (Events.UserDeactivated { Reason = personal reason; By = context.Actor; At = context.Now })
        | _ -> impossible user "UserDeactivated"

    /// Another `until` is another suspension: the first is lifted before, so that each has its review.
    let private suspend context reason (until: DateTimeOffset option) (user: Fold.Details) =
        match user.SubState with
        | SubState.Suspended when user.ArrivedBy = "UserSuspended" && user.SuspendedUntil = until -> already
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.Expired
        | SubState.PendingApproval
        | SubState.Active
        | SubState.Inactive ->
            if until |> Option.exists (fun until -> until <= context.Now) then
                refuse Rejected.UntilNotInFuture
            else
                accept (Events.UserSuspended { Reason = personal reason; Until = until; By = context.Actor; At = context.Now })
        | _ -> impossible user "UserSuspended"

    let private isSuspender context (user: Fold.Details) = user.SuspendedBy = Some context.Actor && not context.ActorIsSystem

    let private lifted (user: Fold.Details) = alreadyIf (user.ArrivedBy = "UserUnsuspended") user "UserUnsuspended"

    let private liftSuspension context note (user: Fold.Details) =
        if user.SubState <> SubState.Suspended then
            lifted user
        elif isSuspender context user then
            refuse Rejected.SamePersonReview
        else
            accept (Events.UserUnsuspended { Note = personal note; By = context.Actor; At = context.Now })

    let private endSuspension context (user: Fold.Details) =
        if user.SubState <> SubState.Suspended then
            lifted user
        elif user.SuspendedUntil |> Option.forall (fun until -> context.Now < until) then
            refuse Rejected.SuspensionNotOver
        else
            let note = Personal.Known "The suspension has reached its end."
            accept (Events.UserUnsuspended { Note = note; By = context.Actor; At = context.Now })

    let private archive context reason (user: Fold.Details) =
        match user.SubState with
        | SubState.Archived -> already
        | SubState.Purged -> impossible user "UserArchived"
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.Expired
        | SubState.PendingApproval
        | SubState.Rejected
        | SubState.Active
        | SubState.Inactive
        | SubState.Suspended
        | SubState.UnderReview ->
            accept (Events.UserArchived { Reason = reason |> Option.map personal; By = context.Actor; At = context.Now })

    let private purge context (legalBasis: LegalBasis) (user: Fold.Details) =
        match user.SubState with
        | SubState.Purged -> already
        | SubState.Archived -> accept (Events.UserPurged { LegalBasis = legalBasis.Name; By = context.Actor; At = context.Now })
        | _ -> impossible user "UserPurged"

    let private verifyEmail context address (user: Fold.Details) =
        match user.SubState with
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.PendingApproval
        | SubState.Active ->
            if not (Changes.isAddress address user.Email) then
                refuse Rejected.VerificationForOtherAddress
            elif user.EmailVerified then
                already
            elif user.VerificationExpiresAt |> Option.forall (fun expiresAt -> expiresAt < context.Now) then
                refuse Rejected.VerificationExpired
            else
                accept (Events.UserEmailVerified { By = context.Actor; At = context.Now })
        | SubState.Expired -> refuse Rejected.VerificationExpired
        | _ -> impossible user "UserEmailVerified"

    let private expireVerification context (user: Fold.Details) =
        match user.SubState with
        | SubState.Expired -> already
        | SubState.PendingVerification ->
            if user.VerificationExpiresAt |> Option.exists (fun expiresAt -> context.Now < expiresAt) then
                refuse Rejected.VerificationNotExpired
            else
                accept (Events.UserVerificationExpired { By = context.Actor; At = context.Now })
        | _ -> impossible user "UserVerificationExpired"

    let private cleanupExpired context (graceDays: int) (user: Fold.Details) =
        let isInGrace (expiresAt: DateTimeOffset) = context.Now < expiresAt.AddDays(float graceDays)

        match user.Type, user.SubState with
        | UserType.Standard, SubState.Archived -> already
        | UserType.Standard, SubState.Expired ->
            if user.VerificationExpiresAt |> Option.exists isInGrace then
                refuse Rejected.GracePeriodNotOver
            else
                let reason = Some(Personal.Known "The e-mail address was never confirmed.")
                accept (Events.UserArchived { Reason = reason; By = context.Actor; At = context.Now })
        | _ -> impossible user "UserArchived"

    let private resendVerification context (user: Fold.Details) =
        let isRetry =
            user.VerificationResentAt |> Option.exists (fun resentAt -> context.Now < resentAt.AddSeconds ResendSeconds)

        let resend () =
            accept (
                Events.UserVerificationResent
                    { ExpiresAt = context.Now.AddHours VerificationHours; By = context.Actor; At = context.Now }
            )

        match user.SubState with
        | SubState.Expired -> resend ()
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.PendingApproval
        | SubState.Active -> if user.EmailVerified || isRetry then already else resend ()
        | _ -> impossible user "UserVerificationResent"

    let private autoInactivate context lastActivityAt (user: Fold.Details) =
        let threshold = context.Now.AddDays(-(float InactivityDays))
        let isRecent at = at > threshold

        match user.SubState with
        | SubState.Inactive -> already
        | SubState.Active ->
            if isRecent lastActivityAt || Option.exists isRecent user.ActivatedAt then
                refuse Rejected.RecentlyActive
            else
                accept (
                    Events.UserStateAutoInactivated
                        { LastActivityAt = lastActivityAt
                          ThresholdDays = InactivityDays
                          By = context.Actor
                          At = context.Now }
                )
        | _ -> impossible user "UserStateAutoInactivated"

    let private updateProfile context update (user: Fold.Details) =
        let changes = Changes.profile update user

        if not (Changes.isEditable user) then
            impossible user "UserProfileUpdated"
        elif changes.Length = 0 then
            already
        else
            accept (Events.UserProfileUpdated { Changes = changes; By = context.Actor; At = context.Now })

    let private changeEmail context (change: ChangeEmail) (user: Fold.Details) =
        // Another spelling of the same address is shown from now on, and stays as proved as it was.
        let isRequired = change.VerificationRequired && not (Changes.isAddress change.NewEmail user.Email)

        let expiresAt =
            if isRequired then
                Some(context.Now.AddHours VerificationHours)
            else
                user.VerificationExpiresAt

        if not (Changes.isEditable user) then
            impossible user "UserEmailChanged"
        elif user.Email = Personal.Known change.NewEmail.Display then
            already
        else
            accept (
                Events.UserEmailChanged
                    { Old = user.Email
                      New = Personal.Known change.NewEmail.Display
                      VerificationRequired = isRequired
                      VerificationExpiresAt = expiresAt
                      By = context.Actor
                      At = context.Now }
            )

    let private updatePreferences context changes (user: Fold.Details) =
        let changed = Changes.preferences changes user

        if not (Changes.isEditable user) then
            impossible user "UserPreferencesUpdated"
        elif changed.Length = 0 then
            already
        elif Changes.keysAfter changed user > Preferences.MaxKeys then
            refuse (Rejected.TooManyPreferences Preferences.MaxKeys)
        else
            accept (Events.UserPreferencesUpdated { Changes = changed; By = context.Actor; At = context.Now })

    let private approveAdmin context (user: Fold.Details) =
        match user.Type, user.SubState with
        | UserType.Admin, SubState.Active -> already
        | UserType.Admin, SubState.PendingApproval -> approve context user
        | _ -> impossible user "AdminUserActivated"

    let private rejectAdmin context reason (user: Fold.Details) =
        match user.Type, user.SubState with
        | UserType.Admin, SubState.Rejected -> already
        | UserType.Admin, SubState.PendingApproval ->
            accept (Events.AdminUserRejected { Reason = personal reason; By = context.Actor; At = context.Now })
        | _ -> impossible user "AdminUserRejected"

    let private openReview context trigger (user: Fold.Details) =
        match user.Type, user.SubState with
        | UserType.Admin, SubState.UnderReview -> already
        | UserType.Admin, (SubState.Active | SubState.Suspended) ->
            accept (Events.AdminReviewStarted { Trigger = personal trigger; By = context.Actor; At = context.Now })
        | _ -> impossible user "AdminReviewStarted"

    let private concludeReview context (outcome: ReviewOutcome) note (user: Fold.Details) =
        if user.SubState = SubState.UnderReview && outcome = ReviewOutcome.Passed && isSuspender context user then
            refuse Rejected.SamePersonReview
        elif user.SubState = SubState.UnderReview then
            accept (
                Events.AdminReviewConcluded { Outcome = outcome.Name; Note = personal note; By = context.Actor; At = context.Now }
            )
        else
            alreadyIf (Changes.isConcluded outcome user) user "AdminReviewConcluded"

    /// A confirmed address is proof enough by itself; everything else done to a system user takes a system actor.
    let private isProtected context (command: Command) (user: Fold.Details) =
        user.Type = UserType.System && not (context.ActorIsSystem || command.IsVerifyEmail)

    /// The answer to a command and the events it adds: none when refused, none when what is asked for already holds.
    let decide context command state : Outcome * Events.Event[] =
        match state, command with
        | Fold.Initial, Command.Register wish -> register context wish
        | Fold.Initial, _ -> refuse Rejected.NotFound
        | Fold.Registered user, _ when isProtected context command user -> refuse Rejected.SystemUserProtected
        | Fold.Registered user, Command.Register wish -> registerAgain context wish user
        | Fold.Registered user, Command.CompleteRegistration profile -> completeRegistration context profile user
        | Fold.Registered user, Command.Activate method -> activate context method user
        | Fold.Registered user, Command.Deactivate reason -> deactivate context reason user
        | Fold.Registered user, Command.Suspend(reason, until) -> suspend context reason until user
        | Fold.Registered user, Command.LiftSuspension note -> liftSuspension context note user
        | Fold.Registered user, Command.EndSuspension -> endSuspension context user
        | Fold.Registered user, Command.Archive reason -> archive context reason user
        | Fold.Registered user, Command.Purge legalBasis -> purge context legalBasis user
        | Fold.Registered user, Command.VerifyEmail address -> verifyEmail context address user
        | Fold.Registered user, Command.ExpireVerification -> expireVerification context user
        | Fold.Registered user, Command.CleanupExpired graceDays -> cleanupExpired context graceDays user
        | Fold.Registered user, Command.ResendVerification -> resendVerification context user
        | Fold.Registered user, Command.AutoInactivate lastActivityAt -> autoInactivate context lastActivityAt user
        | Fold.Registered user, Command.UpdateProfile update -> updateProfile context update user
        | Fold.Registered user, Command.ChangeEmail change -> changeEmail context change user
        | Fold.Registered user, Command.UpdatePreferences changes -> updatePreferences context changes user
        | Fold.Registered user, Command.ApproveAdmin -> approveAdmin context user
        | Fold.Registered user, Command.RejectAdmin reason -> rejectAdmin context reason user
        | Fold.Registered user, Command.OpenReview trigger -> openReview context trigger user
        | Fold.Registered user, Command.ConcludeReview(outcome, note) -> concludeReview context outcome note user
