/// What the operator's hand did to the machinery, beside the commands of the door: the stream `Operator-{actor}` of the
/// activity log. Plain facts, recorded before the thing is done: what cannot be recorded is not done. Nothing is folded or
/// decided from them. Ip and user agent stand in the metadata.
module UmsSti.Domain.Operator

open System

// Stored format. Names of cases and fields are on disk for good: add, never rename. See tests/UmsSti.Application.Tests/Wire/Operator.
[<RequireQualifiedAccess>]
module Events =
    /// A read model was told to be built anew.
    type ProjectionRebuildRequested = { Model: string; At: DateTimeOffset }

    /// A parked stream was tried again; whether it flows again shows in what is still parked.
    type ParkedStreamRetried = { Projection: string; Stream: string; At: DateTimeOffset }

    /// A projection goes on without what it could not apply of a stream. `FromPosition` is the event it failed at; `Extent`
    /// is "event" for that one, "all" for everything held then.
    type ParkedStreamSkipped =
        { Projection: string
          Stream: string
          FromPosition: int64
          Extent: string
          Reason: Personal
          At: DateTimeOffset }

    /// A dead letter or waiting effect was sent off again.
    type OutboxItemRetried = { ItemId: string; At: DateTimeOffset }

    /// An effect was given up.
    type OutboxItemSkipped = { ItemId: string; Reason: Personal; At: DateTimeOffset }

    /// A reactor was told to react once more to an event it could not make sense of (RE-06).
    type FailedReactionRetried = { Reactor: string; Position: int64; At: DateTimeOffset }

    /// An endpoint gets the events after a position again.
    type WebhookReplayed = { EndpointId: string; FromPosition: int64; At: DateTimeOffset }

    /// The audit view was taken away as a file. `From` and `To` as asked, None for no bound.
    type AuditExported = { Format: string; From: DateTimeOffset option; To: DateTimeOffset option; At: DateTimeOffset }

    /// A security event was looked into and is settled (RM-12). `Log` is "domain" or "activity", `Position` its place there.
    type SecurityEventResolved = { Log: string; Position: int64; Note: Personal; At: DateTimeOffset }

    type Event =
        | ProjectionRebuildRequested of ProjectionRebuildRequested
        | ParkedStreamRetried of ParkedStreamRetried
        | ParkedStreamSkipped of ParkedStreamSkipped
        | OutboxItemRetried of OutboxItemRetried
        | OutboxItemSkipped of OutboxItemSkipped
        | FailedReactionRetried of FailedReactionRetried
        | WebhookReplayed of WebhookReplayed
        | AuditExported of AuditExported
        | SecurityEventResolved of SecurityEventResolved

/// One answer per event, for C# readers.
type IEventVisitor<'r> =
    abstract ProjectionRebuildRequested: Events.ProjectionRebuildRequested -> 'r
    abstract ParkedStreamRetried: Events.ParkedStreamRetried -> 'r
    abstract ParkedStreamSkipped: Events.ParkedStreamSkipped -> 'r
    abstract OutboxItemRetried: Events.OutboxItemRetried -> 'r
    abstract OutboxItemSkipped: Events.OutboxItemSkipped -> 'r
    abstract FailedReactionRetried: Events.FailedReactionRetried -> 'r
    abstract WebhookReplayed: Events.WebhookReplayed -> 'r
    abstract AuditExported: Events.AuditExported -> 'r
    abstract SecurityEventResolved: Events.SecurityEventResolved -> 'r

[<RequireQualifiedAccess>]
module Reactions =
    /// Calls the visitor's member for the event.
    let dispatch (visitor: IEventVisitor<'r>) event =
        match event with
        | Events.ProjectionRebuildRequested e -> visitor.ProjectionRebuildRequested e
        | Events.ParkedStreamRetried e -> visitor.ParkedStreamRetried e
        | Events.ParkedStreamSkipped e -> visitor.ParkedStreamSkipped e
        | Events.OutboxItemRetried e -> visitor.OutboxItemRetried e
        | Events.OutboxItemSkipped e -> visitor.OutboxItemSkipped e
        | Events.FailedReactionRetried e -> visitor.FailedReactionRetried e
        | Events.WebhookReplayed e -> visitor.WebhookReplayed e
        | Events.AuditExported e -> visitor.AuditExported e
        | Events.SecurityEventResolved e -> visitor.SecurityEventResolved e

[<RequireQualifiedAccess>]
module Fold =
    let initial = ()

    /// Facts only: they add up to nothing.
    let fold () (_: Events.Event[]) = ()
