module UmsSti.Domain.Tests.UserTests

open System
open Expecto
open UmsSti.Domain
open UmsSti.Domain.Tests.Generators

let private accepted = User.Decisions.Outcome.Accepted
let private rejected reason = User.Decisions.Outcome.Rejected reason

let private isSame first second = Expect.equal second first "the same"

let private laws =
    testList
        "laws"
        [ property "any events fold to a state, and a registered user never vanishes" (fun (History events) ->
              let states = events |> Array.scan User.Fold.evolve User.Fold.initial
              let firstUser = states |> Array.tryFindIndex (fun state -> state <> User.Fold.initial)

              match firstUser with
              | Some index -> states[index..] |> Array.forall (fun state -> state <> User.Fold.initial)
              | None -> true)

          property "a user's type and birth never change" (fun (History first) (History later) ->
              match User.Fold.fold User.Fold.initial first with
              | User.Fold.Initial -> ()
              | User.Fold.Registered before as state ->
                  let after = Samples.details (User.Fold.fold state later)
                  isSame (before.Type, before.CreatedAt, before.CreatedBy) (after.Type, after.CreatedAt, after.CreatedBy))

          property "folding splits anywhere" (fun (History first) (History second) ->
              let together = User.Fold.fold User.Fold.initial (Array.append first second)
              let apart = User.Fold.fold (User.Fold.fold User.Fold.initial first) second
              isSame together apart)

          property
              "an accepted decision, asked for again, is accepted without a second event"
              (fun (Walk(_, state)) context (Wish(_, command)) ->
                  match User.Decisions.decide context command state with
                  | User.Decisions.Outcome.Rejected _, _ -> ()
                  | User.Decisions.Outcome.Accepted, events ->
                      User.Decisions.decide context command (User.Fold.fold state events) |> isSame (accepted, [||]))

          property "the same for those who do not exist yet" (fun context (Wish(_, command)) ->
              match User.Decisions.decide context command User.Fold.initial with
              | User.Decisions.Outcome.Rejected _, events -> Expect.isEmpty events "a refusal adds nothing"
              | User.Decisions.Outcome.Accepted, events ->
                  Expect.isNonEmpty events "a registration is a fact"
                  User.Decisions.decide context command (User.Fold.fold User.Fold.initial events) |> isSame (accepted, [||]))

          property
              "a refusal adds nothing; every event that is added changes the state"
              (fun (Walk(_, state)) context (Wish(_, command)) ->
                  match User.Decisions.decide context command state with
                  | User.Decisions.Outcome.Rejected _, events -> Expect.isEmpty events "refused"
                  | User.Decisions.Outcome.Accepted, events ->
                      for before, after in events |> Array.scan User.Fold.evolve state |> Array.pairwise do
                          Expect.notEqual after before "an event that changes nothing is no event")

          property "a command adds only events of its own" (fun (Walk(userType, state)) context (Wish(step, command)) ->
              let own =
                  User.Machine.rows
                  |> List.filter (fun row -> row.Type = userType && row.Step = step)
                  |> List.map _.Event
                  |> List.append (if step = User.Step.Activate then [ "AdminUserActivated" ] else [])

              let _, events = User.Decisions.decide context command state
              Expect.all (Array.map Samples.eventName events) (fun name -> List.contains name own) "own events") ]

let private at row = row: User.Machine.Row

let private outcomeOf userType subState step =
    let state, now = Samples.user userType subState
    let outcome, events, next, _ = Samples.run userType now state step
    outcome, events |> Array.map Samples.eventName, Samples.subStateOf next

let private rows =
    [ for row in User.Machine.rows do
          let name = $"{row.Rule} {row.Type}: {row.From} -{row.Step}-> {row.To}"

          test name {
              match row.From with
              | Some from -> outcomeOf row.Type from row.Step |> isSame (accepted, [| (at row).Event |], Some row.To)
              | None ->
                  let outcome, events, next, _ = Samples.run row.Type Samples.start User.Fold.initial row.Step
                  (outcome, events |> Array.map Samples.eventName, Samples.subStateOf next)
                  |> isSame (accepted, [| row.Event |], Some row.To)
          } ]

/// The event a step asks for, as refusals name it.
let private eventOf step =
    match step with
    | User.Step.Activate -> "UserActivated"
    | step -> (User.Machine.rows |> List.find (fun row -> row.Step = step)).Event

let private refusal (subState: SubState) step =
    match subState, step with
    | _, User.Step.Register -> User.Decisions.Rejected.AlreadyRegistered
    | SubState.Expired, User.Step.VerifyEmail -> User.Decisions.Rejected.VerificationExpired
    | _ -> User.Decisions.Rejected.InvalidTransition(subState.Name, eventOf step)

let private pairs =
    [ for userType in UserType.All do
          for subState in User.Machine.subStates userType do
              for step in User.Step.All do
                  let isRow =
                      User.Machine.rows
                      |> List.exists (fun row -> row.Type = userType && row.From = Some subState && row.Step = step)

                  if not isRow then
                      userType, subState, step ]

let private others =
    [ for userType, subState, step in pairs do
          test $"{userType}: {subState} -{step}" {
              let outcome, events, after = outcomeOf userType subState step

              let expected =
                  if List.contains (userType, subState, step) User.Machine.repeats then
                      accepted
                  else
                      rejected (refusal subState step)

              isSame (expected, [||], Some subState) (outcome, events, after)
          } ]

let private machines =
    testList
        "machines"
        [ testList "every row of the tables is allowed" rows
          testList "every other pair is refused or a repeat, without events" others

          test "tables and repeats do not contradict each other" {
              let rowKeys = User.Machine.rows |> List.map (fun row -> row.Type, row.From, row.Step)
              Expect.equal (List.distinct rowKeys) rowKeys "one row for each pair"

              let repeats = User.Machine.repeats |> List.map (fun (userType, from, step) -> userType, Some from, step)
              Expect.isEmpty (Set.intersect (set rowKeys) (set repeats)) "no pair is both"
          }

          test "the tables have the size that was reviewed, so that a row cannot vanish unseen" {
              let size userType = User.Machine.rows |> List.filter (fun row -> row.Type = userType) |> List.length
              isSame [ 44; 46; 34 ] (UserType.All |> Array.map size |> List.ofArray)
          }

          test "docs/state-machines.md shows these tables" {
              let page = IO.File.ReadAllText(IO.Path.Combine(AppContext.BaseDirectory, "state-machines.md"))
              Expect.stringEnds page User.Machine.markdown "the page ends with the tables; paste Machine.markdown"
          }

          property
              "whatever happened before, a step leads where its row says or nowhere"
              (fun (Walk(userType, state)) context (Wish(step, command)) ->
                  let outcome, events = User.Decisions.decide context command state
                  let before = Samples.details state
                  let target = Samples.subStateOf (User.Fold.fold state events)

                  let rowOf =
                      User.Machine.rows
                      |> List.tryFind (fun row -> row.Type = userType && row.From = Some before.SubState && row.Step = step)

                  match rowOf, outcome with
                  | None, User.Decisions.Outcome.Accepted -> Expect.isEmpty events "a step without a row adds nothing"
                  | Some row, User.Decisions.Outcome.Accepted when events.Length > 0 ->
                      // An admin nobody approved is never released into work.
                      let expected =
                          if before.AwaitsApproval && row.To = SubState.Active && row.Event <> "AdminUserActivated" then
                              match step with
                              | User.Step.Activate -> SubState.Active
                              | _ -> SubState.PendingApproval
                          else
                              row.To

                      isSame (Some expected) target
                  | _ -> isSame (Some before.SubState) target)

          property "an admin becomes active only through an approval" (fun (History events) ->
              let approvals =
                  events
                  |> Array.exists (fun event ->
                      match event with
                      | User.Events.AdminUserActivated _ -> true
                      | _ -> false)

              match User.Fold.fold User.Fold.initial events with
              | User.Fold.Registered user when user.Type = UserType.Admin && user.SubState = SubState.Active ->
                  Expect.isTrue approvals "an approval is among the events"
              | _ -> ()) ]

let private decideAs actor isSystem userType now command state =
    let context = { Samples.context userType now with Actor = actor; ActorIsSystem = isSystem }

    User.Decisions.decide context command state

let private refusedAs actor isSystem userType subState step =
    let state, now = Samples.user userType subState
    decideAs actor isSystem userType (Samples.timeOf step now) (Samples.command userType step) state

let private self = (Samples.subject UserType.Admin).Value

let private registering changes actor isSystem userType =
    let wish = changes (Samples.registration userType)
    decideAs actor isSystem userType Samples.start (User.Command.Register wish) User.Fold.initial

let private activating how (wish: User.Register) = { wish with Activate = Some how }

let private guards =
    testList
        "guards"
        [ test "registering with activation adds both facts" {
              for userType, expected in
                  [ UserType.Standard, [| "UserRegistrationInitiated"; "UserActivated" |]
                    UserType.Admin, [| "AdminRegistrationInitiated"; "AdminUserActivated" |]
                    UserType.System, [| "UserRegistrationInitiated"; "UserActivated" |] ] do
                  let outcome, events = registering (activating ActivationMethod.Admin) Samples.root.Value true userType
                  isSame (accepted, expected) (outcome, Array.map Samples.eventName events)
                  isSame (Some SubState.Active) (Samples.subStateOf (User.Fold.fold User.Fold.initial events))
          }

          test "nobody activates himself while registering, nor by an address nobody confirmed" {
              registering (activating ActivationMethod.Admin) self false UserType.Admin
              |> isSame (rejected User.Decisions.Rejected.SelfApprovalNotAllowed, [||])

              registering (activating ActivationMethod.Email) Samples.manager.Value false UserType.Standard
              |> isSame (rejected User.Decisions.Rejected.EmailNotVerified, [||])
          }

          test "only system actors create and manage system users" {
              registering id Samples.manager.Value false UserType.System
              |> isSame (rejected User.Decisions.Rejected.SystemUserProtected, [||])

              for step in User.Step.All |> Array.except [ User.Step.VerifyEmail ] do
                  refusedAs Samples.manager.Value false UserType.System SubState.Active step
                  |> isSame (rejected User.Decisions.Rejected.SystemUserProtected, [||])

              let outcome, _ = refusedAs "anonymous" false UserType.System SubState.Active User.Step.VerifyEmail
              isSame accepted outcome
          }

          test "an id of the wrong kind is refused" {
              let context = { Samples.context UserType.System Samples.start with Subject = Samples.person 1 }
              let register = User.Command.Register(Samples.registration UserType.System)

              User.Decisions.decide context register User.Fold.initial
              |> isSame (rejected User.Decisions.Rejected.IdKindMismatch, [||])
          }

          test "nothing but a registration finds a user who does not exist" {
              for step in User.Step.All |> Array.except [ User.Step.Register ] do
                  let outcome, events, _, _ = Samples.run UserType.Standard Samples.start User.Fold.initial step
                  isSame (rejected User.Decisions.Rejected.NotFound, [||]) (outcome, events)
          }

          test "nobody approves or activates himself" {
              for step in [ User.Step.ApproveAdmin; User.Step.Activate ] do
                  refusedAs self false UserType.Admin SubState.PendingApproval step
                  |> isSame (rejected User.Decisions.Rejected.SelfApprovalNotAllowed, [||])

              for subState in [ SubState.PendingVerification; SubState.Inactive ] do
                  refusedAs self false UserType.Standard subState User.Step.Activate
                  |> isSame (rejected User.Decisions.Rejected.SelfApprovalNotAllowed, [||])
          }

          test "activation by e-mail takes a verified address" {
              let state, now = Samples.user UserType.Standard SubState.PendingVerification
              let byEmail = User.Command.Activate ActivationMethod.Email

              decideAs self false UserType.Standard now byEmail state
              |> isSame (rejected User.Decisions.Rejected.EmailNotVerified, [||])
          }

          test "whoever suspended does not lift, a system actor may" {
              let state, now = Samples.user UserType.Standard SubState.Active
              let suspend = Samples.command UserType.Standard User.Step.Suspend
              let lift = Samples.command UserType.Standard User.Step.LiftSuspension
              let _, events = decideAs Samples.manager.Value false UserType.Standard now suspend state
              let suspended = User.Fold.fold state events

              decideAs Samples.manager.Value false UserType.Standard now lift suspended
              |> isSame (rejected User.Decisions.Rejected.SamePersonReview, [||])

              let another, _ = decideAs (Samples.person 901).Value false UserType.Standard now lift suspended
              isSame accepted another
              let bySystem, _ = decideAs Samples.manager.Value true UserType.Standard now lift suspended
              isSame accepted bySystem
          }

          test "nor does he pass the review of an admin he suspended" {
              let state, now = Samples.user UserType.Admin SubState.Active
              let suspend = Samples.command UserType.Admin User.Step.Suspend
              let _, suspended = decideAs Samples.manager.Value false UserType.Admin now suspend state
              let trigger = User.Command.OpenReview(Samples.reason "odd hours")
              let reviewed = User.Fold.fold state suspended
              let _, opened = decideAs Samples.manager.Value false UserType.Admin now trigger reviewed
              let reviewed = User.Fold.fold reviewed opened
              let conclude outcome = User.Command.ConcludeReview(outcome, Samples.reason "why")

              decideAs Samples.manager.Value false UserType.Admin now (conclude ReviewOutcome.Passed) reviewed
              |> isSame (rejected User.Decisions.Rejected.SamePersonReview, [||])

              for actor, outcome in [ Samples.manager, ReviewOutcome.Failed; Samples.person 901, ReviewOutcome.Passed ] do
                  decideAs actor.Value false UserType.Admin now (conclude outcome) reviewed |> fst |> isSame accepted
          }

          test "a suspension ends in the future or is open; another end is another suspension" {
              let state, now = Samples.user UserType.Standard SubState.Active
              let until time = User.Command.Suspend(Samples.reason "why", Some time)
              let decide = User.Decisions.decide (Samples.context UserType.Standard now)

              for time in [ now.AddDays -1.0; now ] do
                  decide (until time) state |> isSame (rejected User.Decisions.Rejected.UntilNotInFuture, [||])

              let outcome, events = decide (until (now.AddMilliseconds 1.0)) state
              isSame accepted outcome
              let suspended = User.Fold.fold state events

              decide (until (now.AddDays 3.0)) suspended
              |> isSame (rejected (User.Decisions.Rejected.InvalidTransition("suspended", "UserSuspended")), [||])
          }

          test "a verification link lives 24 hours and belongs to one address" {
              let state, _ = Samples.user UserType.Standard SubState.PendingVerification
              let expiresAt = (Samples.details state).VerificationExpiresAt.Value
              let verify = Samples.command UserType.Standard User.Step.VerifyEmail
              let decideAt now command = User.Decisions.decide (Samples.context UserType.Standard now) command state

              decideAt (expiresAt.AddMilliseconds 1.0) verify
              |> isSame (rejected User.Decisions.Rejected.VerificationExpired, [||])

              isSame accepted (fst (decideAt expiresAt verify))

              decideAt (expiresAt.AddMilliseconds -1.0) User.Command.ExpireVerification
              |> isSame (rejected User.Decisions.Rejected.VerificationNotExpired, [||])

              isSame accepted (fst (decideAt expiresAt User.Command.ExpireVerification))

              decideAt Samples.start (User.Command.VerifyEmail(Samples.email "someone@example.org"))
              |> isSame (rejected User.Decisions.Rejected.VerificationForOtherAddress, [||])
          }

          test "another spelling of the address is shown, and stays as proved as it was" {
              for verified in [ true; false ] do
                  let state, now = Samples.user UserType.Standard SubState.Active
                  let before = { Samples.details state with EmailVerified = verified }
                  let context = Samples.context UserType.Standard now
                  let respelled = (User.Queries.tryEmail state).Value.Display.ToUpperInvariant()

                  let change email : User.Command =
                      User.Command.ChangeEmail { NewEmail = Samples.email email; VerificationRequired = true }

                  let outcome, events = User.Decisions.decide context (change respelled) (User.Fold.Registered before)
                  isSame accepted outcome
                  let after = User.Fold.fold (User.Fold.Registered before) events
                  isSame (Personal.Known respelled) (Samples.details after).Email

                  isSame
                      (before.EmailVerified, before.VerificationExpiresAt)
                      ((Samples.details after).EmailVerified, (Samples.details after).VerificationExpiresAt)

                  isSame (accepted, [||]) (User.Decisions.decide context (change respelled) after)
          }

          test "a second wish for a link within a minute is a retry" {
              let state, now = Samples.user UserType.Standard SubState.PendingVerification
              let resendAt now =
                  User.Decisions.decide (Samples.context UserType.Standard now) User.Command.ResendVerification state
              isSame (accepted, [||]) (resendAt (now.AddSeconds 59.0))
              isSame 1 (resendAt (now.AddSeconds 60.0) |> snd |> Array.length)
          }

          test "only 90 days without activity make inactive, counted from a later activation" {
              let state, now = Samples.user UserType.Standard SubState.Active
              let decide now lastActivityAt =
                  User.Decisions.decide (Samples.context UserType.Standard now) (User.Command.AutoInactivate lastActivityAt) state

              let later = now.AddDays 200.0
              isSame (rejected User.Decisions.Rejected.RecentlyActive, [||]) (decide later (later.AddDays -89.0))
              isSame accepted (fst (decide later (later.AddDays -90.0)))
              isSame (rejected User.Decisions.Rejected.RecentlyActive, [||]) (decide (now.AddDays 1.0) (now.AddDays -400.0))
          }

          test "an admin suspended or deactivated before approval still needs it" {
              let state, now = Samples.user UserType.Admin SubState.PendingApproval

              let follow state step =
                  let _, events, next, _ = Samples.run UserType.Admin now state step
                  Array.map Samples.eventName events, next

              let _, suspended = follow state User.Step.Suspend
              let _, lifted = follow suspended User.Step.LiftSuspension
              isSame (Some SubState.PendingApproval) (Samples.subStateOf lifted)

              let _, reviewed = follow suspended User.Step.OpenReview
              let _, passed = follow reviewed User.Step.PassReview
              isSame (Some SubState.PendingApproval) (Samples.subStateOf passed)

              let _, inactive = follow state User.Step.Deactivate
              Expect.isTrue (User.Queries.activationIsApproval inactive) "activating would approve"
              isSame [| "AdminUserActivated" |] (fst (follow inactive User.Step.Activate))

              decideAs self false UserType.Admin now (User.Command.Activate ActivationMethod.Admin) inactive
              |> isSame (rejected User.Decisions.Rejected.SelfApprovalNotAllowed, [||])
          }

          test "a registration is completed once" {
              let state, now = Samples.user UserType.Standard SubState.Active
              let _, _, completed, _ = Samples.run UserType.Standard now state User.Step.CompleteRegistration
              let other = User.Command.CompleteRegistration [ Samples.entry ProfileField.Bio "Otherwise." ]

              User.Decisions.decide (Samples.context UserType.Standard now) other completed
              |> isSame (rejected User.Decisions.Rejected.RegistrationAlreadyCompleted, [||])
          } ]

let private decideActive command =
    let state, now = Samples.user UserType.Standard SubState.Active
    let outcome, events = User.Decisions.decide (Samples.context UserType.Standard now) command state
    outcome, events, User.Fold.fold state events

let private data =
    testList
        "data"
        [ test "a profile update lists what really changed, with both values" {
              let update: User.UpdateProfile =
                  { Name = Some(Samples.name "Ada Lovelace")
                    Changes =
                      [ ProfileChange.Set(Samples.entry ProfileField.City "Paris")
                        ProfileChange.Set(Samples.entry ProfileField.City "London")
                        ProfileChange.Set(Samples.entry ProfileField.Bio "Counts.")
                        ProfileChange.Clear ProfileField.Skills ] }

              let _, events, state = decideActive (User.Command.UpdateProfile update)

              match events with
              | [| User.Events.UserProfileUpdated updated |] ->
                  isSame
                      [| ({ Field = "bio"; Previous = None; New = Some(Personal.Known "Counts.") }: User.Events.FieldChange) |]
                      updated.Changes
              | _ -> failtest "one update"

              isSame (Map [ "bio", Personal.Known "Counts."; "city", Personal.Known "London" ]) (Samples.details state).Profile
          }

          test "clearing a field removes it, clearing an empty one changes nothing" {
              let clear field = decideActive (User.Command.UpdateProfile { Name = None; Changes = [ ProfileChange.Clear field ] })
              let _, _, state = clear ProfileField.City
              isSame Map.empty (Samples.details state).Profile
              let outcome, events, _ = clear ProfileField.Bio
              isSame (accepted, [||]) (outcome, events)
          }

          test "a changed address is unverified until confirmed, unless it needs no confirmation" {
              let verified =
                  let state, now = Samples.user UserType.Standard SubState.Active
                  let _, _, verified, _ = Samples.run UserType.Standard now state User.Step.VerifyEmail
                  verified

              Expect.isTrue (Samples.details verified).EmailVerified "verified"

              for required in [ true; false ] do
                  let change: User.ChangeEmail = { NewEmail = Samples.email "new@example.org"; VerificationRequired = required }

                  let _, events =
                      User.Decisions.decide
                          (Samples.context UserType.Standard Samples.start)
                          (User.Command.ChangeEmail change)
                          verified

                  let user = Samples.details (User.Fold.fold verified events)
                  isSame (Personal.Known "new@example.org") user.Email
                  isSame (not required) user.EmailVerified
          }

          test "a user has at most 100 preferences" {
              let set count = [ for n in 1..count -> PreferenceChange.Set(Samples.preference $"key.{n}" "x") ]
              let outcome, _, _ = decideActive (User.Command.UpdatePreferences(set 101))
              isSame (rejected (User.Decisions.Rejected.TooManyPreferences 100)) outcome
              let outcome, events, state = decideActive (User.Command.UpdatePreferences(set 100))
              isSame (accepted, 1, 100) (outcome, events.Length, (Samples.details state).Preferences.Count)
          }

          property "a purged user has nothing personal left" (fun (History events) ->
              match User.Fold.fold User.Fold.initial events with
              | User.Fold.Registered user when user.SubState = SubState.Purged ->
                  let values =
                      [ user.Email; user.Name ]
                      @ List.ofSeq user.Profile.Values
                      @ List.ofSeq user.Preferences.Values
                      @ Option.toList user.DeactivationReason
                      @ Option.toList user.SuspensionReason

                  Expect.all values _.IsErased "erased"
              | _ -> ())

          test "purging forgets name, address, profile, preferences and reasons" {
              let state, now = Samples.user UserType.Standard SubState.Suspended

              let purged =
                  (state, [ User.Step.UpdatePreferences; User.Step.Archive; User.Step.Purge ])
                  ||> List.fold (fun state step ->
                      let _, _, next, _ = Samples.run UserType.Standard now state step
                      next)
                  |> Samples.details

              isSame SubState.Purged purged.SubState
              isSame (Personal.Erased, Personal.Erased) (purged.Email, purged.Name)
              isSame (Some Personal.Erased) purged.SuspensionReason
              isSame [ Personal.Erased ] (List.ofSeq purged.Profile.Values)
              isSame [ Personal.Erased ] (List.ofSeq purged.Preferences.Values)
          } ]

/// Every refusal with its code: a code is part of the API and never changes.
let private codes =
    test "refusals have stable codes" {
        let expected =
            [ User.Decisions.Rejected.NotFound, "not-found"
              User.Decisions.Rejected.AlreadyRegistered, "already-registered"
              User.Decisions.Rejected.IdKindMismatch, "id-kind-mismatch"
              User.Decisions.Rejected.InvalidTransition("pending", "UserPurged"), "invalid-transition"
              User.Decisions.Rejected.SystemUserProtected, "system-user-protected"
              User.Decisions.Rejected.SelfApprovalNotAllowed, "self-approval-not-allowed"
              User.Decisions.Rejected.SamePersonReview, "same-person-review"
              User.Decisions.Rejected.EmailNotVerified, "email-not-verified"
              User.Decisions.Rejected.UntilNotInFuture, "until-not-in-future"
              User.Decisions.Rejected.VerificationExpired, "verification-expired"
              User.Decisions.Rejected.VerificationNotExpired, "verification-not-expired"
              User.Decisions.Rejected.GracePeriodNotOver, "grace-period-not-over"
              User.Decisions.Rejected.SuspensionNotOver, "suspension-not-over"
              User.Decisions.Rejected.VerificationForOtherAddress, "verification-for-other-address"
              User.Decisions.Rejected.RegistrationAlreadyCompleted, "registration-already-completed"
              User.Decisions.Rejected.RecentlyActive, "recently-active"
              User.Decisions.Rejected.TooManyPreferences 100, "too-many-preferences" ]

        let cases = FSharp.Reflection.FSharpType.GetUnionCases typeof<User.Decisions.Rejected>
        isSame cases.Length expected.Length
        isSame (List.map snd expected) (List.map (fst >> User.Decisions.code) expected)
    }

[<Tests>]
let tests = testList "user" [ laws; machines; guards; data; codes ]
