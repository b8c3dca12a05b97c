namespace UmsSti.Application

open System
open System.Diagnostics
open System.Runtime.ExceptionServices
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// The one door every command passes (CQ-03): validate, idempotency, authorize, decide, append, answer.
[<Sealed>]
type Door internal (wiring: Wiring, guard: Guard, histories: UserStreams) =
    let attempts = Attempts.Standard

    /// Registrations of one id take turns: key and password of a user are made before his first event, and taken back when
    /// there will be none.
    let registrations = StreamTurns StreamTurns.DefaultMaxWaiting

    let newCommandId () = string (wiring.Sealing.EventIds.Next())

    // ---- idempotency

    let replay (envelope: Envelope) (command: RememberedCommand) ct : Task<Answer> =
        task {
            if not (Remembered.isSameRequest envelope command) then
                return Answer.Refused Refusals.keyReused
            else
                let answer = Remembered.decode command
                Telemetry.commandReplayed ()

                match! histories.TryViewVersion(answer.UserId, answer.Version, ct) with
                | ValueNone -> return Answer.Refused(Refusals.notFound "user")
                | ValueSome view ->
                    return Answer.Accepted { User = view; Position = command.Position; Replayed = true; Created = answer.Created }
        }

    let tryReplay (envelope: Envelope) ct : Task<Answer voption> =
        match Remembered.scopedKey envelope with
        | null -> Task.FromResult ValueNone
        | key ->
            task {
                match! wiring.Commands.Find(key, ct) with
                | null -> return ValueNone
                | command ->
                    let! answer = replay envelope command ct
                    return ValueSome answer
            }

    /// A refusal may be the echo of the same command, carried out a moment ago by another copy of the request.
    let refuse (envelope: Envelope) refusal ct : Task<Answer> =
        task {
            match! tryReplay envelope ct with
            | ValueSome answer -> return answer
            | ValueNone -> return Answer.Refused refusal
        }

    let remember (envelope: Envelope) (id: UserId) created (verdict: Verdict) (user: ISyncContext<User.Fold.State>) =
        match verdict with
        | Error _ -> null
        | Ok() -> Remembered.command envelope { UserId = id.Value; Version = user.Version; Created = created }

    /// Turns what became of a transaction into the answer.
    let settle
        (envelope: Envelope)
        (id: UserId)
        created
        (user: 'after -> ISyncContext<User.Fold.State>)
        (result: TransactionResult<Verdict, 'after>)
        ct
        =
        task {
            match result with
            | TransactionResult.AlreadyRemembered command -> return! replay envelope command ct
            | TransactionResult.Decided decided ->
                match decided.Result, user decided.After with
                | Error refusal, _ -> return! refuse envelope refusal ct
                | Ok(), after ->
                    match Views.user id after.Version after.State with
                    | ValueNone -> return Answer.Refused(Refusals.notFound "user")
                    | ValueSome view ->
                        return
                            Answer.Accepted
                                { User = view
                                  Position =
                                    // A remembered command without events has the place it is remembered at.
                                    if decided.EventCount = 0 && isNull envelope.IdempotencyKey then
                                        wiring.Events.Head
                                    else
                                        decided.Position
                                  Replayed = false
                                  Created = created }
        }

    let currentEmail (id: UserId) ct =
        task {
            let! state = wiring.LoadUser(id, ct)
            return User.Queries.tryEmail state
        }

    // ---- the kinds of commands

    /// Destroys what was made for a user before his first event, or kept for him until his last.
    let forget (id: UserId) ct =
        task {
            do! wiring.Credentials.Forget(id.Value, ct)
            do! wiring.Sealing.Keys.Destroy(id.Value, ct)
        }

    /// Takes back what was made for a user who did not come to be. Whoever is there already keeps his key and password.
    let withdraw (id: UserId) =
        task {
            match! wiring.LoadUser(id, CancellationToken.None) with
            | User.Fold.Initial -> do! forget id CancellationToken.None
            | User.Fold.Registered _ -> ()
        }

    let storedNothing (error: exn) =
        match error with
        | :? LogUnavailableException
        | :? MaxResyncsExhaustedException
        | :? StreamBusyException
        | :? OperationCanceledException -> true
        | _ -> false

    let register envelope context decision (id: UserId) (register: User.Register) (credentialHash: string | null) ct =
        task {
            use! _turn = registrations.Take(UserStream.streamName id, ct)
            let user = wiring.UserParticipant(context, id)
            let address = wiring.AddressParticipant(context, register.Email)
            let decide = Deciding.register decision register

            let store () =
                task {
                    let remember verdict (struct (user, _)) = remember envelope id true verdict user
                    let! result = Transaction.run2 attempts user address decide remember ct
                    return! settle envelope id true (fun (struct (user, _)) -> user) result ct
                }

            // Decided once without storing: a refusal or a retry touches neither key nor password of the user with that id.
            let! expected = Transaction.dry2 user address decide ct
            let struct (events, _) = expected.Events

            match expected.Result with
            | Error refusal -> return! refuse envelope refusal ct
            | Ok() when events.Length = 0 -> return! store ()
            | Ok() ->
                do! wiring.Sealing.Keys.Ensure(id.Value, ct)

                match credentialHash with
                | null -> ()
                | phc -> do! wiring.Credentials.Set(id.Value, phc, ct)

                try
                    let! answer = store ()

                    match answer with
                    | Answer.Accepted accepted when accepted.User.Id = id.Value -> ()
                    | Answer.Accepted _
                    | Answer.Refused _ -> do! withdraw id

                    return answer
                with error when storedNothing error ->
                    do! withdraw id
                    ExceptionDispatchInfo.Throw error
                    return raise error // never reached: the line above throws with the first stack trace
        }

    /// A decision on the user's own stream alone.
    let alone envelope context (id: UserId) decide ct =
        task {
            let! result =
                Transaction.run1 attempts (wiring.UserParticipant(context, id)) decide (remember envelope id false) ct

            return! settle envelope id false (fun user -> user) result ct
        }

    let changeEmail envelope context decision (id: UserId) (newEmail: Email) ct =
        task {
            let change: User.ChangeEmail = { NewEmail = newEmail; VerificationRequired = true }
            let! current = currentEmail id ct

            match current with
            | Some current when current.Normalised <> newEmail.Normalised ->
                let! result =
                    Transaction.run3
                        attempts
                        (wiring.UserParticipant(context, id))
                        (wiring.AddressParticipant(context, newEmail))
                        (wiring.AddressParticipant(context, current))
                        (fun user claimed released ->
                            if User.Queries.tryEmail user.State = Some current then
                                Deciding.changeEmail envelope decision change user claimed released
                            else
                                Error Deciding.emailMoved, [||], [||], [||])
                        (fun verdict (struct (user, _, _)) -> remember envelope id false verdict user)
                        ct

                return! settle envelope id false (fun (struct (user, _, _)) -> user) result ct
            | Some _
            | None -> return! alone envelope context id (Deciding.onUser envelope decision [ User.Command.ChangeEmail change ]) ct
        }

    let purge envelope context decision (id: UserId) decide ct =
        task {
            match! currentEmail id ct with
            | None -> return! alone envelope context id decide ct
            | Some held ->
                let release user (address: ISyncContext<EmailAddress.Fold.State>) =
                    match User.Queries.tryEmail (user: ISyncContext<User.Fold.State>).State with
                    | Some other when other <> held -> Error Deciding.emailMoved, [||], [||]
                    | Some _
                    | None -> Deciding.purge decision decide user address

                let! result =
                    Transaction.run2
                        attempts
                        (wiring.UserParticipant(context, id))
                        (wiring.AddressParticipant(context, held))
                        release
                        (fun verdict (struct (user, _)) -> remember envelope id false verdict user)
                        ct

                return! settle envelope id false (fun (struct (user, _)) -> user) result ct
        }

    let carryOut (envelope: Envelope) (command: ValidCommand) (judged: Requirement list) ct : Task<Answer> =
        task {
            let! isSystem = guard.IsSystem(envelope.Actor, ct)
            let commandId = newCommandId ()
            let contextOf (id: UserId) = Context.about id.Value commandId envelope
            let decisionOf id = Deciding.context envelope isSystem id

            match command with
            | ValidCommand.Register(id, register', hash) ->
                let id = id |> Option.defaultWith (fun () -> wiring.Ids.NewUserId register'.Type)
                return! register envelope (contextOf id) (decisionOf id) id register' hash ct
            | ValidCommand.ChangeEmail(id, newEmail) -> return! changeEmail envelope (contextOf id) (decisionOf id) id newEmail ct
            | ValidCommand.VerifyEmail(id, addressIndex) ->
                let decide = Deciding.verifyEmail envelope (decisionOf id) wiring.BlindIndex addressIndex
                return! alone envelope (contextOf id) id decide ct
            | ValidCommand.OfUser(id, commands) ->
                let decide = Deciding.onUser envelope (decisionOf id) commands |> Deciding.asJudged command judged

                if Deciding.isPurge commands then
                    return! purge envelope (contextOf id) (decisionOf id) id decide ct
                else
                    return! alone envelope (contextOf id) id decide ct
        }

    /// After the event, not before: a crash between the two leaves a purged user whose purge, sent again (under the same key
    /// too), ends here.
    let finishPurge (command: ValidCommand) (answer: Answer) ct =
        task {
            match command, answer with
            | ValidCommand.OfUser(id, commands), Answer.Accepted accepted when
                Deciding.isPurge commands && accepted.User.State = UserState.Purged.Name
                ->
                do! forget id ct
            | _ -> ()
        }

    let answer (envelope: Envelope) name (valid: ValidCommand) ct =
        task {
            match! tryReplay envelope ct with
            | ValueSome answer -> return answer
            | ValueNone ->
                match! guard.MayCommand(envelope, name, valid, ct) with
                | Ok judged -> return! carryOut envelope valid judged ct
                | Error refusal -> return! refuse envelope refusal ct
        }

    /// Carries a command out. Accepted means durable. Throws `LogUnavailableException` when nothing can be written,
    /// `MaxResyncsExhaustedException` after too many conflicts, `StreamBusyException` when too many wait for one stream.
    member _.Execute(envelope: Envelope, command: Command, ct: CancellationToken) : Task<Answer> =
        task {
            let startedAt = Stopwatch.GetTimestamp()
            let name = Rules.commandName command

            let! answer =
                task {
                    match Validation.check command with
                    | Error refusal -> return Answer.Refused refusal
                    | Ok valid ->
                        let! answer = answer envelope.Kept name valid ct
                        do! finishPurge valid answer ct
                        return answer
                }

            match answer with
            | Answer.Refused refusal -> Telemetry.commandRefused refusal.Code
            | Answer.Accepted _ -> ()

            Telemetry.commandAnswered name startedAt
            return answer
        }

    /// What the command would do now: validated, authorized and decided like the real one; nothing is stored in the
    /// domain log and no key is made.
    member _.Plan(envelope: Envelope, command: Command, ct: CancellationToken) : Task<PlanAnswer> =
        task {
            let envelope = envelope.Kept

            match Validation.check command with
            | Error refusal -> return PlanAnswer.Refused refusal
            | Ok valid ->
                match! guard.MayCommand(envelope, Rules.commandName command, valid, ct) with
                | Ok judged ->
                    let! isSystem = guard.IsSystem(envelope.Actor, ct)
                    return! Planning.plan wiring envelope isSystem (newCommandId ()) valid judged ct
                | Error refusal -> return PlanAnswer.Refused refusal
        }
