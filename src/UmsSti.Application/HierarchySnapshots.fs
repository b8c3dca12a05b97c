namespace UmsSti.Application

open System
open System.Buffers
open System.Text.Json
open UmsSti.Domain
open UmsSti.Kernel

/// How the tree of an organisation is saved, so that loading ten thousand teams need not fold ten thousand events (ES-13). A JSON array
/// of rows, each an array in the order of `Hierarchy.Snapshot.Row`. Holds nothing personal, so nothing in it is sealed.
[<RequireQualifiedAccess>]
module internal HierarchySnapshots =
    /// Of the shape of the rows and of the fold: both must not change without it.
    [<Literal>]
    let Fingerprint = "hierarchy/1"

    /// Events between snapshots: folding so many takes a few milliseconds, and so does writing a snapshot of ten thousand teams.
    [<Literal>]
    let Every = 500

    let private writeText (json: Utf8JsonWriter) (text: string option) =
        match text with
        | Some text -> json.WriteStringValue text
        | None -> json.WriteNullValue()

    let private writeRow (json: Utf8JsonWriter) (row: Hierarchy.Snapshot.Row) =
        json.WriteStartArray()
        json.WriteStringValue row.TeamId
        writeText json row.ParentId
        json.WriteStringValue row.Type
        json.WriteStringValue row.NameKey
        json.WriteBooleanValue row.IsOpen
        json.WriteBooleanValue row.HasName

        match row.Limit with
        | Some limit -> json.WriteNumberValue limit
        | None -> json.WriteNullValue()

        json.WriteEndArray()

    let private required (text: string | null) =
        match text with
        | null -> raise (FormatException "A row of a hierarchy lacks a text.")
        | text -> text

    let private readRow (row: JsonElement) : Hierarchy.Snapshot.Row =
        let optional (element: JsonElement) (read: JsonElement -> 'a) =
            if element.ValueKind = JsonValueKind.Null then None else Some(read element)

        { TeamId = required (row[0].GetString())
          ParentId = optional row[1] (fun element -> required (element.GetString()))
          Type = required (row[2].GetString())
          NameKey = required (row[3].GetString())
          IsOpen = row[4].GetBoolean()
          HasName = row[5].GetBoolean()
          Limit = optional row[6] _.GetInt32() }

    let encode (state: Hierarchy.Fold.State) : ReadOnlyMemory<byte> =
        let buffer = ArrayBufferWriter<byte>()
        use json = new Utf8JsonWriter(buffer)
        json.WriteStartArray()

        for row in Hierarchy.Snapshot.ofState state do
            writeRow json row

        json.WriteEndArray()
        json.Flush()
        buffer.WrittenMemory

    /// Throws for what is no such array.
    let decode (data: ReadOnlyMemory<byte>) : Hierarchy.Fold.State =
        use document = JsonDocument.Parse data

        document.RootElement.EnumerateArray() |> Seq.map readRow |> Array.ofSeq |> Hierarchy.Snapshot.toState

    let format: SnapshotFormat<Hierarchy.Fold.State> =
        { Fingerprint = Fingerprint
          Every = Every
          Encode = fun _ _ state -> encode state
          Decode = fun _ _ data -> decode data }
