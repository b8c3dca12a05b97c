namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Globalization
open System.Runtime.InteropServices
open UmsSti.Domain

/// What a notice to a person is about (NT-01...40). The names are stored in the outbox and name the templates: add, never rename.
[<RequireQualifiedAccess>]
type NoticeKind =
    /// NT-01
    | Welcome
    /// NT-02: the link that proves an address.
    | VerifyEmail
    /// NT-03
    | AccountActivated
    /// NT-04
    | AdminWelcome
    /// NT-05, to those who may approve.
    | ApprovalNeeded
    /// NT-05, to the applicant.
    | ApprovalDecided
    /// NT-06: somebody else made the account.
    | CredentialSetUp
    /// NT-09, to the new address.
    | EmailChangedNew
    /// NT-09, to the old address.
    | EmailChangedOld
    /// NT-20
    | StateChanged
    /// NT-20
    | ProfileUpdated
    /// Somebody tried to register with the address of this account.
    | AddressInUse
    /// NT-27: a system user passed a check by his type alone.
    | BypassAlert

    /// The stable name.
    member this.Name =
        match this with
        | Welcome -> "welcome"
        | VerifyEmail -> "verify-email"
        | AccountActivated -> "account-activated"
        | AdminWelcome -> "admin-welcome"
        | ApprovalNeeded -> "approval-needed"
        | ApprovalDecided -> "approval-decided"
        | CredentialSetUp -> "credential-set-up"
        | EmailChangedNew -> "email-changed-new"
        | EmailChangedOld -> "email-changed-old"
        | StateChanged -> "state-changed"
        | ProfileUpdated -> "profile-updated"
        | AddressInUse -> "address-in-use"
        | BypassAlert -> "bypass-alert"

    /// Whether it is sent to people who want no notices too: it protects or opens their account (NT-40).
    member this.IsSecurity =
        match this with
        | VerifyEmail
        | CredentialSetUp
        | EmailChangedNew
        | EmailChangedOld
        | AddressInUse
        | BypassAlert -> true
        | Welcome
        | AccountActivated
        | AdminWelcome
        | ApprovalNeeded
        | ApprovalDecided
        | StateChanged
        | ProfileUpdated -> false

    override this.ToString() = this.Name

    /// Every kind.
    static member All =
        [| Welcome
           VerifyEmail
           AccountActivated
           AdminWelcome
           ApprovalNeeded
           ApprovalDecided
           CredentialSetUp
           EmailChangedNew
           EmailChangedOld
           StateChanged
           ProfileUpdated
           AddressInUse
           BypassAlert |]

    /// The kind of a stable name.
    static member TryParse(name: string, [<Out>] result: byref<NoticeKind>) =
        match NoticeKind.All |> Array.tryFind (fun kind -> kind.Name = name) with
        | Some kind ->
            result <- kind
            true
        | None -> false

/// Event -> notices (RE-10). Who gets what is decided here; whether he still gets it when it is sent, in `NoticeRules`.
[<RequireQualifiedAccess>]
module NoticeReactions =
    let private notice (kind: NoticeKind) recipient (parameters: (string * string) list) : Effect =
        let all = Dictionary<string, string>()

        for key, value in parameters do
            all[key] <- value

        { Channel = Channels.Mail
          Kind = kind.Name
          Recipient = recipient
          Parameters = all
          OnceKey = null }

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
        | User.Events.UserPurged _
        // Notices about rights (NT-19) come with those about teams.
        | User.Events.Rights _ -> [||]

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
