namespace UmsSti.Domain.User

open System
open UmsSti.Domain

/// Why a user's data is purged (GD); a rule, never a person.
[<RequireQualifiedAccess>]
type LegalBasis =
    | RetentionExpired
    | ErasureRequest

    /// The stable lower-case name.
    member this.Name =
        match this with
        | RetentionExpired -> "retention_expired"
        | ErasureRequest -> "erasure_request"

/// CM-01, CM-17. `Activate` counts as approval by the actor.
type Register =
    { Type: UserType
      Email: Email
      Name: UserName
      Profile: ProfileEntry list
      Activate: ActivationMethod option }

/// CM-10. `Name = None` leaves the name alone.
type UpdateProfile = { Name: UserName option; Changes: ProfileChange list }

/// CM-11
type ChangeEmail = { NewEmail: Email; VerificationRequired: bool }

/// What may be asked of a user. All texts are valid already: the door refuses anything else before loading.
[<RequireQualifiedAccess>]
type Command =
    | Register of Register
    | CompleteRegistration of profile: ProfileEntry list
    | Activate of method: ActivationMethod
    | Deactivate of reason: Reason
    | Suspend of reason: Reason * until: DateTimeOffset option
    | LiftSuspension of note: Reason
    /// Lifts a suspension whose own end has come; needs no review.
    | EndSuspension
    | Archive of reason: Reason option
    | Purge of legalBasis: LegalBasis
    /// The token was checked by the caller; `address` is the one it was sent to.
    | VerifyEmail of address: Email
    | ExpireVerification
    /// Archives a user whose link ran out `graceDays` ago or longer (FS-15.5, OP-24).
    | CleanupExpired of graceDays: int
    | ResendVerification
    | AutoInactivate of lastActivityAt: DateTimeOffset
    | UpdateProfile of UpdateProfile
    | ChangeEmail of ChangeEmail
    | UpdatePreferences of changes: PreferenceChange list
    | ApproveAdmin
    | RejectAdmin of reason: Reason
    | OpenReview of trigger: Reason
    | ConcludeReview of outcome: ReviewOutcome * note: Reason
