/// Every code a command can be refused with, each met at the door. Clients depend on these words: add, never rename.
module UmsSti.Application.Tests.RefusalTests

open System
open Expecto
open FSharp.Reflection
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.World

let private never = Nullable<DateTimeOffset>()

/// Code, kind, and how to meet it.
let private met: (string * RefusalKind * (House -> Refusal)) list =
    [ "unauthenticated",
      RefusalKind.Unauthenticated,
      fun house -> house.Refusal(Actors.Anonymous, rename (house.Active("standard", "ada@example.org")) "Eve")

      "forbidden",
      RefusalKind.Forbidden,
      fun house ->
          let eve = house.Active("standard", "eve@example.org")
          house.Refusal(eve, rename (house.Active("standard", "ada@example.org")) "Eve")

      "not-found",
      RefusalKind.NotFound,
      fun house -> house.Refusal(root, Command.ActivateUser(house.Parts.Ids.NewUserId(UserType.Standard).Value))

      "validation-failed", RefusalKind.Invalid, fun house -> house.Refusal(root, Command.RegisterUser(registration "guest" "x"))

      "idempotency-key-reused",
      RefusalKind.Invalid,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          house.Do(house.Envelope ada |> keyed "k", rename ada "Ada King") |> ignore
          house.Refusal({ house.Envelope ada with IdempotencyKey = "k"; Fingerprint = "other"B }, rename ada "Ada")

      "version-mismatch",
      RefusalKind.VersionMismatch,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          house.Refusal({ house.Envelope ada with ExpectedVersion = 1L }, rename ada "Ada King")

      "email-taken",
      RefusalKind.Conflict,
      fun house ->
          house.Active("standard", "ada@example.org") |> ignore
          house.Refusal(Actors.Anonymous, Command.RegisterUser(registration "standard" "ADA@example.org"))

      "already-registered",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          house.Refusal(root, Command.RegisterUser { registration "standard" "new@example.org" with UserId = ada })

      "id-kind-mismatch",
      RefusalKind.Invalid,
      fun house -> house.Refusal(root, Command.RegisterUser { registration "standard" "ada@example.org" with UserId = "42" })

      "invalid-transition",
      RefusalKind.Conflict,
      fun house -> house.Refusal(root, Command.PurgeUser(house.Active("standard", "ada@example.org"), "retention_expired"))

      "system-user-protected",
      RefusalKind.Conflict,
      fun house ->
          let admin = house.Active("admin", "grace@example.org")
          house.Refusal(admin, Command.SuspendUser(house.Active("system", "job@localhost"), "why not", never))

      "same-person-review",
      RefusalKind.Conflict,
      fun house ->
          let admin = house.Active("admin", "grace@example.org")
          let ada = house.Active("standard", "ada@example.org")
          house.Do(admin, Command.SuspendUser(ada, "odd orders", never)) |> ignore
          house.Refusal(admin, Command.UnsuspendUser(ada, "changed my mind"))

      "until-not-in-future",
      RefusalKind.Invalid,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          house.Refusal(root, Command.SuspendUser(ada, "odd orders", Nullable(house.Time.GetUtcNow())))

      "verification-expired",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Pending("standard", "ada@example.org")
          house.Time.Advance(TimeSpan.FromHours 25.0)
          house.Refusal(Actors.Anonymous, Command.VerifyEmail(ada, house.IndexOf "ada@example.org"))

      "verification-not-expired",
      RefusalKind.Conflict,
      fun house -> house.Refusal(root, Command.ExpireVerification(house.Pending("standard", "ada@example.org")))

      "grace-period-not-over",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Pending("standard", "ada@example.org")
          house.Time.Advance(TimeSpan.FromHours 25.0)
          house.Do(root, Command.ExpireVerification ada) |> ignore
          house.Refusal(root, Command.CleanupExpired(ada, 7))

      "suspension-not-over",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          let until = Nullable(house.Time.GetUtcNow().AddDays 1.0)
          house.Do(root, Command.SuspendUser(ada, "odd orders", until)) |> ignore
          house.Refusal(root, Command.EndSuspension ada)

      "verification-for-other-address",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Pending("standard", "ada@example.org")
          house.Refusal(Actors.Anonymous, Command.VerifyEmail(ada, house.IndexOf "ada@example.net"))

      "registration-already-completed",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          let complete city = Command.CompleteRegistration { update ada with Profile = fields [ "city", city ] }
          house.Do(ada, complete "London") |> ignore
          house.Refusal(ada, complete "Paris")

      "recently-active",
      RefusalKind.Conflict,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          house.Refusal(root, Command.AutoInactivate(ada, house.Time.GetUtcNow()))

      "too-many-preferences",
      RefusalKind.Invalid,
      fun house ->
          let ada = house.Active("standard", "ada@example.org")
          let many = fields [ for n in 1 .. Preferences.MaxKeys + 1 -> $"key{n}", "1" ]
          house.Refusal(ada, Command.UpdateUser { update ada with Preferences = many }) ]

/// Codes the domain has and no caller meets: only an active user passes the door, and he is beyond activation; the door never
/// asks for activation by e-mail. They guard against callers other than the door.
let private unmet = [ "self-approval-not-allowed"; "email-not-verified" ]

/// Codes of races between callers; met in their own tests.
let private races = [ "concurrency-conflict" ]

let private rejections: User.Decisions.Rejected list =
    [ for case in FSharpType.GetUnionCases typeof<User.Decisions.Rejected> do
          let contents =
              case.GetFields()
              |> Array.map (fun field -> if field.PropertyType = typeof<int> then box 1 else box "x")
              |> Array.map Unchecked.nonNull

          unbox<User.Decisions.Rejected>(FSharpValue.MakeUnion(case, contents)) ]

[<Tests>]
let tests =
    testList
        "Refusals"
        [ for code, kind, meet in met do
              test code {
                  let refusal = meet (House())
                  Expect.equal (refusal.Code, refusal.Kind) (code, kind) "code and kind"
                  Expect.isNotEmpty refusal.Detail "a sentence for people"
                  Expect.equal
                      (refusal.Errors.Count > 0)
                      (kind = RefusalKind.Invalid && code <> "idempotency-key-reused")
                      "fields"
              }

          test "every rejection of the domain has its own code, met at the door or known to be out of reach" {
              let codes = rejections |> List.map User.Decisions.code
              Expect.equal (List.distinct codes) codes "one code, one meaning"
              let known = (met |> List.map (fun (code, _, _) -> code)) @ unmet @ races
              Expect.containsAll known codes "listed here"
              Expect.equal (List.distinct known) known "listed once"
              Expect.all known (Seq.forall (fun c -> c = '-' || Char.IsAsciiLetterLower c)) "kebab-case"
          }

          test "a wrong transition names state and step, a wrong version the right one, a denial the permission" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let facts (refusal: Refusal) = refusal.Facts |> Seq.map (|KeyValue|) |> Map.ofSeq
              let transition = house.Refusal(root, Command.PurgeUser(ada, "erasure_request"))
              Expect.equal (facts transition) (Map [ "state", "active"; "event", "UserPurged" ]) "transition"
              let version = house.Refusal({ house.Envelope ada with ExpectedVersion = 7L }, rename ada "Ada King")
              Expect.equal (facts version) (Map [ "version", "2" ]) "version"
              let denial = house.Refusal(ada, Command.SuspendUser(ada, "me", never))
              Expect.equal (facts denial) (Map [ "permission", "users.manage"; "scope", ada ]) "denial"
          }

          test "no refusal shows anything personal" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              house.Do(ada, rename ada "Ada Augusta King") |> ignore
              let eve = house.Active("standard", "eve@example.org")

              let texts (refusal: Refusal) =
                  refusal.Detail :: [ for KeyValue(_, value) in refusal.Facts -> value ]
                  @ [ for KeyValue(_, messages) in refusal.Errors do
                          yield! messages ]

              for refusal in
                  [ house.Refusal(eve, rename ada "Eve")
                    house.Refusal(eve, Command.ChangeEmail(eve, "ada@example.org"))
                    house.Refusal(root, Command.RegisterUser(registration "standard" "ada@example.org"))
                    house.Refusal(root, Command.PurgeUser(ada, "erasure_request")) ] do
                  for text in texts refusal do
                      Expect.isFalse (text.Contains "Augusta" || text.Contains "ada@") refusal.Code
          } ]
