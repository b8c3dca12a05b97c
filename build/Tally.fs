/// Reads what a test suite says of itself and sums it up.
module UmsSti.Build.Tally

open System
open System.Text.RegularExpressions

type Tally =
    { Passed: int
      Failed: int
      Skipped: int }

    static member (+)(a, b) = { Passed = a.Passed + b.Passed; Failed = a.Failed + b.Failed; Skipped = a.Skipped + b.Skipped }

let zero = { Passed = 0; Failed = 0; Skipped = 0 }

/// What to think of one suite. A broken one counts as a failure whatever it said.
type Verdict =
    | Counted of Tally
    | Broken of reason: string * Tally

let private colour = Regex(@"\x1b\[[0-9;]*m", RegexOptions.Compiled)

let private expecto =
    Regex(
        @"EXPECTO! ([\d,]+) tests? run in .* ([\d,]+) passed, ([\d,]+) ignored, ([\d,]+) failed, ([\d,]+) errored\.",
        RegexOptions.Compiled
    )

let private xunit =
    Regex(@"Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+), Time: ", RegexOptions.Compiled)

let private emptyXunit = Regex(@"^\s*\S+\s+Total: 0\s*$", RegexOptions.Compiled)

let private number (found: Match) (group: int) = Int32.Parse(found.Groups[group].Value.Replace(",", ""))

/// The summary a line holds, if it is one.
let ofLine (line: string) =
    let text = colour.Replace(line, "")
    let byExpecto = expecto.Match text
    let byXunit = xunit.Match text

    if byExpecto.Success then
        let at = number byExpecto
        Some { Passed = at 2; Failed = at 4 + at 5; Skipped = at 3 }
    elif byXunit.Success then
        let at = number byXunit
        Some { Passed = at 1 - at 3 - at 4 - at 5; Failed = at 2 + at 3; Skipped = at 4 + at 5 }
    elif emptyXunit.IsMatch text then
        Some zero
    else
        None

/// Judges a suite by its last summary and its exit code.
let judge (watched: Shell.Watched) =
    match watched.Lines |> List.rev |> List.tryPick ofLine, watched.ExitCode with
    | None, Some code -> Broken($"printed no summary (exit code {code})", zero)
    | None, None -> Broken("was stopped at its time limit", zero)
    | Some tally, None -> Broken("was stopped at its time limit", tally)
    | Some tally, Some _ when tally.Passed + tally.Failed = 0 -> Broken("ran no test", tally)
    | Some tally, Some code when code <> 0 && tally.Failed = 0 ->
        Broken($"ended with exit code {code} though no test failed", tally)
    | Some tally, Some _ -> Counted tally

/// A verdict as numbers: what is broken adds one failure.
let count =
    function
    | Counted tally -> tally
    | Broken(_, tally) -> tally + { zero with Failed = 1 }

/// The one line a test run ends with.
let line tally =
    let skipped = if tally.Skipped > 0 then $", {tally.Skipped} skipped" else ""
    $"{tally.Passed} passed, {tally.Failed} failed{skipped}"

// What the runners print, and how it must be read. Looked at before each test run: a counter that misreads is worse than none.
let private specimens =
    let suite code lines : Shell.Watched = { ExitCode = code; Lines = lines }
    let good =
        "EXPECTO! 1,204 tests run in 00:00:02.1 for miscellaneous – 1,203 passed, 1 ignored, 0 failed, 0 errored. Success! <Expecto>"
    let bad =
        "[18:00:57 ERR] EXPECTO! 4 tests run in 00:00:02.1 for x – 1 passed, 0 ignored, 2 failed, 1 errored.  <Expecto>"
    let xGood = "\x1b[37m   UmsSti.Store.Tests  Total: 57, Errors: 0, Failed: 0, Skipped: 2, Not Run: 0, Time: 0.374s"
    let xBad = "   UmsSti.Store.Tests  Total: 57, Errors: 1, Failed: 3, Skipped: 0, Not Run: 0, Time: 0.374s"

    [ suite (Some 0) [ good ], "1203 passed, 0 failed, 1 skipped"
      suite (Some 1) [ bad; "a last word" ], "1 passed, 3 failed"
      suite (Some 0) [ xGood ], "55 passed, 0 failed, 2 skipped"
      suite (Some 1) [ xBad ], "54 passed, 4 failed"
      suite (Some 134) [ "Unhandled exception." ], "0 passed, 1 failed"
      suite (Some 134) [ xGood; "Aborted" ], "55 passed, 1 failed, 2 skipped"
      suite (Some 0) [ "   UmsSti.Store.Tests  Total: 0" ], "0 passed, 1 failed"
      suite None [ "still going" ], "0 passed, 1 failed" ]

/// Raises when a specimen is misread.
let verify () =
    for watched, expected in specimens do
        let actual = watched |> judge |> count |> line

        if actual <> expected then
            failwith $"The tally reads {watched.Lines} as '{actual}' where '{expected}' is right."
