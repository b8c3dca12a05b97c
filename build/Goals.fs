/// The goals one can ask the build for, as a closed type: a goal without a purpose, its needs or an action does not compile.
module UmsSti.Build.Goals

open FSharp.Reflection
open Fake.Core
open Fake.Core.TargetOperators

type Goal =
    | Restore
    | Build
    | Test
    | Run
    | Bench
    | Format
    | Check
    | Lock
    | Ci
    | KillLong

let private all =
    FSharpType.GetUnionCases typeof<Goal> |> Array.map (fun case -> FSharpValue.MakeUnion(case, [||]) :?> Goal)

let private name =
    function
    | KillLong -> "kill-long"
    | goal -> (string goal).ToLowerInvariant()

let private purpose =
    function
    | Restore -> "fetch tools and packages (sets NUGET_SOURCE from NuGet's own configuration when it is unset)"
    | Build -> "compile everything, warnings are errors"
    | Test -> "run every suite; the last line says `N passed, N failed`"
    | Run -> "serve on embedded storage; what follows goes to `ums serve`, as in `run --data ./elsewhere`"
    | Bench -> "measure, side by side with raw storage, and write docs/benchmarks.md; what follows goes to the benchmarks"
    | Format -> "format F# (Fantomas) and C# (dotnet format)"
    | Check -> "fail when something is not formatted"
    | Lock -> "resolve packages anew into paket.lock, without a feed address"
    | Ci -> "check, then test"
    | KillLong -> "kill -9 the server under load for UMS_KILL_ROUNDS rounds (2000 when unset)"

let private needs =
    function
    | Restore
    | Lock -> []
    | Build
    | Run
    | Format -> [ Restore ]
    | Check
    | Test
    | Bench
    | KillLong -> [ Build ]
    | Ci -> [ Check; Test ]

/// What a build leaves to say after FAKE's own report.
type private Outcome = { mutable Tally: Tally.Tally option; mutable ExitCode: int }

let private action outcome arguments =
    let judged suites () =
        let tally = suites ()
        outcome.Tally <- Some tally

        if tally.Failed > 0 then
            failwith "Not every test passed."

    function
    | Restore -> Steps.restore
    | Build -> Steps.build
    | Test -> judged Steps.test
    | KillLong -> judged Steps.killLong
    | Run -> fun () -> outcome.ExitCode <- Steps.serve arguments
    | Bench -> fun () -> Steps.bench arguments
    | Format -> Steps.format
    | Check -> Steps.checkFormat
    | Lock -> Steps.lock
    | Ci -> ignore

let private declare outcome arguments =
    for goal in all do
        let act = action outcome arguments goal
        Target.create (name goal) (fun _ -> act ())

    for goal in all do
        for need in needs goal do
            name need ==> name goal |> ignore

    name Check ?=> name Test |> ignore

let private printGoals () =
    printfn "dotnet fsi build.fsx <goal>\n"

    for goal in all do
        printfn $"  %-10s{name goal} {purpose goal}"

let private countsTests =
    function
    | Test
    | Ci
    | KillLong -> true
    | Restore
    | Build
    | Run
    | Bench
    | Format
    | Check
    | Lock -> false

let private reach goal arguments =
    let outcome = { Tally = None; ExitCode = 0 }
    declare outcome arguments

    try
        Target.run 1 (name goal) []
    with :? BuildFailedException ->
        outcome.ExitCode <- 1 // FAKE has printed the reason

    match outcome.Tally with
    | Some tally -> printfn $"{Tally.line tally}"
    | None when countsTests goal ->
        printfn "No suite ran: an earlier step failed (see above)."
        printfn $"{Tally.line { Tally.zero with Failed = 1 }}"
    | None -> ()

    outcome.ExitCode

/// Does what the arguments ask for; answers the exit code.
let main (arguments: string list) =
    let context = Context.FakeExecutionContext.Create false "build.fsx" []
    Context.setExecutionContext (Context.RuntimeContext.Fake context)

    match arguments with
    | [] ->
        printGoals ()
        0
    | asked :: rest ->
        match all |> Array.tryFind (fun goal -> name goal = asked) with
        | Some goal -> reach goal (rest |> List.skipWhile (fun argument -> argument = "--"))
        | None ->
            printfn $"There is no goal '{asked}'.\n"
            printGoals ()
            2
