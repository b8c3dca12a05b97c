namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Globalization
open UmsSti.Domain

/// What is known about one notice when it is to be sent.
[<NoComparison>]
type NoticeFacts =
    {
        Kind: NoticeKind
        Parameters: IReadOnlyDictionary<string, string>
        /// The event of a user's stream that caused it; None when it comes from the activity log.
        Cause: User.Events.Event option
        /// The recipient right after that event; as he is now where the event is not of his stream.
        Then: User.Fold.State
        /// The recipient now, and who he is.
        Now: User.Fold.State
        RecipientId: string
        /// What it speaks of, where it is about teams.
        Teams: NoticeTeams
        /// The time of sending.
        At: DateTimeOffset
        /// `Notifications:Email:Enabled` (RE-02).
        IsEmailOn: bool
    }

/// A notice that is to be sent.
[<NoComparison>]
type Letter =
    {
        To: string
        ToName: string
        /// "en" or "de".
        Language: string
        /// Values for the template. Personal: they live only until the message is sent.
        Values: IReadOnlyDictionary<string, string>
        /// The normalised address that a verification link in it must prove; null when it carries none.
        Proves: string | null
    }

/// What becomes of a notice at the time of sending.
[<RequireQualifiedAccess; NoComparison>]
type NoticeVerdict =
    | Send of letter: Letter
    /// It need not be sent; why.
    | Skip of reason: string
    /// It cannot be sent any more; why.
    | Cancel of reason: string

/// Whether a notice is sent, to which address and in which language (RE-02, RE-11, NT-40). Pure: two tries of one notice differ
/// only where the world has changed between them.
[<RequireQualifiedAccess>]
module NoticeRules =
    /// The preference that keeps notices away (RE-11); on when it was never set.
    [<Literal>]
    let Preference = "email_notifications"

    let private off = set [ "false"; "off"; "no"; "0"; "none" ]

    /// Whether a person wants notices.
    let wantsNotices (user: User.Fold.Details) =
        match user.Preferences.TryFind Preference with
        | Some(Personal.Known text) -> not (Set.contains (text.Trim().ToLowerInvariant()) off)
        | Some Personal.Erased
        | None -> true

    /// The language of a person's mail: what there are templates for, by the language part of his locale; English otherwise.
    let language (user: User.Fold.Details) =
        match user.Profile.TryFind ProfileField.Locale.Key with
        | Some(Personal.Known locale) when
            String.Equals(locale, "de", StringComparison.OrdinalIgnoreCase)
            || locale.StartsWith("de-", StringComparison.OrdinalIgnoreCase)
            ->
            "de"
        | _ -> "en"

    let private time (at: DateTimeOffset) = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)

    /// What people may read of the event itself; it is about them and by their own key.
    let private valuesOfCause cause : (string * string) list =
        let reason personal = Personal.tryGet personal |> Option.map (fun text -> "reason", text) |> Option.toList

        match cause with
        | Some(User.Events.UserSuspended e) ->
            reason e.Reason @ (e.Until |> Option.map (fun at -> "until", time at) |> Option.toList)
        | Some(User.Events.UserDeactivated e) -> reason e.Reason
        | Some(User.Events.AdminUserRejected e) -> reason e.Reason
        | Some(User.Events.UserArchived e) -> e.Reason |> Option.map reason |> Option.defaultValue []
        | Some(User.Events.Rights(Rights.Events.UserPermissionGranted e)) ->
            e.Reason |> Option.map reason |> Option.defaultValue []
        | Some(User.Events.Rights(Rights.Events.UserPermissionRevoked e)) -> reason e.Reason
        | Some(User.Events.Rights(Rights.Events.UserRoleRevoked e)) -> reason e.Reason
        | _ -> []

    let private values more facts (user: User.Fold.Details) : IReadOnlyDictionary<string, string> =
        let all = Dictionary<string, string>()

        for KeyValue(key, value) in facts.Parameters do
            all[key] <- value

        for key, value in valuesOfCause facts.Cause @ more do
            all[key] <- value

        all["name"] <- user.Name.ToString()

        match User.Queries.tryDetails facts.Then with
        | Some then' when facts.Kind = NoticeKind.StateChanged -> all["state-" + then'.State.Name] <- "yes"
        | _ -> ()

        all

    /// The address as a link proves it; null when it cannot be read.
    let private normalised (address: Personal) : string | null =
        match address with
        | Personal.Known text ->
            match Email.TryParse text with
            | true, email -> email.Normalised
            | _ -> null
        | Personal.Erased -> null

    let private letterWith more facts (user: User.Fold.Details) (address: Personal) proves =
        match address, normalised address with
        | Personal.Known text, present when not (isNull present) ->
            NoticeVerdict.Send
                { To = text
                  ToName = user.Name.ToString()
                  Language = language user
                  Values = values more facts user
                  Proves = (if proves then present else null) }
        | _ -> NoticeVerdict.Cancel "the address cannot be read any more"

    let private letter facts user address proves = letterWith [] facts user address proves

    let private canProve (user: User.Fold.Details) = user.State = UserState.Pending || user.State = UserState.Active

    /// A link is worth sending as long as it would be taken and no newer one is out.
    let private proving facts (user: User.Fold.Details) (address: Personal) =
        let sameAddress = String.Equals(normalised address, normalised user.Email)

        match User.Queries.tryDetails facts.Then with
        | _ when not sameAddress -> NoticeVerdict.Skip "superseded: the address was changed again"
        | _ when user.EmailVerified -> NoticeVerdict.Skip "the address is confirmed already"
        | _ when not (canProve user) -> NoticeVerdict.Skip $"the account is {user.State.Name}"
        | Some then' when user.VerificationResentAt > then'.VerificationResentAt ->
            NoticeVerdict.Skip "superseded: a newer link was sent"
        | _ when user.VerificationExpiresAt |> Option.exists (fun at -> at <= facts.At) ->
            NoticeVerdict.Skip "the time to confirm is over"
        | _ -> letter facts user address true

    let private activatedThen facts =
        match User.Queries.tryDetails facts.Then, facts.Cause with
        | Some user, Some(User.Events.UserEmailVerified e) -> user.ArrivedBy = "UserEmailVerified" && user.ActivatedAt = Some e.At
        | _ -> false

    let private ofRights facts (user: User.Fold.Details) =
        if user.State <> UserState.Active then
            NoticeVerdict.Skip $"the account is {user.State.Name}"
        else
            match TeamNoticeRules.judge facts.Kind facts.Parameters facts.RecipientId user facts.At facts.Teams with
            | Ok more -> letterWith more facts user user.Email false
            | Error reason -> NoticeVerdict.Skip reason

    let private ofKind facts (user: User.Fold.Details) =
        match facts.Kind, facts.Cause with
        | kind, _ when kind.IsOfRights -> ofRights facts user
        | NoticeKind.VerifyEmail, Some(User.Events.UserRegistrationInitiated e) -> proving facts user e.Email
        | NoticeKind.VerifyEmail, _ -> proving facts user user.Email
        | (NoticeKind.EmailChangedNew | NoticeKind.EmailChangedOld), Some(User.Events.UserEmailChanged e) when
            not e.VerificationRequired && String.Equals(normalised e.Old, normalised e.New)
            ->
            NoticeVerdict.Skip "only the spelling of the address was changed"
        | NoticeKind.EmailChangedNew, Some(User.Events.UserEmailChanged e) when e.VerificationRequired -> proving facts user e.New
        | NoticeKind.EmailChangedNew, Some(User.Events.UserEmailChanged e) -> letter facts user e.New false
        | NoticeKind.EmailChangedOld, Some(User.Events.UserEmailChanged e) -> letter facts user e.Old false
        | NoticeKind.AccountActivated, Some(User.Events.UserEmailVerified _) when not (activatedThen facts) ->
            NoticeVerdict.Skip "the account was active already"
        | _ -> letter facts user user.Email false

    /// What becomes of a notice now.
    let judge facts : NoticeVerdict =
        match facts.Now with
        | User.Fold.Initial -> NoticeVerdict.Cancel "there is no such recipient"
        | User.Fold.Registered user when user.SubState = SubState.Purged || user.Email = Personal.Erased ->
            NoticeVerdict.Cancel "subject erased"
        | User.Fold.Registered _ when not facts.IsEmailOn -> NoticeVerdict.Skip "e-mail notifications are off"
        | User.Fold.Registered user when not facts.Kind.IsSecurity && not (wantsNotices user) ->
            NoticeVerdict.Skip "the recipient wants no notices"
        | User.Fold.Registered user -> ofKind facts user
