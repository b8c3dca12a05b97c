/// The package feed. No committed file names one: `paket.dependencies` and `paket.lock` say %NUGET_SOURCE%, and this
/// machine's own NuGet configuration says what that is (ADR 5).
module UmsSti.Build.Feed

open System
open System.Text.RegularExpressions

let private variable = "NUGET_SOURCE"

// `--format short` prints one source a line: flags (E enabled, D disabled, further letters), a space, the address.
let private firstEnabled (listing: string) =
    let line = Regex.Match(listing, @"^\s*E[A-Z]*\s+(\S.*?)\s*$", RegexOptions.Multiline)
    if line.Success then Some line.Groups[1].Value else None

/// Sets the variable for Paket unless the caller has set it.
let derive () =
    if String.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable variable) then
        match firstEnabled (Shell.read "dotnet" [ "nuget"; "list"; "source"; "--format"; "short" ]) with
        | Some address -> Environment.SetEnvironmentVariable(variable, address)
        | None ->
            failwith
                $"No package feed: NuGet has no enabled source on this machine. Add one with `dotnet nuget add source <address>`, or set {variable}."

/// Runs a step that needs the feed, and says so when it fails.
let using (step: unit -> unit) =
    derive ()

    try
        step ()
    with Shell.CommandFailed _ as failed ->
        // The address itself is not printed: it may hold a password.
        failwith
            $"{failed.Message}. Packages come from the feed in {variable}, by default the first that `dotnet nuget list source` shows: does it answer?"
