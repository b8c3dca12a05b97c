namespace UmsSti.Application

open System
open System.Globalization
open System.Text.Encodings.Web
open System.Text.Json
open System.Text.Json.Serialization
open UmsSti.Domain
open UmsSti.Kernel

/// Writes a personal value sealed with the key of the subject in the current `SealScope`, and opens it on read; without
/// the key it reads as erased. A value that is erased already is stored as null: there is nothing left to seal.
[<Sealed>]
type SealedPersonalConverter() =
    inherit JsonConverter<Personal>()

    override _.HandleNull = true

    override _.Write(writer, value, _) =
        match value with
        | Personal.Known plain -> writer.WriteStringValue(SealScope.seal plain)
        | Personal.Erased -> writer.WriteNullValue()

    override _.Read(reader, _, _) =
        match reader.GetString() with
        | null -> Personal.Erased
        | text ->
            match SealScope.unseal text with
            | null -> Personal.Erased
            | plain -> Personal.Known plain

/// Writes a personal value for people's eyes: as it is, or as `[ANONYMIZED]`.
[<Sealed>]
type OpenPersonalConverter() =
    inherit JsonConverter<Personal>()
    override _.Write(writer, value, _) = writer.WriteStringValue(value.ToString())
    override _.Read(reader, _, _) = Personal.Known(string (reader.GetString()))

/// Writes nothing of a personal value, for bodies that leave the house.
[<Sealed>]
type WithheldPersonalConverter() =
    inherit JsonConverter<Personal>()
    override _.Write(writer, _, _) = writer.WriteNullValue()
    override _.Read(_, _, _) = Personal.Erased

/// Times in RFC 3339, UTC, with milliseconds: what the log keeps and the API shows.
[<Sealed>]
type MillisecondTimeConverter() =
    inherit JsonConverter<DateTimeOffset>()

    static member Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"

    override _.Write(writer, value, _) =
        // `Format` as text; the round-trip format is made five times faster and begins with the same characters.
        let full = value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
        writer.WriteStringValue(String.Concat(full.AsSpan(0, 23), "Z".AsSpan()))

    override _.Read(reader, _, _) = reader.GetDateTimeOffset().ToUniversalTime()

/// Times are kept to the millisecond and in UTC. Whatever is decided on is cut to that first, so that a state folded from
/// memory is the state folded from the log.
[<RequireQualifiedAccess>]
module internal Moments =
    let kept (at: DateTimeOffset) = DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero)

/// The serializer settings of the wire: one for what is stored, one for what is shown.
[<RequireQualifiedAccess>]
module Wire =
    let private create (personal: JsonConverter<Personal>) =
        let options = Codec.json [ personal; MillisecondTimeConverter() ]
        options.DefaultIgnoreCondition <- JsonIgnoreCondition.WhenWritingNull
        // Bodies are stored and served as JSON documents of their own, never pasted into HTML.
        options.Encoder <- JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        options

    /// For bodies on their way to and from the log; only inside a `SealScope`.
    let stored = create (SealedPersonalConverter())

    /// For events shown to callers who may read them (histories, dry runs, dumps).
    let shown = create (OpenPersonalConverter())

    /// For events that leave the house (webhooks): every personal value is null.
    let withheld = create (WithheldPersonalConverter())
