namespace UmsSti.Application

open System
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

type private AccessRejected = Access.Decisions.Rejected

/// The answer to a sign-in whose credentials were right.
[<RequireQualifiedAccess; NoComparison>]
type SignInAnswer =
    | SignedIn of expiresAt: DateTimeOffset
    | Refused of Refusal

/// Sign-in facts in the activity log (EV-040...042). Passwords and tokens are the edge's and the vault's business.
[<Sealed>]
type SignIns internal (wiring: Wiring, guard: Guard) =
    let contextOf (envelope: Envelope) (userId: string) = Context.about userId envelope.CorrelationId envelope

    let decider envelope (userId: string) =
        Decider.forRequest wiring.Access (contextOf envelope userId) (AccessStream.streamId userId)

    /// Opens a session for a user whose password was right; refused when the account may not sign in.
    member _.LogIn(envelope: Envelope, userId: string, sessionId: SessionId, ct: CancellationToken) : Task<SignInAnswer> =
        task {
            let envelope = envelope.Kept

            match! guard.Principal(userId, ct) with
            | Principal.Anonymous -> return SignInAnswer.Refused(Refusals.notFound "user")
            | Principal.Known who ->
                let logIn: Access.Decisions.LogIn =
                    { SessionId = sessionId; Method = Access.LogInMethod.Password; Type = who.Type; State = who.State }

                match! (decider envelope userId).Transact(Access.Decisions.logIn envelope.Now logIn, ct = ct) with
                | Access.Decisions.LogInOutcome.LoggedIn expiresAt -> return SignInAnswer.SignedIn expiresAt
                | Access.Decisions.LogInOutcome.Rejected(AccessRejected.AccountNotActive state as rejected) ->
                    return
                        SignInAnswer.Refused
                            { Refusals.forbidden "active account" "" with
                                Code = Access.Decisions.code rejected
                                Detail = $"This account is {state.Name}." }
        }

    /// When a user signed in last, by his own stream; none when he never did, or so long ago that the log forgot it.
    member _.TryLastLogIn(userId: string, ct: CancellationToken) : Task<DateTimeOffset voption> =
        task {
            let decider = Decider.forRequest wiring.Access Unchecked.defaultof<EncodeContext> (AccessStream.streamId userId)
            let! last = decider.Query((fun access -> access.LastLoginAt), ct = ct)
            return last |> Option.toValueOption
        }

    /// Closes sessions of a user, all or none; those that are closed already are passed over. What the user does himself is a
    /// manual sign-out, what others do to him a forced one.
    member _.LogOut(envelope: Envelope, userId: string, sessionIds: SessionId[], ct: CancellationToken) : Task =
        let method =
            if envelope.Actor = userId then
                Access.LogOutMethod.Manual
            else
                Access.LogOutMethod.Forced

        let close (access: Access.Fold.State) =
            sessionIds
            |> Array.distinct
            |> Array.collect (fun session -> Access.Decisions.logOut envelope.Now session method access)

        (decider envelope userId).Transact(close, ct = ct)

    /// Records a failed sign-in. `userId` is null for an address nobody holds; then the fact stands under `anonymous`.
    member _.FailedLogIn(envelope: Envelope, userId: string | null, reason: Access.FailureReason, ct: CancellationToken) : Task =
        task {
            let fact = Access.Events.FailedLoginAttempt { Reason = reason.Name; At = envelope.Now }

            let actor, context =
                match userId with
                | null -> Actors.Anonymous, { contextOf envelope "" with ClientSubject = "" }
                | known -> known, contextOf envelope known

            let! _ = wiring.AccessDecisions.AppendFacts(context, AccessDecisionStream.streamId actor, [| fact |], ct)
            return ()
        }

    /// Records that somebody tried to register with an address that is taken, under its owner, who is told; nothing when it
    /// is free by now.
    member _.RefusedRegistration(envelope: Envelope, email: string, ct: CancellationToken) : Task =
        task {
            match Email.TryParse email with
            | false, _ -> return ()
            | true, email ->
                let address = Decider.forRequest wiring.Addresses Unchecked.defaultof<EncodeContext> (wiring.AddressStream email)

                match! address.Query(EmailAddress.Queries.holder, ct = ct) with
                | None -> return ()
                | Some owner ->
                    let fact = Access.Events.RegistrationRefused { Reason = "address_taken"; At = envelope.Kept.Now }

                    let! _ =
                        wiring.AccessDecisions.AppendFacts(
                            contextOf envelope owner,
                            AccessDecisionStream.streamId owner,
                            [| fact |],
                            ct
                        )

                    return ()
        }
