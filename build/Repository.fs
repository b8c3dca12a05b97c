/// Where the parts of this repository are.
module UmsSti.Build.Repository

open System.IO

/// The top of the clone; every program the build starts works there.
let root = Path.GetFullPath(Path.Combine(__SOURCE_DIRECTORY__, ".."))

let solution = "UmsSti.sln"
let server = "src/UmsSti.Server"
let benchmarks = "tests/UmsSti.Benchmarks"

/// The program that `build` leaves behind.
let serverProgram = Path.Combine(root, server, "bin", "Release", "net10.0", "ums.dll")

/// Every test project, by name: each folder of `tests` but the benchmarks, so that no suite can be forgotten.
let suites =
    Directory.GetDirectories(Path.Combine(root, "tests"))
    |> Array.map (fun folder -> "tests/" + Path.GetFileName folder)
    |> Array.filter (fun project -> project <> benchmarks)
    |> Array.sort
    |> Array.toList

/// Whether a project is written in F# (then its suite speaks Expecto, otherwise xUnit).
let isFSharp project = Directory.GetFiles(Path.Combine(root, project), "*.fsproj").Length = 1
