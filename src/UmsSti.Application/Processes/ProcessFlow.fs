namespace UmsSti.Application

open System.Collections.Generic
open UmsSti.Domain

/// What a step needs to make its command.
[<NoComparison>]
type ProcessStep =
    {
        Id: ProcessId
        Step: string
        /// As they were noted when the process began.
        Facts: IReadOnlyDictionary<string, string>
    }

/// One kind of process: the commands of its steps, what takes them back, and how refusals are read. All of it is pure.
[<NoComparison; NoEquality>]
type ProcessFlow =
    {
        /// Stable, letters and '-' only: part of stream names, idempotency keys and the actor `system:{kind}`.
        Kind: string
        /// None: this program knows no such step; the process then fails and takes back what was done.
        Command: ProcessStep -> Command voption
        /// A step that is a command for each thing that is found, instead of one. None: it is one command.
        Sweep: ProcessStep -> UpkeepQuery voption
        /// None: there is nothing to take back.
        Undo: ProcessStep -> Command voption
        /// How a refusal of a step is to be taken.
        Judge: ProcessStep -> Refusal -> Process.Result
    }
