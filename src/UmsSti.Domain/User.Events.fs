namespace UmsSti.Domain.User

open System
open UmsSti.Domain

/// What has happened to a user. The stream `User-{userId}` carries the id; bodies say who (`By`: a user id, "anonymous"
/// or "system:{job}") and when (`At`).
// Stored format. Names of cases and fields are on disk for good: add, never rename. See tests/UmsSti.Application.Tests/Wire/User.
[<RequireQualifiedAccess>]
module Events =
    /// One profile field as registered; `Field` is a `ProfileField.Key`.
    type ProfileValue = { Field: string; Value: Personal }

    /// One changed field; `Field` is "name" or a `ProfileField.Key`. None: the field is empty.
    type FieldChange = { Field: string; Previous: Personal option; New: Personal option }

    /// One changed preference. None: the key is gone.
    type PreferenceValue = { Key: string; Value: Personal option }

    /// EV-001. `Type` is "standard" or "system". `VerificationExpiresAt` only where an e-mail confirmation is awaited.
    type UserRegistrationInitiated =
        { Type: string
          Email: Personal
          Name: Personal
          Profile: ProfileValue[]
          VerificationExpiresAt: DateTimeOffset option
          By: string
          At: DateTimeOffset }

    /// EV-002
    type UserRegistrationCompleted = { Profile: ProfileValue[]; By: string; At: DateTimeOffset }

    /// EV-003. `Method` is "email", "admin" or "auto".
    type UserActivated = { Method: string; By: string; At: DateTimeOffset }

    /// EV-004
    type UserDeactivated = { Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-005
    type UserSuspended = { Reason: Personal; Until: DateTimeOffset option; By: string; At: DateTimeOffset }

    /// EV-006
    type UserUnsuspended = { Note: Personal; By: string; At: DateTimeOffset }

    /// EV-007
    type UserArchived = { Reason: Personal option; By: string; At: DateTimeOffset }

    /// EV-008. `LegalBasis` names a rule, not a person.
    type UserPurged = { LegalBasis: string; By: string; At: DateTimeOffset }

    /// EV-009
    type UserReactivated = { By: string; At: DateTimeOffset }

    /// EV-010. Activates a standard user who waits for it (FS-15.2).
    type UserEmailVerified = { By: string; At: DateTimeOffset }

    /// EV-011
    type UserVerificationExpired = { By: string; At: DateTimeOffset }

    /// EV-012
    type UserVerificationResent = { ExpiresAt: DateTimeOffset; By: string; At: DateTimeOffset }

    /// EV-013
    type UserStateAutoInactivated = { LastActivityAt: DateTimeOffset; ThresholdDays: int; By: string; At: DateTimeOffset }

    /// EV-020
    type AdminRegistrationInitiated = { Email: Personal; Name: Personal; Profile: ProfileValue[]; By: string; At: DateTimeOffset }

    /// EV-021. `By` is the approver.
    type AdminUserActivated = { By: string; At: DateTimeOffset }

    /// EV-022
    type AdminUserRejected = { Reason: Personal; By: string; At: DateTimeOffset }

    /// EV-023
    type AdminReviewStarted = { Trigger: Personal; By: string; At: DateTimeOffset }

    /// EV-024. `Outcome` is "passed", "failed" or "terminated".
    type AdminReviewConcluded = { Outcome: string; Note: Personal; By: string; At: DateTimeOffset }

    /// EV-030. Only fields that really changed.
    type UserProfileUpdated = { Changes: FieldChange[]; By: string; At: DateTimeOffset }

    /// EV-031. With `VerificationRequired` the new address counts as unverified until confirmed (US-20).
    type UserEmailChanged =
        { Old: Personal
          New: Personal
          VerificationRequired: bool
          VerificationExpiresAt: DateTimeOffset option
          By: string
          At: DateTimeOffset }

    /// EV-034. Only keys that really changed.
    type UserPreferencesUpdated = { Changes: PreferenceValue[]; By: string; At: DateTimeOffset }

    /// EV-036. The team whose scope the user works in; gives no right (PE-04).
    type UserActiveTeamSwitched = { From: string option; To: string; By: string; At: DateTimeOffset }

    /// Case name = stored name; the events of `Rights` are stored under their own names.
    type Event =
        | UserRegistrationInitiated of UserRegistrationInitiated
        | UserRegistrationCompleted of UserRegistrationCompleted
        | UserActivated of UserActivated
        | UserDeactivated of UserDeactivated
        | UserSuspended of UserSuspended
        | UserUnsuspended of UserUnsuspended
        | UserArchived of UserArchived
        | UserPurged of UserPurged
        | UserReactivated of UserReactivated
        | UserEmailVerified of UserEmailVerified
        | UserVerificationExpired of UserVerificationExpired
        | UserVerificationResent of UserVerificationResent
        | UserStateAutoInactivated of UserStateAutoInactivated
        | AdminRegistrationInitiated of AdminRegistrationInitiated
        | AdminUserActivated of AdminUserActivated
        | AdminUserRejected of AdminUserRejected
        | AdminReviewStarted of AdminReviewStarted
        | AdminReviewConcluded of AdminReviewConcluded
        | UserProfileUpdated of UserProfileUpdated
        | UserEmailChanged of UserEmailChanged
        | UserPreferencesUpdated of UserPreferencesUpdated
        | UserActiveTeamSwitched of UserActiveTeamSwitched
        /// What he is given outside teams.
        | Rights of UmsSti.Domain.Rights.Events.Event

/// One answer per event: a C# reader of events implements it, so that a new event breaks every reader at compile time.
type IEventVisitor<'r> =
    abstract UserRegistrationInitiated: Events.UserRegistrationInitiated -> 'r
    abstract UserRegistrationCompleted: Events.UserRegistrationCompleted -> 'r
    abstract UserActivated: Events.UserActivated -> 'r
    abstract UserDeactivated: Events.UserDeactivated -> 'r
    abstract UserSuspended: Events.UserSuspended -> 'r
    abstract UserUnsuspended: Events.UserUnsuspended -> 'r
    abstract UserArchived: Events.UserArchived -> 'r
    abstract UserPurged: Events.UserPurged -> 'r
    abstract UserReactivated: Events.UserReactivated -> 'r
    abstract UserEmailVerified: Events.UserEmailVerified -> 'r
    abstract UserVerificationExpired: Events.UserVerificationExpired -> 'r
    abstract UserVerificationResent: Events.UserVerificationResent -> 'r
    abstract UserStateAutoInactivated: Events.UserStateAutoInactivated -> 'r
    abstract AdminRegistrationInitiated: Events.AdminRegistrationInitiated -> 'r
    abstract AdminUserActivated: Events.AdminUserActivated -> 'r
    abstract AdminUserRejected: Events.AdminUserRejected -> 'r
    abstract AdminReviewStarted: Events.AdminReviewStarted -> 'r
    abstract AdminReviewConcluded: Events.AdminReviewConcluded -> 'r
    abstract UserProfileUpdated: Events.UserProfileUpdated -> 'r
    abstract UserEmailChanged: Events.UserEmailChanged -> 'r
    abstract UserPreferencesUpdated: Events.UserPreferencesUpdated -> 'r
    abstract UserActiveTeamSwitched: Events.UserActiveTeamSwitched -> 'r
    /// To be told apart by `Rights.IEventVisitor`.
    abstract Rights: Rights.Events.Event -> 'r

/// How other code reads a user's events.
[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.UserRegistrationInitiated e -> visitor.UserRegistrationInitiated e
        | Events.UserRegistrationCompleted e -> visitor.UserRegistrationCompleted e
        | Events.UserActivated e -> visitor.UserActivated e
        | Events.UserDeactivated e -> visitor.UserDeactivated e
        | Events.UserSuspended e -> visitor.UserSuspended e
        | Events.UserUnsuspended e -> visitor.UserUnsuspended e
        | Events.UserArchived e -> visitor.UserArchived e
        | Events.UserPurged e -> visitor.UserPurged e
        | Events.UserReactivated e -> visitor.UserReactivated e
        | Events.UserEmailVerified e -> visitor.UserEmailVerified e
        | Events.UserVerificationExpired e -> visitor.UserVerificationExpired e
        | Events.UserVerificationResent e -> visitor.UserVerificationResent e
        | Events.UserStateAutoInactivated e -> visitor.UserStateAutoInactivated e
        | Events.AdminRegistrationInitiated e -> visitor.AdminRegistrationInitiated e
        | Events.AdminUserActivated e -> visitor.AdminUserActivated e
        | Events.AdminUserRejected e -> visitor.AdminUserRejected e
        | Events.AdminReviewStarted e -> visitor.AdminReviewStarted e
        | Events.AdminReviewConcluded e -> visitor.AdminReviewConcluded e
        | Events.UserProfileUpdated e -> visitor.UserProfileUpdated e
        | Events.UserEmailChanged e -> visitor.UserEmailChanged e
        | Events.UserPreferencesUpdated e -> visitor.UserPreferencesUpdated e
        | Events.UserActiveTeamSwitched e -> visitor.UserActiveTeamSwitched e
        | Events.Rights e -> visitor.Rights e
