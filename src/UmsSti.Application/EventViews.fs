namespace UmsSti.Application

open System
open System.Text.Json
open UmsSti.Domain
open UmsSti.Kernel

/// A stored event as it is shown: personal data opened where its key still is, `[ANONYMIZED]` where not.
[<NoComparison>]
type EventView =
    {
        Position: int64
        Stream: string
        /// Place in its stream, 0 for the first.
        Version: int64
        EventId: int64
        Type: string
        SchemaVersion: int
        Data: JsonElement
        ActorId: string
        CommandId: string
        CorrelationId: string
        CausationId: string | null
        At: DateTimeOffset
        /// The chain hash, lower-case hex.
        Hash: string
    }

/// Opens events of every category of both logs.
[<Sealed>]
type EventViews
    internal
    (
        sealing: Sealing,
        users: UnionCodec<User.Events.Event, EncodeContext>,
        addresses: UnionCodec<EmailAddress.Events.Event, EncodeContext>,
        activity: UnionCodec<Access.Events.Event, EncodeContext>,
        operators: UnionCodec<Operator.Events.Event, EncodeContext>,
        processes: UnionCodec<Process.Events.Event, EncodeContext>,
        schedules: UnionCodec<Schedule.Events.Event, EncodeContext>
    ) =
    /// A name this program does not know (written by a newer one) is shown as stored, still sealed.
    let raw (event: ITimelineEvent) =
        use document = JsonDocument.Parse event.Data
        document.RootElement.Clone()

    let opened (codec: IEventCodec<'event, StreamContext<EncodeContext>>) (event: ITimelineEvent) =
        match codec.Decode event with
        | ValueSome known -> EventBody.show known
        | ValueNone -> raw event

    let data (event: ITimelineEvent) =
        if event.Stream.IsIn UserStream.Category then
            opened users event
        elif event.Stream.IsIn EmailAddressStream.Category then
            opened addresses event
        elif event.Stream.IsIn AccessStream.Category || event.Stream.IsIn AccessDecisionStream.Category then
            opened activity event
        elif event.Stream.IsIn OperatorStream.Category then
            opened operators event
        elif event.Stream.IsIn ProcessStream.Category then
            opened processes event
        elif event.Stream.IsIn ScheduleStream.Category then
            opened schedules event
        else
            raw event

    /// The event, opened.
    member _.Render(event: RecordedEvent) : EventView =
        let meta = Metadata.decode sealing.Keys event

        { Position = event.Position
          Stream = event.Stream.Value
          Version = event.Index
          EventId = event.EventId
          Type = event.EventType
          SchemaVersion = event.SchemaVersion
          Data = data event
          ActorId = meta.Actor
          CommandId = meta.CommandId
          CorrelationId = meta.CorrelationId
          CausationId = meta.CausationId
          At = event.Timestamp
          Hash = Convert.ToHexStringLower event.Hash.Span }
