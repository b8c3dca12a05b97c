module UmsSti.Domain.Tests.ValueTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

let private isOk result = Expect.isOk result "accepted"
let private isError result = Expect.isError result "refused"
let private fill length = String('x', length)

/// One astral character: two UTF-16 units, one code point.
let private astral = "\U0001F600"

// The compiler turns a lone surrogate in a literal into U+FFFD, so these are put together.
let private high = string (char 0xD83D)
let private low = string (char 0xDE00)

let private broken =
    [ "lone high surrogate", "Ada" + high
      "lone high surrogate inside", "A" + high + "da"
      "lone low surrogate", low + "Ada"
      "surrogates the wrong way round", low + high
      "null character", "Ada\u0000"
      "escape", "Ada\u001B[31m"
      "delete", "Ada\u007F"
      "C1 control", "Ada\u0085b"
      "override of direction", "Ada\u202Egro.live"
      "isolate", "Ada\u2067"
      "empty", ""
      "blank", " \t "
      "invisible", "\u200B\u200D" ]

let private texts =
    testList
        "text"
        [ for name, text in broken do
              test $"{name} is refused in one line and in many" {
                  isError (Text.singleLine 100 text)
                  isError (Text.multiLine 100 text)
              }

          test "nothing at all is refused" {
              isError (Text.singleLine 100 null)
              isError (Text.multiLine 100 null)
          }

          test "line feeds and tabs stand in many lines only" {
              isError (Text.singleLine 100 "a\nb")
              isError (Text.singleLine 100 "a\tb")
              Expect.equal (Text.multiLine 100 "a\n\tb") (Ok "a\n\tb") "kept"
              Expect.equal (Text.multiLine 100 "a\r\nb") (Ok "a\nb") "one kind of line end"
              isError (Text.multiLine 100 "a\rb")
          }

          test "space around is dropped before anything is counted" {
              Expect.equal (Text.singleLine 3 "  Ada \u00A0\n") (Ok "Ada") "trimmed"
          }

          test "length counts code points" {
              Expect.equal (Text.length $"a{astral}") 2 "two"
              isOk (Text.singleLine 3 (String.replicate 3 astral))
              isError (Text.singleLine 3 (String.replicate 4 astral))
              isOk (Text.singleLine 3 "e\u0301e\u0301e\u0301")
          }

          test "a megabyte is refused without being looked at closely" { isError (Text.singleLine 255 (fill 1_000_000)) }

          testProperty "what is accepted is clean, and accepted again unchanged" (fun (text: string | null) ->
              match Text.multiLine 50 text with
              | Error _ -> ()
              | Ok clean ->
                  Expect.equal (Text.multiLine 50 clean) (Ok clean) "stable"
                  Expect.isTrue (Text.isWellFormed clean) "well-formed"
                  Expect.isLessThanOrEqual (Text.length clean) 50 "within the limit") ]

let private boundary name (create: string -> Result<'a, string>) length =
    test $"{name} takes {length} characters and no more" {
        isOk (create (fill length))
        isError (create (fill (length + 1)))
    }

let private limits =
    testList
        "limits (NF-24)"
        [ boundary "a name" UserName.Create 255
          boundary "a reason" Reason.Create 500
          boundary "a preference" (fun text -> PreferenceEntry.Create("key", text)) 500
          boundary "a bio" (ProfileField.validate ProfileField.Bio) 1000
          boundary "a department" (ProfileField.validate ProfileField.Department) 100
          boundary "a postal code" (ProfileField.validate ProfileField.PostalCode) 20
          boundary "an address line" (ProfileField.validate ProfileField.AddressLine1) 255

          test "every field without a shape of its own refuses one character more than its limit" {
              let shaped =
                  [ ProfileField.Locale
                    ProfileField.Timezone
                    ProfileField.Country
                    ProfileField.Phone
                    ProfileField.EmergencyContactPhone
                    ProfileField.HireDate ]

              for field in ProfileField.All |> Array.except shaped do
                  isOk (ProfileField.validate field (fill (ProfileField.maxLength field)))
                  isError (ProfileField.validate field (fill (ProfileField.maxLength field + 1)))
          }

          test "a preference key has 1 to 50 letters, digits, dots, dashes and underscores" {
              for key in [ "a"; fill 50; "ui.theme_dark-2" ] do
                  isOk (PreferenceEntry.Create(key, "x"))

              for key in [ ""; fill 51; "a b"; "a/b"; "ä"; "a\n" ] do
                  isError (PreferenceEntry.Create(key, "x"))
          } ]

let private shapes =
    [ ProfileField.Locale, [ "en"; "de-AT"; "zh-Hant-TW" ], [ "e"; "engl"; "en_US"; "en-"; "1a"; "en-toolongsub" ]
      ProfileField.Timezone,
      [ "UTC"; "Europe/Berlin"; "America/Argentina/Buenos_Aires"; "Etc/GMT+3" ],
      [ "Europe/"; "/Berlin"; "Europe Berlin"; "+02:00"; "A/" + fill 49 ]
      ProfileField.Country, [ "DE"; "AT" ], [ "de"; "DEU"; "D"; "D1"; "ÄÖ" ]
      ProfileField.Phone, [ "+49 30 123456"; "112" ], [ "+"; "030-123"; "CALL ME"; String('1', 33) ]
      ProfileField.EmergencyContactPhone, [ "112" ], [ "x112" ]
      ProfileField.HireDate, [ "2026-02-28"; "2024-02-29" ], [ "2026-02-29"; "28.02.2026"; "2026-2-8"; "2026-13-01" ] ]

let private profile =
    testList
        "profile"
        [ for field, good, bad in shapes do
              test $"{field} has a shape" {
                  for text in good do
                      Expect.equal (ProfileField.validate field text) (Ok text) text

                  for text in bad do
                      Expect.isError (ProfileField.validate field text) text
              }

          test "fields and keys are one to one" {
              let keys = ProfileField.All |> Array.map ProfileField.key
              Expect.equal (Array.distinct keys) keys "distinct"
              Expect.equal (keys |> Array.map ProfileField.tryFromKey) (ProfileField.All |> Array.map Some) "back"
              let cases = FSharp.Reflection.FSharpType.GetUnionCases typeof<ProfileField>
              Expect.equal keys.Length cases.Length "all of them"
              Expect.isNone (ProfileField.tryFromKey "name") "the name is no profile field"
          } ]

let private goodAddresses =
    [ "root@localhost"
      "ada@example.org"
      "Ada.Lovelace+tag@Mail.Example.ORG"
      "o'brien@example.org"
      "a_b-c=d@x-y.example"
      "jürgen@müller.example"
      "用户@例子.example"
      String('a', 64) + "@example.org" ]

let private badAddresses =
    [ ""
      "ada"
      "@example.org"
      "ada@"
      "ada@@example.org"
      "ada@b@example.org"
      ".ada@example.org"
      "ada.@example.org"
      "a..da@example.org"
      "a da@example.org"
      "\"ada\"@example.org"
      "ada@[127.0.0.1]"
      "ada@-example.org"
      "ada@example-.org"
      "ada@example..org"
      "ada@.example.org"
      "ada@exa_mple.org"
      "ada@example.org\nbcc: all@example.org"
      "ada\u0000@example.org"
      "ada\u200B@example.org"
      "ada" + high + "@example.org"
      "ada,grace@example.org"
      "<ada@example.org>"
      String('a', 65) + "@example.org"
      "ada@" + String('a', 64) + ".org" ]

let private ofLength length =
    let tail = "@" + String.Join('.', Array.create 3 (String('b', 60)))
    String('a', 64 - 12) + tail + "." + String('c', length - (64 - 12) - tail.Length - 1)

let private emails =
    testList
        "e-mail"
        [ test "good addresses" {
              for text in goodAddresses do
                  Expect.isOk (Email.Create text) text
          }

          test "bad addresses" {
              for text in badAddresses do
                  Expect.isError (Email.Create text) text
          }

          test "at most 254 bytes" {
              isOk (Email.Create(ofLength 254))
              isError (Email.Create(ofLength 255))
          }

          test "shown as given, unique in lower case" {
              let email = Samples.email "  Ada.Lovelace@Example.ORG "
              Expect.equal email.Display "Ada.Lovelace@Example.ORG" "as given"
              Expect.equal email.Normalised "ada.lovelace@example.org" "lower case"
              Expect.equal email (Samples.email "ADA.lovelace@example.org") "equal"
          }

          test "composed and decomposed letters are one address" {
              let composed = Samples.email "j\u00FCrgen@example.org"
              let decomposed = Samples.email "JU\u0308RGEN@example.org"
              Expect.equal decomposed.Normalised composed.Normalised "equal"
          }

          test "values that identify a person do not show themselves in logs" {
              for shown in
                  [ string (Samples.email "ada@example.org")
                    string (Samples.name "Ada")
                    string (Samples.reason "Ada was ill") ] do
                  Expect.equal shown "[ANONYMIZED]" "placeholder"

              Expect.equal (string Personal.Erased) "[ANONYMIZED]" "erased"
          } ]

// From NormalizationTest.txt of the Unicode Character Database, one line of each kind.
let private normalForms =
    [ "\u1E0A\u0323", "\u1E0C\u0307"
      "D\u0307\u0323", "\u1E0C\u0307"
      "\u212B", "\u00C5"
      "A\u030A", "\u00C5"
      "\u0958", "\u0915\u093C"
      "\uFB1D", "\u05D9\u05B4"
      "\u1100\u1161\u11A8", "\uAC01"
      "\uAC00\u11A8", "\uAC01"
      "\u0344", "\u0308\u0301"
      "a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b"
      "\uFA0E", "\uFA0E"
      "\uF900", "\u8C48"
      "\U0001D15E", "\U0001D157\U0001D165"
      "\U00011099\U000110BA", "\U0001109A"
      "a\u0328\u0301", "\u0105\u0301"
      "a\u0301\u0328", "\u0105\u0301"
      "\u1E9B\u0323", "\u1E9B\u0323"
      // Blocked by a mark of the same class that does not compose.
      "a\u0305\u0301", "a\u0305\u0301"
      "a\u0323\u0305\u0301", "\u1EA1\u0305\u0301" ]

/// Starters, marks of several classes, Hangul letters and syllables, and composed letters.
let private marks =
    Gen.elements (
        Seq.append
            "aeoAEO\u0300\u0301\u0308\u030A\u0316\u0323\u0327\u0328\u0338"
            "\u1100\u1161\u11A8\uAC00\u1E0A\u212B\u0958\u00C5"
    )
    |> Gen.arrayOf
    |> Gen.map String

let private nfc =
    testList
        "normalisation"
        [ test "known forms" {
              for text, expected in normalForms do
                  Expect.equal (Nfc.normalise text) expected $"{Seq.map int text |> List.ofSeq}"
          }

          testProperty "normal text stays as it is"
          <| Prop.forAll (Arb.fromGen marks) (fun text ->
              let once = Nfc.normalise text
              Expect.equal (Nfc.normalise once) once "stable")

          testProperty "pieces join to the same form"
          <| Prop.forAll (Arb.fromGen (Gen.two marks)) (fun (first, second) ->
              let joined = Nfc.normalise (Nfc.normalise first + Nfc.normalise second)
              Expect.equal joined (Nfc.normalise (first + second)) "equal") ]

[<Tests>]
let tests = testList "values" [ texts; limits; profile; emails; nfc ]
