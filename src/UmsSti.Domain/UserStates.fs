namespace UmsSti.Domain

open System
open System.Runtime.InteropServices

/// The coarse state of a user (FS-03, CX-09).
[<RequireQualifiedAccess>]
type UserState =
    | Pending
    | Active
    | Inactive
    | Suspended
    | Archived
    | Purged

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Pending -> "pending"
        | Active -> "active"
        | Inactive -> "inactive"
        | Suspended -> "suspended"
        | Archived -> "archived"
        | Purged -> "purged"

    override this.ToString() = this.Name

    static member All = [| Pending; Active; Inactive; Suspended; Archived; Purged |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<UserState>) =
        match UserState.All |> Array.tryFind (fun state -> String.Equals(state.Name, text)) with
        | Some state ->
            result <- state
            true
        | None -> false

    /// Whether the user may sign in (US-23).
    member this.AllowsLogin = this.IsActive

    /// Whether the user may use the API (US-23).
    member this.AllowsApiAccess = this.IsActive

/// Where a user stands in the machine of his type (FS-15, FS-20; system users follow FS-10).
[<RequireQualifiedAccess>]
type SubState =
    /// System user, not yet active.
    | Registered
    /// Standard user whose e-mail address is not yet confirmed.
    | PendingVerification
    /// Standard user whose verification link ran out.
    | Expired
    /// Admin who waits for another person's approval.
    | PendingApproval
    /// Admin whose application was turned down; can only be archived.
    | Rejected
    | Active
    | Inactive
    | Suspended
    /// Admin under a security review.
    | UnderReview
    | Archived
    | Purged

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Registered -> "registered"
        | PendingVerification -> "pending_verification"
        | Expired -> "expired"
        | PendingApproval -> "pending_approval"
        | Rejected -> "rejected"
        | Active -> "active"
        | Inactive -> "inactive"
        | Suspended -> "suspended"
        | UnderReview -> "under_review"
        | Archived -> "archived"
        | Purged -> "purged"

    override this.ToString() = this.Name

    static member All =
        [| Registered
           PendingVerification
           Expired
           PendingApproval
           Rejected
           Active
           Inactive
           Suspended
           UnderReview
           Archived
           Purged |]

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<SubState>) =
        match SubState.All |> Array.tryFind (fun state -> String.Equals(state.Name, text)) with
        | Some state ->
            result <- state
            true
        | None -> false

    /// The coarse state it belongs to.
    member this.State =
        match this with
        | Registered
        | PendingVerification
        | Expired
        | PendingApproval -> UserState.Pending
        | Active -> UserState.Active
        | Rejected
        | Inactive -> UserState.Inactive
        | Suspended
        | UnderReview -> UserState.Suspended
        | Archived -> UserState.Archived
        | Purged -> UserState.Purged

/// How a user became active (EV-003).
[<RequireQualifiedAccess>]
type ActivationMethod =
    /// By a confirmed e-mail address.
    | Email
    /// By a person with the right to do so.
    | Admin
    /// By a rule or a job of the system.
    | Auto

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Email -> "email"
        | Admin -> "admin"
        | Auto -> "auto"

    override this.ToString() = this.Name

/// How the security review of an admin ended (EV-024).
[<RequireQualifiedAccess>]
type ReviewOutcome =
    /// Back to work.
    | Passed
    /// Suspended.
    | Failed
    /// Archived.
    | Terminated

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Passed -> "passed"
        | Failed -> "failed"
        | Terminated -> "terminated"

    override this.ToString() = this.Name

    /// Reads the stable name.
    static member TryParse(text: string | null, [<Out>] result: byref<ReviewOutcome>) =
        match [| Passed; Failed; Terminated |] |> Array.tryFind (fun outcome -> String.Equals(outcome.Name, text)) with
        | Some outcome ->
            result <- outcome
            true
        | None -> false
