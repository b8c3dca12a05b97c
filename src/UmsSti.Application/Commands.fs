namespace UmsSti.Application

open System
open System.Collections.Generic

/// A new user, as it arrived; the door validates (CM-01, CM-17).
type RegisterUser =
    {
        /// Null: the door makes an id of the kind the type asks for (ID-31, ID-33).
        UserId: string | null
        /// standard, admin or system (US-02).
        Type: string
        Email: string
        Name: string
        /// Profile fields by key; null when there are none.
        Profile: IReadOnlyDictionary<string, string | null> | null
        /// Active at once instead of pending; for callers who may activate.
        Activate: bool
        /// PHC string of the password, kept in the vault and never in an event (ES-21); null when there is none.
        CredentialHash: string | null
    }

/// Changes to what a user says about himself (CM-10, CM-15).
type UpdateUser =
    {
        UserId: string
        /// Null: unchanged.
        Name: string | null
        /// Profile fields to set; a null value clears the field. Null: unchanged.
        Profile: IReadOnlyDictionary<string, string | null> | null
        /// Preferences to set; a null value removes the key. Null: unchanged.
        Preferences: IReadOnlyDictionary<string, string | null> | null
    }

/// Everything that can be asked of the system, raw as it arrived. A new case does not compile without its validation
/// (`Validation`) and its rule (`Rules`).
[<RequireQualifiedAccess; NoComparison>]
type Command =
    | RegisterUser of RegisterUser
    | CompleteRegistration of update: UpdateUser
    /// Activates a pending user, approves a pending admin, brings an inactive one back (CM-03, CM-18).
    | ActivateUser of userId: string
    | DeactivateUser of userId: string * reason: (string | null)
    | SuspendUser of userId: string * reason: (string | null) * until: Nullable<DateTimeOffset>
    | UnsuspendUser of userId: string * note: (string | null)
    /// Lifts a suspension whose own end has come; sent by the schedule.
    | EndSuspension of userId: string
    | ArchiveUser of userId: string * reason: (string | null)
    | PurgeUser of userId: string * legalBasis: (string | null)
    | UpdateUser of update: UpdateUser
    | ChangeEmail of userId: string * newEmail: string
    /// The edge has consumed the single-use token before it sends this; `addressIndex` is the blind index of the address
    /// the token was sent to.
    | VerifyEmail of userId: string * addressIndex: string
    | ResendVerification of userId: string
    | ExpireVerification of userId: string
    /// Archives a user who never confirmed his address, so many days after the link ran out (FS-15.5); sent by a process.
    | CleanupExpired of userId: string * graceDays: int
    /// The 90-day rule (US-22); sent by the schedule with the time of the last activity.
    | AutoInactivate of userId: string * lastActivityAt: DateTimeOffset
    | RejectAdmin of userId: string * reason: (string | null)
    | OpenAdminReview of userId: string * trigger: (string | null)
    | ConcludeAdminReview of userId: string * outcome: string * note: (string | null)
    | OfTeams of TeamCommand

/// What can be read, as far as authorization tells reads apart.
[<RequireQualifiedAccess>]
type Query =
    | GetUser of userId: string
    | ListUsers
    | ReadUserEvents of userId: string
    | ReadEvents
    | SeeProjections
    | OperateProjections
    | ReadAudit
    | ReadSecurityEvents
    /// Settling a security event with a note (RM-12).
    | ResolveSecurityEvents
    | ReadStateHistory of userId: string
    /// Which sessions a user has open.
    | ListSessions of userId: string
    /// Closing sessions of a user: his own, or somebody else's (AU-14).
    | CloseSessions of userId: string
    | ReadAnalytics
    | SeeSchedules
    | OperateSchedules
    | SeeOwnAccount
    /// A question about teams or rights, with the rule of its kind.
    | OfTeams of UmsSti.Domain.Operation
