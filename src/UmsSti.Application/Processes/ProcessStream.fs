namespace UmsSti.Application

open UmsSti.Domain
open UmsSti.Kernel

/// Names one run of a process: what kind of work, on whom, and which of several (the link it is about, the event that
/// prompted it). The same prompting twice gives the same id, so a process is never begun twice. No part contains '_'.
[<Struct>]
type ProcessId =
    { Kind: string
      Subject: string
      Run: string }

    /// `{kind}_{subject}_{run}`
    member this.Value = $"{this.Kind}_{this.Subject}_{this.Run}"
    override this.ToString() = this.Value

    /// Reads an id back; none for any other text.
    static member TryParse(text: string) : ProcessId voption =
        match text.Split '_' with
        | [| kind; subject; run |] when kind <> "" && subject <> "" && run <> "" ->
            ValueSome { Kind = kind; Subject = subject; Run = run }
        | _ -> ValueNone

/// `Process-{kind}_{subject}_{run}` in the domain log. Holds ids, codes and times only, so nothing in it is sealed.
[<RequireQualifiedAccess>]
module ProcessStream =
    [<Literal>]
    let Category = "Process"

    let streamId (id: ProcessId) = StreamId.Compose [| id.Kind; id.Subject; id.Run |]
    let streamName (id: ProcessId) = StreamName.create Category (streamId id)

    let codec (sealing: Sealing) = sealing.Codec<Process.Events.Event>(fun _ -> ValueNone)
