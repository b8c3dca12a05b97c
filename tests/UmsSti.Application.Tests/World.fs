/// What the application's tests share: a house on memory logs with a small real key store. Only time and randomness are
/// replaced.
module UmsSti.Application.Tests.World

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Security.Cryptography
open System.Text
open System.Text.Json
open System.Threading
open System.Threading.Tasks
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel

let run (work: Task<'a>) = work.GetAwaiter().GetResult()
let runUnit (work: Task) = work.GetAwaiter().GetResult()
let anyToken = CancellationToken.None

/// A clock that stands still until it is moved. It stands between two milliseconds, as real clocks do.
type ManualTime() =
    inherit TimeProvider()
    let mutable ticks = DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).Ticks + 1_234_567L
    override _.TimestampFrequency = TimeSpan.TicksPerSecond
    override _.GetTimestamp() = Volatile.Read &ticks
    override _.GetUtcNow() = DateTimeOffset(Volatile.Read &ticks, TimeSpan.Zero)
    member _.Advance(span: TimeSpan) = Interlocked.Add(&ticks, span.Ticks) |> ignore

/// Data keys in memory: AES-256-GCM with the event id as associated data; text is base 64 of nonce, tag and cipher.
type MemoryKeys() =
    let gate = obj ()
    let keys = Dictionary<string, byte[]>(StringComparer.Ordinal)
    let destroyed = HashSet<string>(StringComparer.Ordinal)
    let mutable nonces = 0L
    let mutable failures = 0

    let keyOf subject =
        lock gate (fun () ->
            match keys.TryGetValue subject with
            | true, key -> ValueSome key
            | false, _ -> ValueNone)

    /// Subjects that have a key now.
    member _.Subjects = lock gate (fun () -> Set.ofSeq keys.Keys)
    /// Subjects whose key was destroyed.
    member _.Destroyed = lock gate (fun () -> Set.ofSeq destroyed)
    /// Lets the next so many destructions fail, as a crash before them would.
    member _.FailDestroy(times: int) = failures <- times

    interface ISubjectKeys with
        member _.Seal(subject, eventId, plain) =
            match keyOf subject with
            | ValueNone -> raise (SubjectKeyMissingException subject)
            | ValueSome key ->
                let bytes = Encoding.UTF8.GetBytes plain
                let text = Array.zeroCreate<byte>(28 + bytes.Length)
                BitConverter.TryWriteBytes(Span(text, 0, 8), Interlocked.Increment &nonces) |> ignore
                use cipher = new AesGcm(key, 16)

                cipher.Encrypt(
                    ReadOnlySpan(text, 0, 12),
                    ReadOnlySpan bytes,
                    Span(text, 28, bytes.Length),
                    Span(text, 12, 16),
                    ReadOnlySpan(BitConverter.GetBytes(eventId: int64))
                )

                Convert.ToBase64String text

        member _.Open(subject, eventId, sealedText) =
            match keyOf subject with
            | ValueNone -> null
            | ValueSome key ->
                try
                    let text = Convert.FromBase64String sealedText
                    let plain = Array.zeroCreate<byte>(text.Length - 28)
                    use cipher = new AesGcm(key, 16)

                    cipher.Decrypt(
                        ReadOnlySpan(text, 0, 12),
                        ReadOnlySpan(text, 28, plain.Length),
                        ReadOnlySpan(text, 12, 16),
                        Span plain,
                        ReadOnlySpan(BitConverter.GetBytes(eventId: int64))
                    )

                    Encoding.UTF8.GetString plain
                with :? CryptographicException as error ->
                    raise (SealBrokenException("The text was altered or moved.", error))

        member _.Ensure(subject, _) =
            lock gate (fun () ->
                if destroyed.Contains subject then
                    raise (SubjectKeyMissingException subject)

                keys.TryAdd(subject, SHA256.HashData(Encoding.UTF8.GetBytes subject)) |> ignore)

            Task.CompletedTask

        member _.Destroy(subject, _) =
            lock gate (fun () ->
                if failures > 0 then
                    failures <- failures - 1
                    raise (TimeoutException "The key store did not answer.")

                destroyed.Add subject |> ignore
                keys.Remove subject |> ignore)

            Task.CompletedTask

/// HMAC-SHA256 with a pepper of the test's own.
type PepperedIndex() =
    let pepper = "a pepper of thirty-two characters"B

    interface IBlindIndex with
        member _.Compute normalised = Convert.ToHexStringLower(HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes normalised))

type CountingEventIds() =
    let mutable last = 1000L

    interface IEventIds with
        member _.Next() = Interlocked.Increment &last

type CountingIds() =
    let mutable last = 0
    let milliseconds = 1_772_366_400_000L
    let next () = Interlocked.Increment &last
    let random n = Array.append (Array.zeroCreate<byte> 6) (BitConverter.GetBytes(n: int))

    interface IIdGenerator with
        member _.NewUserId userType =
            match UserId.KindOf userType with
            | IdKind.Uuid7
            | IdKind.Ulid -> UserId.Parse(Uuid7.create milliseconds (random (next ())))
            | IdKind.Snowflake -> UserId.Parse(string (7_000_000L + int64 (next ())))

        member _.NewTeamId() = TeamId.Parse(Ulid.create milliseconds (random (next ())))
        member _.NewSessionId() = SessionId.Parse(Uuid7.create milliseconds (random (next ())))

/// Password hashes in memory.
type MemoryCredentials() =
    let known = ConcurrentDictionary<string, string>(StringComparer.Ordinal)

    /// User id and hash, of everyone who has one.
    member _.Known = known |> Seq.map (fun pair -> pair.Key, pair.Value) |> Map.ofSeq

    interface ICredentials with
        member _.Set(userId, phc, _) =
            known[userId] <- phc
            Task.CompletedTask

        member _.Forget(userId, _) =
            known.TryRemove userId |> ignore
            Task.CompletedTask

/// What processes see to, as a test says; nothing unless it says so.
type ScriptedUpkeep() =
    let none (_: UpkeepQuery) : Command list = []
    /// What is there to be found, asked anew at each look.
    member val Found = none with get, set

    interface IUpkeep with
        member this.Find(query, after, limit, _) =
            let skip =
                match after with
                | null -> 0
                | place -> unbox<int> place

            let all = this.Found query
            let page = all |> List.skip (min skip all.Length) |> List.truncate limit
            let next: obj | null = if skip + page.Length < all.Length then box (skip + page.Length) else null
            Task.FromResult { Commands = Array.ofList page; Next = next }

/// A memory log into whose trips a test may put something of its own.
type HookedLog() =
    let inner = VolatileStore()
    let log = inner :> IEventLog
    let nothing _ = Task.CompletedTask
    member _.Inner = inner
    member val BeforeLoad: StreamName -> Task = nothing with get, set
    member val AfterLoad: StreamName -> Task = nothing with get, set
    member val BeforeAppend: AppendRequest -> Task = nothing with get, set
    member val BeforeFind: string -> Task = nothing with get, set

    /// Makes each trip give up its thread, so that callers mix as they do over a disk.
    member this.Mix() =
        let yielding () : Task =
            task {
                do! Task.Yield()
                return ()
            }

        this.BeforeLoad <- fun _ -> yielding ()
        this.BeforeAppend <- fun _ -> yielding ()
        this.BeforeFind <- fun _ -> yielding ()

    interface IEventLog with
        member this.LoadStream(stream, fromIndex, ct) =
            task {
                do! this.BeforeLoad stream
                let! events = log.LoadStream(stream, fromIndex, ct)
                do! this.AfterLoad stream
                return events
            }

        member this.Append(request, ct) =
            task {
                do! this.BeforeAppend request
                return! log.Append(request, ct)
            }

        member _.ReadAll(after, count, ct) = log.ReadAll(after, count, ct)
        member _.Head = log.Head
        member _.AwaitBeyond(position, ct) = log.AwaitBeyond(position, ct)

    interface ICommandMemory with
        member this.Find(key, ct) =
            task {
                do! this.BeforeFind key
                return! (inner :> ICommandMemory).Find(key, ct)
            }

/// Runs `work` once, right after the n-th read of a stream from now on.
let afterRead n (stream: string) (log: HookedLog) (work: unit -> unit) =
    let mutable reads = 0

    log.AfterLoad <-
        fun read ->
            if read.Value = stream then
                reads <- reads + 1

                if reads = n then
                    log.AfterLoad <- fun _ -> Task.CompletedTask
                    work ()

            Task.CompletedTask

/// What a test reads of a view: everything, comparable, dictionaries in order.
let shape (view: UserView) =
    let ordered (values: IReadOnlyDictionary<string, string>) = SortedDictionary(Dictionary values, StringComparer.Ordinal)
    JsonSerializer.Serialize {| view with Profile = ordered view.Profile; Preferences = ordered view.Preferences |}

/// Profile fields or preferences as they arrive.
let fields (entries: (string * (string | null)) list) : IReadOnlyDictionary<string, string | null> =
    let all = Dictionary<string, string | null>()

    for key, value in entries do
        all[key] <- value

    all

let registration userType email : RegisterUser =
    { UserId = null
      Type = userType
      Email = email
      Name = "Ada Lovelace"
      Profile = null
      Activate = false
      CredentialHash = null }

let update userId : UpdateUser = { UserId = userId; Name = null; Profile = null; Preferences = null }
let rename userId name = Command.UpdateUser { update userId with Name = name }
let root = Actors.system "tests"

/// A whole application on memory.
type House(soleWriter: bool) =
    let time = ManualTime()
    let events, activity = HookedLog(), HookedLog()
    let keys, credentials = MemoryKeys(), MemoryCredentials()
    let index = PepperedIndex() :> IBlindIndex
    let upkeep = ScriptedUpkeep()
    let mutable requests = 0

    let parts =
        { Events = events
          Commands = events
          Snapshots = events.Inner
          Activity = activity
          Keys = keys
          BlindIndex = index
          EventIds = CountingEventIds()
          Ids = CountingIds()
          Credentials = credentials
          Principals = NoPrincipalIndex.Instance
          Upkeep = upkeep
          Time = time
          CacheEntries = 1000
          MaxTeamDepth = Hierarchy.Queries.DefaultDepthLimit
          SoleWriter = soleWriter }

    let app = Application parts

    let render (log: HookedLog) position =
        run ((log :> IEventLog).ReadAll(position, 100_000, anyToken)) |> Array.map app.EventViews.Render

    /// The only writer of its logs, as on SQLite.
    new() = House true

    member _.App = app
    /// Another application over the same parts, with empty caches.
    member _.Cold() = Application parts
    member _.Parts = parts
    member _.Time = time
    member _.EventLog = events
    member _.ActivityLog = activity
    member _.Keys = keys
    member _.Credentials = credentials
    member _.Upkeep = upkeep
    member _.IndexOf(email: string) = index.Compute email
    /// Events of the domain log after a position, opened.
    member _.EventsAfter position = render events position
    member this.Events = this.EventsAfter 0L
    /// Events of the activity log after a position, opened.
    member _.ActivityAfter position = render activity position
    member this.Activity = this.ActivityAfter 0L
    member _.Head = (events :> IEventLog).Head
    member _.ActivityHead = (activity :> IEventLog).Head
    /// Types of the domain log's events after a position.
    member this.TypesAfter(position: int64) = this.EventsAfter position |> Array.map _.Type |> List.ofArray

    /// A request of its own.
    member _.Envelope(actor: string) : Envelope =
        let request = Interlocked.Increment &requests

        { Actor = actor
          IdempotencyKey = null
          Fingerprint = [||]
          CorrelationId = $"request-{request}"
          CausationId = null
          Ip = "203.0.113.7"
          UserAgent = "tests/1.0"
          Now = time.GetUtcNow()
          ExpectedVersion = Envelope.AnyVersion }

    member _.Start(envelope, command) : Task<Answer> = app.Door.Execute(envelope, command, anyToken)
    member this.Send(envelope, command) : Answer = run (this.Start(envelope, command))

    /// Carries a command out; fails the test when it is refused.
    member this.Do(envelope: Envelope, command) : Accepted =
        match this.Send(envelope, command) with
        | Answer.Accepted accepted -> accepted
        | Answer.Refused refusal -> failwith $"{envelope.Actor}: {command} was refused: {refusal.Code} {refusal.Detail}"

    member this.Do(actor: string, command) : Accepted = this.Do(this.Envelope actor, command)

    /// The refusal of a command; fails the test when it is carried out, or leaves anything in the domain log.
    member this.Refusal(envelope: Envelope, command) : Refusal =
        let head = this.Head

        match this.Send(envelope, command) with
        | Answer.Refused refusal when this.Head = head -> refusal
        | Answer.Refused refusal -> failwith $"{refusal.Code}, and yet something was stored."
        | Answer.Accepted _ -> failwith $"{envelope.Actor}: {command} was carried out."

    member this.Refusal(actor: string, command) : Refusal = this.Refusal(this.Envelope actor, command)

    /// An active user.
    member this.Active(userType: string, email: string) : string =
        this.Do(root, Command.RegisterUser { registration userType email with Activate = true }).User.Id

    /// A user who has just registered.
    member this.Pending(userType: string, email: string) : string =
        this.Do(root, Command.RegisterUser(registration userType email)).User.Id

    member _.View(userId: string) : UserView =
        match run (app.Users.TryView(userId, anyToken)) with
        | ValueSome view -> view
        | ValueNone -> failwith $"There is no user {userId}."

    member _.Holder(email: string) = run (app.Users.TryFindByEmail(email, anyToken)) |> ValueOption.toOption

/// Starts everything on threads of its own and waits for all.
let atOnce (work: (unit -> Task<'a>) list) : 'a[] =
    work |> List.map (fun start -> Task.Run<'a>(Func<Task<'a>> start)) |> Task.WhenAll |> run

let accepted (answers: Answer[]) =
    answers
    |> Array.choose (fun answer ->
        match answer with
        | Answer.Accepted accepted -> Some accepted
        | Answer.Refused _ -> None)

let refused (answers: Answer[]) =
    answers
    |> Array.choose (fun answer ->
        match answer with
        | Answer.Refused refusal -> Some refusal
        | Answer.Accepted _ -> None)

/// The same request once more or at once: one key, one fingerprint.
let keyed key (envelope: Envelope) = { envelope with IdempotencyKey = key; Fingerprint = "one body"B }
