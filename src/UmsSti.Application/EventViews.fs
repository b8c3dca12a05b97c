namespace UmsSti.Application

open System
open System.Collections.Frozen
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

/// How the events of one category are opened for people's eyes.
[<NoComparison; NoEquality>]
type internal EventOpener =
    {
        Category: string
        Open: ITimelineEvent -> JsonElement
        /// With every personal value null; `{}` for an event this program does not know.
        Withhold: ITimelineEvent -> JsonElement
    }

[<RequireQualifiedAccess>]
module internal EventOpener =
    /// A name this program does not know (written by a newer one) is shown as stored, still sealed.
    let raw (event: ITimelineEvent) =
        use document = JsonDocument.Parse event.Data
        document.RootElement.Clone()

    let private nothing () = JsonSerializer.SerializeToElement(obj ())

    let ofCodec category (codec: UnionCodec<'event, EncodeContext>) =
        let read show otherwise (event: ITimelineEvent) =
            match (codec :> IEventCodec<'event, StreamContext<EncodeContext>>).Decode event with
            | ValueSome known -> show known
            | ValueNone -> otherwise event

        { Category = category
          Open = read EventBody.show raw
          Withhold = read EventBody.withhold (fun _ -> nothing ()) }

    /// For streams of no category of this program: as stored for those who may see all, nothing for those outside.
    let unknown = { Category = ""; Open = raw; Withhold = fun _ -> nothing () }

/// Opens events of every category of both logs.
[<Sealed>]
type EventViews internal (sealing: Sealing, openers: EventOpener list) =
    let byCategory = openers.ToFrozenDictionary(fun opener -> opener.Category)

    let openerOf (event: ITimelineEvent) =
        match byCategory.TryGetValue event.Stream.Category with
        | true, opener -> opener
        | false, _ -> EventOpener.unknown

    /// The body of an event with every personal value null, for those outside; `{}` where this program cannot tell what is personal.
    member _.Redact(event: RecordedEvent) : JsonElement = (openerOf event).Withhold event

    /// The event, opened.
    member _.Render(event: RecordedEvent) : EventView =
        let meta = Metadata.decode sealing.Keys event

        { Position = event.Position
          Stream = event.Stream.Value
          Version = event.Index
          EventId = event.EventId
          Type = event.EventType
          SchemaVersion = event.SchemaVersion
          Data = (openerOf event).Open event
          ActorId = meta.Actor
          CommandId = meta.CommandId
          CorrelationId = meta.CorrelationId
          CausationId = meta.CausationId
          At = event.Timestamp
          Hash = Convert.ToHexStringLower event.Hash.Span }
