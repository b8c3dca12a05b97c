namespace UmsSti.Domain.User

open System
open UmsSti.Domain

/// What the events of one user add up to.
[<RequireQualifiedAccess>]
module Fold =
    /// Everything known about a registered user.
    type Details =
        {
            Type: UserType
            SubState: SubState
            /// Stored name of the event that led to the sub-state; tells a retry from a new wish.
            ArrivedBy: string
            Email: Personal
            EmailVerified: bool
            /// When the outstanding verification link runs out; None when no link is out.
            VerificationExpiresAt: DateTimeOffset option
            VerificationResentAt: DateTimeOffset option
            Name: Personal
            /// By `ProfileField.Key`.
            Profile: Map<string, Personal>
            Preferences: Map<string, Personal>
            RegistrationCompletedAt: DateTimeOffset option
            CreatedAt: DateTimeOffset
            CreatedBy: string
            UpdatedAt: DateTimeOffset
            UpdatedBy: string
            /// Last activation or return; for an admin None means never approved.
            ActivatedAt: DateTimeOffset option
            ActivatedBy: string option
            DeactivatedAt: DateTimeOffset option
            DeactivatedBy: string option
            DeactivationReason: Personal option
            SuspendedAt: DateTimeOffset option
            SuspendedBy: string option
            SuspendedUntil: DateTimeOffset option
            SuspensionReason: Personal option
            ArchivedAt: DateTimeOffset option
            ArchivedBy: string option
            PurgedAt: DateTimeOffset option
            /// The team he works in at present (EV-036); gives no right.
            ActiveTeam: string option
            /// What he was given outside teams.
            Rights: Rights.Fold.State
        }

        /// The coarse state (FS-03).
        member this.State = this.SubState.State

        /// A pending admin, or one deactivated or suspended before anyone approved: activating is approving (FS-20.2).
        member this.AwaitsApproval = this.Type = UserType.Admin && this.ActivatedAt.IsNone

    type State =
        | Initial
        | Registered of Details

    let initial = Initial

    let private profileOf (values: Events.ProfileValue[]) =
        values |> Array.map (fun value -> value.Field, value.Value) |> Map.ofArray

    /// A user as registered, everything later still unset.
    let internal created userType subState arrivedBy email name profile expiresAt by at =
        { Type = userType
          SubState = subState
          ArrivedBy = arrivedBy
          Email = email
          EmailVerified = false
          VerificationExpiresAt = expiresAt
          VerificationResentAt = None
          Name = name
          Profile = profileOf profile
          Preferences = Map.empty
          RegistrationCompletedAt = None
          CreatedAt = at
          CreatedBy = by
          UpdatedAt = at
          UpdatedBy = by
          ActivatedAt = None
          ActivatedBy = None
          DeactivatedAt = None
          DeactivatedBy = None
          DeactivationReason = None
          SuspendedAt = None
          SuspendedBy = None
          SuspendedUntil = None
          SuspensionReason = None
          ArchivedAt = None
          ArchivedBy = None
          PurgedAt = None
          ActiveTeam = None
          Rights = Rights.Fold.initial }

    let private touch by at user = { user with UpdatedBy = by; UpdatedAt = at }

    let private arrive subState arrivedBy by at user = { touch by at user with SubState = subState; ArrivedBy = arrivedBy }

    let private activate arrivedBy by at user =
        { arrive SubState.Active arrivedBy by at user with ActivatedAt = Some at; ActivatedBy = Some by }

    /// Back to work, and for an admin whom nobody has approved yet back to the queue.
    let private release arrivedBy by at (user: Details) =
        let target = if user.AwaitsApproval then SubState.PendingApproval else SubState.Active

        { arrive target arrivedBy by at user with
            SuspendedAt = None
            SuspendedBy = None
            SuspendedUntil = None
            SuspensionReason = None }

    let private deactivate arrivedBy reason by at user =
        { arrive SubState.Inactive arrivedBy by at user with
            DeactivatedAt = Some at
            DeactivatedBy = Some by
            DeactivationReason = reason }

    let private archive arrivedBy by at user =
        { arrive SubState.Archived arrivedBy by at user with ArchivedAt = Some at; ArchivedBy = Some by }

    /// XR-04. Only admins hold elevated permissions by virtue of their office.
    let private dropElevated (user: Details) =
        if user.Type = UserType.Admin then
            { user with Rights = Rights.Fold.dropElevated user.Rights }
        else
            user

    let private forget (values: Map<string, Personal>) = values |> Map.map (fun _ _ -> Personal.Erased)

    let private purge by at user =
        { arrive SubState.Purged "UserPurged" by at user with
            Email = Personal.Erased
            Name = Personal.Erased
            Profile = forget user.Profile
            Preferences = forget user.Preferences
            DeactivationReason = user.DeactivationReason |> Option.map (fun _ -> Personal.Erased)
            SuspensionReason = user.SuspensionReason |> Option.map (fun _ -> Personal.Erased)
            PurgedAt = Some at
            ActiveTeam = None
            Rights = Rights.Fold.initial }

    let private updateField user (change: Events.FieldChange) =
        match change.Field, change.New with
        | "name", Some name -> { user with Name = name }
        | "name", None -> user
        | field, value -> { user with Profile = user.Profile |> Map.change field (fun _ -> value) }

    let private updatePreference user (change: Events.PreferenceValue) =
        { user with Preferences = user.Preferences |> Map.change change.Key (fun _ -> change.Value) }

    let private isLive (user: Details) =
        match user.SubState with
        | SubState.Archived
        | SubState.Purged -> false
        | SubState.Registered
        | SubState.PendingVerification
        | SubState.Expired
        | SubState.PendingApproval
        | SubState.Rejected
        | SubState.Active
        | SubState.Inactive
        | SubState.Suspended
        | SubState.UnderReview -> true

    let private conclude (e: Events.AdminReviewConcluded) user =
        match ReviewOutcome.TryParse e.Outcome with
        | true, ReviewOutcome.Passed -> release "AdminReviewConcluded" e.By e.At user
        | true, ReviewOutcome.Failed ->
            { arrive SubState.Suspended "AdminReviewConcluded" e.By e.At (dropElevated user) with
                SuspendedAt = Some e.At
                SuspendedBy = Some e.By
                SuspendedUntil = None
                SuspensionReason = Some e.Note }
        | true, ReviewOutcome.Terminated -> archive "AdminReviewConcluded" e.By e.At user
        | _ -> user

    /// A fact that does not fit the sub-state (late, doubled, or of another machine) changes nothing.
    let private change (user: Details) event =
        let when' possible changed = if possible then changed user else user
        let isPending = user.State = UserState.Pending
        let is subState = user.SubState = subState
        let isAdmin = user.Type = UserType.Admin

        match event with
        | Events.UserRegistrationInitiated _
        | Events.AdminRegistrationInitiated _ -> user
        | Events.UserRegistrationCompleted e ->
            when' (isLive user) (fun user ->
                { touch e.By e.At user with
                    Profile = (user.Profile, e.Profile) ||> Array.fold (fun known value -> known.Add(value.Field, value.Value))
                    RegistrationCompletedAt = Some e.At })
        | Events.UserActivated e -> when' (isPending && not isAdmin) (activate "UserActivated" e.By e.At)
        | Events.UserReactivated e ->
            when' (is SubState.Inactive && not user.AwaitsApproval) (activate "UserReactivated" e.By e.At)
        | Events.AdminUserActivated e ->
            when'
                (is SubState.PendingApproval || (is SubState.Inactive && user.AwaitsApproval))
                (activate "AdminUserActivated" e.By e.At)
        | Events.AdminUserRejected e ->
            when' (is SubState.PendingApproval) (arrive SubState.Rejected "AdminUserRejected" e.By e.At)
        | Events.UserDeactivated e ->
            when' (isPending || is SubState.Active) (deactivate "UserDeactivated" (Some e.Reason) e.By e.At)
        | Events.UserStateAutoInactivated e -> when' (is SubState.Active) (deactivate "UserStateAutoInactivated" None e.By e.At)
        | Events.UserSuspended e ->
            when' (isPending || is SubState.Active || is SubState.Inactive) (fun user ->
                { arrive SubState.Suspended "UserSuspended" e.By e.At (dropElevated user) with
                    SuspendedAt = Some e.At
                    SuspendedBy = Some e.By
                    SuspendedUntil = e.Until
                    SuspensionReason = Some e.Reason })
        | Events.UserUnsuspended e -> when' (is SubState.Suspended) (release "UserUnsuspended" e.By e.At)
        | Events.AdminReviewStarted e ->
            when'
                (isAdmin && (is SubState.Active || is SubState.Suspended))
                (arrive SubState.UnderReview "AdminReviewStarted" e.By e.At)
        | Events.AdminReviewConcluded e -> when' (is SubState.UnderReview) (conclude e)
        | Events.UserArchived e -> when' (isLive user) (archive "UserArchived" e.By e.At)
        | Events.UserPurged e -> when' (is SubState.Archived) (purge e.By e.At)
        | Events.UserEmailVerified e ->
            when' (isPending || is SubState.Active) (fun user ->
                let verified = { touch e.By e.At user with EmailVerified = true; VerificationExpiresAt = None }

                if is SubState.PendingVerification then
                    activate "UserEmailVerified" e.By e.At verified
                else
                    verified)
        | Events.UserVerificationExpired e ->
            when' (is SubState.PendingVerification) (arrive SubState.Expired "UserVerificationExpired" e.By e.At)
        | Events.UserVerificationResent e ->
            when' (isPending || is SubState.Active) (fun user ->
                let resent =
                    { touch e.By e.At user with
                        VerificationExpiresAt = Some e.ExpiresAt
                        VerificationResentAt = Some e.At }

                if is SubState.Expired then
                    arrive SubState.PendingVerification "UserVerificationResent" e.By e.At resent
                else
                    resent)
        | Events.UserProfileUpdated e ->
            when' (isLive user) (fun user -> e.Changes |> Array.fold updateField (touch e.By e.At user))
        | Events.UserEmailChanged e ->
            when' (isLive user) (fun user ->
                { touch e.By e.At user with
                    Email = e.New
                    EmailVerified = user.EmailVerified && not e.VerificationRequired
                    VerificationExpiresAt = e.VerificationExpiresAt
                    VerificationResentAt = None })
        | Events.UserPreferencesUpdated e ->
            when' (isLive user) (fun user -> e.Changes |> Array.fold updatePreference (touch e.By e.At user))
        | Events.UserActiveTeamSwitched e -> when' (isLive user) (fun user -> { user with ActiveTeam = Some e.To })
        | Events.Rights e -> when' (isLive user) (fun user -> { user with Rights = Rights.Fold.evolve user.Rights e })

    let private bornUser subState userType (e: Events.UserRegistrationInitiated) =
        created userType subState "UserRegistrationInitiated" e.Email e.Name e.Profile e.VerificationExpiresAt e.By e.At

    let private bornAdmin (e: Events.AdminRegistrationInitiated) =
        created UserType.Admin SubState.PendingApproval "AdminRegistrationInitiated" e.Email e.Name e.Profile None e.By e.At

    /// Only a registration makes a user.
    let private birth event =
        match event with
        | Events.UserRegistrationInitiated e ->
            match UserType.TryParse e.Type with
            | true, UserType.Standard -> Registered(bornUser SubState.PendingVerification UserType.Standard e)
            | true, UserType.System -> Registered(bornUser SubState.Registered UserType.System e)
            | _ -> Initial
        | Events.AdminRegistrationInitiated e -> Registered(bornAdmin e)
        | Events.UserRegistrationCompleted _
        | Events.UserActivated _
        | Events.UserDeactivated _
        | Events.UserSuspended _
        | Events.UserUnsuspended _
        | Events.UserArchived _
        | Events.UserPurged _
        | Events.UserReactivated _
        | Events.UserEmailVerified _
        | Events.UserVerificationExpired _
        | Events.UserVerificationResent _
        | Events.UserStateAutoInactivated _
        | Events.AdminUserActivated _
        | Events.AdminUserRejected _
        | Events.AdminReviewStarted _
        | Events.AdminReviewConcluded _
        | Events.UserProfileUpdated _
        | Events.UserEmailChanged _
        | Events.UserPreferencesUpdated _
        | Events.UserActiveTeamSwitched _
        | Events.Rights _ -> Initial

    /// Total: every event meets every state.
    let evolve state event =
        match state with
        | Initial -> birth event
        | Registered user -> Registered(change user event)

    let fold state events = Array.fold evolve state events
