namespace UmsSti.Application

open System.Collections.Generic
open UmsSti.Domain

/// Collects what is wrong with the input, by field.
[<Sealed>]
type internal InputErrors() =
    let found = List<string * string>()
    member _.Add(field: string, message: string) = found.Add((field, message))
    member _.Any = found.Count > 0
    member _.ToRefusal() = Refusals.invalid (List.ofSeq found)

    /// The value, or None after the message was noted.
    member this.Take(field: string, result: Result<'a, string>) =
        match result with
        | Ok value -> Some value
        | Error message ->
            this.Add(field, message)
            None

    /// A reason that must be given.
    member this.Required(field: string, text: string | null) =
        match text with
        | null ->
            this.Add(field, "must be given")
            None
        | text -> this.Take(field, Reason.Create text)

    /// A reason that may be given.
    member this.Optional(field: string, text: string | null) =
        match text with
        | null -> None
        | text -> this.Take(field, Reason.Create text)
