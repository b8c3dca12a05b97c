module UmsSti.Domain.Tests.IdTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

let private random = Gen.choose (0, 255) |> Gen.map byte |> Gen.arrayOfLength 10

let private time =
    Gen.frequency [ 1, Gen.elements [ 0L; 1L; Uuid7.MaxUnixMilliseconds ]; 4, Gen.choose64 (0L, Uuid7.MaxUnixMilliseconds) ]

let private made = Arb.fromGen (Gen.zip time random)

let private uuid7 =
    testList
        "UUID v7"
        [ testProperty "time, version and variant stand where they belong"
          <| Prop.forAll made (fun (time, random) ->
              let text = Uuid7.create time random
              let guid = Guid.Parse text
              Expect.equal guid.Version 7 "version"
              Expect.equal (guid.Variant &&& 0xC) 8 "variant"
              Expect.equal (Uuid7.unixMilliseconds text) time "time"
              Expect.equal (UserId.Parse text).Value text "round trip"
              Expect.equal (SessionId.Parse text).Value text "round trip")

          testProperty "later ids sort later"
          <| Prop.forAll (Arb.fromGen (Gen.two (Gen.zip time random))) (fun ((time1, random1), (time2, random2)) ->
              let order = String.CompareOrdinal(Uuid7.create time1 random1, Uuid7.create time2 random2)

              if time1 <> time2 then
                  Expect.equal (sign order) (compare time1 time2) "order")

          test "74 bits are the caller's" {
              let zero, full = Array.zeroCreate<byte> 10, Array.create 10 255uy
              Expect.equal (Uuid7.create 0L zero) "00000000-0000-7000-8000-000000000000" "none"
              Expect.equal (Uuid7.create 0L full) "00000000-0000-7fff-bfff-ffffffffffff" "all"
          }

          test "what does not fit is refused" {
              Expect.throwsT<ArgumentException> (fun () -> Uuid7.create -1L (Array.zeroCreate 10) |> ignore) "before 1970"
              Expect.throwsT<ArgumentException> (fun () -> Uuid7.create (1L <<< 48) (Array.zeroCreate 10) |> ignore) "49 bits"
              Expect.throwsT<ArgumentException> (fun () -> Uuid7.create 0L (Array.zeroCreate 9) |> ignore) "nine bytes"
          } ]

let private ulid =
    testList
        "ULID"
        [ testProperty "round trip, in either case"
          <| Prop.forAll made (fun (time, random) ->
              let text = Ulid.create time random
              Expect.equal (Ulid.unixMilliseconds text) time "time"
              Expect.equal (TeamId.Parse text).Value text "round trip"
              Expect.equal (TeamId.Parse(text.ToLowerInvariant())).Value text "one canonical form")

          test "known layouts" {
              Expect.equal (Ulid.create 0L (Array.zeroCreate 10)) "00000000000000000000000000" "lowest"
              Expect.equal (Ulid.create Uuid7.MaxUnixMilliseconds (Array.create 10 255uy)) "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" "highest"
              Expect.equal
                  ((Ulid.create 1469918176385L (Array.zeroCreate 10)).Substring(0, 10))
                  "01ARYZ6S41"
                  "the specification's example"
          } ]

let private parts: Gen<Snowflake.Parts> =
    gen {
        let! time = Gen.choose64 (0L, Snowflake.MaxMilliseconds)
        let! datacenter = Gen.choose (0, 31)
        let! worker = Gen.choose (0, 31)
        let! sequence = Gen.choose (0, 4095)

        return
            { UnixMilliseconds = time + Snowflake.EpochUnixMilliseconds
              Datacenter = datacenter
              Worker = worker
              Sequence = sequence }
    }

let private lowest: Snowflake.Parts =
    { UnixMilliseconds = Snowflake.EpochUnixMilliseconds; Datacenter = 0; Worker = 0; Sequence = 0 }

let private snowflake =
    testList
        "Snowflake"
        [ testProperty "round trip"
          <| Prop.forAll (Arb.fromGen parts) (fun parts ->
              let id = Snowflake.compose parts
              Expect.isGreaterThanOrEqual id 0L "sign bit 0"
              Expect.equal (Snowflake.parse id) parts "parts")

          test "the epoch is the first of January 2023" {
              Expect.equal
                  (DateTimeOffset.FromUnixTimeMilliseconds Snowflake.EpochUnixMilliseconds)
                  (DateTimeOffset(2023, 1, 1, 0, 0, 0, TimeSpan.Zero))
                  "epoch"
          }

          test "known layout (ID-10)" {
              let id =
                  Snowflake.compose
                      { UnixMilliseconds = Snowflake.EpochUnixMilliseconds + 1L
                        Datacenter = 1
                        Worker = 1
                        Sequence = 1 }

              Expect.equal id (4_194_304L + 131_072L + 4_096L + 1L) "bits"
          }

          test "what does not fit is refused" {
              for parts in
                  [ { lowest with UnixMilliseconds = lowest.UnixMilliseconds - 1L }
                    { lowest with UnixMilliseconds = lowest.UnixMilliseconds + Snowflake.MaxMilliseconds + 1L }
                    { lowest with Datacenter = 32 }
                    { lowest with Worker = 32 }
                    { lowest with Sequence = 4096 }
                    { lowest with Sequence = -1 } ] do
                  Expect.throwsT<ArgumentOutOfRangeException> (fun () -> Snowflake.compose parts |> ignore) $"{parts}"
          } ]

let private isRefused tryParse parse kind (text: string) =
    test $"{kind} refuses '{text}'" {
        Expect.isFalse (tryParse text) "refused"
        Expect.throwsT<FormatException> (fun () -> parse text |> ignore) "throws"
    }

let private goodUuid = Uuid7.create 1_700_000_000_000L (Array.create 10 171uy)

let private badUuids =
    [ goodUuid.ToUpperInvariant()
      goodUuid.Replace("-7", "-4")
      goodUuid.Replace("-ab", "-cb")
      goodUuid.Replace("-", "")
      "{" + goodUuid + "}"
      " " + goodUuid
      goodUuid + "0"
      goodUuid.Substring(1)
      goodUuid.Replace('a', 'g') ]

let private refusals =
    testList
        "refusals"
        [ test "nothing is no id" {
              Expect.isFalse (UserId.TryParse null |> fst) "user"
              Expect.isFalse (TeamId.TryParse null |> fst) "team"
              Expect.isFalse (SessionId.TryParse null |> fst) "session"
              Expect.isFalse (CommandId.TryParse null |> fst) "command"
          }

          for text in [ ""; "x" ] @ badUuids do
              isRefused (UserId.TryParse >> fst) UserId.Parse "a user id" text
              isRefused (SessionId.TryParse >> fst) SessionId.Parse "a session id" text

          for text in [ "0"; "01"; "-1"; "+1"; "1.0"; "9223372036854775808"; "12345678901234567890"; "\u0661\u0662" ] do
              isRefused (UserId.TryParse >> fst) UserId.Parse "a user id" text

          isRefused (SessionId.TryParse >> fst) SessionId.Parse "a session id" "1234"

          for text in
              [ ""
                "8ZZZZZZZZZZZZZZZZZZZZZZZZZ"
                "0123456789ABCDEFGHJKMNPQR"
                "0123456789ABCDEFGHJKMNPQRST"
                "I1234567890123456789012345"
                "0U234567890123456789012345"
                "0ı234567890123456789012345" ] do
              isRefused (TeamId.TryParse >> fst) TeamId.Parse "a team id" text

          for text in [ ""; "   "; String('k', 129); "a\nb"; "schlüssel"; "a\u007F" ] do
              isRefused (CommandId.TryParse >> fst) CommandId.Parse "a command id" text

          test "a command id has up to 128 printable characters" {
              for text in [ "k"; String('k', 128); "a b~!" ] do
                  Expect.equal (CommandId.Parse text).Value text "kept"
          }

          test "the kind of a user id shows" {
              Expect.equal (UserId.Parse goodUuid).Kind IdKind.Uuid7 "person"
              Expect.equal (UserId.Parse "9223372036854775807").Kind IdKind.Snowflake "machine"
              Expect.equal (UserType.All |> Array.map UserId.KindOf) [| IdKind.Uuid7; IdKind.Uuid7; IdKind.Snowflake |] "by type"
          } ]

let private names =
    test "names of closed sets read back" {
        for userType in UserType.All do
            Expect.equal (UserType.TryParse userType.Name) (true, userType) userType.Name

        for state in UserState.All do
            Expect.equal (UserState.TryParse state.Name) (true, state) state.Name

        for subState in SubState.All do
            Expect.equal (SubState.TryParse subState.Name) (true, subState) subState.Name

        for permission in Permission.All do
            Expect.equal (Permission.TryParse permission.Name) (true, permission) permission.Name

        Expect.isFalse (UserType.TryParse "Admin" |> fst) "only the canonical code (US-02)"
        Expect.isFalse (UserType.TryParse "guest" |> fst) "guests are not stored (US-40)"
        Expect.isFalse (Permission.TryParse "manage-users" |> fst) "only canonical names"
    }

[<Tests>]
let tests = testList "ids" [ uuid7; ulid; snowflake; refusals; names ]
