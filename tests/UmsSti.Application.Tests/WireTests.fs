/// The stored form of every event, pinned by golden files (EV-200). Once released they are added to, never changed.
module UmsSti.Application.Tests.WireTests

open System
open System.IO
open System.Text
open System.Text.Json
open System.Text.Json.Nodes
open System.Text.Encodings.Web
open Expecto
open FSharp.Reflection
open UmsSti.Application
open UmsSti.Kernel
open UmsSti.Application.Tests.World
open UmsSti.Application.Tests.Reflected

/// Shows what is sealed instead of hiding it, so that golden files can be read.
type private TransparentSeal() =
    interface ISubjectKeys with
        member _.Seal(_, _, plain) = "sealed:" + plain
        member _.Open(_, _, text) = text.Substring "sealed:".Length
        member _.Ensure(_, _) = Threading.Tasks.Task.CompletedTask
        member _.Destroy(_, _) = Threading.Tasks.Task.CompletedTask

let private sealing = { Keys = TransparentSeal(); EventIds = CountingEventIds() }

/// A membership's stream is named by team and person, all others by one id.
let private streamIdOf category =
    let user = "019ca9a5-6c00-7000-8000-000000000001"
    if category = MembershipStream.Category then
        $"01HF7YAT00000000000000000A_{user}"
    else
        user

/// One category's events on disk.
type private Wire<'event when 'event: equality>(category: string, codec: UnionCodec<'event, EncodeContext>, samples: 'event list)
    =
    let port = codec :> IEventCodec<'event, StreamContext<EncodeContext>>
    let stream = StreamName.Parse $"{category}-{streamIdOf category}"
    let folder = Path.Combine(AppContext.BaseDirectory, "Wire", category)

    let envelope: Envelope =
        { Actor = "system:golden"
          IdempotencyKey = null
          Fingerprint = [||]
          CorrelationId = "golden"
          CausationId = null
          Ip = null
          UserAgent = null
          Now = DateTimeOffset.UnixEpoch
          ExpectedVersion = Envelope.AnyVersion }

    member _.Category = category
    member _.Samples = samples

    /// Stored name and schema version of each golden file, with its path.
    member _.Files =
        Directory.GetFiles(folder, "*.json")
        |> Array.map (fun path ->
            match (Path.GetFileName path |> Unchecked.nonNull).Split '.' with
            | [| name; version; "json" |] -> struct (name, int version, path)
            | _ -> failwith $"{path} is not named <Event>.<schemaVersion>.json.")
        |> List.ofArray

    member _.CurrentVersion name = codec.SchemaVersion name
    member _.SampleOf name = samples |> List.find (fun sample -> eventOf sample = name)

    member _.Encode(event: 'event) =
        let context = { Stream = stream; Request = { Envelope = envelope; CommandId = "1"; ClientSubject = "" } }
        port.Encode(context, event)

    member _.Decode(name, version, body: string) : 'event =
        let data = ReadOnlyMemory(Encoding.UTF8.GetBytes body)

        match
            port.Decode(RecordedEvent(1L, stream, 0L, 1L, name, version, data, ReadOnlyMemory.Empty, 0L, ReadOnlyMemory.Empty))
        with
        | ValueSome event -> event
        | ValueNone -> failwith $"{name} is not known."

/// The same JSON without the spaces and line breaks made for readers.
let private compact (json: string) =
    let options = JsonSerializerOptions(Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    match JsonNode.Parse json with
    | null -> failwith "The file holds null."
    | node -> node.ToJsonString options

/// Every field of a body, at any depth: how to drop it, and whether it may be absent.
let rec private fieldsOf (t: Type) (path: string list) : (string list * bool) list =
    [ for field in FSharpType.GetRecordFields t do
          let name = JsonNamingPolicy.CamelCase.ConvertName field.Name
          yield path @ [ name ], isOption field.PropertyType

          match field.PropertyType.GetElementType() with
          | null -> ()
          | element when FSharpType.IsRecord element -> yield! fieldsOf element (path @ [ name; "0" ])
          | _ -> () ]

let rec private drop (path: string list) (node: JsonNode | null) =
    match path, node with
    | [ name ], (:? JsonObject as body) ->
        if not (body.Remove name) then
            failwith $"There is no field '{name}'."
    | "0" :: rest, (:? JsonArray as items) -> drop rest items[0]
    | name :: rest, (:? JsonObject as body) -> drop rest body[name]
    | _ -> failwith "The path leads nowhere."

let private without path (json: string) =
    let node = JsonNode.Parse json
    drop path node

    match node with
    | null -> failwith "The file holds null."
    | node -> node.ToJsonString()

let private bodyType<'event> name = eventBodies typeof<'event> |> List.find (fun (event, _) -> event = name) |> snd |> Option.get

let private pinned (wire: Wire<'event>) =
    testList
        wire.Category
        [ test "every event has its golden file, and every file its event" {
              let expected = eventNames<'event> |> List.map (fun name -> name, wire.CurrentVersion name)
              let there = wire.Files |> List.map (fun (struct (name, version, _)) -> name, version)
              Expect.containsAll there expected "a file for each event as it is stored today"
              Expect.containsAll (List.map fst expected) (List.map fst there) "no stray file"
              Expect.equal (wire.Samples |> List.map eventOf |> List.sort) (List.sort eventNames<'event>) "one sample each"
          }

          for struct (name, version, path) in wire.Files do
              test $"{name} v{version} is read as it was meant" {
                  Expect.equal (wire.Decode(name, version, File.ReadAllText path)) (wire.SampleOf name) "the event"
              }

              if version = wire.CurrentVersion name then
                  test $"{name} is written as in its file" {
                      let stored = wire.Encode(wire.SampleOf name)
                      Expect.equal (stored.EventType, stored.SchemaVersion) (name, version) "name and version"
                      Expect.equal (Encoding.UTF8.GetString stored.Data.Span) (compact (File.ReadAllText path)) "the same JSON"
                  }

                  for path', mayBeAbsent in fieldsOf (bodyType<'event> name) [] do
                      let field = String.Join('.', path')

                      test $"{name} without {field}" {
                          let body = File.ReadAllText path |> without path'

                          if mayBeAbsent then
                              Expect.notEqual (wire.Decode(name, version, body)) (wire.SampleOf name) "read as absent"
                          else
                              Expect.throwsT<EventDecodeException>
                                  (fun () -> wire.Decode(name, version, body) |> ignore)
                                  "refused"
                      } ]

[<Tests>]
let tests =
    testList
        "Wire"
        [ pinned (Wire(UserStream.Category, sealing.Codec UserStream.tryUserId, Samples.users))
          pinned (Wire(EmailAddressStream.Category, EmailAddressStream.codec sealing, Samples.addresses))
          pinned (Wire(AccessStream.Category, ActivityStreams.codec sealing, Samples.access))
          pinned (Wire(OperatorStream.Category, OperatorStream.codec sealing, Samples.operators))
          pinned (Wire(ProcessStream.Category, ProcessStream.codec sealing, Samples.processes))
          pinned (Wire(ScheduleStream.Category, ScheduleStream.codec sealing, Samples.schedules))
          pinned (Wire(TeamStream.Category, TeamStream.codec sealing, TeamSamples.teams))
          pinned (Wire(TeamSlugStream.Category, TeamSlugStream.codec sealing, TeamSamples.slugs))
          pinned (Wire(HierarchyStream.Category, HierarchyStream.codec sealing, TeamSamples.hierarchies))
          pinned (Wire(MembershipStream.Category, MembershipStream.codec sealing, TeamSamples.memberships))
          pinned (Wire(RoleStream.Category, RoleStream.codec sealing, TeamSamples.roles))
          pinned (Wire(SettingsStream.Category, SettingsStream.codec sealing, TeamSamples.settings))

          test "times are stored in UTC with milliseconds" {
              let wire = Wire(EmailAddressStream.Category, EmailAddressStream.codec sealing, Samples.addresses)
              let at = DateTimeOffset(2026, 3, 1, 14, 30, 0, 5, TimeSpan.FromHours 2.0).AddTicks 9999L
              let stored = wire.Encode(UmsSti.Domain.EmailAddress.Events.Claimed { UserId = "1"; At = at })

              Expect.equal
                  (Encoding.UTF8.GetString stored.Data.Span)
                  """{"userId":"1","at":"2026-03-01T12:30:00.005Z"}"""
                  "cut, not rounded; not in the caller's zone"
          }

          test "an event of a newer program is skipped, not refused" {
              let stream = StreamName.Parse "User-1"
              let codec = UserStream.codec sealing :> IEventCodec<_, _>
              let empty = ReadOnlyMemory.Empty
              let newer = RecordedEvent(1L, stream, 0L, 1L, "UserTeleported", 1, "{}"B, empty, 0L, empty)
              Expect.equal (codec.Decode newer) ValueNone "unknown"
          } ]
