namespace UmsSti.Application

open System.Threading
open System.Threading.Tasks
open UmsSti.Domain

/// Keeps what operators do to the machinery (projections, outbox, webhooks, exports) in the activity log.
[<Sealed>]
type Operators internal (wiring: Wiring) =
    /// Records a fact under the envelope's actor; durable when it completes, so the answer may leave then. Throws
    /// `LogUnavailableException` when nothing can be written.
    member _.Record(envelope: Envelope, fact: Operator.Events.Event, ct: CancellationToken) : Task =
        task {
            let envelope = envelope.Kept
            // The program has a key as well: reasons are sealed whoever gave them.
            do! wiring.Sealing.Keys.Ensure(envelope.Actor, ct)
            let context = Context.about "" envelope.CorrelationId envelope
            let! _ = wiring.Operators.AppendFacts(context, OperatorStream.streamId envelope.Actor, [| fact |], ct)
            return ()
        }
