namespace UmsSti.Application

open System

/// Whether somebody may do something (PE-44).
[<NoComparison>]
type CheckView =
    {
        Allowed: bool
        /// explicit, role, grant or system-bypass; null for a denial.
        AccessType: string | null
        /// The kind of fact that decided, or that is missing; see `Fact.Name`.
        Reason: string
        /// One sentence for people.
        Detail: string
        /// What of the log it rests on.
        Position: int64
    }

/// The event that made a fact what it is.
[<NoComparison>]
type EvidenceView = { Position: int64; Stream: string; Type: string; ActorId: string; At: DateTimeOffset }

/// One fact a check looked at, and what came of it.
[<NoComparison>]
type LookView =
    {
        Fact: string
        /// The fact itself: a state, a role, a permission; null when there is nothing to name.
        Value: string | null
        TeamId: string | null
        /// allows, denies, passes or ran-out.
        Finding: string
        /// None for what holds without an event.
        Event: EvidenceView voption
    }

/// One of the fewest steps after which a denied check would be allowed.
[<NoComparison>]
type RemedyView =
    {
        Step: string
        Permission: string | null
        TeamId: string | null
        /// The role to join with.
        Role: string | null
        /// The state that is in the way.
        State: string | null
    }

/// A check with its reasons.
[<NoComparison>]
type ExplanationView = { Check: CheckView; Looks: LookView[]; Missing: RemedyView[] }

/// Where one permission comes from.
[<NoComparison>]
type SourceView =
    {
        /// See `Fact.Name`.
        Kind: string
        /// The type, team role, role or permission that brings it.
        Name: string
        ExpiresAt: Nullable<DateTimeOffset>
    }

/// One permission that somebody holds in a scope.
[<NoComparison>]
type HeldView = { Permission: string; Sources: SourceView[] }

/// What somebody holds in a scope (QY-03).
[<NoComparison>]
type EffectiveView =
    {
        UserId: string
        /// Null: outside teams.
        TeamId: string | null
        Permissions: HeldView[]
        /// Names of the roles that were given to him there and give something.
        Roles: string[]
        Position: int64
    }

/// Who loses what by a withdrawal.
[<NoComparison>]
type LossView = { UserId: string; TeamId: string | null; Before: string[]; After: string[]; Lost: string[] }
