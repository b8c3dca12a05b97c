namespace UmsSti.Application

open System
open System.Collections.Generic

/// One thing to be done outside because something has happened. It becomes a row of the outbox in the transaction that moves
/// the reactor's checkpoint, so it carries ids, names and numbers, never anything personal.
[<NoComparison>]
type Effect =
    {
        /// Who delivers it: "mail", "webhook:{name}", ...
        Channel: string
        /// What it is about, stable.
        Kind: string
        /// A user id, an `Audience`, or what else the channel delivers to. Two effects for one recipient are never under way at once.
        Recipient: string
        /// What the kind needs beside the event: locale-free, not personal.
        Parameters: IReadOnlyDictionary<string, string>
        /// Effects with the same key are one effect, whatever event they come from; null: each event has its own.
        OnceKey: string | null
        /// Not to be done before; null: at once.
        NotBefore: Nullable<DateTimeOffset>
    }

/// Recipients that are a group; the channel finds out who is in it when it delivers.
[<RequireQualifiedAccess>]
module Audience =
    /// Who may approve an admin (NT-05).
    [<Literal>]
    let Approvers = "@approvers"

    /// Who watches over security (NT-27).
    [<Literal>]
    let Watch = "@watch"

    /// Who administers the installation (NT-16).
    [<Literal>]
    let Admins = "@admins"

    /// Whether a recipient is a group.
    let isGroup (recipient: string) = recipient.StartsWith '@'

/// Names of channels.
[<RequireQualifiedAccess>]
module Channels =
    [<Literal>]
    let Mail = "mail"

    /// The steps of processes.
    [<Literal>]
    let Processes = "processes"

    /// The channel of a webhook endpoint.
    let webhook (endpoint: string) = "webhook:" + endpoint
