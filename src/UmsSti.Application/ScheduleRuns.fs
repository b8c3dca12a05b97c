namespace UmsSti.Application

open System
open System.Threading
open System.Threading.Tasks
open UmsSti.Domain
open UmsSti.Kernel

/// The record and the lease of each schedule's runs (see `Schedule`).
[<Sealed>]
type ScheduleRuns internal (wiring: Wiring, isOnlyWriter: bool) =
    let decider (envelope: Envelope) name =
        Decider.forRequest wiring.Schedules (Context.about "" envelope.CorrelationId envelope) (ScheduleStream.streamId name)

    /// No other process writes this log: nobody waits for the lease of a process that has ended.
    member _.OwnerIsAlone = isOnlyWriter

    /// What is known of a schedule's runs.
    member _.Load(name: string, ct: CancellationToken) : Task<Schedule.Fold.State> =
        (Decider.forRequest wiring.Schedules Unchecked.defaultof<EncodeContext> (ScheduleStream.streamId name))
            .Query((fun state -> state), ct = ct)

    /// Starts a run, unless another goes on or nothing is due.
    member _.Start
        (name: string, start: Schedule.Decisions.Start, envelope: Envelope, ct: CancellationToken)
        : Task<Schedule.Decisions.StartOutcome> =
        let start = { start with Now = Moments.kept start.Now }
        (decider envelope.Kept name).Transact(Schedule.Decisions.start start, ct = ct)

    /// Renews the lease of a run. False: it was taken over, and must stop.
    member _.Renew
        (name: string, runId: string, lease: TimeSpan, succeeded: int, failed: int, envelope: Envelope, ct: CancellationToken)
        : Task<bool> =
        let envelope = envelope.Kept
        (decider envelope name).Transact(Schedule.Decisions.renew envelope.Now runId lease succeeded failed, ct = ct)

    /// Notes how a run ended.
    member _.Finish(name: string, ended: Schedule.Events.RunEnded, envelope: Envelope, ct: CancellationToken) : Task =
        let ended = { ended with At = Moments.kept ended.At }
        (decider envelope.Kept name).Transact(Schedule.Decisions.finish ended, ct = ct)
