/// Sign-in facts in the activity log (EV-040...042).
module UmsSti.Application.Tests.SignInTests

open System
open Expecto
open UmsSti.Application
open UmsSti.Domain
open UmsSti.Application.Tests.World

let private logIn (house: House) userId session =
    run (house.App.SignIns.LogIn(house.Envelope Actors.Anonymous, userId, session, anyToken))

let private facts (house: House) head = house.ActivityAfter head |> Array.map (fun event -> event.Stream, event.Type)

[<Tests>]
let tests =
    testList
        "Sign-ins"
        [ test "an active user signs in for the time of his type, and out again" {
              let house = House()

              for userType, hours in [ "standard", 24.0; "admin", 8.0; "system", 24.0 ] do
                  let id = house.Active(userType, $"{userType}@example.org")
                  let session = house.Parts.Ids.NewSessionId()
                  let head = house.ActivityHead
                  let now = house.Time.GetUtcNow()
                  let kept = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds())

                  match logIn house id session with
                  | SignInAnswer.SignedIn expiresAt ->
                      Expect.equal expiresAt (kept.AddHours hours) "absolute, as the log keeps it"
                  | SignInAnswer.Refused refusal -> failtest refusal.Code

                  match logIn house id session with
                  | SignInAnswer.SignedIn expiresAt -> Expect.equal expiresAt (kept.AddHours hours) "a retry is no second session"
                  | SignInAnswer.Refused refusal -> failtest refusal.Code

                  runUnit (house.App.SignIns.LogOut(house.Envelope id, id, [| session |], anyToken))
                  runUnit (house.App.SignIns.LogOut(house.Envelope id, id, [| session |], anyToken))
                  let stream = $"Access-{id}"
                  Expect.equal (facts house head) [| stream, "UserLoggedIn"; stream, "UserLoggedOut" |] "two facts"
          }

          test "several sessions are closed at once, and it is told who did it" {
              let house = House()
              let id = house.Active("standard", "ada@example.org")
              let admin = house.Active("admin", "grace@example.org")
              let open' () =
                  let session = house.Parts.Ids.NewSessionId()
                  logIn house id session |> ignore
                  session
              let first, second, third = open' (), open' (), open' ()
              let head = house.ActivityHead

              let closed () =
                  house.ActivityAfter head
                  |> Array.map (fun fact ->
                      fact.Data.GetProperty("sessionId").GetString(), fact.Data.GetProperty("method").GetString())

              runUnit (house.App.SignIns.LogOut(house.Envelope id, id, [| first; first |], anyToken))
              Expect.equal (closed ()) [| first.Value, "manual" |] "by himself, once"
              runUnit (house.App.SignIns.LogOut(house.Envelope admin, id, [| first; second; third |], anyToken))
              Expect.equal
                  (closed ())
                  [| first.Value, "manual"; second.Value, "forced"; third.Value, "forced" |]
                  "by somebody else, what is open still"
          }

          test "an attempt to register a taken address stands under its owner; a free one leaves no trace" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let head = house.ActivityHead
              let attempt email =
                  runUnit (house.App.SignIns.RefusedRegistration(house.Envelope Actors.Anonymous, email, anyToken))
              attempt "Ada@Example.ORG"
              attempt "free@example.org"
              attempt "no address"
              Expect.equal (facts house head) [| $"AccessDecision-{ada}", "RegistrationRefused" |] "one fact"
          }

          test "whoever is not active is refused, and nobody is not found" {
              let house = House()

              let code userId =
                  match logIn house userId (house.Parts.Ids.NewSessionId()) with
                  | SignInAnswer.SignedIn _ -> "signed in"
                  | SignInAnswer.Refused refusal -> refusal.Code

              let ada = house.Pending("standard", "ada@example.org")
              Expect.equal (code ada) "account-not-active" "pending"
              let bob = house.Active("standard", "bob@example.org")
              house.Do(root, Command.ArchiveUser(bob, null)) |> ignore
              Expect.equal (code bob) "account-not-active" "archived"
              house.Do(root, Command.PurgeUser(bob, "erasure_request")) |> ignore
              Expect.equal (code bob) "account-not-active" "purged"
              Expect.equal (code (house.Parts.Ids.NewUserId(UserType.Standard).Value)) "not-found" "nobody"
              Expect.isEmpty (house.Activity |> Array.filter (fun event -> event.Type = "UserLoggedIn")) "no session"
          }

          test "failed sign-ins stand under the user, or under nobody" {
              let house = House()
              let ada = house.Active("standard", "ada@example.org")
              let head = house.ActivityHead

              for userId in ([ ada; null ]: (string | null) list) do
                  runUnit (
                      house.App.SignIns.FailedLogIn(
                          house.Envelope Actors.Anonymous,
                          userId,
                          Access.FailureReason.InvalidCredentials,
                          anyToken
                      )
                  )

              Expect.equal
                  (facts house head)
                  [| $"AccessDecision-{ada}", "FailedLoginAttempt"; "AccessDecision-anonymous", "FailedLoginAttempt" |]
                  "both"
          }

          test "fifty sign-ins at once are fifty sessions" {
              let house = House()
              house.ActivityLog.Mix()
              let ada = house.Active("standard", "ada@example.org")
              let sessions = [ for _ in 1..50 -> house.Parts.Ids.NewSessionId() ]

              let answers =
                  atOnce
                      [ for session in sessions do
                            fun () -> house.App.SignIns.LogIn(house.Envelope Actors.Anonymous, ada, session, anyToken) ]

              Expect.all answers _.IsSignedIn "all"
              let opened = house.Activity |> Array.filter (fun event -> event.Type = "UserLoggedIn")
              Expect.equal opened.Length 50 "each recorded once"
          } ]
