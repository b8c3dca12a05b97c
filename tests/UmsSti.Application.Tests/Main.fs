module UmsSti.Application.Tests.Main

open Expecto

/// Runs every value marked `[<Tests>]` of this assembly; the exit code is not 0 when one fails.
[<EntryPoint>]
let main args = runTestsInAssemblyWithCLIArgs [] args
