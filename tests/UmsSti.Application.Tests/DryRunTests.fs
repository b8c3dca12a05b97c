/// Dry runs: what would be stored is what is stored, and nothing is.
module UmsSti.Application.Tests.DryRunTests

open System
open System.Text.Json
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.World

let private never = Nullable<DateTimeOffset>()
let private plan (house: House) envelope command = run (house.App.Door.Plan(envelope, command, anyToken))

let private planned house envelope command =
    match plan house envelope command with
    | PlanAnswer.Planned plan -> plan
    | PlanAnswer.Refused refusal -> failwith $"{refusal.Code} {refusal.Detail}"

/// Everything a dry run must leave as it was.
let private belongings (house: House) = house.Head, house.Keys.Subjects, house.Keys.Destroyed, house.Credentials.Known

let private same (house: House) actor command =
    let envelope = house.Envelope actor
    let before = belongings house
    let head = house.Head
    let plan = planned house envelope command
    Expect.equal (belongings house) before "nothing was stored, made or destroyed"
    let answer = house.Do(envelope, command)
    let stored = house.EventsAfter head
    let text stream kind (data: JsonElement) = $"{stream} {kind} {data.GetRawText()}"

    // The purge destroys the key: what it stored can no longer be compared in its personal parts, and has none.
    Expect.equal
        (plan.Events |> Array.map (fun event -> text event.Stream event.Type event.Data))
        (stored |> Array.map (fun event -> text event.Stream event.Type event.Data))
        "the events"

    Expect.equal (shape plan.User) (shape answer.User) "the user"

[<Tests>]
let tests =
    testList
        "Dry run"
        [ test "each command stores what its dry run said" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let admin = house.Active("admin", "grace@example.org")
              let ada = house.Parts.Ids.NewUserId(UserType.Standard).Value
              let eve = house.Parts.Ids.NewUserId(UserType.Admin).Value
              let profile = fields [ "bio", "Counts."; "city", "London" ]
              let raw userType id email = { registration userType email with UserId = id; Profile = profile }

              same house Actors.Anonymous (Command.RegisterUser(raw "standard" ada "ada@example.org"))
              same house boss (Command.RegisterUser { raw "admin" eve "eve@example.org" with Activate = true })
              same house Actors.Anonymous (Command.VerifyEmail(ada, house.IndexOf "ada@example.org"))
              same house admin (Command.ActivateUser ada)
              same house ada (Command.CompleteRegistration { update ada with Profile = fields [ "country", "GB" ] })
              same house ada (rename ada "Ada King")

              same
                  house
                  ada
                  (Command.UpdateUser
                      { update ada with
                          Name = "Augusta"
                          Profile = fields [ "city", null ]
                          Preferences = fields [ "theme", "dark" ] })

              same house ada (Command.UpdateUser(update ada))
              same house ada (Command.ChangeEmail(ada, "ada@example.net"))
              same house ada (Command.ChangeEmail(ada, "ADA@example.net"))
              same house ada (Command.ResendVerification ada)
              same house admin (Command.SuspendUser(ada, "odd orders", Nullable(house.Time.GetUtcNow().AddDays 1.0)))
              same house boss (Command.UnsuspendUser(ada, "explained"))
              same house boss (Command.OpenAdminReview(eve, "odd hours"))
              same house boss (Command.ConcludeAdminReview(eve, "passed", "explained"))
              same house admin (Command.DeactivateUser(ada, "on leave"))
              same house admin (Command.ActivateUser ada)
              house.Time.Advance(TimeSpan.FromDays 91.0)
              same house (Actors.system "schedule") (Command.AutoInactivate(ada, house.Time.GetUtcNow().AddDays(-91.0)))
              same house boss (Command.ArchiveUser(ada, "left"))
              same house boss (Command.PurgeUser(ada, "erasure_request"))
              same house boss (Command.PurgeUser(ada, "erasure_request"))
          }

          test "a registration without an id shows the events of one" {
              let house = House()
              let command =
                  Command.RegisterUser { registration "standard" "ada@example.org" with CredentialHash = "$argon2id$ada" }
              let plan = planned house (house.Envelope Actors.Anonymous) command
              Expect.equal (plan.Events |> Array.map _.Type) [| "UserRegistrationInitiated"; "Claimed" |] "types"
              Expect.equal (plan.User.State, plan.User.Version) ("pending", 1L) "user"
              Expect.equal (house.Head, house.ActivityHead) (0L, 0L) "nothing in either log"
              Expect.isEmpty house.Keys.Subjects "no key"
              Expect.isEmpty house.Credentials.Known "no password"
          }

          test "what the real command would be refused for, the dry run is" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let bob = house.Active("standard", "bob@example.org")

              for actor, command in
                  [ Actors.Anonymous, rename ada "Eve"
                    bob, rename ada "Eve"
                    root, rename "42" "Eve"
                    root, Command.RegisterUser(registration "guest" "x")
                    root, Command.RegisterUser(registration "standard" "ada@example.org")
                    ada, Command.ChangeEmail(ada, "bob@example.org")
                    root, Command.PurgeUser(ada, "erasure_request")
                    root, Command.SuspendUser(ada, "odd orders", Nullable(house.Time.GetUtcNow()))
                    Actors.Anonymous, Command.VerifyEmail(ada, "no index") ] do
                  let envelope = house.Envelope actor

                  match plan house envelope command with
                  | PlanAnswer.Planned _ -> failtest "planned"
                  | PlanAnswer.Refused refusal ->
                      let real = house.Refusal(envelope, command)
                      Expect.equal (refusal.Code, refusal.Kind, refusal.Detail) (real.Code, real.Kind, real.Detail) "the same"

              let stale = { house.Envelope ada with ExpectedVersion = 1L }

              match plan house stale (rename ada "Ada King") with
              | PlanAnswer.Refused refusal -> Expect.equal refusal.Code "version-mismatch" "If-Match counts"
              | PlanAnswer.Planned _ -> failtest "planned"
          }

          test "denials and bypasses of dry runs are recorded like those of commands" {
              let house = House()
              let boss = house.Active("system", "root@localhost")
              let ada = house.Active("standard", "ada@example.org")
              let head = house.ActivityHead
              plan house (house.Envelope ada) (Command.SuspendUser(ada, "me", never)) |> ignore
              plan house (house.Envelope boss) (Command.SuspendUser(ada, "odd orders", never)) |> ignore
              let facts = house.ActivityAfter head
              Expect.equal
                  (facts |> Array.map (fun f -> f.Type, f.ActorId))
                  [| "AccessDenied", ada; "SystemBypass", boss |]
                  "both"
          }

          test "a dry run neither takes nor uses an idempotency key" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let envelope = house.Envelope ada |> keyed "k"
              planned house envelope (rename ada "Ada King") |> ignore
              Expect.isFalse (house.Do(envelope, rename ada "Ada King")).Replayed "free for the command"
              let again = planned house envelope (rename ada "Ada King")
              Expect.isEmpty again.Events "decided on what is there now"
          } ]
