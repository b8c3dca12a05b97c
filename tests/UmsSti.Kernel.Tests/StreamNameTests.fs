module UmsSti.Kernel.Tests.StreamNameTests

open System
open Expecto
open FsCheck
open UmsSti.Kernel

let private fragment (text: string) =
    match box text with
    | null -> "f"
    | _ -> "f" + text.Replace('_', '.')

let private category (text: string) = (fragment text).Replace('-', '.')
let private refused what (act: unit -> unit) = Expect.throwsT<ArgumentException> act what

[<Tests>]
let tests =
    testList
        "StreamName"
        [ testProperty "a name splits into the category and id it was made of"
          <| fun (c: string) (NonEmptyArray(fragments: string[])) ->
              let id = StreamId.Compose(Array.map fragment fragments)
              let name = StreamName.create (category c) id
              let struct (c', id') = StreamName.split (StreamName.parse (StreamName.toString name))
              c' = category c && id' = id && name.IsIn(category c) && id.Fragments = Array.map fragment fragments

          testProperty "gen and dec are inverse"
          <| fun (a: Guid) (n: int) ->
              StreamId.dec Guid.Parse (StreamId.gen string a) = a
              && StreamId.dec2 Guid.Parse int (StreamId.gen2 string string struct (a, n)) = struct (a, n)

          test "the id may hold '-', the category ends at the first" {
              let name = StreamName.parse "User-a-b"
              Expect.equal (name.Category, name.Id.Value) ("User", "a-b") "split"
              Expect.equal (StreamName.tryFind "User" name) (ValueSome(StreamId.Create "a-b")) "found"
              Expect.equal (StreamName.tryFind "Use" name) ValueNone "no prefix of the category"
              Expect.equal (StreamName.tryFind "User-a" name) ValueNone "nor more than it"
          }

          test "names order and compare as their text does" {
              let names = [| for t in [ "B-1"; "A-2"; "A-10" ] -> StreamName.parse t |]
              Expect.equal [| for n in Array.sort names -> n.Value |] [| "A-10"; "A-2"; "B-1" |] "ordinal"
              Expect.equal (names[0].GetHashCode()) ((StreamName.parse "B-1").GetHashCode()) "hash"
              Expect.notEqual names[0] names[1] "different"
          }

          for name, raw in [ "empty", ""; "User", "User"; "-x", "-x"; "User-", "User-"; "null", Unchecked.defaultof<string> ] do
              test $"{name} is not a name" { refused "name" (fun () -> StreamName.parse raw |> ignore) }

          test "what is no fragment, id or category is refused" {
              for parts in [ [||]; [| "" |]; [| "a_b" |]; [| "a"; "" |] ] do
                  refused "fragments" (fun () -> StreamId.Compose parts |> ignore)

              refused "empty id" (fun () -> StreamId.Create "" |> ignore)
              let id = StreamId.Create "x"

              for category in [ ""; "a-b" ] do
                  refused "category" (fun () -> StreamName.create category id |> ignore)

              refused "fragment count" (fun () -> StreamId.parse 1 (StreamId.Create "a_b") |> ignore)
              refused "fragment count" (fun () -> StreamId.dec2 id.Equals id.Equals id |> ignore)
          } ]
