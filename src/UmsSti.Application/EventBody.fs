namespace UmsSti.Application

open System.Text.Json
open FSharp.Reflection
open UmsSti.Kernel

/// Shows the case of an event union as JSON. Used where events are looked at, never on the way to the log.
[<RequireQualifiedAccess>]
module internal EventBody =
    /// The record inside the case, personal values opened; `{}` for a case that carries nothing.
    let show (event: 'event) =
        match FSharpValue.GetUnionFields(event, typeof<'event>) with
        | _, [| body |] -> JsonSerializer.SerializeToElement(body, body.GetType(), Wire.shown)
        | _ -> JsonSerializer.SerializeToElement(obj (), Wire.shown)

    /// An event that is not stored, as a dry run answers it.
    let plan (stream: StreamName) (event: 'event) : PlannedEvent =
        let case, _ = FSharpValue.GetUnionFields(event, typeof<'event>)

        { Stream = stream.Value; Type = case.Name; Data = show event }
