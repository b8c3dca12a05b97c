/// What every aggregate's tests ask alike.
module UmsSti.Domain.Tests.Laws

open Expecto
open FsCheck
open FsCheck.FSharp
open UmsSti.Domain

/// Texts, times and personal values of the shared generators, for events made by reflection.
let eventMap =
    ArbMap.defaults
    |> ArbMap.mergeArb (Generators.Values.String())
    |> ArbMap.mergeArb (Generators.Values.Time())
    |> ArbMap.mergeArb (Generators.Values.Personal())

/// Any histories of a union of events, with texts drawn from few words.
let histories<'event> (words: string list) =
    let map = eventMap |> ArbMap.mergeArb (Arb.fromGen (Gen.elements words))
    Gen.arrayOf (ArbMap.generate<'event> map)

let private config = { FsCheckConfig.defaultConfig with maxTest = 1000 }

/// A property over a generator.
let forAll name generator (check: 'value -> unit) = testPropertyWithConfig config name (Prop.forAll (Arb.fromGen generator) check)

/// Folding is total and splits anywhere.
let folds (fold: 'state -> 'event[] -> 'state) initial (history: Gen<'event[]>) =
    forAll "any events fold, and folding splits anywhere" (Gen.two history) (fun (first, second) ->
        let together = fold initial (Array.append first second)
        Expect.equal (fold (fold initial first) second) together "the same")

/// Whether a step was accepted, the names of its events, and where it led.
type Run<'state> = { IsAccepted: bool; Events: string[]; Target: 'state option }

/// Every row of a machine is allowed, every other pair is refused or a repeat, and adds nothing.
let machine (machine: Machine<'state, 'step>) (states: 'state[]) (steps: 'step[]) (run: 'state option -> 'step -> Run<'state>) =
    let isRow from step = machine.Rows |> List.exists (fun row -> row.From = from && row.Step = step)

    let rows =
        [ for row in machine.Rows do
              test $"{row.Rule}: {row.From} -{row.Step}-> {row.To}" {
                  let result = run row.From row.Step
                  Expect.equal result { IsAccepted = true; Events = [| row.Event |]; Target = Some row.To } "as the row says"
              } ]

    let others =
        [ for from in None :: (states |> List.ofArray |> List.map Some) do
              for step in steps do
                  if not (isRow from step) then
                      test $"{from} -{step}" {
                          let result = run from step

                          let isRepeat = from |> Option.exists (fun from -> List.contains (from, step) machine.Repeats)

                          Expect.equal result { IsAccepted = isRepeat; Events = [||]; Target = from } "refused or a repeat"
                      } ]

    testList
        "machine"
        [ testList "every row is allowed" rows
          testList "every other pair adds nothing" others
          test "rows and repeats do not contradict each other" {
              let keys = machine.Rows |> List.map (fun row -> row.From, row.Step)
              Expect.equal (List.distinct keys) keys "one row for each pair"
              Expect.isEmpty (machine.Repeats |> List.filter (fun (from, step) -> isRow (Some from) step)) "no pair is both"
          } ]
