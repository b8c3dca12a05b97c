namespace UmsSti.Kernel

open System
open System.Collections.Frozen
open System.Collections.Generic
open System.Linq.Expressions
open System.Reflection
open System.Runtime.Serialization
open System.Text.Encodings.Web
open System.Text.Json
open System.Text.Json.Nodes
open System.Text.Json.Serialization
open System.Text.Json.Serialization.Metadata
open FSharp.Reflection

/// What surrounds the body of one event.
[<Struct; NoComparison>]
type EventHeader =
    {
        /// Fresh for every event; sealing of body and metadata is bound to it.
        EventId: int64
        /// When it happened.
        Timestamp: DateTimeOffset
        /// ES-04, UTF-8 JSON, personal fields already sealed for `EventId`.
        Meta: ReadOnlyMemory<byte>
    }

/// The context of a category's codec: who asks, and the stream the event goes to.
[<Struct; NoComparison; NoEquality>]
type StreamContext<'req> = { Stream: StreamName; Request: 'req }

/// One link of an event's upcaster chain (ES-11): turns a stored body of version `From` into one of `From + 1`, on read.
[<NoComparison; NoEquality>]
type Upcaster = { EventType: string; From: int; Up: JsonNode -> JsonNode }

/// How a union of events is stored.
[<NoComparison; NoEquality>]
type CodecOptions<'req> =
    {
        /// Converters and policies, see `Codec.json`.
        Json: JsonSerializerOptions
        /// Called exactly once per event: takes a fresh id and seals the metadata for that id. The body is then sealed for the same id.
        Describe: StreamContext<'req> -> EventHeader
        /// Seals and opens the personal values of bodies.
        Seal: ISubjectSeal
        /// Whose key seals a stream's events. One function for both directions, so writing and reading cannot disagree.
        SubjectOf: StreamName -> string voption
        /// All links, in any order; the newest version of an event is one above its highest `From`.
        Upcasters: Upcaster list
    }

/// One case of an event union, with everything reflection had to find out about it.
[<AbstractClass>]
type internal EventCase<'Event>(name: string) =
    member _.Name = name
    /// Links of versions 1, 2, ...; the current version is one more than there are links.
    member val Links: (JsonNode -> JsonNode)[] = [||] with get, set
    member this.Version = this.Links.Length + 1
    abstract Write: event: 'Event -> byte[]
    abstract Read: data: ReadOnlyMemory<byte> -> 'Event
    abstract ReadNode: node: JsonNode -> 'Event

[<Sealed>]
type internal NullaryCase<'Event>(name, value: 'Event) =
    inherit EventCase<'Event>(name)
    static let body = "{}"B
    override _.Write _ = body
    override _.Read _ = value
    override _.ReadNode _ = value

[<Sealed>]
type internal RecordCase<'Event, 'Body when 'Body: not null and 'Body: not struct>
    (name, json: JsonSerializerOptions, body: Func<'Event, 'Body>, wrap: Func<'Body, 'Event>) =
    inherit EventCase<'Event>(name)
    let info = json.GetTypeInfo typeof<'Body> :?> JsonTypeInfo<'Body>

    let present (read: 'Body | null) =
        match read with
        | null -> raise (JsonException "The body is null.")
        | value -> wrap.Invoke value

    override _.Write event = JsonSerializer.SerializeToUtf8Bytes(body.Invoke event, info)
    override _.Read data = present (JsonSerializer.Deserialize(data.Span, info))
    override _.ReadNode node = present (JsonSerializer.Deserialize(node, info))

/// Reads a union's shape once and compiles it to delegates; nothing here runs per event.
module internal UnionShape =
    let private flags = BindingFlags.Public ||| BindingFlags.NonPublic

    let private nameOf (case: UnionCaseInfo) =
        case.GetCustomAttributes typeof<DataMemberAttribute>
        |> Array.tryPick (fun a -> (a :?> DataMemberAttribute).Name |> Option.ofObj)
        |> Option.defaultValue case.Name

    /// Compiled ways into and out of a case with one field.
    let private accessors<'Event> (case: UnionCaseInfo) (field: PropertyInfo) : Delegate * Delegate =
        let event, body = Expression.Parameter typeof<'Event>, Expression.Parameter field.PropertyType

        let declaring =
            match field.DeclaringType with
            | null -> typeof<'Event>
            | found -> found

        let getter = Expression.Property(Expression.Convert(event, declaring), field)
        let constructor = Expression.Call(FSharpValue.PreComputeUnionConstructorInfo(case, flags), body)
        let delegateOf (a: Type) (b: Type) = typedefof<Func<_, _>>.MakeGenericType(a, b)
        let get = Expression.Lambda(delegateOf typeof<'Event> field.PropertyType, getter, event).Compile()
        get, Expression.Lambda(delegateOf field.PropertyType typeof<'Event>, constructor, body).Compile()

    let private recordCase<'Event> (json: JsonSerializerOptions) (case: UnionCaseInfo) (field: PropertyInfo) : EventCase<'Event> =
        let get, make = accessors<'Event> case field
        let target = typedefof<RecordCase<_, string>>.MakeGenericType(typeof<'Event>, field.PropertyType)

        match Activator.CreateInstance(target, [| box (nameOf case); json; get; make |]) with
        | :? EventCase<'Event> as made -> made
        | _ -> invalidOp $"{target} is not an event case."

    let private caseOf<'Event> json (case: UnionCaseInfo) : EventCase<'Event> =
        match case.GetFields() with
        | [||] -> NullaryCase<'Event>(nameOf case, FSharpValue.MakeUnion(case, [||], flags) |> unbox<'Event>)
        | [| field |] when FSharpType.IsRecord(field.PropertyType, flags) -> recordCase<'Event> json case field
        | _ -> invalidArg "Event" $"{typeof<'Event>}.{case.Name} carries something else than nothing or one named record."

    let private unionCases<'Event> () = FSharpType.GetUnionCases(typeof<'Event>, flags)

    /// A compiled reader of the union's tag.
    let private tagReader<'Event> () : Func<'Event, int> =
        if unionCases<'Event>().Length = 1 then
            Func<_, _>(fun _ -> 0)
        else
            let event = Expression.Parameter typeof<'Event>

            let tag: Expression =
                match FSharpValue.PreComputeUnionTagMemberInfo(typeof<'Event>, flags) with
                | :? PropertyInfo as property -> Expression.Property(event, property)
                | :? MethodInfo as reader -> Expression.Call(reader, event)
                | other -> invalidOp $"{other} is no way to read a tag."

            Expression.Lambda<Func<'Event, int>>(tag, event).Compile()

    /// One case of the union: an event of its own, or a union of events that several streams share.
    [<AbstractClass>]
    type Part<'Event>() =
        abstract Cases: EventCase<'Event>[]
        /// Which of the part's cases an event is.
        abstract IndexOf: event: 'Event -> int

    [<Sealed>]
    type private Single<'Event>(case: EventCase<'Event>) =
        inherit Part<'Event>()
        override _.Cases = [| case |]
        override _.IndexOf _ = 0

    [<Sealed>]
    type private SharedCase<'Event, 'Inner>(inner: EventCase<'Inner>, get: Func<'Event, 'Inner>, wrap: Func<'Inner, 'Event>) =
        inherit EventCase<'Event>(inner.Name)
        override _.Write event = inner.Write(get.Invoke event)
        override _.Read data = wrap.Invoke(inner.Read data)
        override _.ReadNode node = wrap.Invoke(inner.ReadNode node)

    [<Sealed>]
    type private Shared<'Event, 'Inner>(json: JsonSerializerOptions, get: Func<'Event, 'Inner>, wrap: Func<'Inner, 'Event>) =
        inherit Part<'Event>()
        let tagOf = tagReader<'Inner>()

        let cases =
            unionCases<'Inner>()
            |> Array.map (fun case -> SharedCase<'Event, 'Inner>(caseOf<'Inner> json case, get, wrap) :> EventCase<'Event>)

        override _.Cases = cases
        override _.IndexOf event = tagOf.Invoke(get.Invoke event)

    let private partOf<'Event> (json: JsonSerializerOptions) (case: UnionCaseInfo) : Part<'Event> =
        match case.GetFields() with
        | [| field |] when FSharpType.IsUnion(field.PropertyType, flags) ->
            let get, wrap = accessors<'Event> case field
            let target = typedefof<Shared<_, _>>.MakeGenericType(typeof<'Event>, field.PropertyType)

            match Activator.CreateInstance(target, flags ||| BindingFlags.Instance, null, [| box json; get; wrap |], null) with
            | :? Part<'Event> as made -> made
            | _ -> invalidOp $"{target} is not a union of shared events."
        | _ -> Single<'Event>(caseOf<'Event> json case)

    /// The parts by tag. Throws ArgumentException for a type that is no event union, or when two events share a stored name.
    let parts<'Event> json : Part<'Event>[] =
        if not (FSharpType.IsUnion(typeof<'Event>, flags)) then
            invalidArg "Event" $"{typeof<'Event>} is not a union."

        let parts = unionCases<'Event>() |> Array.map (partOf<'Event> json)

        for name, same in parts |> Array.collect _.Cases |> Array.groupBy _.Name do
            if same.Length > 1 then
                invalidArg "Event" $"{typeof<'Event>} has {same.Length} events named '{name}'."

        parts

    /// A reader of an event's place among the cases of all parts.
    let placeReader (parts: Part<'Event>[]) : Func<'Event, int> =
        let tagOf = tagReader<'Event>()

        if parts |> Array.forall (fun part -> part.Cases.Length = 1) then
            tagOf
        else
            let starts = parts |> Array.scan (fun start part -> start + part.Cases.Length) 0

            Func<_, _>(fun event ->
                let tag = tagOf.Invoke event
                starts[tag] + parts[tag].IndexOf event)

    /// Hangs the chains on their cases. Throws ArgumentException for a stray or doubled link, EventDecodeException for a missing one.
    let attach (cases: EventCase<'Event>[]) (upcasters: Upcaster list) =
        for eventType, links in upcasters |> List.groupBy _.EventType do
            let case =
                match cases |> Array.tryFind (fun c -> c.Name = eventType) with
                | Some found -> found
                | None -> invalidArg (nameof upcasters) $"There is no event '{eventType}' to upcast."

            let newest = 1 + (links |> List.map _.From |> List.max)

            case.Links <-
                [| for version in 1 .. newest - 1 do
                       match links |> List.filter (fun link -> link.From = version) with
                       | [ link ] -> link.Up
                       | [] ->
                           raise (
                               EventDecodeException(
                                   $"'{eventType}' has no upcaster from version {version} to version {version + 1}.",
                                   null
                               )
                           )
                       | _ -> invalidArg (nameof upcasters) $"'{eventType}' has several upcasters from version {version}." |]

            if case.Links.Length <> links.Length then
                invalidArg (nameof upcasters) $"'{eventType}' has an upcaster from a version below 1."

/// Stores each case of a union under its name with a JSON body. Make it with `Codec.union`, once per category; safe for all threads.
[<Sealed>]
type UnionCodec<'Event, 'req> internal (options: CodecOptions<'req>) =
    let parts = UnionShape.parts<'Event>(StrictJson.harden options.Json)
    let cases = parts |> Array.collect _.Cases
    do UnionShape.attach cases options.Upcasters
    let placeOf = UnionShape.placeReader parts
    let byName = cases.ToFrozenDictionary((fun c -> c.Name), StringComparer.Ordinal)

    let subjectOf stream : string | null =
        match options.SubjectOf stream with
        | ValueSome subject -> subject
        | ValueNone -> null

    let refuse (event: ITimelineEvent) (problem: string) (inner: exn | null) =
        let place = $"{event.EventType} v{event.SchemaVersion} at {event.Stream.Value}[{event.Index}]"
        raise (EventDecodeException($"{place}: {problem}", inner))

    let upcast' (case: EventCase<'Event>) (event: ITimelineEvent) =
        let mutable node = JsonNode.Parse event.Data.Span

        for link in case.Links.AsSpan(event.SchemaVersion - 1) do
            match node with
            | null -> raise (JsonException "The body is null.")
            | body -> node <- link body

        match node with
        | null -> raise (JsonException "The body is null.")
        | body -> case.ReadNode body

    let read (case: EventCase<'Event>) (event: ITimelineEvent) =
        if event.SchemaVersion = case.Version then
            case.Read event.Data
        elif event.SchemaVersion < 1 || event.SchemaVersion > case.Version then
            refuse event $"no way from version {event.SchemaVersion} to version {case.Version}, the newest known here" null
        else
            upcast' case event

    /// The stored names, in the order of the cases.
    member _.EventTypes = cases |> Array.map _.Name

    /// The version new events of that name are stored with. Throws KeyNotFoundException for a name that is not there.
    member _.SchemaVersion(eventType: string) = byName[eventType].Version

    interface IEventCodec<'Event, StreamContext<'req>> with
        member _.Encode(context, event) =
            let case = cases[placeOf.Invoke event]
            let header = options.Describe context

            let data = SealScope.run options.Seal (subjectOf context.Stream) header.EventId (fun () -> case.Write event)

            EventData(header.EventId, case.Name, case.Version, data, header.Meta, header.Timestamp)

        member _.Decode event =
            match byName.TryGetValue event.EventType with
            | true, case ->
                SealScope.run options.Seal (subjectOf event.Stream) event.EventId (fun () ->
                    try
                        ValueSome(read case event)
                    with
                    // Only what a bad body causes. A broken seal, a closed vault or a missing scope keeps its own exception.
                    | :? JsonException
                    | :? FormatException
                    | :? ArgumentException
                    | :? NotSupportedException as e -> refuse event "the body is not what the name promises" e)
            | _ ->
                Telemetry.count Telemetry.unknownEvents 1 event.Stream.Category
                ValueNone

/// Builds codecs.
[<RequireQualifiedAccess>]
module Codec =
    /// The house's JSON for stored bodies: camelCase, None left out, text unescaped (it never reaches a browser as it stands).
    let json (converters: JsonConverter list) =
        let options = JsonSerializerOptions(PropertyNamingPolicy = JsonNamingPolicy.CamelCase)
        options.DefaultIgnoreCondition <- JsonIgnoreCondition.WhenWritingNull
        options.Encoder <- JavaScriptEncoder.UnsafeRelaxedJsonEscaping

        for converter in converters do
            options.Converters.Add converter

        options

    /// For streams without personal values: throws InvalidOperationException when asked to seal or open.
    let noSeal =
        { new ISubjectSeal with
            member _.Seal(_, _, _) = invalidOp "This codec has no seal: a personal value has no place in its events."
            member _.Open(_, _, _) = invalidOp "This codec has no seal: a personal value has no place in its events." }

    /// A codec for a union whose cases are nullary or carry exactly one named record, or one union of such events that several streams
    /// share: those are stored under their own names. The stored name is the case's name, or
    /// `[<DataMember(Name = "...")>]` on the case. Throws ArgumentException for another shape or doubled names, and
    /// `EventDecodeException` naming event and versions when the upcaster chain has a hole (ES-11).
    let union<'Event, 'req> (options: CodecOptions<'req>) = UnionCodec<'Event, 'req> options
