namespace UmsSti.Kernel

open System

/// An event as a codec hands it to the log: encoded, named, identified, not yet placed.
[<Sealed>]
type EventData
    (
        eventId: int64,
        eventType: string,
        schemaVersion: int,
        data: ReadOnlyMemory<byte>,
        meta: ReadOnlyMemory<byte>,
        timestamp: DateTimeOffset
    ) =
    /// Snowflake (ID-10); unique in the log. Sealed fields of `Data` and `Meta` carry it as associated data.
    member _.EventId = eventId
    /// The permanent, stable name of the event (EV-200).
    member _.EventType = eventType
    /// Version of the body's schema; 1 for the first (ES-11).
    member _.SchemaVersion = schemaVersion
    /// The body, UTF-8 JSON, personal fields sealed.
    member _.Data = data
    /// The metadata (ES-04), UTF-8 JSON, personal fields sealed.
    member _.Meta = meta
    /// When it happened, UTC, kept to the millisecond.
    member _.Timestamp = timestamp

/// An event at its place on a stream's timeline and in the log.
type ITimelineEvent =
    /// The stream that holds it.
    abstract Stream: StreamName
    /// Place in the stream, 0 for the first.
    abstract Index: int64
    /// Place in the log, 1 for the first, without gaps.
    abstract Position: int64
    /// See `EventData.EventId`.
    abstract EventId: int64
    /// See `EventData.EventType`.
    abstract EventType: string
    /// See `EventData.SchemaVersion`.
    abstract SchemaVersion: int
    /// See `EventData.Data`.
    abstract Data: ReadOnlyMemory<byte>
    /// See `EventData.Meta`.
    abstract Meta: ReadOnlyMemory<byte>
    /// See `EventData.Timestamp`.
    abstract Timestamp: DateTimeOffset

/// An event read back from a log, with its link of the hash chain.
[<Sealed>]
type RecordedEvent
    (
        position: int64,
        stream: StreamName,
        index: int64,
        eventId: int64,
        eventType: string,
        schemaVersion: int,
        data: ReadOnlyMemory<byte>,
        meta: ReadOnlyMemory<byte>,
        unixMilliseconds: int64,
        hash: ReadOnlyMemory<byte>
    ) =
    member _.Position = position
    member _.Stream = stream
    member _.Index = index
    member _.EventId = eventId
    member _.EventType = eventType
    member _.SchemaVersion = schemaVersion
    member _.Data = data
    member _.Meta = meta
    /// The time as stored: milliseconds since 1970-01-01 UTC.
    member _.UnixMilliseconds = unixMilliseconds
    member _.Timestamp = DateTimeOffset.FromUnixTimeMilliseconds unixMilliseconds
    /// SHA-256 over the previous event's hash and this event's stored bytes (32 bytes; empty in the memory log).
    member _.Hash = hash

    interface ITimelineEvent with
        member _.Stream = stream
        member _.Index = index
        member _.Position = position
        member _.EventId = eventId
        member _.EventType = eventType
        member _.SchemaVersion = schemaVersion
        member _.Data = data
        member _.Meta = meta
        member _.Timestamp = DateTimeOffset.FromUnixTimeMilliseconds unixMilliseconds

/// Turns events into stored bytes and back.
type IEventCodec<'event, 'context> =
    /// Encodes for a request's context (ids, actor, time); every personal field leaves sealed.
    abstract Encode: context: 'context * event: 'event -> EventData
    /// `ValueNone` when the event's name is not known here: folds skip it, so a count of decoded events is not the version.
    /// Throws `EventDecodeException` when the name is known and the body is not what the codec promises.
    abstract Decode: timelineEvent: ITimelineEvent -> 'event voption

/// A stored body that does not hold what its name promises (a missing field, a null where none may be, a broken upcaster chain).
[<Sealed>]
type EventDecodeException(message: string, inner: exn | null) =
    inherit Exception(message, inner)

/// Positions within a span of one stream's events, as handlers report them.
[<RequireQualifiedAccess>]
module Events =
    /// Index of the first event of a span.
    let index (span: ITimelineEvent[]) = span[0].Index
    /// Index that follows the last event of a span.
    let next (span: ITimelineEvent[]) = span[span.Length - 1].Index + 1L
