namespace UmsSti.Application

open System.Text.Json
open FSharp.Reflection
open UmsSti.Kernel

/// Shows the case of an event union as JSON. Used where events are looked at, never on the way to the log.
[<RequireQualifiedAccess>]
module internal EventBody =
    // A case may hold a union of its own (rights within a user's stream): the innermost case is the event.
    let rec private innermost (union: System.Type) (event: obj | null) : struct (string * (obj | null)[]) =
        match FSharpValue.GetUnionFields(event, union) with
        | _, [| NonNull inner |] when FSharpType.IsUnion(inner.GetType()) -> innermost (inner.GetType()) inner
        | case, fields -> struct (case.Name, fields)

    let private write (options: JsonSerializerOptions) (event: 'event) =
        match innermost typeof<'event> (box event) with
        | struct (_, [| NonNull body |]) -> JsonSerializer.SerializeToElement(body, body.GetType(), options)
        | _ -> JsonSerializer.SerializeToElement(obj (), options)

    /// The record inside the case, personal values opened; `{}` for a case that carries nothing.
    let show (event: 'event) = write Wire.shown event

    /// The same with every personal value null.
    let withhold (event: 'event) = write Wire.withheld event

    /// An event that is not stored, as a dry run answers it.
    let plan (stream: StreamName) (event: 'event) : PlannedEvent =
        let struct (name, _) = innermost typeof<'event> (box event)

        { Stream = stream.Value; Type = name; Data = show event }
