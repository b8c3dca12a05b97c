/// Who holds a team's slug. One stream per slug, `TeamSlug-{slug}`, appended together with the team's, so that a slug belongs to one
/// team at most in the whole installation (TM-15, CX-19).
module UmsSti.Domain.TeamSlug

open System

// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// The team holds the slug from now on.
    type Claimed = { TeamId: string; At: DateTimeOffset }

    /// The slug is free again: its team was deleted or purged. Archiving releases nothing.
    type Released = { TeamId: string; At: DateTimeOffset }

    type Event =
        | Claimed of Claimed
        | Released of Released

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract Claimed: Events.Claimed -> 'r
    abstract Released: Events.Released -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.Claimed e -> visitor.Claimed e
        | Events.Released e -> visitor.Released e

[<RequireQualifiedAccess>]
module Fold =
    type State =
        | Free
        | Held of by: string

    let initial = Free

    let evolve state event =
        match state, event with
        | Free, Events.Claimed e -> Held e.TeamId
        | Held by, Events.Released e when e.TeamId = by -> Free
        | (Free | Held _), (Events.Claimed _ | Events.Released _) -> state

    let fold state events = Array.fold evolve state events

[<RequireQualifiedAccess>]
module Decisions =
    [<RequireQualifiedAccess>]
    type Rejected =
        /// Another team holds the slug.
        | SlugTaken

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal.
    let code rejected =
        match rejected with
        | Rejected.SlugTaken -> "slug-taken"

    /// Takes the slug for a team; taking what it holds is a retry.
    let claim now (team: TeamId) state =
        match state with
        | Fold.Free -> Outcome.Accepted, [| Events.Claimed { TeamId = team.Value; At = now } |]
        | Fold.Held by when by = team.Value -> Outcome.Accepted, [||]
        | Fold.Held _ -> Outcome.Rejected Rejected.SlugTaken, [||]

    /// Gives the slug back; giving back what the team does not hold changes nothing.
    let release now (team: TeamId) state =
        match state with
        | Fold.Held by when by = team.Value -> [| Events.Released { TeamId = team.Value; At = now } |]
        | Fold.Held _
        | Fold.Free -> [||]

[<RequireQualifiedAccess>]
module Queries =
    /// The holder's team id.
    let holder state =
        match state with
        | Fold.Held by -> Some by
        | Fold.Free -> None
