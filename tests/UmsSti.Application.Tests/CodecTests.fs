/// Laws of the stored form, for any event.
module UmsSti.Application.Tests.CodecTests

open System
open System.Text
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.Reflected
open UmsSti.Application.Tests.Generators

let private subject = "019ca9a5-6c00-7000-8000-000000000001"
let private stream = StreamName.Parse $"User-{subject}"

let private other = "019ca9a5-6c00-7000-8000-000000000002"

/// A key store that knows these subjects.
let private keysOf subjects =
    let keys = MemoryKeys()

    for subject in subjects do
        runUnit ((keys :> ISubjectKeys).Ensure(subject, anyToken))

    keys

let private forgotten =
    let keys = keysOf [ subject ]
    runUnit ((keys :> ISubjectKeys).Destroy(subject, anyToken))
    keys

// Codecs look at their union once, which takes longer than all the events of a property.
let private codecBy keys = UserStream.codec { Keys = keys; EventIds = CountingEventIds() } :> IEventCodec<User.Events.Event, _>

let private codec = codecBy (keysOf [ subject; other ])
let private codecAfterErasure = codecBy forgotten
let private codecOfStrangers = codecBy (MemoryKeys())

let private context: StreamContext<EncodeContext> =
    let envelope: Envelope =
        { Actor = subject
          IdempotencyKey = null
          Fingerprint = [||]
          CorrelationId = "request-1"
          CausationId = null
          Ip = "203.0.113.7"
          UserAgent = PersonMark
          Now = DateTimeOffset.UnixEpoch
          ExpectedVersion = Envelope.AnyVersion }

    { Stream = stream; Request = { Envelope = envelope; CommandId = "1"; ClientSubject = subject } }

let private placed stream eventId (data: EventData) =
    RecordedEvent(1L, stream, 0L, eventId, data.EventType, data.SchemaVersion, data.Data, data.Meta, 0L, ReadOnlyMemory.Empty)

let private stored (data: EventData) = placed stream data.EventId data
let private text (bytes: ReadOnlyMemory<byte>) = Encoding.UTF8.GetString bytes.Span

/// Laws of a union without personal values, in streams that belong to nobody.
let private plain name (codec: UnionCodec<'event, EncodeContext>) =
    let codec = codec :> IEventCodec<'event, _>

    property $"{name}: what is stored is what is read" (fun (event: 'event) ->
        Expect.equal (codec.Decode(stored (codec.Encode(context, event)))) (ValueSome event) "the same event"
        Expect.isEmpty (personalTexts event) "a union with personal values needs a subject")

let private ofUsers name (law: User.Events.Event -> unit) = property $"User: {name}" law
let private plainSealing = { Keys = keysOf [ subject ]; EventIds = CountingEventIds() }

[<Tests>]
let tests =
    testList
        "Codec"
        [ plain EmailAddressStream.Category (EmailAddressStream.codec plainSealing)
          plain AccessStream.Category (ActivityStreams.codec plainSealing)

          ofUsers "what is stored is what is read" (fun event ->
              Expect.equal (codec.Decode(stored (codec.Encode(context, event)))) (ValueSome event) "the same event")

          ofUsers "no personal text stands in stored bytes" (fun event ->
              let data = codec.Encode(context, event)
              Expect.isFalse ((text data.Data).Contains PersonMark) "body"
              Expect.isFalse ((text data.Meta).Contains PersonMark) "metadata"
              Expect.isFalse ((text data.Meta).Contains "203.0.113.7") "address")

          ofUsers "without the key everything personal reads as erased" (fun event ->
              let data = codec.Encode(context, event)
              Expect.equal (codecAfterErasure.Decode(stored data)) (ValueSome(erased event)) "all but the person")

          ofUsers "a body moved to another event, or to another person, does not open" (fun event ->
              let data = codec.Encode(context, event)

              for moved in
                  [ placed stream (data.EventId + 1L) data; placed (StreamName.Parse $"User-{other}") data.EventId data ] do
                  if personalTexts event = [] then
                      Expect.equal (codec.Decode moved) (ValueSome event) "nothing was sealed"
                  else
                      Expect.throwsT<SealBrokenException> (fun () -> codec.Decode moved |> ignore) "sealed for its place")

          ofUsers "nothing personal is stored for a person without a key" (fun event ->
              let nobodysClient = { context with Request = { context.Request with ClientSubject = "" } }

              if personalTexts event <> [] then
                  Expect.throwsT<SubjectKeyMissingException>
                      (fun () -> codecOfStrangers.Encode(nobodysClient, event) |> ignore)
                      "no key")

          ofUsers "what was erased stays erased when it is stored again" (fun event ->
              match codec.Decode(stored (codec.Encode(context, erased event))) with
              | ValueSome again -> Expect.isEmpty (personalTexts again) "nothing came back"
              | ValueNone -> failtest "not known")

          test "the mark of the generators is in what they make" {
              // The laws above would hold for events without a person in them, too.
              let events = Gen.sampleWithSeed (Rnd 1UL) 20 200 (ArbMap.generate<User.Events.Event> arbitraries)
              let texts = events |> Array.collect (personalTexts >> Array.ofList)
              Expect.isGreaterThan texts.Length 100 "persons"
              Expect.all texts (fun text -> text.StartsWith(PersonMark, StringComparison.Ordinal)) "marked"
          } ]
