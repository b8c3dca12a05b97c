module UmsSti.Kernel.Tests.CodecTests

open System
open System.Collections.Generic
open System.Diagnostics.Metrics
open System.Runtime.Serialization
open System.Text.Json
open System.Text.Json.Nodes
open Expecto
open FsCheck
open UmsSti.Kernel
open UmsSti.Kernel.Tests.World

type Inner = { Street: string; Zip: string option }

type Body =
    { Text: string
      Number: int
      At: DateTimeOffset
      Maybe: string option
      MaybeNumber: int voption
      Home: Inner
      Tags: string list
      Marks: int[]
      Labels: Map<string, string> }

type Wide =
    | Plain
    | Filled of Body
    | Hidden of Hidden
    | [<DataMember(Name = "KeptName")>] Renamed of Inner

and Hidden = { Who: Secret }
type Single = Only of Inner

type Doubled =
    | Same of Inner
    | [<DataMember(Name = "Same")>] Other

type TwoFields = Two of first: Inner * second: Inner
type NoRecord = Bare of int

[<Struct>]
type Flat = { X: int }

type StructBody = Held of Flat

let private stream = StreamName.Parse "Person-p1"
let private context = { Stream = stream; Request = () }
let private options = { codecOptions with Json = Codec.json [ SecretConverter() ] }
let private encode (codec: IEventCodec<'e, StreamContext<unit>>) event = codec.Encode(context, event)
let private decode (codec: IEventCodec<'e, StreamContext<unit>>) row = codec.Decode row

let private stored (data: EventData) =
    RecordedEvent(
        1L,
        stream,
        0L,
        data.EventId,
        data.EventType,
        data.SchemaVersion,
        data.Data,
        data.Meta,
        0L,
        ReadOnlyMemory.Empty
    )

let private wide = Codec.union<Wide, unit> options

let private body =
    { Text = "täxt"
      Number = 3
      At = DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero)
      Maybe = Some "m"
      MaybeNumber = ValueNone
      Home = { Street = "s"; Zip = None }
      Tags = [ "a"; "b" ]
      Marks = [| 1; 2 |]
      Labels = Map [ "k", "v" ] }

let private bodyJson () =
    match JsonNode.Parse((encode wide (Filled body)).Data.Span) with
    | :? JsonObject as json -> json
    | _ -> failtest "no object"

let private readFilled (json: JsonObject) = decode wide (recorded stream 0L "Filled" 1 (json.ToJsonString()))

let private refused what json = Expect.throwsT<EventDecodeException> (fun () -> readFilled json |> ignore) what

let private link eventType from (up: JsonObject -> unit) =
    { EventType = eventType
      From = from
      Up =
        fun node ->
            up (node.AsObject())
            node }

/// FsCheck's strings may be null.
let private orEmpty (text: string) =
    match box text with
    | null -> ""
    | _ -> text

let private property name (check: Wide -> bool) =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with maxTest = 200 }
        name
        (fun (text: string, number, maybe: string option, tags: string list, marks: int[]) ->
            check (
                Filled
                    { body with
                        Text = orEmpty text
                        Number = number
                        Maybe = Option.map orEmpty maybe
                        Tags = List.map orEmpty tags
                        Marks = marks }
            ))

[<Tests>]
let tests =
    testList
        "Codec"
        [ property "what is encoded is decoded" (fun event -> decode wide (stored (encode wide event)) = ValueSome event)

          test "every kind of case comes back, under its stable name" {
              let home = { Street = "s"; Zip = Some "z" }

              for event, name in [ Plain, "Plain"; Filled body, "Filled"; Renamed home, "KeptName" ] do
                  let data = encode wide event
                  Expect.equal (data.EventType, data.SchemaVersion) (name, 1) "name"
                  Expect.equal (decode wide (stored data)) (ValueSome event) "round trip"

              let single = Codec.union<Single, unit> codecOptions
              Expect.equal (decode single (stored (encode single (Only home)))) (ValueSome(Only home)) "a union of one case"
              Expect.equal wide.EventTypes [| "Plain"; "Filled"; "Hidden"; "KeptName" |] "names"
          }

          test "bodies are camelCase, leave None out, keep text as it is" {
              let text = textOf (encode wide (Renamed { Street = "Größe+1"; Zip = None })).Data
              Expect.equal text """{"street":"Größe+1"}""" "json"
              Expect.equal (textOf (encode wide Plain).Data) "{}" "nullary"
          }

          test "each event gets one header of its own" {
              let ids = [ for _ in 1..3 -> (encode wide Plain).EventId ]
              Expect.equal (List.distinct ids) ids "fresh ids"
          }

          for field in [ "text"; "number"; "at"; "home"; "tags"; "marks"; "labels" ] do
              test $"a body without '{field}' is refused" {
                  let json = bodyJson ()
                  Expect.isTrue (json.Remove field) "was there"
                  refused "missing" json
              }

          for field in [ "text"; "number"; "home"; "tags"; "marks"; "labels" ] do
              test $"null in '{field}' is refused" {
                  let json = bodyJson ()
                  json[field] <- null
                  refused "null" json
              }

          test "a missing or null field inside a nested record is refused" {
              let json = bodyJson ()
              json["home"] <- JsonNode.Parse "{}"
              refused "missing" json
              json["home"] <- JsonNode.Parse """{"street":null}"""
              refused "null" json
          }

          test "a null element in a list or a map is refused" {
              let json = bodyJson ()
              json["tags"] <- JsonNode.Parse """["a",null]"""
              refused "list" json
              let json = bodyJson ()
              json["labels"] <- JsonNode.Parse """{"k":null}"""
              refused "map" json
          }

          test "absent options are None, unknown fields are passed over" {
              let json = bodyJson ()
              json.Remove "maybe" |> ignore
              json.Remove "maybeNumber" |> ignore
              json["addedLater"] <- JsonValue.Create 1
              Expect.equal (readFilled json) (ValueSome(Filled { body with Maybe = None })) "read"
          }

          test "broken JSON, null and wrong types are refused, naming the place" {
              for text in [ "{"; "null"; "[]"; """{"street":5}""" ] do
                  try
                      decode wide (recorded stream 4L "KeptName" 1 text) |> ignore
                      failtest $"{text} was read"
                  with :? EventDecodeException as e ->
                      Expect.stringContains e.Message "KeptName v1 at Person-p1[4]" "place"
          }

          test "a null where no option stands is not written either" {
              let broken = Renamed { Street = Unchecked.defaultof<string>; Zip = None }
              Expect.throws (fun () -> encode wide broken |> ignore) "refused"
          }

          test "unknown names are ValueNone and counted by category" {
              let seen = List<string * int64>()
              use listener = new MeterListener()

              listener.InstrumentPublished <-
                  fun instrument l ->
                      if instrument.Meter.Name = Telemetry.MeterName && instrument.Name = "codec.events.unknown" then
                          l.EnableMeasurementEvents instrument

              listener.SetMeasurementEventCallback<int64>(fun _ n tags _ ->
                  let tags = tags.ToArray() |> Array.map (fun tag -> $"{tag.Key}={tag.Value}")
                  lock seen (fun () -> seen.Add(String.Join(',', tags), n)))

              listener.Start()
              let odd = StreamName.Parse "Odd-1"
              Expect.equal (decode wide (recorded odd 0L "NeverHeardOf" 1 "{}")) ValueNone "skipped"
              Expect.equal
                  (lock seen (fun () -> List.ofSeq seen |> List.filter (fun (tags, _) -> tags.Contains "Odd")))
                  [ "category=Odd", 1L ]
                  "counted"
          }

          test "unions that cannot be stored are refused at start" {
              Expect.throwsT<ArgumentException> (fun () -> Codec.union<Doubled, unit> options |> ignore) "doubled name"
              Expect.throwsT<ArgumentException> (fun () -> Codec.union<TwoFields, unit> options |> ignore) "two fields"
              Expect.throwsT<ArgumentException> (fun () -> Codec.union<NoRecord, unit> options |> ignore) "no record"
              Expect.throwsT<ArgumentException> (fun () -> Codec.union<Inner, unit> options |> ignore) "no union"
              Expect.throws (fun () -> Codec.union<StructBody, unit> options |> ignore) "struct record"
          }

          testList
              "upcasters"
              [ let v2 = link "KeptName" 1 (fun o -> o["street"] <- JsonValue.Create "filled in")
                let v3 = link "KeptName" 2 (fun o -> o["zip"] <- JsonValue.Create($"""{o["street"]}!"""))
                let upcasting links = Codec.union<Wide, unit> { options with Upcasters = links }

                test "the chain runs from the stored version on, whatever the order it was given in" {
                    let codec = upcasting [ v3; v2 ]
                    Expect.equal (codec.SchemaVersion "KeptName") 3 "newest"
                    let read version text = decode codec (recorded stream 0L "KeptName" version text)
                    Expect.equal (read 1 "{}") (ValueSome(Renamed { Street = "filled in"; Zip = Some "filled in!" })) "from 1"
                    Expect.equal (read 2 """{"street":"x"}""") (ValueSome(Renamed { Street = "x"; Zip = Some "x!" })) "from 2"
                    Expect.equal (read 3 """{"street":"x"}""") (ValueSome(Renamed { Street = "x"; Zip = None })) "as it is"
                    Expect.equal
                        (encode codec (Renamed { Street = "x"; Zip = None })).SchemaVersion
                        3
                        "new ones are stored as the newest"
                    Expect.equal (encode codec Plain).SchemaVersion 1 "others untouched"
                }

                test "a missing link is an error at start that names the event and both versions" {
                    try
                        upcasting [ v3 ] |> ignore
                        failtest "accepted"
                    with :? EventDecodeException as e ->
                        Expect.stringContains e.Message "'KeptName' has no upcaster from version 1 to version 2" "names"
                }

                test "stray, doubled and impossible links are refused at start" {
                    for links in [ [ link "Nobody" 1 ignore ]; [ v2; v2 ]; [ v2; link "KeptName" 0 ignore ] ] do
                        Expect.throwsT<ArgumentException> (fun () -> upcasting links |> ignore) "refused"
                }

                test "a version newer than this program, or none at all, is refused by name and versions" {
                    for version in [ 4; 0; -1 ] do
                        try
                            decode (upcasting [ v2; v3 ]) (recorded stream 0L "KeptName" version """{"street":"x"}""") |> ignore
                            failtest "read"
                        with :? EventDecodeException as e ->
                            Expect.stringContains e.Message $"from version {version} to version 3" "names"
                } ]

          testList
              "sealing"
              [ let seal = PlainSeal()
                let sealing subject = Codec.union<Wide, unit> { options with Seal = seal; SubjectOf = subject }
                let subject (stream: StreamName) = ValueSome stream.Id.Value

                test "personal values are sealed for the stream's subject and the event's own id" {
                    let codec = sealing subject
                    let data = encode codec (Hidden { Who = Secret "Ann" })
                    Expect.equal (textOf data.Data) $"""{{"who":"p1|{data.EventId}|Ann"}}""" "stored"
                    Expect.equal (decode codec (stored data)) (ValueSome(Hidden { Who = Secret "Ann" })) "opened"
                }

                test "a value moved to another event is refused as broken, not as a bad body" {
                    let data = encode (sealing subject) (Hidden { Who = Secret "Ann" })
                    let moved = recorded stream 0L "Hidden" 1 (textOf data.Data)
                    Expect.throwsT<SealBrokenException> (fun () -> decode (sealing subject) moved |> ignore) "broken"
                }

                test "without the key the value reads as erased" {
                    let seal = PlainSeal()
                    let codec = Codec.union<Wide, unit> { options with Seal = seal; SubjectOf = subject }
                    let data = encode codec (Hidden { Who = Secret "Ann" })
                    seal.Destroy "p1"
                    Expect.equal (decode codec (stored data)) (ValueSome(Hidden { Who = Secret "[ANONYMIZED]" })) "erased"
                }

                test "a personal value in a stream of nobody, or outside a scope, is an error" {
                    let codec = sealing (fun _ -> ValueNone)
                    Expect.throwsT<InvalidOperationException>
                        (fun () -> encode codec (Hidden { Who = Secret "Ann" }) |> ignore)
                        "no subject"
                    Expect.throwsT<InvalidOperationException> (fun () -> SealScope.seal "x" |> ignore) "no scope"
                    Expect.throwsT<InvalidOperationException> (fun () -> SealScope.unseal "x" |> ignore) "no scope"
                }

                test "scopes nest and come back, also after a failure" {
                    SealScope.run seal "outer" 1L (fun () ->
                        Expect.throws (fun () -> SealScope.run seal "inner" 2L (fun () -> failwith "no")) "inner fails"
                        Expect.equal (SealScope.run seal "inner" 2L (fun () -> SealScope.seal "x")) "inner|2|x" "inner"
                        Expect.equal (SealScope.seal "x") "outer|1|x" "outer is back")
                } ] ]
