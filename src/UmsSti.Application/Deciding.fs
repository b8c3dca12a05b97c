namespace UmsSti.Application

open System
open UmsSti.Domain
open UmsSti.Kernel

/// A decision as the door sees it: carried out, or refused with nothing to store.
type internal Verdict = Result<unit, Refusal>

type private UserRejected = User.Decisions.Rejected
type private AddressRejected = EmailAddress.Decisions.Rejected

/// Calls the pure decisions and puts their refusals into the words of the API.
[<RequireQualifiedAccess>]
module internal Deciding =
    let private refusalOf (rejected: UserRejected) : Refusal =
        let code = User.Decisions.code rejected
        let conflict detail facts = Refusals.conflict code detail facts
        let invalid field detail = { Refusals.invalid [ field, detail ] with Code = code; Detail = detail }

        match rejected with
        | UserRejected.NotFound -> Refusals.notFound "user"
        | UserRejected.AlreadyRegistered -> conflict "A user with this id is registered already." []
        | UserRejected.IdKindMismatch -> invalid "id" "The id is not of the kind that users of this type carry."
        | UserRejected.InvalidTransition(state, event) ->
            conflict $"A user who is {state} cannot take the step {event}." [ "state", state; "event", event ]
        | UserRejected.SystemUserProtected -> conflict "System users are created and managed by system users only." []
        | UserRejected.SelfApprovalNotAllowed -> conflict "Nobody approves or activates himself." []
        | UserRejected.SamePersonReview -> conflict "Whoever suspended a user does not review that suspension." []
        | UserRejected.EmailNotVerified -> conflict "The e-mail address is not confirmed." []
        | UserRejected.UntilNotInFuture -> invalid "until" "The time until which the suspension lasts must lie in the future."
        | UserRejected.VerificationExpired -> conflict "The verification link has expired; ask for a new one." []
        | UserRejected.VerificationNotExpired -> conflict "The verification link has not expired yet." []
        | UserRejected.GracePeriodNotOver -> conflict "The link ran out too short a time ago." []
        | UserRejected.SuspensionNotOver -> conflict "The suspension has not reached its end." []
        | UserRejected.VerificationForOtherAddress -> conflict "The verification link belongs to another address." []
        | UserRejected.RegistrationAlreadyCompleted -> conflict "The registration was completed with other data." []
        | UserRejected.RecentlyActive -> conflict "The user was active too recently." []
        | UserRejected.TooManyPreferences limit -> invalid "preferences" $"A user has at most {limit} preferences."

    let emailTaken =
        Refusals.conflict (EmailAddress.Decisions.code AddressRejected.EmailTaken) "Another user holds this e-mail address." []

    /// What a decision needs besides command and state.
    let context (envelope: Envelope) (actorIsSystem: bool) (subject: UserId) : User.Decisions.Context =
        { Now = envelope.Now; Subject = subject; Actor = envelope.Actor; ActorIsSystem = actorIsSystem }

    /// `If-Match` (412): compared inside the decision, so that of two callers with one version exactly one wins.
    let private versionRefusal (envelope: Envelope) (user: ISyncContext<User.Fold.State>) =
        if envelope.ExpectedVersion = Envelope.AnyVersion || envelope.ExpectedVersion = user.Version then
            None
        else
            Some(Refusals.versionMismatch envelope.ExpectedVersion user.Version)

    let private refuse refusal : Verdict * User.Events.Event[] = Error refusal, [||]

    let private moved detail = Refusals.conflict "concurrency-conflict" detail []

    /// Rights were judged on an earlier look at the user. Where the decision finds him such that the command asks for others
    /// (an activation that has become an approval), nothing is decided.
    let asJudged
        (command: ValidCommand)
        (judged: Requirement list)
        (decide: ISyncContext<User.Fold.State> -> Verdict * User.Events.Event[])
        (user: ISyncContext<User.Fold.State>)
        =
        match decide user with
        | Ok(), events when events.Length > 0 && Rules.command command user.State <> judged ->
            refuse (moved "The user was changed at the same time; read again and decide anew.")
        | verdict -> verdict

    /// Decides commands one after the other on one user; all or none.
    let onUser
        envelope
        context
        (commands: User.Command list)
        (user: ISyncContext<User.Fold.State>)
        : Verdict * User.Events.Event[] =
        let rec decide state events commands =
            match commands with
            | [] -> Ok(), events
            | command :: rest ->
                match User.Decisions.decide context command state with
                | User.Decisions.Outcome.Accepted, more -> decide (User.Fold.fold state more) (Array.append events more) rest
                | User.Decisions.Outcome.Rejected rejected, _ -> refuse (refusalOf rejected)

        match user.State, versionRefusal envelope user with
        | User.Fold.Initial, _ -> refuse (Refusals.notFound "user")
        | User.Fold.Registered _, Some refusal -> refuse refusal
        | User.Fold.Registered _, None -> decide user.State [||] commands

    /// Registers a user and claims his address.
    let register
        (context: User.Decisions.Context)
        register
        (user: ISyncContext<User.Fold.State>)
        (address: ISyncContext<EmailAddress.Fold.State>)
        =
        match EmailAddress.Decisions.claim context.Now context.Subject address.State with
        | EmailAddress.Decisions.Outcome.Rejected AddressRejected.EmailTaken, _ -> Error emailTaken, [||], [||]
        | EmailAddress.Decisions.Outcome.Accepted, claimed ->
            match User.Decisions.decide context (User.Command.Register register) user.State with
            | User.Decisions.Outcome.Accepted, events -> Ok(), events, claimed
            | User.Decisions.Outcome.Rejected rejected, _ -> Error(refusalOf rejected), [||], [||]

    /// Changes the address: claims the new one and gives the old one back.
    let changeEmail
        envelope
        (context: User.Decisions.Context)
        (change: User.ChangeEmail)
        user
        (claimed: ISyncContext<EmailAddress.Fold.State>)
        (released: ISyncContext<EmailAddress.Fold.State>)
        =
        // The user first: whoever may not change his address does not learn who holds another one.
        match onUser envelope context [ User.Command.ChangeEmail change ] user with
        | Error refusal, _ -> Error refusal, [||], [||], [||]
        | Ok(), events ->
            match EmailAddress.Decisions.claim context.Now context.Subject claimed.State with
            | EmailAddress.Decisions.Outcome.Rejected AddressRejected.EmailTaken, _ -> Error emailTaken, [||], [||], [||]
            | EmailAddress.Decisions.Outcome.Accepted, claim ->
                let release =
                    EmailAddress.Decisions.release context.Now context.Subject EmailAddress.ReleaseReason.Changed released.State

                Ok(), events, claim, release

    /// Purges a user and frees his address.
    let purge
        (context: User.Decisions.Context)
        (decide: ISyncContext<User.Fold.State> -> Verdict * User.Events.Event[])
        user
        (held: ISyncContext<EmailAddress.Fold.State>)
        =
        match decide user with
        | Ok(), events ->
            Ok(), events, EmailAddress.Decisions.release context.Now context.Subject EmailAddress.ReleaseReason.Purged held.State
        | Error refusal, _ -> Error refusal, [||], [||]

    /// The address changed between the look at it and the decision; asking again decides on the new one.
    let emailMoved = moved "The e-mail address was changed at the same time; read again and decide anew."

    let verificationForOtherAddress = refusalOf UserRejected.VerificationForOtherAddress

    /// Confirms the address a token was sent to; the token's address is known by its blind index.
    let verifyEmail envelope context (blindIndex: IBlindIndex) (addressIndex: string) (user: ISyncContext<User.Fold.State>) =
        match User.Queries.tryEmail user.State with
        | Some email when blindIndex.Compute email.Normalised = addressIndex ->
            onUser envelope context [ User.Command.VerifyEmail email ] user
        | Some _
        | None -> Error verificationForOtherAddress, [||]

    /// Whether a purge is among the commands; it frees the address as well.
    let isPurge (commands: User.Command list) =
        commands
        |> List.exists (fun command ->
            match command with
            | User.Command.Purge _ -> true
            | _ -> false)
