/// Who holds an e-mail address. One stream per blind index of the normalised address (design section 5), appended
/// together with the user's, so that an address belongs to one user at most.
module UmsSti.Domain.EmailAddress

open System

/// Why an address was given back.
[<RequireQualifiedAccess>]
type ReleaseReason =
    /// The holder took another address.
    | Changed
    /// The holder was purged or erased (design section 10: archiving releases nothing).
    | Purged

    /// The stable lower-case name.
    member this.Name =
        match this with
        | Changed -> "changed"
        | Purged -> "purged"

// Stored format. Names of cases and fields are on disk for good: add, never rename. See tests/UmsSti.Application.Tests/Wire/EmailAddress.
[<RequireQualifiedAccess>]
module Events =
    /// The user holds the address from now on.
    type Claimed = { UserId: string; At: DateTimeOffset }

    /// The address is free again. `Reason` is "changed" or "purged".
    type Released = { UserId: string; Reason: string; At: DateTimeOffset }

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
        | Free, Events.Claimed e -> Held e.UserId
        | Held by, Events.Released e when e.UserId = by -> Free
        | (Free | Held _), (Events.Claimed _ | Events.Released _) -> state

    let fold state events = Array.fold evolve state events

[<RequireQualifiedAccess>]
module Decisions =
    [<RequireQualifiedAccess>]
    type Rejected =
        /// Another user holds the address. Never shown to callers who may not see users.
        | EmailTaken

    [<RequireQualifiedAccess>]
    type Outcome =
        | Accepted
        | Rejected of Rejected

    /// The stable kebab-case code of a refusal.
    let code rejected =
        match rejected with
        | Rejected.EmailTaken -> "email-taken"

    /// Takes the address for a user; taking what one holds is a retry.
    let claim now (userId: UserId) state =
        match state with
        | Fold.Free -> Outcome.Accepted, [| Events.Claimed { UserId = userId.Value; At = now } |]
        | Fold.Held by when by = userId.Value -> Outcome.Accepted, [||]
        | Fold.Held _ -> Outcome.Rejected Rejected.EmailTaken, [||]

    /// Gives the address back; giving back what one does not hold changes nothing.
    let release now (userId: UserId) (reason: ReleaseReason) state =
        match state with
        | Fold.Held by when by = userId.Value -> [| Events.Released { UserId = userId.Value; Reason = reason.Name; At = now } |]
        | Fold.Held _
        | Fold.Free -> [||]

[<RequireQualifiedAccess>]
module Queries =
    /// The holder's user id.
    let holder state =
        match state with
        | Fold.Held by -> Some by
        | Fold.Free -> None
