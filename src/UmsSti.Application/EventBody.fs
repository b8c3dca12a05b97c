namespace UmsSti.Application

open System.Text.Json
open FSharp.Reflection
open UmsSti.Kernel

/// Shows the case of an event union as JSON. Used where events are looked at, never on the way to the log.
[<RequireQualifiedAccess>]
module internal EventBody =
    let private write (options: JsonSerializerOptions) (event: 'event) =
        match FSharpValue.GetUnionFields(event, typeof<'event>) with
        | _, [| body |] -> JsonSerializer.SerializeToElement(body, body.GetType(), options)
        | _ -> JsonSerializer.SerializeToElement(obj (), options)

    /// The record inside the case, personal values opened; `{}` for a case that carries nothing.
    let show (event: 'event) = write Wire.shown event

    /// The same with every personal value null.
    let withhold (event: 'event) = write Wire.withheld event

    /// An event that is not stored, as a dry run answers it.
    let plan (stream: StreamName) (event: 'event) : PlannedEvent =
        let case, _ = FSharpValue.GetUnionFields(event, typeof<'event>)

        { Stream = stream.Value; Type = case.Name; Data = show event }
