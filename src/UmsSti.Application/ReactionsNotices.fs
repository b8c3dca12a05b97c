namespace UmsSti.Application

open System
open System.Globalization
open UmsSti.Domain

/// Event -> notices about accounts (RE-10). Who gets what is decided here; whether he still gets it when it is sent, in `NoticeRules`.
[<RequireQualifiedAccess>]
module NoticeReactions =
    let private notice = Notice.make

    let private oncePerDay (what: string) who (at: DateTimeOffset) effect =
        let day = at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        { effect with OnceKey = $"{what}:{who}:{day}" }

    /// A user who is a machine's account has nobody who reads welcomes (US-05).
    let private registered userId (e: User.Events.UserRegistrationInitiated) =
        if e.Type <> UserType.Standard.Name then
            [||]
        else
            [| notice NoticeKind.Welcome userId []
               if e.VerificationExpiresAt.IsSome then
                   notice NoticeKind.VerifyEmail userId []
               if Actors.isUser e.By && e.By <> userId then
                   notice NoticeKind.CredentialSetUp userId [] |]

    let private adminRegistered userId (e: User.Events.AdminRegistrationInitiated) =
        [| notice NoticeKind.AdminWelcome userId []
           notice NoticeKind.ApprovalNeeded Audience.Approvers [ "applicant", userId ]
           if Actors.isUser e.By && e.By <> userId then
               notice NoticeKind.CredentialSetUp userId [] |]

    // Which state it is, the state after the event says (an admin nobody has approved comes back as pending).
    let private state userId = [| notice NoticeKind.StateChanged userId [] |]

    let private emailChanged userId (e: User.Events.UserEmailChanged) =
        let verification = if e.VerificationRequired then [ "verify", "yes" ] else []

        [| notice NoticeKind.EmailChangedNew userId verification; notice NoticeKind.EmailChangedOld userId [] |]

    /// What an event of a user's stream makes known to whom.
    let user (userId: string) (event: User.Events.Event) : Effect[] =
        match event with
        | User.Events.UserRegistrationInitiated e -> registered userId e
        | User.Events.AdminRegistrationInitiated e -> adminRegistered userId e
        | User.Events.UserActivated _ -> [| notice NoticeKind.AccountActivated userId [] |]
        | User.Events.UserEmailVerified _ -> [| notice NoticeKind.AccountActivated userId [ "onlyIfActivatedNow", "yes" ] |]
        | User.Events.AdminUserActivated _ -> [| notice NoticeKind.ApprovalDecided userId [ "approved", "yes" ] |]
        | User.Events.AdminUserRejected _ -> [| notice NoticeKind.ApprovalDecided userId [ "rejected", "yes" ] |]
        | User.Events.UserVerificationResent _ -> [| notice NoticeKind.VerifyEmail userId [] |]
        | User.Events.UserEmailChanged e -> emailChanged userId e
        | User.Events.UserReactivated _
        | User.Events.UserUnsuspended _
        | User.Events.UserDeactivated _
        | User.Events.UserStateAutoInactivated _
        | User.Events.UserSuspended _
        | User.Events.AdminReviewStarted _
        | User.Events.AdminReviewConcluded _
        | User.Events.UserArchived _ -> state userId
        | User.Events.UserProfileUpdated e ->
            let fields = e.Changes |> Array.map (fun change -> change.Field) |> String.concat ", "
            [| notice NoticeKind.ProfileUpdated userId [ "fields", fields ] |]
        // Told by the notice that caused them, of no interest to the person, or after the person is forgotten.
        | User.Events.UserRegistrationCompleted _
        | User.Events.UserVerificationExpired _
        | User.Events.UserPreferencesUpdated _
        | User.Events.UserActiveTeamSwitched _
        | User.Events.UserPurged _ -> [||]
        | User.Events.Rights e -> TeamReactions.rights userId [] e

    /// What a fact of the activity log makes known; `actor` is the stream's. A system user bypasses with every request, so
    /// those who watch hear of him once a day, and an owner hears once a day that somebody tries his address.
    let access (actor: string) (event: Access.Events.Event) : Effect[] =
        match event with
        | Access.Events.SystemBypass e when Actors.isUser actor ->
            [| notice NoticeKind.BypassAlert Audience.Watch [ "actor", actor; "operation", e.Operation ]
               |> oncePerDay NoticeKind.BypassAlert.Name actor e.At |]
        | Access.Events.RegistrationRefused e when Actors.isUser actor ->
            [| notice NoticeKind.AddressInUse actor [] |> oncePerDay NoticeKind.AddressInUse.Name actor e.At |]
        | Access.Events.SystemBypass _
        | Access.Events.RegistrationRefused _
        | Access.Events.UserLoggedIn _
        | Access.Events.UserLoggedOut _
        | Access.Events.FailedLoginAttempt _
        | Access.Events.AccessDenied _ -> [||]
