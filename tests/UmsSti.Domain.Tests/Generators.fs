/// Random events, states and commands. Texts are drawn from few values, so that chance meets the interesting cases.
module UmsSti.Domain.Tests.Generators

open System
open FsCheck
open FsCheck.FSharp
open Expecto
open UmsSti.Domain

let private actors =
    [ "anonymous"
      "system:job"
      Samples.root.Value
      Samples.manager.Value
      (Samples.person 1).Value
      (Samples.person 2).Value ]

let private words =
    [ "standard"
      "admin"
      "system"
      "email"
      "auto"
      "passed"
      "failed"
      "terminated"
      "name"
      "city"
      "bio"
      "theme"
      "" ]
    @ [ "Ada.Lovelace@Example.org"; "ada@example.net"; "Ada"; "Grace"; "[ANONYMIZED]" ]
    @ actors

let private text = Gen.elements words

let private time =
    gen {
        let! days = Gen.choose (-10, 200)
        let! seconds = Gen.choose (0, 86_400)
        return Samples.start.AddDays(float days).AddSeconds(float seconds)
    }

let private personal = Gen.frequency [ 9, Gen.map Personal.Known text; 1, Gen.constant Personal.Erased ]

/// What every generator below builds on.
type Values =
    static member String() = Arb.fromGen text
    static member Time() = Arb.fromGen time
    static member Personal() = Arb.fromGen personal

let private map =
    ArbMap.defaults
    |> ArbMap.mergeArb (Values.String())
    |> ArbMap.mergeArb (Values.Time())
    |> ArbMap.mergeArb (Values.Personal())

let private anyUserEvent = ArbMap.generate<User.Events.Event> map

let private birth =
    gen {
        let! email = personal
        let! name = personal
        let! at = time
        let! by = Gen.elements actors

        let user userType : User.Events.UserRegistrationInitiated =
            { Type = userType
              Email = email
              Name = name
              Profile = [||]
              VerificationExpiresAt = Some(at.AddDays 1.0)
              By = by
              At = at }

        let admin: User.Events.AdminRegistrationInitiated =
            { Email = email; Name = name; Profile = [||]; By = by; At = at }

        return!
            Gen.elements
                [ User.Events.UserRegistrationInitiated(user "standard")
                  User.Events.UserRegistrationInitiated(user "system")
                  User.Events.AdminRegistrationInitiated admin ]
    }

let private userEvents =
    Gen.oneof
        [ Gen.arrayOf anyUserEvent
          Gen.map2 (fun first rest -> Array.append [| first |] rest) birth (Gen.arrayOf anyUserEvent) ]

let private email =
    Gen.elements [ "Ada.Lovelace@Example.org"; "ada@example.net"; "grace@example.org" ] |> Gen.map Samples.email
let private name = Gen.elements [ "Ada"; "Grace" ] |> Gen.map Samples.name
let private reason = Gen.elements [ "because"; "therefore" ] |> Gen.map Samples.reason

let private profileEntry =
    Gen.elements
        [ ProfileField.City, "London"
          ProfileField.City, "Paris"
          ProfileField.Bio, "Counts."
          ProfileField.Country, "GB" ]
    |> Gen.map (fun (field, text) -> Samples.entry field text)

let private profileChange =
    Gen.oneof
        [ Gen.map ProfileChange.Set profileEntry
          Gen.elements [ ProfileField.City; ProfileField.Bio; ProfileField.Skills ] |> Gen.map ProfileChange.Clear ]

let private preferenceChange =
    Gen.oneof
        [ Gen.elements [ "theme", "dark"; "theme", "light"; "rows", "50" ]
          |> Gen.map (fun (key, text) -> PreferenceChange.Set(Samples.preference key text))
          Gen.elements [ "theme"; "absent" ] |> Gen.map PreferenceChange.Clear ]

let private userType = Gen.elements UserType.All
let private activation = Gen.elements [ ActivationMethod.Email; ActivationMethod.Admin; ActivationMethod.Auto ]

let private registration =
    gen {
        let! userType = userType
        let! email = email
        let! name = name
        let! profile = Gen.listOf profileEntry
        let! activate = Gen.optionOf activation

        return User.Command.Register { Type = userType; Email = email; Name = name; Profile = profile; Activate = activate }
    }

/// A command that asks for the step, with random content.
let commandFor step =
    let review outcome = Gen.map (fun note -> User.Command.ConcludeReview(outcome, note)) reason

    match step with
    | User.Step.Register -> registration
    | User.Step.CompleteRegistration -> Gen.listOf profileEntry |> Gen.map User.Command.CompleteRegistration
    | User.Step.Activate -> Gen.map User.Command.Activate activation
    | User.Step.Deactivate -> Gen.map User.Command.Deactivate reason
    | User.Step.Suspend -> Gen.map2 (fun why until -> User.Command.Suspend(why, until)) reason (Gen.optionOf time)
    | User.Step.LiftSuspension -> Gen.map User.Command.LiftSuspension reason
    | User.Step.EndSuspension -> Gen.constant User.Command.EndSuspension
    | User.Step.Archive -> Gen.optionOf reason |> Gen.map User.Command.Archive
    | User.Step.Purge ->
        Gen.elements [ User.LegalBasis.RetentionExpired; User.LegalBasis.ErasureRequest ]
        |> Gen.map User.Command.Purge
    | User.Step.VerifyEmail -> Gen.map User.Command.VerifyEmail email
    | User.Step.ExpireVerification -> Gen.constant User.Command.ExpireVerification
    | User.Step.CleanupExpired -> Gen.choose (0, 30) |> Gen.map User.Command.CleanupExpired
    | User.Step.ResendVerification -> Gen.constant User.Command.ResendVerification
    | User.Step.AutoInactivate -> Gen.map User.Command.AutoInactivate time
    | User.Step.UpdateProfile ->
        Gen.map2
            (fun name changes -> User.Command.UpdateProfile { Name = name; Changes = changes })
            (Gen.optionOf name)
            (Gen.listOf profileChange)
    | User.Step.ChangeEmail ->
        Gen.map2
            (fun email required -> User.Command.ChangeEmail { NewEmail = email; VerificationRequired = required })
            email
            (Gen.elements [ true; false ])
    | User.Step.UpdatePreferences -> Gen.listOf preferenceChange |> Gen.map User.Command.UpdatePreferences
    | User.Step.ApproveAdmin -> Gen.constant User.Command.ApproveAdmin
    | User.Step.RejectAdmin -> Gen.map User.Command.RejectAdmin reason
    | User.Step.OpenReview -> Gen.map User.Command.OpenReview reason
    | User.Step.PassReview -> review ReviewOutcome.Passed
    | User.Step.FailReview -> review ReviewOutcome.Failed
    | User.Step.TerminateReview -> review ReviewOutcome.Terminated

/// A step and a command that asks for it.
type Wish = Wish of User.Step * User.Command

/// Any events of one user, most of them beginning with a registration.
type History = History of User.Events.Event[]

/// A sample user at some place of his machine, followed by random events.
type Walk = Walk of UserType * User.Fold.State

let private walk =
    gen {
        let! userType = userType
        let! subState = Gen.elements (User.Machine.subStates userType)
        let! later = Gen.arrayOf anyUserEvent
        let state, _ = Samples.user userType subState
        return Walk(userType, User.Fold.fold state later)
    }

let private context =
    gen {
        let! now = time
        let! actor = Gen.elements actors
        let! subject = Gen.elements [ Samples.person 1; Samples.machine 1 ]

        return
            ({ Now = now
               Subject = subject
               Actor = actor
               ActorIsSystem = (actor = Samples.root.Value || actor.StartsWith "system:") }
            : User.Decisions.Context)
    }

type Arbitraries =
    static member String() = Values.String()
    static member Time() = Values.Time()
    static member Personal() = Values.Personal()
    static member History() = Arb.fromGen (Gen.map History userEvents)
    static member Walk() = Arb.fromGen walk
    static member Context() = Arb.fromGen context

    static member Wish() =
        Gen.elements User.Step.All
        |> Gen.bind (fun step -> Gen.map (fun command -> Wish(step, command)) (commandFor step))
        |> Arb.fromGen

/// Properties of the domain run often: one costs microseconds.
let private config = { FsCheckConfig.defaultConfig with maxTest = 2000; arbitrary = [ typeof<Arbitraries> ] }

/// A property over this file's generators.
let property name test = testPropertyWithConfig config name test
