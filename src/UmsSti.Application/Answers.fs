namespace UmsSti.Application

open System
open System.Collections.Generic
open System.Text.Json

/// A user as the API shows him: the same shape live, by time travel and in the answer to a command.
[<CLIMutable; NoComparison>]
type UserView =
    {
        Id: string
        Type: string
        State: string
        SubState: string
        Email: string
        EmailVerified: bool
        Name: string
        Profile: IReadOnlyDictionary<string, string>
        Preferences: IReadOnlyDictionary<string, string>
        ActiveTeamId: string | null
        CreatedAt: DateTimeOffset
        CreatedBy: string
        UpdatedAt: DateTimeOffset
        UpdatedBy: string
        /// Known to the read model only (sign-ins are in the activity log); null from a fold.
        LastLoginAt: Nullable<DateTimeOffset>
        /// Number of events folded: the ETag.
        Version: int64
    }

/// Which family of answer a refusal is; the edge maps it to a status.
[<RequireQualifiedAccess>]
type RefusalKind =
    | Unauthenticated
    | Forbidden
    | NotFound
    /// A rule said no (409).
    | Conflict
    /// `If-Match` names another version (412).
    | VersionMismatch
    /// Input that no state would accept, or a misused idempotency key (422).
    | Invalid

/// A command or query that was not carried out, and why. Nothing was stored in the domain log.
[<NoComparison>]
type Refusal =
    {
        Kind: RefusalKind
        /// Stable, kebab-case.
        Code: string
        Detail: string
        /// Field -> messages; empty unless the input is at fault.
        Errors: IReadOnlyDictionary<string, string[]>
        /// Named facts of the case: state and event, permission and team, version.
        Facts: IReadOnlyDictionary<string, string>
    }

/// What a command answers with: the entity it was about.
[<RequireQualifiedAccess; NoComparison>]
type EntityView =
    | User of UserView
    | Team of TeamView
    /// A team that was moved, and all teams that changed their place, itself first.
    | Moved of team: TeamView * teams: string[]
    | Member of MemberView
    | Grant of GrantView
    | Assignment of AssignmentView
    | Role of RoleView
    | Setting of SettingView

    /// The user after a command about a user.
    member this.AsUser =
        match this with
        | User user -> user
        | Team _
        | Moved _
        | Member _
        | Grant _
        | Assignment _
        | Role _
        | Setting _ -> invalidOp "The command was not about a user."

/// A command that was carried out and is durable.
[<NoComparison>]
type Accepted =
    {
        /// The entity after the command.
        Entity: EntityView
        /// Log position of the command's last event; of the head when it changed nothing.
        Position: int64
        /// The command had been carried out before under the same idempotency key; this is the answer of then.
        Replayed: bool
        /// The command brought the entity into being.
        Created: bool
    }

    /// The user after a command about a user.
    member this.User = this.Entity.AsUser

/// The answer to a command.
[<RequireQualifiedAccess; NoComparison>]
type Answer =
    | Accepted of Accepted
    | Refused of Refusal

/// An event that a command would store.
[<NoComparison>]
type PlannedEvent = { Stream: string; Type: string; Data: JsonElement }

/// What a command would do, by the same decision on the same state.
[<NoComparison>]
type Plan =
    {
        Events: PlannedEvent[]
        /// The entity as it would be.
        Entity: EntityView
    }

    /// The user as he would be after a command about a user.
    member this.User = this.Entity.AsUser

/// The answer to a dry run.
[<RequireQualifiedAccess; NoComparison>]
type PlanAnswer =
    | Planned of Plan
    | Refused of Refusal

/// Makes refusals; the codes that do not belong to one aggregate are listed here.
[<RequireQualifiedAccess>]
module Refusals =
    let private none = Dictionary<string, string[]>() :> IReadOnlyDictionary<_, _>

    let private facts (pairs: (string * string) list) =
        let all = Dictionary<string, string>()

        for key, value in pairs do
            all[key] <- value

        all :> IReadOnlyDictionary<_, _>

    let private make kind code detail pairs = { Kind = kind; Code = code; Detail = detail; Errors = none; Facts = facts pairs }

    let unauthenticated =
        make RefusalKind.Unauthenticated "unauthenticated" "Sign in first: this needs a bearer token." []

    let forbidden (permission: string) (scope: string) =
        make
            RefusalKind.Forbidden
            "forbidden"
            $"The permission '{permission}' is missing."
            [ "permission", permission
              if scope <> "" then
                  "scope", scope ]

    let notFound (what: string) = make RefusalKind.NotFound "not-found" $"There is no such {what}." []

    let conflict code detail pairs = make RefusalKind.Conflict code detail pairs

    let versionMismatch (expected: int64) (actual: int64) =
        make
            RefusalKind.VersionMismatch
            "version-mismatch"
            $"The version is {actual}, not {expected}: read again and decide anew."
            [ "version", string actual ]

    let keyReused =
        make
            RefusalKind.Invalid
            "idempotency-key-reused"
            "This Idempotency-Key was used for another request. Use a fresh key for a new request."
            []

    /// Input errors by field.
    let invalid (errors: (string * string) list) =
        let all = Dictionary<string, string[]>()

        for field, messages in errors |> List.groupBy fst do
            all[field] <- messages |> List.map snd |> List.toArray

        { Kind = RefusalKind.Invalid
          Code = "validation-failed"
          Detail = "Some fields cannot be accepted; see errors."
          Errors = all
          Facts = facts [] }
