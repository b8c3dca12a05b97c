namespace UmsSti.Application

open System
open System.Text.Json
open UmsSti.Kernel

/// Which entity an answer is about; enough to fold it again.
[<RequireQualifiedAccess; NoComparison>]
type internal EntityId =
    | User of UserId: string
    | Team of TeamId: string
    | Moved of TeamId: string
    /// A team that stood already where it was to be moved.
    | Stayed of TeamId: string
    | Member of TeamId: string * UserId: string
    /// Rights of a user: in a team, or outside teams (null).
    | Grant of TeamId: (string | null) * UserId: string * Permission: string
    | Assignment of TeamId: (string | null) * UserId: string * RoleId: string
    | Role of RoleId: string
    | Setting of Key: string

/// What the log remembers of an answered command (CQ-15). Only which entity at which version: the answer is folded anew from the
/// stream, so that nothing personal stands in it and an erased person stays erased in repeated answers.
[<NoComparison>]
type internal RememberedAnswer =
    {
        Entity: EntityId
        /// The entity's version right after the command.
        Version: int64
        Created: bool
    }

[<RequireQualifiedAccess>]
module internal Remembered =
    /// Keys belong to their caller: the same text from another actor is another command.
    let scopedKey (envelope: Envelope) : string | null =
        match envelope.IdempotencyKey with
        | null -> null
        | key -> envelope.Actor + "/" + key

    let private encode (answer: RememberedAnswer) =
        let flag = if answer.Created then "+" else "="

        let scope (team: string | null) =
            match team with
            | null -> "-"
            | team -> team

        // No id has a colon in it.
        let entity =
            match answer.Entity with
            | EntityId.User id -> id
            | EntityId.Team id -> $"T:{id}"
            | EntityId.Moved id -> $"V:{id}"
            | EntityId.Stayed id -> $"W:{id}"
            | EntityId.Member(team, user) -> $"M:{team}:{user}"
            | EntityId.Grant(team, user, permission) -> $"G:{scope team}:{user}:{permission}"
            | EntityId.Assignment(team, user, role) -> $"A:{scope team}:{user}:{role}"
            | EntityId.Role id -> $"R:{id}"
            | EntityId.Setting key -> $"S:{key}"

        Text.Encoding.UTF8.GetBytes $"{answer.Version}{flag}{entity}"

    let private entityOf (text: string) : EntityId voption =
        let scope (text: string) : string | null = if text = "-" then null else text

        match text.Split ':' with
        | [| user |] -> ValueSome(EntityId.User user)
        | [| "T"; team |] -> ValueSome(EntityId.Team team)
        | [| "V"; team |] -> ValueSome(EntityId.Moved team)
        | [| "W"; team |] -> ValueSome(EntityId.Stayed team)
        | [| "M"; team; user |] -> ValueSome(EntityId.Member(team, user))
        | [| "G"; team; user; permission |] -> ValueSome(EntityId.Grant(scope team, user, permission))
        | [| "A"; team; user; role |] -> ValueSome(EntityId.Assignment(scope team, user, role))
        | [| "R"; role |] -> ValueSome(EntityId.Role role)
        | [| "S"; key |] -> ValueSome(EntityId.Setting key)
        | _ -> ValueNone

    /// Stored form: version, '+' (created) or '=', then a user's id, or a letter for the kind of entity and its ids, all parted by ':'.
    let decode (command: RememberedCommand) : RememberedAnswer =
        let text = Text.Encoding.UTF8.GetString command.Answer.Span
        let cut = text.IndexOfAny [| '+'; '=' |]

        let entity = if cut < 1 then ValueNone else entityOf (text.Substring(cut + 1))

        if entity.IsNone then
            raise (JsonException $"The remembered answer of position {command.Position} is not readable.")

        { Entity = entity.Value
          Version = Int64.Parse(text.Substring(0, cut), Globalization.CultureInfo.InvariantCulture)
          Created = text[cut] = '+' }

    /// Null when the caller gave no key: then nobody can repeat the command.
    let command (envelope: Envelope) (answer: RememberedAnswer) : RememberedCommand | null =
        match scopedKey envelope with
        | null -> null
        | key -> RememberedCommand(key, envelope.Fingerprint, encode answer, envelope.Now, 0L)

    /// Whether a repeat is the same request.
    let isSameRequest (envelope: Envelope) (command: RememberedCommand) =
        command.Fingerprint.Span.SequenceEqual(ReadOnlySpan envelope.Fingerprint)
