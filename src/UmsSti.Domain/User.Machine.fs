namespace UmsSti.Domain.User

open UmsSti.Domain

/// The steps of a user's machines, one per command and outcome.
[<RequireQualifiedAccess>]
type Step =
    | Register
    | CompleteRegistration
    | Activate
    | Deactivate
    | Suspend
    | LiftSuspension
    | EndSuspension
    | Archive
    | Purge
    | VerifyEmail
    | ExpireVerification
    | CleanupExpired
    | ResendVerification
    | AutoInactivate
    | UpdateProfile
    | ChangeEmail
    | UpdatePreferences
    | ApproveAdmin
    | RejectAdmin
    | OpenReview
    | PassReview
    | FailReview
    | TerminateReview

    static member All =
        [| Register
           CompleteRegistration
           Activate
           Deactivate
           Suspend
           LiftSuspension
           EndSuspension
           Archive
           Purge
           VerifyEmail
           ExpireVerification
           CleanupExpired
           ResendVerification
           AutoInactivate
           UpdateProfile
           ChangeEmail
           UpdatePreferences
           ApproveAdmin
           RejectAdmin
           OpenReview
           PassReview
           FailReview
           TerminateReview |]

/// The machines of users as data: what documentation shows and what tests hold the decisions against. Nothing decides by it.
[<RequireQualifiedAccess>]
module Machine =
    /// One allowed step. `From = None`: there is no user yet. `From = To`: the step keeps the sub-state.
    type Row =
        { Rule: string
          Type: UserType
          From: SubState option
          Step: Step
          Event: string
          To: SubState
          Guard: string }

    let private steps userType rule froms step event target guard =
        froms
        |> List.map (fun from ->
            { Rule = rule
              Type = userType
              From = Some from
              Step = step
              Event = event
              To = target
              Guard = guard })

    let private births userType rule event target =
        [ { Rule = rule
            Type = userType
            From = None
            Step = Step.Register
            Event = event
            To = target
            Guard = "e-mail address free" } ]

    let private keeps userType rule froms step event guard =
        froms |> List.collect (fun from -> steps userType rule [ from ] step event from guard)

    /// Pending, active, inactive and suspended users of a type; the sub-states in which data may change.
    let private editable userType =
        match userType with
        | UserType.Standard ->
            [ SubState.PendingVerification; SubState.Expired; SubState.Active; SubState.Inactive; SubState.Suspended ]
        | UserType.Admin ->
            [ SubState.PendingApproval; SubState.Active; SubState.Inactive; SubState.Suspended; SubState.UnderReview ]
        | UserType.System -> [ SubState.Registered; SubState.Active; SubState.Inactive; SubState.Suspended ]

    /// Sub-states in which a link can be out.
    let private reachable userType =
        match userType with
        | UserType.Standard -> [ SubState.PendingVerification; SubState.Active ]
        | UserType.Admin -> [ SubState.PendingApproval; SubState.Active ]
        | UserType.System -> [ SubState.Registered; SubState.Active ]

    /// What all types share: FS-10 with `pending` for the type's own kinds of it, and the changes that keep the sub-state.
    let private common userType pending =
        let row = steps userType
        let keep = keeps userType

        [ row "FS-10.3" (SubState.Active :: pending) Step.Deactivate "UserDeactivated" SubState.Inactive "reason"
          row
              "FS-10.4"
              (SubState.Active :: SubState.Inactive :: pending)
              Step.Suspend
              "UserSuspended"
              SubState.Suspended
              "reason; an end, if given, lies in the future"
          row
              "FS-10.5"
              [ SubState.Inactive ]
              Step.Activate
              "UserReactivated"
              SubState.Active
              "by another person; an admin never approved is approved instead (FS-20.2)"
          row
              "FS-10.6"
              [ SubState.Suspended ]
              Step.LiftSuspension
              "UserUnsuspended"
              SubState.Active
              "note; not by whoever suspended; an admin never approved goes back to pending_approval"
          row
              "FS-10.6"
              [ SubState.Suspended ]
              Step.EndSuspension
              "UserUnsuspended"
              SubState.Active
              "its end has come; an admin never approved goes back to pending_approval"
          row "FS-10.9" [ SubState.Archived ] Step.Purge "UserPurged" SubState.Purged "retention over or erasure"
          row
              "FS-10.10"
              [ SubState.Active ]
              Step.AutoInactivate
              "UserStateAutoInactivated"
              SubState.Inactive
              "90 days without activity"
          row "FS-10.8" (editable userType) Step.Archive "UserArchived" SubState.Archived ""
          keep "CM-02" (reachable userType) Step.CompleteRegistration "UserRegistrationCompleted" "once"
          keep "CM-10" (editable userType) Step.UpdateProfile "UserProfileUpdated" "something changes"
          keep "CM-11" (editable userType) Step.ChangeEmail "UserEmailChanged" "another address, free"
          keep "CM-15" (editable userType) Step.UpdatePreferences "UserPreferencesUpdated" "something changes; at most 100 keys" ]
        |> List.concat

    let private standard =
        let row = steps UserType.Standard
        let keep = keeps UserType.Standard
        let pending = [ SubState.PendingVerification; SubState.Expired ]
        let linkGuard = "link of this address, not run out"

        [ births UserType.Standard "FS-15.1" "UserRegistrationInitiated" SubState.PendingVerification
          row "FS-10.2" pending Step.Activate "UserActivated" SubState.Active "by another person, or e-mail verified"
          row "FS-15.2" [ SubState.PendingVerification ] Step.VerifyEmail "UserEmailVerified" SubState.Active linkGuard
          row
              "FS-15.3"
              [ SubState.PendingVerification ]
              Step.ExpireVerification
              "UserVerificationExpired"
              SubState.Expired
              "24 hours since the link was sent"
          row
              "FS-15.4"
              pending
              Step.ResendVerification
              "UserVerificationResent"
              SubState.PendingVerification
              "60 s since the last"
          row
              "FS-15.5"
              [ SubState.Expired ]
              Step.CleanupExpired
              "UserArchived"
              SubState.Archived
              "grace period since the link ran out is over"
          keep "US-20" [ SubState.Active ] Step.VerifyEmail "UserEmailVerified" linkGuard
          keep "US-20" [ SubState.Active ] Step.ResendVerification "UserVerificationResent" "60 s since the last; not verified"
          common UserType.Standard pending ]
        |> List.concat

    let private admin =
        let row = steps UserType.Admin
        let keep = keeps UserType.Admin
        let pending = [ SubState.PendingApproval ]
        let review = [ SubState.UnderReview ]

        [ births UserType.Admin "FS-20.1" "AdminRegistrationInitiated" SubState.PendingApproval
          row "FS-20.2" pending Step.ApproveAdmin "AdminUserActivated" SubState.Active "not by the applicant"
          row "FS-20.2" pending Step.Activate "AdminUserActivated" SubState.Active "not by the applicant"
          row "FS-20.2" pending Step.RejectAdmin "AdminUserRejected" SubState.Rejected "reason"
          row "FS-20.5" [ SubState.Active ] Step.OpenReview "AdminReviewStarted" SubState.UnderReview "trigger"
          row "FS-20.7" [ SubState.Suspended ] Step.OpenReview "AdminReviewStarted" SubState.UnderReview "trigger"
          row
              "FS-20.8"
              review
              Step.PassReview
              "AdminReviewConcluded"
              SubState.Active
              "note; an admin never approved goes back to pending_approval"
          row "FS-20.8" review Step.FailReview "AdminReviewConcluded" SubState.Suspended "note"
          row "FS-20.8" review Step.TerminateReview "AdminReviewConcluded" SubState.Archived "note"
          row "FS-20.9" [ SubState.Rejected ] Step.Archive "UserArchived" SubState.Archived ""
          keep "US-20" (reachable UserType.Admin) Step.VerifyEmail "UserEmailVerified" "link of this address, not run out"
          keep
              "US-20"
              (reachable UserType.Admin)
              Step.ResendVerification
              "UserVerificationResent"
              "60 s since the last; not verified"
          common UserType.Admin pending ]
        |> List.concat

    let private system =
        let row = steps UserType.System
        let keep = keeps UserType.System
        let pending = [ SubState.Registered ]

        [ births UserType.System "FS-10.1" "UserRegistrationInitiated" SubState.Registered
          row "FS-10.2" pending Step.Activate "UserActivated" SubState.Active "by another system actor"
          keep "US-20" (reachable UserType.System) Step.VerifyEmail "UserEmailVerified" "link of this address, not run out"
          keep
              "US-20"
              (reachable UserType.System)
              Step.ResendVerification
              "UserVerificationResent"
              "60 s since the last; not verified"
          common UserType.System pending ]
        |> List.concat

    /// Every allowed step of the three machines.
    let rows = List.concat [ standard; admin; system ]

    /// Steps that ask for what already holds: accepted without an event. Everything neither here nor in `rows` is refused.
    let repeats =
        [ SubState.Active, Step.Activate, UserType.All
          SubState.Inactive, Step.Deactivate, UserType.All
          SubState.Inactive, Step.AutoInactivate, UserType.All
          SubState.Suspended, Step.Suspend, UserType.All
          SubState.Archived, Step.Archive, UserType.All
          SubState.Purged, Step.Purge, UserType.All
          SubState.PendingVerification, Step.Register, [| UserType.Standard |]
          SubState.Expired, Step.ExpireVerification, [| UserType.Standard |]
          SubState.Archived, Step.CleanupExpired, [| UserType.Standard |]
          SubState.PendingApproval, Step.Register, [| UserType.Admin |]
          SubState.Active, Step.ApproveAdmin, [| UserType.Admin |]
          SubState.Rejected, Step.RejectAdmin, [| UserType.Admin |]
          SubState.UnderReview, Step.OpenReview, [| UserType.Admin |]
          SubState.Registered, Step.Register, [| UserType.System |] ]
        |> List.collect (fun (subState, step, types) -> [ for userType in types -> userType, subState, step ])

    /// The sub-states a machine has.
    let subStates userType =
        rows
        |> List.filter (fun row -> row.Type = userType)
        |> List.collect (fun row -> row.To :: Option.toList row.From)
        |> List.distinct

    let private describe (rows: Row list) =
        rows
        |> List.map (fun row ->
            let from = row.From |> Option.map _.Name |> Option.defaultValue "-"
            $"| {row.Rule} | {from} | {row.Step} | {row.Event} | {row.To.Name} | {row.Guard} |\n")
        |> String.concat ""

    let private describeRepeats userType =
        repeats
        |> List.filter (fun (repeated, _, _) -> repeated = userType)
        |> List.map (fun (_, subState, step) -> $"`{step}` on {subState.Name}")
        |> String.concat ", "

    /// The tables as Markdown: what `docs/state-machines.md` shows, held equal by a test.
    let markdown =
        UserType.All
        |> Array.map (fun userType ->
            $"## {userType.Name}\n\n| Rule | From | Step | Event | To | Guard |\n|---|---|---|---|---|---|\n"
            + describe (rows |> List.filter (fun row -> row.Type = userType))
            + $"\nAccepted without an event, as it already holds: {describeRepeats userType}.\n")
        |> String.concat "\n"
