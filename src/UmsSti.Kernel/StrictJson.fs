namespace UmsSti.Kernel

open System
open System.Collections
open System.Collections.Generic
open System.Reflection
open System.Text.Json
open System.Text.Json.Serialization.Metadata
open FSharp.Reflection

/// Null checks on elements, closed over the element type once per property.
[<AbstractClass; Sealed>]
type internal ElementChecks =
    static member Elements<'T>(items: obj) = items :?> seq<'T> |> Seq.exists (fun item -> isNull (box item))

    static member Values<'K, 'V>(items: obj) =
        items :?> seq<KeyValuePair<'K, 'V>> |> Seq.exists (fun pair -> isNull (box pair.Value))

/// Makes System.Text.Json refuse what it lets pass for F# records: a missing field, a null where no option stands.
module internal StrictJson =
    let private flags = BindingFlags.Public ||| BindingFlags.NonPublic

    let private mayBeAbsent (t: Type) =
        t.IsGenericType
        && (let definition = t.GetGenericTypeDefinition()

            definition = typedefof<_ option> || definition = typedefof<_ voption> || definition = typedefof<Nullable<_>>)

    let private mayHoldNull (t: Type) = not t.IsValueType && not (mayBeAbsent t)

    let private check name (arguments: Type[]) =
        match typeof<ElementChecks>.GetMethod(name, BindingFlags.Static ||| flags) with
        | null -> invalidOp $"ElementChecks.{name} is gone."
        | found -> found.MakeGenericMethod(arguments).CreateDelegate<Func<obj, bool>>()

    /// Tells whether a collection holds a null; ValueNone for types that cannot.
    let private holdsNull (t: Type) =
        let element =
            if t = typeof<string> then
                None
            else
                t.GetInterfaces()
                |> Array.tryPick (fun i ->
                    if i.IsGenericType && i.GetGenericTypeDefinition() = typedefof<seq<_>> then
                        Some(i.GetGenericArguments()[0])
                    else
                        None)

        match element with
        | Some e when mayHoldNull e -> ValueSome(check "Elements" [| e |])
        | Some e when e.IsGenericType && e.GetGenericTypeDefinition() = typedefof<KeyValuePair<_, _>> ->
            let pair = e.GetGenericArguments()
            if mayHoldNull pair[1] then ValueSome(check "Values" pair) else ValueNone
        | _ -> ValueNone

    let private tighten (info: JsonTypeInfo) =
        if info.Kind = JsonTypeInfoKind.Object && FSharpType.IsRecord(info.Type, flags) then
            if info.Type.IsValueType then
                invalidOp $"{info.Type} is a struct record, which System.Text.Json reads as all defaults: make it a plain record."

            let fields = FSharpType.GetRecordFields(info.Type, flags) |> Array.map _.Name |> HashSet

            let isField (property: JsonPropertyInfo) =
                match property.AttributeProvider with
                | :? PropertyInfo as source -> fields.Contains source.Name
                | _ -> false

            for property in List.ofSeq info.Properties do
                if not (isField property) then
                    info.Properties.Remove property |> ignore // a computed member is no part of the stored body
                else
                    let optional = mayBeAbsent property.PropertyType

                    if not property.PropertyType.IsValueType then
                        property.IsSetNullable <- optional
                        property.IsGetNullable <- optional

                    if not optional then
                        // Values go in through the constructor; System.Text.Json wants a setter all the same to check for presence.
                        property.Set <- fun _ _ -> invalidOp "An F# record is set through its constructor."
                        property.IsRequired <- true

                        if not property.PropertyType.IsValueType then
                            property.ShouldSerialize <- fun _ _ -> true // a null must reach the check above, not be left out

            let collections =
                [| for property in info.Properties do
                       match holdsNull property.PropertyType, property.Get with
                       | ValueSome holds, NonNull get -> property.Name, holds, get
                       | _ -> () |]

            if collections.Length > 0 then
                info.OnDeserialized <-
                    fun record ->
                        for name, holds, get in collections do
                            match get.Invoke record with
                            | null -> ()
                            | items when holds.Invoke items -> raise (JsonException $"'{name}' holds a null element.")
                            | _ -> ()

    /// A copy of the options that refuses missing fields and nulls, in nested records too.
    let harden (options: JsonSerializerOptions) =
        let resolver =
            match options.TypeInfoResolver with
            | null -> DefaultJsonTypeInfoResolver() :> IJsonTypeInfoResolver
            | given -> given

        let strict = JsonSerializerOptions options
        strict.TypeInfoResolver <- resolver.WithAddedModifier(Action<_> tighten)
        strict.RespectNullableAnnotations <- true // makes the two flags count; they say what F# means, whatever the annotations say
        strict.MakeReadOnly()
        strict
