/// What the kernel's tests share: a small account aggregate, a clock moved by hand, a log that can be watched and disturbed.
module UmsSti.Kernel.Tests.World

open System
open System.Text
open System.Text.Json
open System.Threading
open System.Threading.Tasks
open UmsSti.Kernel

module Account =
    type Paid = { Amount: int; Note: string option }
    type Named = { Name: string }

    type Event =
        | Opened
        | PaidIn of Paid
        | PaidOut of Paid
        | Renamed of Named

    type State = { Open: bool; Balance: int; Name: string }

    let initial = { Open = false; Balance = 0; Name = "" }

    let evolve state event =
        match event with
        | Opened -> { state with Open = true }
        | PaidIn e -> { state with Balance = state.Balance + e.Amount }
        | PaidOut e -> { state with Balance = state.Balance - e.Amount }
        | Renamed e -> { state with Name = e.Name }

    let fold: State -> Event[] -> State = Array.fold evolve
    let paidIn amount = PaidIn { Amount = amount; Note = None }
    let paidOut amount = PaidOut { Amount = amount; Note = None }

/// A clock that stands still until it is moved.
type ManualTime() =
    inherit TimeProvider()
    let mutable ticks = 1L
    override _.TimestampFrequency = TimeSpan.TicksPerSecond
    override _.GetTimestamp() = Volatile.Read &ticks
    override _.GetUtcNow() = DateTimeOffset(Volatile.Read &ticks, TimeSpan.Zero)
    member _.Advance(span: TimeSpan) = Interlocked.Add(&ticks, span.Ticks) |> ignore

/// Passes everything to a memory log, counts the trips, and lets a test put something before or in place of them.
type WatchedLog(inner: VolatileStore) =
    let log = inner :> IEventLog
    let mutable loads, appends = 0, 0
    member _.Inner = inner
    member _.Loads = loads
    member _.Appends = appends
    member val OnLoad: StreamName -> int64 -> Task = (fun _ _ -> Task.CompletedTask) with get, set
    member val OnAppend: AppendRequest -> Task = (fun _ -> Task.CompletedTask) with get, set
    /// Runs after the inner log has stored the append and before the writer hears of it.
    member val AfterAppend: AppendRequest -> Task = (fun _ -> Task.CompletedTask) with get, set

    interface IEventLog with
        member this.LoadStream(stream, fromIndex, ct) =
            task {
                Interlocked.Increment &loads |> ignore
                let! rows = log.LoadStream(stream, fromIndex, ct)
                do! this.OnLoad stream fromIndex
                return rows
            }

        member this.Append(request, ct) =
            task {
                Interlocked.Increment &appends |> ignore
                do! this.OnAppend request
                let! result = log.Append(request, ct)
                do! this.AfterAppend request
                return result
            }

        member _.ReadAll(after, count, ct) = log.ReadAll(after, count, ct)
        member _.Head = log.Head
        member _.AwaitBeyond(position, ct) = log.AwaitBeyond(position, ct)

let watched () = WatchedLog(VolatileStore())

let mutable private lastId = 0L

let codecOptions: CodecOptions<unit> =
    { Json = Codec.json []
      Describe =
        fun _ ->
            { EventId = Interlocked.Increment &lastId
              Timestamp = DateTimeOffset.UnixEpoch
              Meta = ReadOnlyMemory.Empty }
      Seal = Codec.noSeal
      SubjectOf = fun _ -> ValueNone
      Upcasters = [] }

let codec = Codec.union<Account.Event, unit> codecOptions

/// Back-off that counts its pauses and takes no time.
let countedBackoff () =
    let pauses = ResizeArray<TimeSpan>()

    let backoff =
        { NextMilliseconds = fun n -> n
          Delay =
            fun pause _ ->
                lock pauses (fun () -> pauses.Add pause)
                Task.CompletedTask }

    pauses, backoff

let optionsFor log = { CategoryOptions.For log with Backoff = snd (countedBackoff ()) }

let categoryWith log access caching options =
    Category<Account.Event, Account.State, unit>("Account", log, codec, Account.fold, Account.initial, access, caching, options)

let category (log: IEventLog) = categoryWith log Unoptimized NoCaching (optionsFor log)
let id (text: string) = StreamId.Create text
let streamOf (text: string) = StreamName.Create("Account", id text)

/// A test that hangs fails after this long.
let private patience = TimeSpan.FromMinutes 2.0

let run (work: Task<'a>) = work.WaitAsync(patience).GetAwaiter().GetResult()

let runUnit (work: Task) = work.WaitAsync(patience).GetAwaiter().GetResult()

/// Appends past every category, as another process would.
let appendBeside (log: IEventLog) (stream: StreamName) (events: Account.Event[]) =
    let encoded =
        events |> Array.map (fun e -> (codec :> IEventCodec<_, _>).Encode({ Stream = stream; Request = () }, e))

    match
        run (log.Append(AppendRequest([| StreamAppend(stream, ExpectedVersion.Any, encoded) |], null), CancellationToken.None))
    with
    | AppendResult.Appended(_, last) -> last
    | other -> failwith $"{other}"

let eventsOf (log: IEventLog) (text: string) =
    run (log.LoadStream(streamOf text, 0L, CancellationToken.None))
    |> Array.map (fun row -> (codec :> IEventCodec<_, _>).Decode(row).Value)

let balanceOf log text = (Account.fold Account.initial (eventsOf log text)).Balance

let utf8 (text: string) = ReadOnlyMemory(Encoding.UTF8.GetBytes text)

let textOf (bytes: ReadOnlyMemory<byte>) = Encoding.UTF8.GetString bytes.Span

/// An event as a log would hand it to a codec.
let recorded stream index name version (body: string) =
    RecordedEvent(index + 1L, stream, index, 77L, name, version, utf8 body, ReadOnlyMemory.Empty, 0L, ReadOnlyMemory.Empty)

/// A seal that is its own proof: shows subject and event id in the text, and refuses to open for another event.
type PlainSeal() =
    let destroyed = System.Collections.Generic.HashSet<string>()
    member _.Destroy subject = destroyed.Add subject |> ignore

    interface ISubjectSeal with
        member _.Seal(subject, eventId, plain) = $"{subject}|{eventId}|{plain}"

        member _.Open(subject, eventId, text) =
            match text.Split '|' with
            | [| s; e; _ |] when s <> subject || e <> string eventId -> raise (SealBrokenException("moved", null))
            | [| _; _; plain |] -> if destroyed.Contains subject then null else plain
            | _ -> raise (SealBrokenException("altered", null))

/// A text that is sealed where it is stored.
type Secret = Secret of string

type SecretConverter() =
    inherit Serialization.JsonConverter<Secret>()

    override _.Read(reader, _, _) =
        match reader.GetString() with
        | null -> raise (JsonException "null")
        | text ->
            match SealScope.unseal text with
            | null -> Secret "[ANONYMIZED]"
            | plain -> Secret plain

    override _.Write(writer, value, _) =
        let (Secret plain) = value
        writer.WriteStringValue(SealScope.seal plain)
