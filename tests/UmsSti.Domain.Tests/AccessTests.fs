module UmsSti.Domain.Tests.AccessTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

let private session n = SessionId.Parse(Uuid7.create (1_700_000_000_000L + int64 n) (Array.create 10 (byte n)))
let private sessions = [ for n in 1..4 -> session n ]

let private time = Gen.choose (0, 72) |> Gen.map (fun hours -> Samples.start.AddHours(float hours))

let private event =
    gen {
        let! session = Gen.elements sessions
        let! at = time
        let! ends = time
        let denied: Access.Events.AccessDenied = { Operation = "o"; Permission = "p"; Scope = "global"; At = at }

        return!
            Gen.elements
                [ Access.Events.UserLoggedIn { SessionId = session.Value; Method = "password"; ExpiresAt = ends; At = at }
                  Access.Events.UserLoggedOut { SessionId = session.Value; Method = "manual"; At = at }
                  Access.Events.FailedLoginAttempt { Reason = "invalid_credentials"; At = at }
                  Access.Events.AccessDenied denied ]
    }

let private history = Gen.arrayOf event
let private fold = Access.Fold.fold Access.Fold.initial

let private wish state userType : Access.Decisions.LogIn =
    { SessionId = session 1; Method = Access.LogInMethod.Password; Type = userType; State = state }

[<Tests>]
let tests =
    testList
        "access"
        [ testProperty "folding splits anywhere"
          <| Prop.forAll (Arb.fromGen (Gen.two history)) (fun (first, second) ->
              Expect.equal (Access.Fold.fold (fold first) second) (fold (Array.append first second)) "equal")

          testProperty "opening a session twice adds one event"
          <| Prop.forAll (Arb.fromGen (Gen.zip history time)) (fun (events, now) ->
              let logIn = Access.Decisions.logIn now (wish UserState.Active UserType.Standard)
              let state = fold events
              let outcome, added = logIn state
              let again, more = logIn (Access.Fold.fold state added)
              Expect.equal again outcome "the same answer"
              Expect.isEmpty more "no second event")

          testProperty "closing a session twice adds one event at most"
          <| Prop.forAll (Arb.fromGen (Gen.zip history (Gen.elements sessions))) (fun (events, session) ->
              let logOut = Access.Decisions.logOut Samples.start session Access.LogOutMethod.Manual
              let state = fold events
              let added = logOut state
              Expect.equal (added.Length = 1) (state.Sessions.ContainsKey session.Value) "only an open one"
              Expect.isEmpty (logOut (Access.Fold.fold state added)) "no second event")

          test "only active users sign in" {
              for state in UserState.All do
                  let outcome, events = Access.Decisions.logIn Samples.start (wish state UserType.Standard) Access.Fold.initial

                  if state = UserState.Active then
                      Expect.equal events.Length 1 "in"
                  else
                      let refused = Access.Decisions.Rejected.AccountNotActive state
                      Expect.equal (outcome, events) (Access.Decisions.LogInOutcome.Rejected refused, [||]) "out"
                      Expect.equal (Access.Decisions.code refused) "account-not-active" "code"
          }

          test "a session ends absolutely: after 8 hours for admins, 24 for others" {
              for userType, hours in [ UserType.Standard, 24.0; UserType.Admin, 8.0; UserType.System, 24.0 ] do
                  let outcome, events = Access.Decisions.logIn Samples.start (wish UserState.Active userType) Access.Fold.initial

                  let ends = Samples.start.AddHours hours
                  Expect.equal outcome (Access.Decisions.LogInOutcome.LoggedIn ends) "answer"
                  let state = fold events
                  let expiry now = Access.Queries.sessionExpiry now (session 1) state
                  Expect.equal (expiry (ends.AddMilliseconds -1.0)) (Some ends) "open"
                  Expect.equal (expiry ends) None "over"
                  Expect.equal state.LastLoginAt (Some Samples.start) "remembered"
          } ]
