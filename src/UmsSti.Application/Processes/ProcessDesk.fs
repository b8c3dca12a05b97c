namespace UmsSti.Application

open System
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// What a row of the outbox asks of a process, with the event it comes from.
[<NoComparison>]
type ProcessRequest =
    {
        /// Of `FollowUps` or `ProcessReactions`.
        Kind: string
        /// The person, team, role or process it is about.
        Recipient: string
        /// The event, as it stands in its log.
        Cause: RecordedEvent
        /// The time of acting.
        At: DateTimeOffset
    }

/// What became of it.
[<RequireQualifiedAccess>]
type ProcessAnswer =
    /// Where the process stands now.
    | Stands of ProcessStanding
    /// There is nothing to do, and no process was begun for it.
    | NothingToDo
    /// This program knows no such kind.
    | UnknownKind

/// Begins and advances processes as reactions ask for it. Repeating a request changes nothing.
[<Sealed>]
type ProcessDesk internal (wiring: Wiring, processes: Processes, upkeep: IUpkeep) =
    let envelope kind (request: ProcessRequest) : Envelope =
        { Actor = Actors.system kind
          IdempotencyKey = null
          Fingerprint = [||]
          CorrelationId = (Metadata.stored request.Cause).CorrelationId
          CausationId = string request.Cause.EventId
          Ip = null
          UserAgent = null
          Now = request.At
          ExpectedVersion = Envelope.AnyVersion }

    /// A process for which nothing is found would be a stream that says nothing.
    let rec findsAny (queries: UpkeepQuery list) ct =
        task {
            match queries with
            | [] -> return false
            | query :: rest ->
                let! page = upkeep.Find(query, null, 1, ct)
                if page.Commands.Count > 0 then return true else return! findsAny rest ct
        }

    let follow (request: ProcessRequest) ct =
        task {
            let id = FollowUps.id request.Kind request.Recipient request.Cause.EventId
            let envelope = envelope request.Kind request

            match! processes.Find(id, request.At, ct) with
            | ProcessStanding.Unknown ->
                match! findsAny (FollowUps.queries request.Kind request.Recipient) ct with
                | false -> return ProcessAnswer.NothingToDo
                | true ->
                    let cause = string request.Cause.EventId
                    let plan = FollowUps.plan request.Kind request.Recipient request.At envelope.CorrelationId cause
                    let! _ = processes.Start(id, plan, envelope, ct)
                    let! standing = processes.Advance(id, request.At, ct)
                    return ProcessAnswer.Stands standing
            | _ ->
                let! standing = processes.Advance(id, request.At, ct)
                return ProcessAnswer.Stands standing
        }

    let advance (request: ProcessRequest) ct =
        task {
            match ProcessId.TryParse request.Recipient with
            | ValueNone -> return ProcessAnswer.NothingToDo
            | ValueSome id ->
                let! standing = processes.Advance(id, request.At, ct)
                return ProcessAnswer.Stands standing
        }

    /// The link that was out before the event is the one whose process has lost its point.
    let overtake (request: ProcessRequest) ct =
        task {
            match UserId.TryParse request.Recipient with
            | false, _ -> return ProcessAnswer.NothingToDo
            | true, user ->
                let! struct (_, before) =
                    wiring.Users.LoadWhile(UserStream.streamId user, (fun event -> event.Index < request.Cause.Index), ct)

                match User.Queries.tryDetails before |> Option.bind _.VerificationExpiresAt with
                | None -> return ProcessAnswer.NothingToDo
                | Some linkEndsAt ->
                    let id = VerificationProcess.id request.Recipient linkEndsAt
                    let envelope = envelope VerificationProcess.Kind request

                    match! processes.Find(id, request.At, ct) with
                    | ProcessStanding.Unknown -> return ProcessAnswer.NothingToDo
                    | _ ->
                        let! _ = processes.Overtake(id, request.Cause.EventType, envelope, ct)
                        let! standing = processes.Find(id, request.At, ct)
                        return ProcessAnswer.Stands standing
        }

    /// Does what is asked for, as far as it gets in one go. Throws as `Processes.Advance` does.
    member _.Take(request: ProcessRequest, ct: CancellationToken) : Task<ProcessAnswer> =
        match request.Kind with
        | ProcessReactions.Advance -> advance request ct
        | ProcessReactions.Overtake -> overtake request ct
        | kind when FollowUps.isKind kind -> follow request ct
        | _ -> Task.FromResult ProcessAnswer.UnknownKind
