namespace UmsSti.Domain

open System.Runtime.InteropServices

/// A value that identifies a person or may hint at one (design section 5). Codecs seal it with its subject's key;
/// without the key it reads as `Erased`. Carry it as far as possible, so that the compiler shows where it flows.
[<RequireQualifiedAccess>]
type Personal =
    | Known of string
    | Erased

    /// What is shown in place of an erased value.
    static member Placeholder = "[ANONYMIZED]"

    /// The value itself, or the placeholder. Meant for people's eyes: never log it.
    override this.ToString() =
        match this with
        | Known value -> value
        | Erased -> Personal.Placeholder

    /// The value when it is still there.
    member this.TryGet([<Out>] value: byref<string>) =
        match this with
        | Known known ->
            value <- known
            true
        | Erased -> false

/// Functions over personal values.
[<RequireQualifiedAccess>]
module Personal =
    /// The value when it is still there.
    let tryGet personal =
        match personal with
        | Personal.Known value -> Some value
        | Personal.Erased -> None
