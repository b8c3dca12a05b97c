/// A user's sign-ins and what was asked of his rights: the stream `Access-{userId}` of the activity log. It is pruned
/// by age, so nothing that must last is decided from it. Ip and user agent stand in the metadata.
module UmsSti.Domain.Access

open System

/// How a session was opened (EV-040).
[<RequireQualifiedAccess>]
type LogInMethod =
    | Password
    | Token
    | Sso

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Password -> "password"
        | Token -> "token"
        | Sso -> "sso"

/// How a session was closed (EV-041).
[<RequireQualifiedAccess>]
type LogOutMethod =
    | Manual
    | Timeout
    | Forced

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Manual -> "manual"
        | Timeout -> "timeout"
        | Forced -> "forced"

/// Why a sign-in failed (EV-042).
[<RequireQualifiedAccess>]
type FailureReason =
    | InvalidCredentials
    | AccountLocked
    | AccountInactive
    | AccountSuspended
    | TooManyAttempts

    /// The stable lower-case name.
    member this.Name =
        match this with
        | InvalidCredentials -> "invalid_credentials"
        | AccountLocked -> "account_locked"
        | AccountInactive -> "account_inactive"
        | AccountSuspended -> "account_suspended"
        | TooManyAttempts -> "too_many_attempts"

// Stored format. Names of cases and fields are on disk for good: add, never rename. See tests/UmsSti.Application.Tests/Wire/Access.
[<RequireQualifiedAccess>]
module Events =
    /// EV-040. `ExpiresAt` is absolute (OP-20).
    type UserLoggedIn = { SessionId: string; Method: string; ExpiresAt: DateTimeOffset; At: DateTimeOffset }

    /// EV-041
    type UserLoggedOut = { SessionId: string; Method: string; At: DateTimeOffset }

    /// EV-042. `Reason` is a `FailureReason.Name`.
    type FailedLoginAttempt = { Reason: string; At: DateTimeOffset }

    /// PE-05. `Operation` names the command or query, `Permission` what was missing, `Scope` where ("global" or an id).
    type AccessDenied = { Operation: string; Permission: string; Scope: string; At: DateTimeOffset }

    /// PE-31
    type SystemBypass = { Operation: string; Permission: string; Scope: string; At: DateTimeOffset }

    /// Somebody tried to register with an address that is taken; it stands under the address's owner, who is told.
    /// `Reason` is "address_taken".
    type RegistrationRefused = { Reason: string; At: DateTimeOffset }

    type Event =
        | UserLoggedIn of UserLoggedIn
        | UserLoggedOut of UserLoggedOut
        | FailedLoginAttempt of FailedLoginAttempt
        | AccessDenied of AccessDenied
        | SystemBypass of SystemBypass
        | RegistrationRefused of RegistrationRefused

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract UserLoggedIn: Events.UserLoggedIn -> 'r
    abstract UserLoggedOut: Events.UserLoggedOut -> 'r
    abstract FailedLoginAttempt: Events.FailedLoginAttempt -> 'r
    abstract AccessDenied: Events.AccessDenied -> 'r
    abstract SystemBypass: Events.SystemBypass -> 'r
    abstract RegistrationRefused: Events.RegistrationRefused -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.UserLoggedIn e -> visitor.UserLoggedIn e
        | Events.UserLoggedOut e -> visitor.UserLoggedOut e
        | Events.FailedLoginAttempt e -> visitor.FailedLoginAttempt e
        | Events.AccessDenied e -> visitor.AccessDenied e
        | Events.SystemBypass e -> visitor.SystemBypass e
        | Events.RegistrationRefused e -> visitor.RegistrationRefused e

[<RequireQualifiedAccess>]
module Fold =
    /// A session that was opened and not closed.
    type Session = { Method: string; StartedAt: DateTimeOffset; ExpiresAt: DateTimeOffset }

    type State =
        {
            /// Open sessions by id. Sessions that had run out when the last one opened are gone.
            Sessions: Map<string, Session>
            LastLoginAt: DateTimeOffset option
        }

    let initial = { Sessions = Map.empty; LastLoginAt = None }

    let private logIn (e: Events.UserLoggedIn) state =
        let open' = state.Sessions |> Map.filter (fun _ session -> session.ExpiresAt > e.At)

        let session = { Method = e.Method; StartedAt = e.At; ExpiresAt = e.ExpiresAt }

        { Sessions = open'.Add(e.SessionId, session); LastLoginAt = Some e.At }

    let evolve state event =
        match event with
        | Events.UserLoggedIn e -> logIn e state
        | Events.UserLoggedOut e -> { state with Sessions = state.Sessions.Remove e.SessionId }
        | Events.FailedLoginAttempt _
        | Events.AccessDenied _
        | Events.SystemBypass _
        | Events.RegistrationRefused _ -> state

    let fold state events = Array.fold evolve state events

[<RequireQualifiedAccess>]
module Decisions =
    /// Life of a session, absolute, in hours (OP-20, US-03...06).
    let sessionHours userType =
        match userType with
        | UserType.Standard
        | UserType.System -> 24.0
        | UserType.Admin -> 8.0

    /// Who signs in; the credentials were checked by the caller.
    type LogIn = { SessionId: SessionId; Method: LogInMethod; Type: UserType; State: UserState }

    [<RequireQualifiedAccess>]
    type Rejected =
        /// Only active users may sign in (US-23).
        | AccountNotActive of UserState

    [<RequireQualifiedAccess>]
    type LogInOutcome =
        | LoggedIn of expiresAt: DateTimeOffset
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal.
    let code rejected =
        match rejected with
        | Rejected.AccountNotActive _ -> "account-not-active"

    /// Opens a session; opening the same one again is a retry.
    let logIn (now: DateTimeOffset) (logIn: LogIn) (state: Fold.State) =
        match state.Sessions.TryFind logIn.SessionId.Value with
        | _ when not logIn.State.AllowsLogin -> LogInOutcome.Rejected(Rejected.AccountNotActive logIn.State), [||]
        | Some session -> LogInOutcome.LoggedIn session.ExpiresAt, [||]
        | None ->
            let expiresAt = now.AddHours(sessionHours logIn.Type)

            LogInOutcome.LoggedIn expiresAt,
            [| Events.UserLoggedIn
                   { SessionId = logIn.SessionId.Value; Method = logIn.Method.Name; ExpiresAt = expiresAt; At = now } |]

    /// Closes a session; closing one that is not open changes nothing.
    let logOut now (sessionId: SessionId) (method: LogOutMethod) (state: Fold.State) =
        if state.Sessions.ContainsKey sessionId.Value then
            [| Events.UserLoggedOut { SessionId = sessionId.Value; Method = method.Name; At = now } |]
        else
            [||]

[<RequireQualifiedAccess>]
module Queries =
    /// When an open session runs out; None when it is closed, unknown or past its end.
    let sessionExpiry (now: DateTimeOffset) (sessionId: SessionId) (state: Fold.State) =
        match state.Sessions.TryFind sessionId.Value with
        | Some session when session.ExpiresAt > now -> Some session.ExpiresAt
        | Some _
        | None -> None
