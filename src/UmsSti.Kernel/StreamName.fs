namespace UmsSti.Kernel

open System

/// The part of a stream's name after the category: one or more fragments joined with '_' (at most 512 characters).
/// A fragment is never empty and never contains '_'.
[<Struct; CustomEquality; NoComparison>]
type StreamId private (value: string) =
    /// The raw text.
    member _.Value = value
    override _.ToString() = value
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? StreamId as o -> String.Equals(value, o.Value)
        | _ -> false

    interface IEquatable<StreamId> with
        member _.Equals other = String.Equals(value, other.Value)

    /// Joins fragments with '_'. Throws ArgumentException for an empty fragment or one that contains '_'.
    static member Compose(fragments: string[]) =
        if fragments.Length = 0 then
            invalidArg (nameof fragments) "A stream id needs at least one fragment."

        for fragment in fragments do
            if String.IsNullOrEmpty fragment || fragment.Contains '_' then
                invalidArg (nameof fragments) $"'{fragment}' is not a stream id fragment: it is empty or contains '_'."

        StreamId(String.Join('_', fragments))

    /// Takes raw text as it stands. Throws ArgumentException when it is empty.
    static member Create(raw: string) =
        if String.IsNullOrEmpty raw then
            invalidArg (nameof raw) "A stream id is never empty."

        StreamId raw

    /// The fragments, in order.
    member _.Fragments = value.Split '_'

/// Builds and takes apart stream ids; `gen` and `dec` stand side by side in each aggregate's category.
[<RequireQualifiedAccess>]
module StreamId =
    /// Generates an id from one value that renders as a single fragment.
    let gen (render: 'a -> string) (a: 'a) = StreamId.Compose [| render a |]

    /// Generates an id of two fragments.
    let gen2 (renderA: 'a -> string) (renderB: 'b -> string) struct (a: 'a, b: 'b) = StreamId.Compose [| renderA a; renderB b |]

    /// The raw text.
    let toString (id: StreamId) = id.Value

    /// Splits into exactly `count` fragments. Throws ArgumentException otherwise.
    let parse count (id: StreamId) =
        let fragments = id.Fragments

        if fragments.Length <> count then
            invalidArg (nameof id) $"'{id.Value}' does not have {count} fragments."

        fragments

    /// The inverse of `gen`. Throws ArgumentException when the id has more than one fragment.
    let dec (read: string -> 'a) (id: StreamId) =
        let fragments = parse 1 id
        read fragments[0]

    /// The inverse of `gen2`.
    let dec2 (readA: string -> 'a) (readB: string -> 'b) (id: StreamId) =
        let fragments = parse 2 id
        struct (readA fragments[0], readB fragments[1])

/// Names a stream: `{category}-{streamId}`, split at the first '-'. The category is never empty and never contains '-'.
[<Struct; CustomEquality; CustomComparison>]
type StreamName private (value: string) =
    /// The raw text, for instance `User-0190c1e2-...`.
    member _.Value = value
    override _.ToString() = value
    override _.GetHashCode() = String.GetHashCode value

    override _.Equals other =
        match other with
        | :? StreamName as o -> String.Equals(value, o.Value)
        | _ -> false

    interface IEquatable<StreamName> with
        member _.Equals other = String.Equals(value, other.Value)

    interface IComparable with
        member _.CompareTo other =
            match other with
            | :? StreamName as o -> String.CompareOrdinal(value, o.Value)
            | _ -> 1

    /// Puts a name together. Throws ArgumentException when the category is empty or contains '-'.
    static member Create(category: string, id: StreamId) =
        if String.IsNullOrEmpty category || category.Contains '-' then
            invalidArg (nameof category) $"'{category}' is not a category: it is empty or contains '-'."

        StreamName(category + "-" + id.Value)

    /// Reads a name back. Throws ArgumentException when there is no '-' or a side of it is empty.
    static member Parse(raw: string) =
        let cut =
            match box raw with
            | null -> -1
            | _ -> raw.IndexOf '-'

        if cut < 1 || cut = raw.Length - 1 then
            invalidArg (nameof raw) $"'{raw}' is not a stream name: 'category-id' is expected."

        StreamName raw

    /// Wraps text this program has written itself (a row of its own store), without looking at it again.
    static member Trust(raw: string) = StreamName raw

    /// The category, without the '-'.
    member _.Category = value.Substring(0, value.IndexOf '-')

    /// The id after the category.
    member _.Id = StreamId.Create(value.Substring(value.IndexOf '-' + 1))

    /// Whether the stream belongs to the category; allocates nothing.
    member _.IsIn(category: string) = value.IndexOf '-' = category.Length && value.StartsWith(category, StringComparison.Ordinal)

/// Functions over stream names.
[<RequireQualifiedAccess>]
module StreamName =
    /// Puts a name together from its category and id.
    let create category (id: StreamId) = StreamName.Create(category, id)

    /// Reads a name back; throws ArgumentException for anything else.
    let parse (raw: string) = StreamName.Parse raw

    /// The raw text.
    let toString (name: StreamName) = name.Value

    /// Category and id.
    let split (name: StreamName) = struct (name.Category, name.Id)

    /// The id when the stream is of the category.
    let tryFind (category: string) (name: StreamName) = if name.IsIn category then ValueSome name.Id else ValueNone
