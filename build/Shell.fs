/// Starts other programs and hands on what they print.
module UmsSti.Build.Shell

open System
open System.Collections.Concurrent
open System.Diagnostics
open System.Runtime.InteropServices

/// A program ended with another exit code than 0.
exception CommandFailed of commandLine: string * exitCode: int with
    override this.Message = $"`{this.commandLine}` ended with exit code {this.exitCode}"

/// How a watched program ended: `ExitCode` is `None` when it was stopped at its time limit.
type Watched = { ExitCode: int option; Lines: string list }

let private startInfo program (args: string list) = ProcessStartInfo(program, args, WorkingDirectory = Repository.root)

/// Runs a program on this console and waits for it; its exit code is the answer.
let exitCode program args =
    use running = Process.Start(startInfo program args)
    running.WaitForExit()
    running.ExitCode

/// Runs a program on this console; raises `CommandFailed` unless it succeeds.
let run program args =
    match exitCode program args with
    | 0 -> ()
    | code -> raise (CommandFailed(String.concat " " (program :: args), code))

/// Whether a program ends well; what it prints is not shown.
let succeeds program args =
    let info = startInfo program args
    info.RedirectStandardOutput <- true
    info.RedirectStandardError <- true
    use running = Process.Start info
    let errors = running.StandardError.ReadToEndAsync()
    running.StandardOutput.ReadToEnd() |> ignore
    errors.Wait()
    running.WaitForExit()
    running.ExitCode = 0

/// Runs a program and answers what it printed on standard output; raises `CommandFailed` unless it succeeds.
let read program args =
    let info = startInfo program args
    info.RedirectStandardOutput <- true
    use running = Process.Start info
    let output = running.StandardOutput.ReadToEnd()
    running.WaitForExit()

    if running.ExitCode = 0 then
        output
    else
        raise (CommandFailed(String.concat " " (program :: args), running.ExitCode))

/// Runs a program, printing each line as it comes and keeping it; past the limit it is stopped with all it started.
let watch (limit: TimeSpan) program args =
    let info = startInfo program args
    info.RedirectStandardOutput <- true
    info.RedirectStandardError <- true
    use running = new Process(StartInfo = info)
    let lines = ConcurrentQueue<string>()

    let keep (line: DataReceivedEventArgs) =
        if not (isNull line.Data) then
            lines.Enqueue line.Data
            Console.Out.WriteLine line.Data

    running.OutputDataReceived.Add keep
    running.ErrorDataReceived.Add keep
    running.Start() |> ignore
    running.BeginOutputReadLine()
    running.BeginErrorReadLine()
    let ended = running.WaitForExit limit

    if not ended then
        running.Kill(entireProcessTree = true)

    running.WaitForExit() // without a limit it also waits for the last lines
    { ExitCode = (if ended then Some running.ExitCode else None); Lines = List.ofSeq lines }

/// Runs a program in the foreground: Ctrl-C and SIGTERM reach it, and this build waits until it has stopped in order.
let foreground program args =
    use running = Process.Start(startInfo program args)

    let pass (signal: PosixSignalContext) =
        signal.Cancel <- true

        if not running.HasExited then
            exitCode "kill" [ "-TERM"; string running.Id ] |> ignore // gone in the meantime: nothing left to stop

    use _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, pass)
    use _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, pass)
    running.WaitForExit()
    running.ExitCode
