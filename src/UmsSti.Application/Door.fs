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
type Door internal (wiring: Wiring, guard: Guard, histories: UserStreams, teams: TeamHistories) =
    let principals = PrincipalLoader wiring

    /// Registrations of one id take turns: key and password of a user are made before his first event, and taken back when
    /// there will be none.
    let registrations = StreamTurns StreamTurns.DefaultMaxWaiting

    /// How often a new team looks for a slug again that another took at the same moment.
    static let MaxSlugRaces = 100

    let newCommandId () = string (wiring.Sealing.EventIds.Next())

    // ---- idempotency

    let viewAt (entity: EntityId) version position ct : Task<EntityView voption> =
        task {
            match entity with
            | EntityId.User id ->
                let! user = histories.TryViewVersion(id, version, ct)
                return user |> ValueOption.map EntityView.User
            | entity -> return! teams.TryEntity(entity, version, position, ct)
        }

    let gone (entity: EntityId) =
        match entity with
        | EntityId.User _ -> Refusals.notFound "user"
        | EntityId.Team _
        | EntityId.Moved _
        | EntityId.Stayed _ -> Refusals.notFound "team"
        | EntityId.Member _ -> Refusals.notFound "member"
        | EntityId.Grant _
        | EntityId.Assignment _ -> Refusals.notFound "grant"
        | EntityId.Role _ -> Refusals.notFound "role"
        | EntityId.Setting _ -> Refusals.notFound "setting"

    let replay (envelope: Envelope) (command: RememberedCommand) ct : Task<Answer> =
        task {
            if not (Remembered.isSameRequest envelope command) then
                return Answer.Refused Refusals.keyReused
            else
                let answer = Remembered.decode command
                Telemetry.commandReplayed ()

                match! viewAt answer.Entity answer.Version command.Position ct with
                | ValueNone -> return Answer.Refused(gone answer.Entity)
                | ValueSome view ->
                    return
                        Answer.Accepted { Entity = view; Position = command.Position; Replayed = true; Created = answer.Created }
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

    let remember (envelope: Envelope) entity created (verdict: Verdict) version eventCount =
        match verdict, entity with
        | Error _, _ -> null
        // The team's newest event may be of an earlier move, whose teams did not move now.
        | Ok(), EntityId.Moved id when eventCount = 0 ->
            Remembered.command envelope { Entity = EntityId.Stayed id; Version = version; Created = created }
        | Ok(), entity -> Remembered.command envelope { Entity = entity; Version = version; Created = created }

    // ---- carrying out

    let settle (envelope: Envelope) entity created (outcome: Outcome) ct : Task<Answer> =
        match outcome.Verdict, outcome.Entity with
        | Error refusal, _ -> refuse envelope refusal ct
        | Ok(), ValueNone -> Task.FromResult(Answer.Refused(gone entity))
        | Ok(), ValueSome view ->
            Answer.Accepted
                { Entity = view
                  Position =
                    // A remembered command without events has the place it is remembered at.
                    if outcome.EventCount = 0 && isNull envelope.IdempotencyKey then
                        wiring.Events.Head
                    else
                        outcome.Position
                  Replayed = false
                  Created = created }
            |> Task.FromResult

    let store (envelope: Envelope) entity created (work: Work) ct : Task<Answer> =
        task {
            match! work.Run(remember envelope entity created, ct) with
            | Carried.AlreadyRemembered command -> return! replay envelope command ct
            | Carried.Decided outcome -> return! settle envelope entity created outcome ct
        }

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

    /// Key and password first: events are sealed with the key, and whoever reads of the user may sign him in.
    let storeWithKey envelope (id: UserId) (work: Work) (credentialHash: string | null) ct =
        task {
            do! wiring.Sealing.Keys.Ensure(id.Value, ct)

            match credentialHash with
            | null -> ()
            | phc -> do! wiring.Credentials.Set(id.Value, phc, ct)

            try
                let! answer = store envelope (EntityId.User id.Value) true work ct

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

    let register envelope (id: UserId) (work: Work) (credentialHash: string | null) ct =
        task {
            use! _turn = registrations.Take(UserStream.streamName id, ct)
            // Decided once without storing: a refusal or a retry touches neither key nor password of the user with that id.
            let! expected = work.Dry(ct)

            match expected.Verdict with
            | Error refusal -> return! refuse envelope refusal ct
            | Ok() when expected.EventCount = 0 -> return! store envelope (EntityId.User id.Value) true work ct
            | Ok() -> return! storeWithKey envelope id work credentialHash ct
        }

    let ofUser (envelope: Envelope) isSystem (command: ValidCommand) (id: UserId) judged ct =
        task {
            let context = Context.about id.Value (newCommandId ()) envelope
            let! work = UserWork.ofCommand wiring envelope context (Deciding.context envelope isSystem id) command judged ct
            let isNew = command.IsRegister
            return { Entity = EntityId.User id.Value; Created = isNew; Work = work }
        }

    let ofTeams (envelope: Envelope) isSystem (command: ValidTeamCommand) ct =
        let asking =
            { Envelope = envelope
              Context = Context.about "" (newCommandId ()) envelope
              IsSystem = isSystem
              Actor =
                match UserId.TryParse envelope.Actor with
                | true, id -> ValueSome id
                | false, _ -> ValueNone }

        RightsWork.prepare wiring principals asking command ct

    let prepareFreely (envelope: Envelope) (command: ValidCommand) judged ct : Task<Prepared> =
        task {
            let! isSystem = guard.IsSystem(envelope.Actor, ct)

            match command with
            | ValidCommand.Register(id, register, _) ->
                let id = id |> Option.defaultWith (fun () -> wiring.Ids.NewUserId register.Type)
                return! ofUser envelope isSystem command id judged ct
            | ValidCommand.ChangeEmail(id, _)
            | ValidCommand.VerifyEmail(id, _)
            | ValidCommand.OfUser(id, _) -> return! ofUser envelope isSystem command id judged ct
            | ValidCommand.OfTeams command -> return! ofTeams envelope isSystem command ct
        }

    /// The decision, under what was asked of the caller.
    let prepare envelope command judged (again: Again) ct : Task<Prepared> =
        task {
            let! prepared = prepareFreely envelope command judged ct
            return { prepared with Work = prepared.Work.Under again.Judge }
        }

    let askAgain (envelope: Envelope) judged ct =
        Again.Of(wiring, guard, principals, envelope, Context.about "" "" envelope, judged, ct)

    /// A right that was lost in the last moment is denied like any other.
    let recordDenial (envelope: Envelope) name (again: Again) ct =
        task {
            match again.Denial with
            | ValueNone -> ()
            | ValueSome(struct (principal, requirement, missing)) ->
                let! _ = guard.Deny(envelope, name, principal, requirement, missing, ct)
                ()
        }

    let carryOut (envelope: Envelope) (command: ValidCommand) (judged: Requirement list) (again: Again) ct : Task<Answer> =
        task {
            let! prepared = prepare envelope command judged again ct

            match command, prepared.Entity with
            | ValidCommand.Register(_, _, credentialHash), EntityId.User id ->
                return! register envelope (UserId.Parse id) prepared.Work credentialHash ct
            | ValidCommand.OfTeams(ValidTeamCommand.Create _), _ ->
                let! first = store envelope prepared.Entity prepared.Created prepared.Work ct
                let mutable answer = first
                let mutable races = 0

                // Nobody chose the slug, so nobody is told that it is gone: the next one is taken.
                while TeamRefusals.isSlugTaken answer && races < MaxSlugRaces do
                    races <- races + 1
                    let! prepared = prepare envelope command judged again ct
                    let! next = store envelope prepared.Entity prepared.Created prepared.Work ct
                    answer <- next

                return answer
            | _ -> return! store envelope prepared.Entity prepared.Created prepared.Work ct
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
                | Error refusal -> return! refuse envelope refusal ct
                | Ok judged ->
                    let! again = askAgain envelope judged ct
                    let! answer = carryOut envelope valid judged again ct
                    do! recordDenial envelope name again ct
                    return answer
        }

    /// Carries a command out. Accepted means durable. Throws `LogUnavailableException` when nothing can be written,
    /// `MaxResyncsExhaustedException` after too many conflicts, `StreamBusyException` when too many wait for one stream.
    member _.Execute(envelope: Envelope, command: Command, ct: CancellationToken) : Task<Answer> =
        task {
            let startedAt = Stopwatch.GetTimestamp()
            let name = Rules.commandName command

            let! answer =
                task {
                    match Validation.check envelope.Now command with
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

            match Validation.check envelope.Now command with
            | Error refusal -> return PlanAnswer.Refused refusal
            | Ok valid ->
                match! guard.MayCommand(envelope, Rules.commandName command, valid, ct) with
                | Error refusal -> return PlanAnswer.Refused refusal
                | Ok judged ->
                    let! again = askAgain envelope judged ct
                    let! prepared = prepare envelope valid judged again ct
                    let! outcome = prepared.Work.Dry(ct)
                    do! recordDenial envelope (Rules.commandName command) again ct

                    match outcome.Verdict, outcome.Entity with
                    | Error refusal, _ -> return PlanAnswer.Refused refusal
                    | Ok(), ValueNone -> return PlanAnswer.Refused(gone prepared.Entity)
                    | Ok(), ValueSome view -> return PlanAnswer.Planned { Events = outcome.Events(); Entity = view }
        }
