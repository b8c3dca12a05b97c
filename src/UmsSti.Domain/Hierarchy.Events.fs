namespace UmsSti.Domain.Hierarchy

open System

/// The tree of one organisation (TM-10...16, SC-04): the stream `Hierarchy-{organizationId}`. Appended together with the stream of
/// the team concerned, so that two moves that together would close a cycle meet here.
// Stored format. Names of cases and fields are on disk for good: add, never rename.
[<RequireQualifiedAccess>]
module Events =
    /// No parent: the organisation itself. `Type` is a `TeamType.Name`, `NameKey` a `TeamName.Key`; `DepthLimit` counts levels from
    /// the root.
    type Placed =
        { TeamId: string
          ParentId: string option
          Type: string
          NameKey: string
          DepthLimit: int option
          By: string
          At: DateTimeOffset }

    /// `Moved` lists all teams that changed their place, the one that was moved first (TM-36).
    type Moved =
        { TeamId: string
          OldParentId: string
          NewParentId: string
          Moved: string[]
          By: string
          At: DateTimeOffset }

    type Renamed = { TeamId: string; NameKey: string; By: string; At: DateTimeOffset }

    /// None: the team has no limit of its own any more.
    type DepthLimited = { TeamId: string; Limit: int option; By: string; At: DateTimeOffset }

    /// The team was archived or cancelled: it keeps its place and takes no teams, its name is free among its siblings.
    type Closed = { TeamId: string; By: string; At: DateTimeOffset }

    /// The team was purged.
    type Removed = { TeamId: string; By: string; At: DateTimeOffset }

    type Event =
        | Placed of Placed
        | Moved of Moved
        | Renamed of Renamed
        | DepthLimited of DepthLimited
        | Closed of Closed
        | Removed of Removed

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract Placed: Events.Placed -> 'r
    abstract Moved: Events.Moved -> 'r
    abstract Renamed: Events.Renamed -> 'r
    abstract DepthLimited: Events.DepthLimited -> 'r
    abstract Closed: Events.Closed -> 'r
    abstract Removed: Events.Removed -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.Placed e -> visitor.Placed e
        | Events.Moved e -> visitor.Moved e
        | Events.Renamed e -> visitor.Renamed e
        | Events.DepthLimited e -> visitor.DepthLimited e
        | Events.Closed e -> visitor.Closed e
        | Events.Removed e -> visitor.Removed e
