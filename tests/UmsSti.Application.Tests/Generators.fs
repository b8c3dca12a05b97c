/// Arbitrary events of every union. Every personal text carries a mark by which it is found again in stored bytes.
module UmsSti.Application.Tests.Generators

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

/// Stands in every personal text, and nowhere else.
[<Literal>]
let PersonMark = "PERSON"

let private pieces =
    [ "a"
      "Z"
      "7"
      " "
      "\""
      "\\"
      "/"
      "<"
      "+"
      "&"
      "\n"
      "\t"
      "\u0000"
      "é"
      "e\u0301"
      "漢"
      "\U0001F600"
      "" ]

let private text = Gen.elements pieces |> Gen.listOf |> Gen.map (String.concat "")

let private time =
    gen {
        let! days = Gen.choose (-20_000, 20_000)
        let! milliseconds = Gen.choose (0, 86_399_999)
        return DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(float days).AddMilliseconds(float milliseconds)
    }

let private personal = text |> Gen.map (fun text -> Personal.Known(PersonMark + text))

type Arbitraries =
    static member String() = Arb.fromGen text
    static member Time() = Arb.fromGen time
    static member Personal() = Arb.fromGen personal

/// The same as a map, for samples.
let arbitraries =
    ArbMap.defaults
    |> ArbMap.mergeArb (Arbitraries.String())
    |> ArbMap.mergeArb (Arbitraries.Time())
    |> ArbMap.mergeArb (Arbitraries.Personal())

let private config =
    { FsCheckConfig.defaultConfig with
        maxTest = 100
        endSize = 25
        arbitrary = [ typeof<Arbitraries> ] }

/// A property over arbitrary events.
let property name test = testPropertyWithConfig config name test
