namespace UmsSti.Kernel

open System

/// Whose key seals and opens personal values on this thread right now, and for which event.
[<Sealed; AllowNullLiteral>]
type internal SealFrame() =
    // Thread-static, not AsyncLocal: System.Text.Json hands its converters no context, one event is encoded or decoded
    // without a single await, and a thread-static costs a hundredth of an AsyncLocal on a path run for every event.
    [<ThreadStatic; DefaultValue>]
    static val mutable private ofThread: SealFrame

    member val Seal: ISubjectSeal | null = null with get, set
    member val Subject: string | null = null with get, set
    member val EventId = 0L with get, set

    static member OfThread =
        match SealFrame.ofThread with
        | null ->
            let frame = SealFrame()
            SealFrame.ofThread <- frame
            frame
        | frame -> frame

/// The ambient subject and event id by which JSON converters seal and open personal values while one event is encoded or decoded.
/// Valid only inside the synchronous `work` of `run`, on its thread.
[<RequireQualifiedAccess>]
module SealScope =
    /// Runs `work` with this seal, subject (null: the stream belongs to nobody) and event id, then restores what was there before.
    let run (seal: ISubjectSeal) (subject: string | null) (eventId: int64) (work: unit -> 'r) =
        let frame = SealFrame.OfThread
        let outerSeal, outerSubject, outerEvent = frame.Seal, frame.Subject, frame.EventId
        frame.Seal <- seal
        frame.Subject <- subject
        frame.EventId <- eventId

        try
            work ()
        finally
            frame.Seal <- outerSeal
            frame.Subject <- outerSubject
            frame.EventId <- outerEvent

    let private demand () =
        let frame = SealFrame.OfThread

        match frame.Seal with
        | null -> invalidOp "A personal value is encoded or decoded outside SealScope.run."
        | seal ->
            match frame.Subject with
            | null -> invalidOp "A personal value stands in an event of a stream that has no subject."
            | subject -> struct (seal, subject, frame.EventId)

    /// Seals text under the ambient subject, bound to the ambient event id. Throws InvalidOperationException outside `run` or without a subject.
    let seal (plain: string) =
        let struct (seal, subject, eventId) = demand ()
        seal.Seal(subject, eventId, plain)

    /// Opens sealed text; null when the subject's key is gone. Throws as `seal` does, and `SealBrokenException` for altered text.
    let unseal (sealedText: string) : string | null =
        let struct (seal, subject, eventId) = demand ()
        seal.Open(subject, eventId, sealedText)
