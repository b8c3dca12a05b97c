/// The real peers the suites meet: a shell tour with curl, Prometheus, an SMTP server. What is missing is installed where this
/// machine lets us (Debian, as root); elsewhere one line says what to install, before a test fails for want of it.
module UmsSti.Build.Tools

open System
open System.IO

/// A program (or a Python module) the suites need, and the Debian package that brings it.
type private Tool =
    | Command of name: string * package: string
    | PythonModule of name: string * package: string

let private needed =
    [ Command("curl", "curl")
      Command("sqlite3", "sqlite3")
      Command("promtool", "prometheus")
      Command("prometheus", "prometheus")
      PythonModule("aiosmtpd", "python3-aiosmtpd") ]

let private package =
    function
    | Command(_, package)
    | PythonModule(_, package) -> package

let private onPath name =
    (Environment.GetEnvironmentVariable "PATH").Split(Path.PathSeparator)
    |> Array.exists (fun folder -> File.Exists(Path.Combine(folder, name)))

// Debian's own Python, for which the package is made; another one may stand before it on the path.
let private debianPython = "/usr/bin/python3"

let private isThere =
    function
    | Command(name, _) -> onPath name
    | PythonModule(name, _) -> File.Exists debianPython && (Shell.succeeds debianPython [ "-c"; $"import {name}" ])

let private missing () = needed |> List.filter (isThere >> not) |> List.map package |> List.distinct

let private canInstall () = onPath "apt-get" && Environment.UserName = "root"

let private install packages =
    Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive")
    Shell.run "apt-get" [ "update"; "-qq" ]
    Shell.run "apt-get" ([ "install"; "-y"; "-qq"; "--no-install-recommends" ] @ packages)

/// Makes sure that every peer of the suites is there.
let ensure () =
    match missing () with
    | [] -> ()
    | packages when canInstall () -> install packages
    | packages ->
        let list = String.concat " " packages
        failwith $"The suites need programs that are not here. Install the packages: {list} (Debian: apt-get install {list})."
