namespace UmsSti.Kernel

open System
open System.Threading
open System.Threading.Tasks

/// Versions a writer may expect. A version is a count: 0 means the stream is empty.
[<RequireQualifiedAccess>]
module ExpectedVersion =
    /// Append whatever the version is. For facts that cannot conflict (sign-ins, access decisions), never for decisions.
    [<Literal>]
    let Any = -1L

/// The events of one stream in an append, with the version (event count) the decision was made on.
[<Sealed>]
type StreamAppend(stream: StreamName, expectedVersion: int64, events: EventData[]) =
    member _.Stream = stream
    member _.ExpectedVersion = expectedVersion
    member _.Events = events

/// A command that was answered, remembered in the transaction of its events (CQ-15).
[<Sealed>]
type RememberedCommand
    (commandId: string, fingerprint: ReadOnlyMemory<byte>, answer: ReadOnlyMemory<byte>, at: DateTimeOffset, position: int64) =
    /// The caller's idempotency key, scoped to the caller (at most 256 characters).
    member _.CommandId = commandId
    /// Digest of the request; a repeat with another one is a misuse of the key.
    member _.Fingerprint = fingerprint
    /// What is needed to answer again; carries no personal data.
    member _.Answer = answer
    /// When it was answered first.
    member _.At = at
    /// Position of the command's last event (the head at that time when it had none). 0 until the log has placed it.
    member _.Position = position

/// Everything that is to become durable at once: events of one or more streams, and the command that caused them.
[<Sealed>]
type AppendRequest(appends: StreamAppend[], command: RememberedCommand | null) =
    /// At most one entry a stream; their events take their positions in this order. An entry without events only checks its
    /// expected version. May be empty when only a command is remembered.
    member _.Appends = appends
    /// Null when nothing is to be remembered.
    member _.Command = command

/// What became of an append. A refusal stores nothing at all.
[<RequireQualifiedAccess>]
type AppendResult =
    /// Durable. First and last position of the events (for an append without events: both are the head).
    | Appended of firstPosition: int64 * lastPosition: int64
    /// A stream was not at the expected version; its actual version.
    | Conflict of stream: StreamName * actualVersion: int64
    /// The command id is already remembered, with this answer.
    | AlreadyRemembered of command: RememberedCommand

/// The log cannot take writes now (disk full, store closing); nothing of the append was stored. Reads go on.
[<Sealed>]
type LogUnavailableException(message: string, inner: exn | null) =
    inherit Exception(message, inner)

/// An append-only log of streams with one gap-free global order. Everything else is derived from it.
type IEventLog =
    /// The stream's events from index `fromIndex` on, oldest first; empty for an unknown stream.
    abstract LoadStream: stream: StreamName * fromIndex: int64 * ct: CancellationToken -> Task<RecordedEvent[]>
    /// Appends atomically; acknowledged means durable. Throws `LogUnavailableException` when nothing can be written.
    abstract Append: request: AppendRequest * ct: CancellationToken -> Task<AppendResult>
    /// Events after a position in log order, at most `maxCount`; fewer only at the head.
    abstract ReadAll: afterPosition: int64 * maxCount: int * ct: CancellationToken -> Task<RecordedEvent[]>
    /// Position of the last durable event; 0 for an empty log.
    abstract Head: int64
    /// Completes with the head as soon as it lies beyond the position; woken by commits, without polling.
    abstract AwaitBeyond: position: int64 * ct: CancellationToken -> Task<int64>

/// What the log remembers of answered commands.
type ICommandMemory =
    /// The remembered command, or null.
    abstract Find: commandId: string * ct: CancellationToken -> Task<RememberedCommand | null>

/// A fold saved so that loading need not start at the first event (ES-13).
[<Sealed>]
type Snapshot(version: int64, fingerprint: string, data: ReadOnlyMemory<byte>) =
    /// Number of events folded into it.
    member _.Version = version
    /// Names the schema of the state; a snapshot with another one is ignored.
    member _.Fingerprint = fingerprint
    /// The encoded state, personal fields sealed.
    member _.Data = data

/// Keeps the newest snapshot of a stream. Losing one costs time, never truth.
type ISnapshotStore =
    /// The newest snapshot whose checksum holds, or null.
    abstract Load: stream: StreamName * ct: CancellationToken -> Task<Snapshot | null>
    /// Saves a snapshot unless a newer one is there.
    abstract Save: stream: StreamName * snapshot: Snapshot * ct: CancellationToken -> Task
