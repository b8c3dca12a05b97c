namespace UmsSti.Application

open System
open UmsSti.Domain
open UmsSti.Kernel

/// What every category needs to encode its events.
[<NoComparison; NoEquality>]
type Sealing =
    { Keys: ISubjectKeys
      EventIds: IEventIds }

    /// The header of one event: a fresh id, and metadata sealed for it.
    member internal this.Describe(context: StreamContext<EncodeContext>) : EventHeader =
        let eventId = this.EventIds.Next()

        { EventId = eventId
          Timestamp = context.Request.Envelope.Now
          Meta = Metadata.encode this.Keys context.Request eventId }

    member internal this.Codec<'Event>(subjectOf: StreamName -> string voption) =
        Codec.union<'Event, EncodeContext>
            { Json = Wire.stored
              Describe = this.Describe
              Seal = this.Keys
              SubjectOf = subjectOf
              Upcasters = [] }

/// `User-{userId}` in the domain log: life, profile and type of a user. His own key seals it.
[<RequireQualifiedAccess>]
module UserStream =
    [<Literal>]
    let Category = "User"

    let streamId (id: UserId) = StreamId.gen (fun (id: UserId) -> id.Value) id
    let streamName id = StreamName.create Category (streamId id)

    /// The user a stream is about; `ValueNone` for a stream of another category.
    let tryUserId (stream: StreamName) : string voption =
        if stream.IsIn Category then
            ValueSome(stream.Value.Substring(Category.Length + 1))
        else
            ValueNone

    let codec (sealing: Sealing) = sealing.Codec<User.Events.Event> tryUserId

/// `EmailAddress-{blind index}` in the domain log: who holds an address. Holds ids only, so nothing in it is sealed.
[<RequireQualifiedAccess>]
module EmailAddressStream =
    [<Literal>]
    let Category = "EmailAddress"

    let streamId (index: string) = StreamId.gen id index
    let codec (sealing: Sealing) = sealing.Codec<EmailAddress.Events.Event>(fun _ -> ValueNone)

/// `Access-{userId}` in the activity log: sign-ins and sessions of one user.
[<RequireQualifiedAccess>]
module AccessStream =
    [<Literal>]
    let Category = "Access"

    let streamId (actor: string) = StreamId.gen id actor

    let tryUserId (stream: StreamName) : string voption =
        if stream.IsIn Category then
            ValueSome(stream.Value.Substring(Category.Length + 1))
        else
            ValueNone

/// `AccessDecision-{actor}` in the activity log: denials, bypasses and failed sign-ins. Apart from `Access`, because it grows
/// with every bypass and nothing is ever folded from it, while a sign-in folds the other.
[<RequireQualifiedAccess>]
module AccessDecisionStream =
    [<Literal>]
    let Category = "AccessDecision"

    /// Actors that are not users have a stream of their own: `AccessDecision-anonymous`, `AccessDecision-system:job`.
    let streamId (actor: string) = StreamId.gen id actor

/// Both categories of the activity log hold the same union.
[<RequireQualifiedAccess>]
module ActivityStreams =
    // Bodies carry nothing personal, only the metadata does.
    let codec (sealing: Sealing) = sealing.Codec<Access.Events.Event>(fun _ -> ValueNone)

/// `Operator-{actor}` in the activity log: what the operator's hand did to projections and outbox.
[<RequireQualifiedAccess>]
module OperatorStream =
    [<Literal>]
    let Category = "Operator"

    /// Actors that are not users have a stream of their own: `Operator-system:command-line`.
    let streamId (actor: string) = StreamId.gen id actor

    /// Whose key seals the reasons: the operator's, be he a user or the program.
    let tryActor (stream: StreamName) : string voption =
        if stream.IsIn Category then
            ValueSome(stream.Value.Substring(Category.Length + 1))
        else
            ValueNone

    let codec (sealing: Sealing) = sealing.Codec<Operator.Events.Event> tryActor
