/// Looks at events of any union by their shape.
module UmsSti.Application.Tests.Reflected

open System
open FSharp.Reflection
open UmsSti.Domain

/// Names of a union's cases.
let caseNames<'union> = FSharpType.GetUnionCases typeof<'union> |> Array.map _.Name |> List.ofArray

let caseOf (value: 'union) = (fst (FSharpValue.GetUnionFields(value, typeof<'union>))).Name

let private isShared (case: UnionCaseInfo) =
    match case.GetFields() with
    | [| field |] -> FSharpType.IsUnion field.PropertyType
    | _ -> false

/// Stored names of a union's events with the bodies they carry; unions that several streams share count case by case.
let rec eventBodies (union: Type) : (string * Type option) list =
    [ for case in FSharpType.GetUnionCases union do
          if isShared case then
              yield! eventBodies (Array.exactlyOne (case.GetFields())).PropertyType
          else
              case.Name, case.GetFields() |> Array.tryHead |> Option.map _.PropertyType ]

/// Stored names of a union's events.
let eventNames<'event> = eventBodies typeof<'event> |> List.map fst

/// The stored name of an event.
let eventOf (event: 'event) =
    let rec name (union: Type) (value: obj | null) =
        match FSharpValue.GetUnionFields(value, union) with
        | case, contents when isShared case -> name (Array.exactlyOne (case.GetFields())).PropertyType contents[0]
        | case, _ -> case.Name

    name typeof<'event> (box event)

let isOption (t: Type) = t.IsGenericType && t.GetGenericTypeDefinition() = typedefof<_ option>

/// A copy in which each personal value is what `change` makes of it.
let rec private mapped (change: Personal -> Personal) (t: Type) (value: obj | null) : obj | null =
    match value with
    | null -> null
    | :? Personal as personal -> box (change personal)
    | value when t.IsArray ->
        let items = value :?> Array
        let element = items.GetType().GetElementType() |> Unchecked.nonNull
        let copy = Array.CreateInstance(element, items.Length)

        for i in 0 .. items.Length - 1 do
            copy.SetValue(mapped change element (items.GetValue i), i)

        copy
    | value when FSharpType.IsRecord t ->
        let contents =
            FSharpType.GetRecordFields t
            |> Array.map (fun field -> mapped change field.PropertyType (field.GetValue value) |> Unchecked.nonNull)

        FSharpValue.MakeRecord(t, contents)
    | value when FSharpType.IsUnion t ->
        let case, contents = FSharpValue.GetUnionFields(value, t)
        let types = case.GetFields() |> Array.map _.PropertyType
        FSharpValue.MakeUnion(case, Array.map2 (fun t content -> mapped change t content |> Unchecked.nonNull) types contents)
    | value -> value

let mapPersonal change (event: 'event) : 'event =
    match mapped change typeof<'event> (box event) with
    | :? 'event as copy -> copy
    | _ -> failwith $"{typeof<'event>} did not stay what it was."

/// Every personal text in an event.
let personalTexts (event: 'event) : string list =
    let found = ResizeArray<string>()

    let note personal =
        match personal with
        | Personal.Known text -> found.Add text
        | Personal.Erased -> ()

        personal

    mapPersonal note event |> ignore
    List.ofSeq found

/// The same event after its subject was forgotten.
let erased (event: 'event) : 'event = mapPersonal (fun _ -> Personal.Erased) event
