namespace UmsSti.Application

open System
open System.Diagnostics
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// The one door every command passes (CQ-03): validate, idempotency, authorize, decide, append, answer.
[<Sealed>]
type Door internal (wiring: Wiring, guard: Guard, histories: UserStreams) =
    let attempts = Attempts.Standard

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
        envelope
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
                                  Position = if decided.EventCount = 0 then wiring.Events.Head else decided.Position
                                  Replayed = false
                                  Created = created }
        }

    let currentEmail (id: UserId) ct =
        task {
            let! state = wiring.LoadUser(id, ct)
            return User.Queries.tryEmail state
        }

    // ---- the kinds of commands

    let register envelope context (id: UserId) (register: User.Register) (credentialHash: string | null) ct =
        task {
            let! holder =
                (Decider.forRequest wiring.Addresses context (wiring.AddressStream register.Email))
                    .Query(EmailAddress.Queries.holder, ct = ct)
            // Looked at first only to spare the vault a key for a person who will not be; the decision below judges again.
            if holder.IsSome && holder <> Some id.Value then
                return! refuse envelope Deciding.emailTaken ct
            else
                do! wiring.Sealing.Keys.Ensure(id.Value, ct)

                match credentialHash with
                | null -> ()
                | phc -> do! wiring.Credentials.Set(id.Value, phc, ct)

                let! isSystem = guard.IsSystem(envelope.Actor, ct)
                let decision = Deciding.context envelope isSystem id

                let! result =
                    Transaction.run2
                        attempts
                        (wiring.UserParticipant(context, id))
                        (wiring.AddressParticipant(context, register.Email))
                        (Deciding.register decision register)
                        (fun verdict (struct (user, _)) -> remember envelope id true verdict user)
                        ct

                let! answer = settle envelope id true (fun (struct (user, _)) -> user) result ct

                match answer with
                | Answer.Accepted accepted when accepted.User.Id = id.Value -> ()
                | Answer.Accepted _
                | Answer.Refused _ ->
                    do! wiring.Credentials.Forget(id.Value, ct)
                    do! wiring.Sealing.Keys.Destroy(id.Value, ct)

                return answer
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

    let purge envelope context decision (id: UserId) commands ct =
        task {
            let! current = currentEmail id ct

            let! answer =
                match current with
                | Some held ->
                    task {
                        let! result =
                            Transaction.run2
                                attempts
                                (wiring.UserParticipant(context, id))
                                (wiring.AddressParticipant(context, held))
                                (Deciding.purge envelope decision commands)
                                (fun verdict (struct (user, _)) -> remember envelope id false verdict user)
                                ct

                        return! settle envelope id false (fun (struct (user, _)) -> user) result ct
                    }
                | None -> alone envelope context id (Deciding.onUser envelope decision commands) ct

            // After the event, not before: a crash between the two leaves a purged user whose purge, sent again, ends here.
            match answer with
            | Answer.Accepted accepted when accepted.User.State = UserState.Purged.Name ->
                do! wiring.Credentials.Forget(id.Value, ct)
                do! wiring.Sealing.Keys.Destroy(id.Value, ct)
            | Answer.Accepted _
            | Answer.Refused _ -> ()

            return answer
        }


    let carryOut (envelope: Envelope) (command: ValidCommand) ct : Task<Answer> =
        task {
            let! isSystem = guard.IsSystem(envelope.Actor, ct)
            let commandId = newCommandId ()

            match command with
            | ValidCommand.Register(id, register', hash) ->
                let id = id |> Option.defaultWith (fun () -> wiring.Ids.NewUserId register'.Type)
                return! register envelope (Context.about id.Value commandId envelope) id register' hash ct
            | ValidCommand.ChangeEmail(id, newEmail) ->
                let context = Context.about id.Value commandId envelope
                return! changeEmail envelope context (Deciding.context envelope isSystem id) id newEmail ct
            | ValidCommand.VerifyEmail(id, addressIndex) ->
                let context = Context.about id.Value commandId envelope
                let decision = Deciding.context envelope isSystem id
                return! alone envelope context id (Deciding.verifyEmail envelope decision wiring.BlindIndex addressIndex) ct
            | ValidCommand.OfUser(id, commands) ->
                let context = Context.about id.Value commandId envelope
                let decision = Deciding.context envelope isSystem id

                if Deciding.isPurge commands then
                    return! purge envelope context decision id commands ct
                else
                    return! alone envelope context id (Deciding.onUser envelope decision commands) ct
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
                        match! tryReplay envelope ct with
                        | ValueSome answer -> return answer
                        | ValueNone ->
                            match! guard.MayCommand(envelope, name, valid, ct) with
                            | ValueNone -> return! carryOut envelope valid ct
                            | ValueSome refusal -> return Answer.Refused refusal
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
            let name = Rules.commandName command

            match Validation.check command with
            | Error refusal -> return PlanAnswer.Refused refusal
            | Ok valid ->
                match! guard.MayCommand(envelope, name, valid, ct) with
                | ValueNone ->
                    let! isSystem = guard.IsSystem(envelope.Actor, ct)
                    return! Planning.plan wiring envelope isSystem (newCommandId ()) valid ct
                | ValueSome refusal -> return PlanAnswer.Refused refusal
        }
