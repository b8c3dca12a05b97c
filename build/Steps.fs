/// What each goal of the build does.
module UmsSti.Build.Steps

open System
open System.Diagnostics
open System.IO

let private configuration = [ "-c"; "Release" ]
let private dotnet = Shell.run "dotnet"

/// Longest time one suite may take before it is stopped and counted as failed.
let private suiteLimit = TimeSpan.FromMinutes 30.

/// Passes `install` may need until the lock no longer changes: each learns one more level of dependencies.
let private maxLockPasses = 12

/// Rounds of the long kill run when UMS_KILL_ROUNDS does not say.
let private longKillRounds = "2000"

let restore () =
    Feed.using (fun () ->
        dotnet [ "tool"; "restore" ]
        dotnet [ "paket"; "restore" ]
        dotnet [ "restore"; Repository.solution; "--verbosity"; "quiet" ])

let private compile what = dotnet ([ "build"; what; "--no-restore"; "-nologo"; "-v"; "minimal"; "-clp:Summary" ] @ configuration)

let build () = compile Repository.solution

let private runnerArguments project =
    if Repository.isFSharp project then
        [ "--no-spinner"; "--colours"; "0" ]
    else
        [ "-noColor"; "-noLogo" ]

let private watchSuite arguments project =
    printfn $"\n--- {project}"
    let clock = Stopwatch.StartNew()
    let run = [ "run" ] @ configuration @ [ "--no-build"; "--project"; project; "--" ]
    let verdict = Shell.watch suiteLimit "dotnet" (run @ runnerArguments project @ arguments) |> Tally.judge
    project, verdict, clock.Elapsed

let private report (project: string, verdict, time: TimeSpan) =
    let remark =
        match verdict with
        | Tally.Counted _ -> ""
        | Tally.Broken(reason, _) -> $": {reason}"

    printfn $"  %-36s{Path.GetFileName project} %6.1f{time.TotalSeconds} s  {Tally.line (Tally.count verdict)}{remark}"

let private runSuites arguments suites =
    Tally.verify ()
    let results = suites |> List.map (watchSuite arguments)
    printfn "\nSuites"
    results |> List.iter report
    results |> List.fold (fun sum (_, verdict, _) -> sum + Tally.count verdict) Tally.zero

/// Runs every suite one after the other and answers the sum.
let test () =
    Tools.ensure ()
    runSuites [] Repository.suites

/// The kill -9 tests of the server, for as many rounds as UMS_KILL_ROUNDS says.
let killLong () =
    if String.IsNullOrEmpty(Environment.GetEnvironmentVariable "UMS_KILL_ROUNDS") then
        Environment.SetEnvironmentVariable("UMS_KILL_ROUNDS", longKillRounds)

    runSuites [ "-trait"; "Category=Kill" ] [ "tests/UmsSti.Server.Tests" ]

/// Builds the server alone (and what it stands on) and serves until it is stopped; answers its exit code.
let serve arguments =
    compile Repository.server
    Shell.foreground "dotnet" (Repository.serverProgram :: "serve" :: arguments)

let bench arguments = dotnet ([ "run" ] @ configuration @ [ "--no-build"; "--project"; Repository.benchmarks; "--" ] @ arguments)

let private fsharpSources = [ "src"; "tests"; "build"; "build.fsx" ]

// `dotnet format` asks MSBuild for the default configuration, and finds the F# rooms only where they were built.
let private formatCSharp more =
    Environment.SetEnvironmentVariable("Configuration", "Release")
    dotnet ([ "format"; Repository.solution; "--no-restore" ] @ more)

let format () =
    dotnet ("fantomas" :: fsharpSources)
    formatCSharp []

let checkFormat () =
    dotnet ("fantomas" :: "--check" :: fsharpSources)
    formatCSharp [ "--verify-no-changes" ]

let private lockFile = Path.Combine(Repository.root, "paket.lock")

let rec private installUntilStable pass before =
    File.Delete lockFile
    dotnet [ "paket"; "install" ]
    let after = File.ReadAllText lockFile

    if after <> before then
        if pass = maxLockPasses then
            failwith $"paket.lock still changes after {maxLockPasses} passes."

        installUntilStable (pass + 1) after

/// Resolves all packages anew. The old lock comes back when that fails, and no feed address stays in the new one.
let lock () =
    let old = File.ReadAllText lockFile

    try
        Feed.using (fun () ->
            dotnet [ "tool"; "restore" ]
            installUntilStable 1 "")

        File.ReadAllLines lockFile
        |> Array.map (fun line ->
            if line.TrimStart().StartsWith "remote:" then
                "  remote: %NUGET_SOURCE%"
            else
                line)
        |> fun lines -> File.WriteAllText(lockFile, String.concat "\n" lines + "\n")
    with _ ->
        File.WriteAllText(lockFile, old)
        reraise ()
