/// The past of a user: any prefix of his events, by position, time and version; and the same state warm and cold.
module UmsSti.Application.Tests.HistoryTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Kernel
open UmsSti.Application.Tests.World

/// The user after each number of events, folded here from what is stored.
let private prefixes (house: House) (userId: string) =
    let id = UserId.Parse userId
    let codec = UserStream.codec { Keys = house.Keys; EventIds = house.Parts.EventIds } :> IEventCodec<_, _>
    let stored = run ((house.EventLog :> IEventLog).LoadStream(UserStream.streamName id, 0L, anyToken))
    let events = stored |> Array.map (fun event -> (codec.Decode event).Value)

    let views =
        [ for count in 0 .. events.Length ->
              Views.user id (int64 count) (User.Fold.fold User.Fold.initial (Array.truncate count events))
              |> ValueOption.map shape ]

    stored, views

let private view task = run task |> ValueOption.map shape

/// A user with a history in which several events share a moment, mixed with the events of another.
let private lived (house: House) =
    let ada = house.Pending("standard", "ada@example.org")
    let bob = house.Active("standard", "bob@example.org")
    house.Time.Advance(TimeSpan.FromMinutes 1.0)
    house.Do(root, Command.ActivateUser ada) |> ignore
    house.Do(bob, rename bob "Bob King") |> ignore
    house.Do(ada, Command.UpdateUser { update ada with Name = "Ada King"; Preferences = fields [ "theme", "dark" ] })
    |> ignore
    house.Time.Advance(TimeSpan.FromMilliseconds 1.0)
    house.Do(ada, Command.ChangeEmail(ada, "ada@example.net")) |> ignore
    house.Do(bob, rename bob "Bob Prince") |> ignore
    house.Time.Advance(TimeSpan.FromHours 1.0)
    house.Do(root, Command.SuspendUser(ada, "odd orders", Nullable())) |> ignore
    ada

[<Tests>]
let tests =
    testList
        "History"
        [ test "at every version, position and time: the fold of that many events" {
              let house = House()
              let ada = lived house
              let stored, views = prefixes house ada
              Expect.equal stored.Length 6 "a history"

              for version in 0 .. stored.Length do
                  let seen = view (house.App.Users.TryViewVersion(ada, int64 version, anyToken))
                  Expect.equal seen views[version] $"version {version}"

              for position in 0L .. house.Head do
                  let count = stored |> Array.filter (fun event -> event.Position <= position) |> Array.length
                  Expect.equal (view (house.App.Users.TryViewAt(ada, position, anyToken))) views[count] $"position {position}"

              for moment in stored |> Array.map _.Timestamp |> Array.distinct do
                  for at in [ moment.AddTicks(-1L); moment; moment.AddTicks(1L) ] do
                      let count = stored |> Array.filter (fun event -> event.Timestamp <= at) |> Array.length
                      Expect.equal (view (house.App.Users.TryViewAsOf(ada, at, anyToken))) views[count] $"at {at:O}"

              let beyond = view (house.App.Users.TryViewVersion(ada, 100L, anyToken))
              Expect.equal beyond views[6] "beyond the newest there is only the newest"
          }

          test "the answer of a command, the user now, and a cold fold are one" {
              let house = House()
              let ada = lived house
              let answer = house.Do(root, Command.ArchiveUser(ada, "left"))
              let warm = shape (house.View ada)
              Expect.equal warm (shape answer.User) "answer"
              Expect.equal (view (house.Cold().Users.TryView(ada, anyToken))) (ValueSome warm) "cold"
              Expect.equal (view (house.App.Users.TryViewVersion(ada, answer.User.Version, anyToken))) (ValueSome warm) "folded"
          }

          test "nobody has no past" {
              let house = House()

              for id in [ "42"; "no id"; (house.Parts.Ids.NewUserId UserType.Standard).Value ] do
                  Expect.equal (view (house.App.Users.TryView(id, anyToken))) ValueNone "now"
                  Expect.equal (view (house.App.Users.TryViewAt(id, 9L, anyToken))) ValueNone "at"
                  Expect.equal (view (house.App.Users.TryViewAsOf(id, DateTimeOffset.MaxValue, anyToken))) ValueNone "as of"
                  Expect.isEmpty (run (house.App.Users.Events(id, anyToken))) "events"
          }

          test "a user's events are shown in order, opened while he has his key" {
              let house = House()
              let ada = lived house
              let events () = run (house.App.Users.Events(ada, anyToken))
              let shown = events ()
              Expect.equal (shown |> Array.map _.Version) [| 0L .. 5L |] "oldest first"
              Expect.all shown (fun event -> event.Stream = $"User-{ada}") "his own"
              Expect.equal (shown[0].Data.GetProperty("email").GetString()) "ada@example.org" "opened"
              Expect.equal shown[0].At (house.View ada).CreatedAt "time"
              runUnit ((house.Keys :> ISubjectKeys).Destroy(ada, anyToken))
              let forgotten = events ()
              Expect.equal (forgotten[0].Data.GetProperty("email").GetString()) "[ANONYMIZED]" "without the key"
          }

          test "an event of a newer program is shown as it is stored, and folds skip it" {
              let house = House()
              let ada = lived house
              let before = house.View ada
              let meta = """{"actor":"system:newer","command":"1","correlation":"c"}"""B
              let data = EventData(999_999L, "UserTeleported", 1, """{"where":"there"}"""B, meta, house.Time.GetUtcNow())
              let stream = UserStream.streamName (UserId.Parse ada)
              let append = AppendRequest([| StreamAppend(stream, before.Version, [| data |]) |], null)
              run ((house.EventLog :> IEventLog).Append(append, anyToken)) |> ignore
              let shown = run (house.App.Users.Events(ada, anyToken)) |> Array.last
              Expect.equal (shown.Type, shown.Data.GetRawText()) ("UserTeleported", """{"where":"there"}""") "as stored"
              let after = view (house.Cold().Users.TryView(ada, anyToken))
              Expect.equal after (ValueSome(shape { before with Version = before.Version + 1L })) "counted, not understood"
          } ]
