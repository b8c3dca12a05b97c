/// Valid values and users at every place of their machine, made by the domain's own decisions.
module UmsSti.Domain.Tests.Samples

open System
open UmsSti.Domain

let valid result =
    match result with
    | Ok value -> value
    | Error problem -> failwith problem

let start = DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)
let email (text: string) = valid (Email.Create text)
let name (text: string) = valid (UserName.Create text)
let reason (text: string) = valid (Reason.Create text)
let entry field (text: string) = valid (ProfileEntry.Create(field, text))
let preference key (text: string) = valid (PreferenceEntry.Create(key, text))

/// The n-th person's id.
let person n = UserId.Parse(Uuid7.create (1_700_000_000_000L + int64 n) (Array.create 10 (byte n)))

/// The n-th system user's id.
let machine n = UserId.Parse(string (1000L + int64 n))

let subject userType =
    match userType with
    | UserType.Standard
    | UserType.Admin -> person 1
    | UserType.System -> machine 1

let root = machine 0
let manager = person 900

/// A context in which a system user acts on the sample subject of a type.
let context userType now : User.Decisions.Context =
    { Now = now; Subject = subject userType; Actor = root.Value; ActorIsSystem = true }

let registration userType : User.Register =
    { Type = userType
      Email = email "Ada.Lovelace@Example.org"
      Name = name "Ada Lovelace"
      Profile = [ entry ProfileField.City "London" ]
      Activate = None }

/// A command that asks for the step and whose guards hold for the sample users.
let command userType step =
    match step with
    | User.Step.Register -> User.Command.Register(registration userType)
    | User.Step.CompleteRegistration -> User.Command.CompleteRegistration [ entry ProfileField.Bio "Counts." ]
    | User.Step.Activate -> User.Command.Activate ActivationMethod.Admin
    | User.Step.Deactivate -> User.Command.Deactivate(reason "on leave")
    | User.Step.Suspend -> User.Command.Suspend(reason "odd orders", Some(start.AddDays 30.0))
    | User.Step.LiftSuspension -> User.Command.LiftSuspension(reason "cleared")
    | User.Step.EndSuspension -> User.Command.EndSuspension
    | User.Step.Archive -> User.Command.Archive None
    | User.Step.Purge -> User.Command.Purge User.LegalBasis.ErasureRequest
    | User.Step.VerifyEmail -> User.Command.VerifyEmail(email "ada.lovelace@example.org")
    | User.Step.ExpireVerification -> User.Command.ExpireVerification
    | User.Step.CleanupExpired -> User.Command.CleanupExpired 7
    | User.Step.ResendVerification -> User.Command.ResendVerification
    | User.Step.AutoInactivate -> User.Command.AutoInactivate start
    | User.Step.UpdateProfile -> User.Command.UpdateProfile { Name = Some(name "Ada King"); Changes = [] }
    | User.Step.ChangeEmail -> User.Command.ChangeEmail { NewEmail = email "ada@example.net"; VerificationRequired = true }
    | User.Step.UpdatePreferences -> User.Command.UpdatePreferences [ PreferenceChange.Set(preference "theme" "dark") ]
    | User.Step.ApproveAdmin -> User.Command.ApproveAdmin
    | User.Step.RejectAdmin -> User.Command.RejectAdmin(reason "unknown here")
    | User.Step.OpenReview -> User.Command.OpenReview(reason "odd hours")
    | User.Step.PassReview -> User.Command.ConcludeReview(ReviewOutcome.Passed, reason "explained")
    | User.Step.FailReview -> User.Command.ConcludeReview(ReviewOutcome.Failed, reason "not explained")
    | User.Step.TerminateReview -> User.Command.ConcludeReview(ReviewOutcome.Terminated, reason "left")

/// The steps that lead to a sub-state. Each user has a verification link out that is more than a retry old.
let private path userType subState =
    let born = [ User.Step.Register; User.Step.ResendVerification ]

    let active =
        match userType with
        | UserType.Admin -> born @ [ User.Step.ApproveAdmin ]
        | UserType.Standard
        | UserType.System -> born @ [ User.Step.Activate ]

    match subState with
    | SubState.Registered
    | SubState.PendingVerification
    | SubState.PendingApproval -> born
    | SubState.Expired -> born @ [ User.Step.ExpireVerification ]
    | SubState.Rejected -> born @ [ User.Step.RejectAdmin ]
    | SubState.Active -> active
    | SubState.Inactive -> active @ [ User.Step.Deactivate ]
    | SubState.Suspended -> active @ [ User.Step.Suspend ]
    | SubState.UnderReview -> active @ [ User.Step.OpenReview ]
    | SubState.Archived -> active @ [ User.Step.Archive ]
    | SubState.Purged -> active @ [ User.Step.Archive; User.Step.Purge ]

/// When a step is asked for, so that its guard about time holds.
let timeOf step (now: DateTimeOffset) =
    match step with
    | User.Step.ExpireVerification -> now.AddDays 2.0
    | User.Step.CleanupExpired -> now.AddDays 9.0
    | User.Step.EndSuspension -> now.AddDays 40.0
    | User.Step.AutoInactivate -> now.AddDays 100.0
    | _ -> now.AddMinutes 5.0

/// Runs one step; its outcome, events, state and time.
let run userType now state step =
    let at = timeOf step now
    let outcome, events = User.Decisions.decide (context userType at) (command userType step) state
    outcome, events, User.Fold.fold state events, at

/// A user of the type in the sub-state, and the time of his last event.
let user userType subState =
    let follow (state, now) step =
        match run userType now state step with
        | User.Decisions.Outcome.Accepted, _, next, at -> next, at
        | User.Decisions.Outcome.Rejected rejected, _, _, _ -> failwith $"{step} refused: {rejected}"

    ((User.Fold.initial, start), path userType subState) ||> List.fold follow

let subStateOf state =
    match state with
    | User.Fold.Registered details -> Some details.SubState
    | User.Fold.Initial -> None

let details state =
    match state with
    | User.Fold.Registered details -> details
    | User.Fold.Initial -> failwith "no such user"

/// The stored name of an event.
let eventName (event: 'event) =
    let case, _ = FSharp.Reflection.FSharpValue.GetUnionFields(event, typeof<'event>)
    case.Name
