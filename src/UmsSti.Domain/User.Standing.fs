namespace UmsSti.Domain.User

open System
open UmsSti.Domain

/// Where a user stands in his machine and nothing else of him: what a reader keeps who follows states and not people.
type Standing =
    {
        Type: UserType
        SubState: SubState
        RegisteredAt: DateTimeOffset
        /// The newest activation or return; None: never active.
        ActivatedAt: DateTimeOffset option
    }

/// The same fold as everybody's, over less.
[<RequireQualifiedAccess>]
module Standing =
    let private blank = Personal.Erased

    let private folded (standing: Standing) rights =
        Fold.Registered
            { Fold.created standing.Type standing.SubState "" blank blank [||] None "" standing.RegisteredAt with
                ActivatedAt = standing.ActivatedAt
                Rights = rights }

    let private standing state =
        match state with
        | Fold.Initial -> None
        | Fold.Registered user ->
            Some
                { Type = user.Type
                  SubState = user.SubState
                  RegisteredAt = user.CreatedAt
                  ActivatedAt = user.ActivatedAt }

    /// Whether an event can move a user at all; others need no look at where he stands.
    let mayMove event =
        match event with
        | Events.UserRegistrationCompleted _
        | Events.UserProfileUpdated _
        | Events.UserEmailChanged _
        | Events.UserPreferencesUpdated _
        | Events.UserActiveTeamSwitched _
        | Events.Rights _ -> false
        | Events.UserRegistrationInitiated _
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
        | Events.AdminRegistrationInitiated _
        | Events.AdminUserActivated _
        | Events.AdminUserRejected _
        | Events.AdminReviewStarted _
        | Events.AdminReviewConcluded _ -> true

    /// Where the user stands after an event; None before he is registered.
    let after (before: Standing option) event =
        let state =
            match before with
            | Some before -> folded before Rights.Fold.initial
            | None -> Fold.initial

        standing (Fold.evolve state event)

    /// The same with what he is given outside teams, of which some moves take (XR-04). What he held counts only beside a standing.
    let afterWith (before: Standing option) (rights: Rights.Fold.State) event : struct (Standing option * Rights.Fold.State) =
        let state =
            match before with
            | Some before -> folded before rights
            | None -> Fold.initial

        match Fold.evolve state event with
        | Fold.Registered user as after -> struct (standing after, user.Rights)
        | Fold.Initial -> struct (None, Rights.Fold.initial)
