namespace UmsSti.Application

open System
open System.Text.Json
open UmsSti.Kernel

/// Which entity an answer is about; enough to fold it again.
[<RequireQualifiedAccess; NoComparison>]
type internal EntityId = User of UserId: string

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

        let entity =
            match answer.Entity with
            | EntityId.User id -> id

        Text.Encoding.UTF8.GetBytes $"{answer.Version}{flag}{entity}"

    /// Stored form: version, '+' (created) or '=', the user's id.
    let decode (command: RememberedCommand) : RememberedAnswer =
        let text = Text.Encoding.UTF8.GetString command.Answer.Span
        let cut = text.IndexOfAny [| '+'; '=' |]

        if cut < 1 then
            raise (JsonException $"The remembered answer of position {command.Position} is not readable.")

        { Entity = EntityId.User(text.Substring(cut + 1))
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
