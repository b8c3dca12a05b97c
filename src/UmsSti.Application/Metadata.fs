namespace UmsSti.Application

open System
open System.Buffers
open System.Text.Encodings.Web
open System.Text.Json
open UmsSti.Kernel

/// Who sends a command, from where, and under which ids. Built by the edge for each request; becomes the metadata of each event (ES-04).
type Envelope =
    {
        /// User id of the caller, `Actors.Anonymous`, or `system:<job>`.
        Actor: string
        /// The caller's idempotency key; null when none was given.
        IdempotencyKey: string | null
        /// SHA-256 over method, path and body; empty when there is no key.
        Fingerprint: byte[]
        /// Ties together everything one request caused.
        CorrelationId: string
        /// What made the actor send this; null for a request of its own.
        CausationId: string | null
        /// The caller's address, null when unknown. Personal: stored sealed only.
        Ip: string | null
        /// The caller's user agent, null when unknown. Personal: stored sealed only.
        UserAgent: string | null
        /// The time of the request; nothing below the edge reads a clock.
        Now: DateTimeOffset
        /// The version the caller has seen (`If-Match`), or `Envelope.AnyVersion`.
        ExpectedVersion: int64
    }

    /// The caller named no version.
    static member AnyVersion = -1L

    /// With the time as the log keeps it.
    member internal this.Kept = { this with Now = Moments.kept this.Now }

/// Actor ids that are not users.
[<RequireQualifiedAccess>]
module Actors =
    /// Nobody signed in.
    [<Literal>]
    let Anonymous = "anonymous"

    /// An actor inside the program: a job, the command line, the first start. The name becomes part of a stream id: no '_'.
    let system (job: string) = "system:" + job

    /// Whether the actor is the program itself.
    let isSystem (actor: string) = actor.StartsWith("system:", StringComparison.Ordinal)

    /// Whether the actor is a user, so that it can be a subject of personal data.
    let isUser (actor: string) = actor <> Anonymous && not (isSystem actor)

/// What an encoder needs to know beside the event: whose request it is and whose key seals.
[<NoComparison>]
type EncodeContext =
    {
        Envelope: Envelope
        /// Identifies this run of the command, also when the caller gave no key.
        CommandId: string
        /// Whose key seals the caller's address and user agent: the actor's when he is a user, else that of the user the
        /// command is about. Empty when there is nobody to seal for: then address and user agent are not stored.
        ClientSubject: string
    }

/// Metadata of a stored event, opened.
[<NoComparison>]
type EventMeta =
    {
        Actor: string
        CommandId: string
        CorrelationId: string
        CausationId: string | null
        /// Null when unknown; `[ANONYMIZED]` after the erasure of the person.
        Ip: string | null
        UserAgent: string | null
    }

/// Metadata of a stored event with the caller's text still sealed: what may be kept in derived rows.
[<NoComparison>]
type StoredMeta =
    {
        Actor: string
        /// Whom the actor acted for; null for himself. Nothing acts for others yet.
        OnBehalfOf: string | null
        CommandId: string
        CorrelationId: string
        CausationId: string | null
        /// Address and user agent, sealed together; null when unknown.
        Client: string | null
        /// Whose key opens `Client`.
        ClientSubject: string
    }

/// The stored form of the metadata: a flat JSON object with short names, kept as small as its meaning allows because it
/// stands beside every event. `client` is one sealed text holding address and user agent.
[<RequireQualifiedAccess>]
module Metadata =
    /// What a field of an erased person reads as (ES-25).
    [<Literal>]
    let Anonymized = "[ANONYMIZED]"

    /// Longest user agent stored, in characters; the rest says nothing more about who it was.
    [<Literal>]
    let UserAgentLimitChars = 256

    // Sealed text is base 64: the default encoder would spend six bytes on each '+'.
    let private writerOptions =
        JsonWriterOptions(SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    /// Never cuts a surrogate pair in two: half of one has no UTF-8 form.
    let private shortened (agent: string) =
        if agent.Length <= UserAgentLimitChars then
            agent
        elif Char.IsHighSurrogate agent[UserAgentLimitChars - 1] then
            agent.Substring(0, UserAgentLimitChars - 1)
        else
            agent.Substring(0, UserAgentLimitChars)

    let private clientText (envelope: Envelope) : string | null =
        let agent =
            match envelope.UserAgent with
            | null -> ""
            | agent -> shortened agent

        match envelope.Ip with
        | null when agent = "" -> null
        | null -> "\n" + agent
        | ip -> ip + "\n" + agent

    /// Encodes the metadata of one event; the client's text is sealed and bound to the event id.
    let encode (seal: ISubjectSeal) (context: EncodeContext) (eventId: int64) : ReadOnlyMemory<byte> =
        let target = ArrayBufferWriter<byte> 256
        use json = new Utf8JsonWriter(target, writerOptions)
        json.WriteStartObject()
        json.WriteString("actor", context.Envelope.Actor)
        json.WriteString("command", context.CommandId)
        json.WriteString("correlation", context.Envelope.CorrelationId)

        match context.Envelope.CausationId with
        | null -> ()
        | cause -> json.WriteString("causation", cause)

        if context.ClientSubject <> "" then
            match clientText context.Envelope with
            | null -> ()
            | text ->
                if context.ClientSubject <> context.Envelope.Actor then
                    json.WriteString("subject", context.ClientSubject)

                json.WriteString("client", seal.Seal(context.ClientSubject, eventId, text))

        json.WriteEndObject()
        json.Flush()
        target.WrittenMemory

    let private required (event: ITimelineEvent) name (value: string | null) =
        match value with
        | null -> raise (EventDecodeException($"Event {event.Position} has no '{name}' in its metadata.", null))
        | value -> value

    // The value of the property the reader stands at. Names are compared as bytes: this runs for every event of every view.
    let private text (reader: byref<Utf8JsonReader>) : string | null =
        reader.Read() |> ignore
        reader.GetString()

    /// Reads the metadata of a stored event; opens nothing.
    let stored (event: ITimelineEvent) : StoredMeta =
        let mutable reader = Utf8JsonReader(event.Meta.Span)
        let mutable actor: string | null = null
        let mutable behalf: string | null = null
        let mutable command: string | null = null
        let mutable correlation: string | null = null
        let mutable causation: string | null = null
        let mutable subject: string | null = null
        let mutable client: string | null = null

        while reader.Read() do
            if reader.TokenType = JsonTokenType.PropertyName then
                if reader.ValueTextEquals "actor"B then actor <- text &reader
                elif reader.ValueTextEquals "command"B then command <- text &reader
                elif reader.ValueTextEquals "correlation"B then correlation <- text &reader
                elif reader.ValueTextEquals "client"B then client <- text &reader
                elif reader.ValueTextEquals "subject"B then subject <- text &reader
                elif reader.ValueTextEquals "causation"B then causation <- text &reader
                elif reader.ValueTextEquals "onBehalfOf"B then behalf <- text &reader
                else reader.Skip()

        let actor = required event "actor" actor

        { Actor = actor
          OnBehalfOf = behalf
          CommandId = required event "command" command
          CorrelationId = required event "correlation" correlation
          CausationId = causation
          Client = client
          ClientSubject =
            match subject with
            | null -> actor
            | subject -> subject }

    /// Opens the caller's address and user agent of an event; both `[ANONYMIZED]` when the key is gone, null where unknown.
    let openClient
        (seal: ISubjectSeal)
        (subject: string)
        (eventId: int64)
        (client: string | null)
        : struct ((string | null) * (string | null)) =
        match client with
        | null -> struct (null, null)
        | text ->
            match seal.Open(subject, eventId, text) with
            | null -> struct (Anonymized, Anonymized)
            | plain ->
                let cut = plain.IndexOf '\n'
                let ip, agent = plain.Substring(0, cut), plain.Substring(cut + 1)
                struct ((if ip = "" then null else ip), (if agent = "" then null else agent))

    /// Reads the metadata of a stored event back.
    let decode (seal: ISubjectSeal) (event: ITimelineEvent) : EventMeta =
        let stored = stored event
        let struct (ip, agent) = openClient seal stored.ClientSubject event.EventId stored.Client

        { Actor = stored.Actor
          CommandId = stored.CommandId
          CorrelationId = stored.CorrelationId
          CausationId = stored.CausationId
          Ip = ip
          UserAgent = agent }

    /// Only the actor, for views that show no more; opens nothing.
    let actor (event: ITimelineEvent) =
        let mutable reader = Utf8JsonReader(event.Meta.Span)
        let mutable found: string | null = null

        while isNull found && reader.Read() do
            if reader.TokenType = JsonTokenType.PropertyName && reader.ValueTextEquals "actor"B then
                reader.Read() |> ignore
                found <- reader.GetString()

        match found with
        | null -> raise (EventDecodeException($"Event {event.Position} has no 'actor' in its metadata.", null))
        | actor -> actor
