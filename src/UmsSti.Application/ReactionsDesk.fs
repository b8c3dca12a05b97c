namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// A notice as it lies in the outbox, with the event it comes from.
[<NoComparison>]
type NoticeRequest =
    {
        Kind: NoticeKind
        Parameters: IReadOnlyDictionary<string, string>
        /// User id of the recipient.
        Recipient: string
        /// The event that caused it, as it stands in its log.
        Cause: RecordedEvent
        /// The time of sending.
        At: DateTimeOffset
        IsEmailOn: bool
    }

/// Brings together what a notice needs when it is sent: the event and the recipient's stream, opened with his key.
[<Sealed>]
type NoticeDesk internal (wiring: Wiring) =
    let details (request: NoticeRequest) cause then' now : NoticeFacts =
        { Kind = request.Kind
          Parameters = request.Parameters
          Cause = cause
          Then = then'
          Now = now
          At = request.At
          IsEmailOn = request.IsEmailOn }

    let stateAfter (id: UserId) (cause: RecordedEvent) ct =
        task {
            let! struct (_, state) =
                wiring.Users.LoadWhile(UserStream.streamId id, (fun event -> event.Index <= cause.Index), ct)
            return state
        }

    let ownEvent (recipient: string) (cause: RecordedEvent) =
        match UserStream.tryUserId cause.Stream with
        | ValueSome owner -> owner = recipient
        | ValueNone -> false

    /// What becomes of the notice now (see `NoticeRules`).
    member _.Judge(request: NoticeRequest, ct: CancellationToken) : Task<NoticeVerdict> =
        task {
            match UserId.TryParse request.Recipient with
            | false, _ -> return NoticeVerdict.Cancel "the recipient is no user"
            | true, id ->
                let! now = wiring.LoadUser(id, ct)

                if ownEvent request.Recipient request.Cause then
                    let! then' = stateAfter id request.Cause ct
                    let cause = (wiring.Users.Codec :> IEventCodec<_, _>).Decode request.Cause |> ValueOption.toOption
                    return NoticeRules.judge (details request cause then' now)
                else
                    return NoticeRules.judge (details request None now now)
        }
