using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

internal sealed partial class Sink
{
    /// <summary>A stream failed: the transaction of the pass is to be rolled back; the faults are noted.</summary>
    internal sealed class PassFailedException : Exception;

    /// <summary>One try at a batch. After it was rolled back it may be run again.</summary>
    internal sealed class Pass(Sink sink, Batch batch, StreamFaults faults)
    {
        private readonly Dictionary<string, ParkedStream> _held = new(StringComparer.Ordinal);
        private Checkpoint _next;

        public StreamFaults Faults => faults;

        /// <summary>Applies and writes everything. Throws <see cref="PassFailedException"/> when a stream failed.</summary>
        public void Run(WriteSession session)
        {
            var name = sink._projector.Name;
            sink._runtime.Reach(FaultPoint.Begun, name);
            faults.BeginPass();
            _held.Clear();
            _next = sink.Checkpoint;
            foreach (var delivery in batch.Of(sink._projector))
                if (delivery.Recorded.Position > sink.Checkpoint.Position)
                    Take(session, delivery);
            if (faults.AnyThisPass)
                throw new PassFailedException();
            sink._runtime.Reach(FaultPoint.Applied, name);
            Flush(session);
            sink._runtime.Reach(FaultPoint.RowsWritten, name);
            _next = _next with { Position = batch.Position, EventId = batch.EventId };
            sink._checkpoints.Write(session, _next, _held.Values);
            sink._runtime.Reach(FaultPoint.CheckpointWritten, name);
        }

        /// <summary>What was written is committed.</summary>
        public void Committed()
        {
            foreach (var (stream, parked) in _held)
            {
                if (sink._checkpoints.ParkedOf(stream) is null)
                    LogParked(sink._logger, sink._projector.Name, stream, parked.FromPosition, parked.Tries, faults.ErrorOf(StreamName.Trust(stream)));
                sink._checkpoints.Parked(parked);
            }
            sink._checkpoints.Moved(_next);
        }

        /// <summary>Nothing of it is kept.</summary>
        public void RolledBack() => sink._rows.Discard();

        private void Take(WriteSession session, in Delivery delivery)
        {
            var recorded = delivery.Recorded;
            _next = _next with { Seen = _next.Seen + 1 };
            if (faults.FailedThisPass(recorded.Stream) || sink._checkpoints.IsSkipped(recorded.EventId))
                return;
            if (IsHeld(recorded))
            {
                Hold(recorded);
                return;
            }
            try
            {
                sink._rows.Apply(session, recorded, sink.DecodedOf(delivery));
                _next = Counted(_next, recorded);
            }
            catch (Exception fault) when (IsOfStream(fault))
            {
                faults.Add(recorded.Stream, recorded.Index, fault);
            }
        }

        private bool IsHeld(RecordedEvent recorded) =>
            (sink._checkpoints.ParkedOf(recorded.Stream.Value) is { } parked && recorded.Index >= parked.FromIndex)
            || faults.IsGivenUp(recorded.Stream, recorded.Index);

        private void Hold(RecordedEvent recorded)
        {
            var stream = recorded.Stream.Value;
            var parked = _held.GetValueOrDefault(stream) ?? sink._checkpoints.ParkedOf(stream)
                ?? new ParkedStream(stream, recorded.Index, recorded.Position, Describe(faults.ErrorOf(recorded.Stream)),
                    sink._runtime.Options.StreamRetryDelays.Count + 1, sink._runtime.Time.GetUtcNow(), Held: 0);
            _held[stream] = parked with { Held = parked.Held + 1 };
        }

        private void Flush(WriteSession session)
        {
            try
            {
                sink._rows.Flush(session);
            }
            catch (RowRefusedException refused)
            {
                var first = FirstOf(refused.Subject);
                faults.Add(first.Stream, first.Index, refused);
                throw new PassFailedException();
            }
        }

        // A refused row is the sum of its events; which of them is to blame comes out when the stream is tried one event at a time.
        private RecordedEvent FirstOf(string subject)
        {
            foreach (var delivery in batch.Of(sink._projector))
                if (delivery.Recorded.Position > sink.Checkpoint.Position && delivery.Recorded.Stream.Id.Value == subject)
                    return delivery.Recorded;
            throw new InvalidOperationException($"{sink._projector.Name}: the refused row of '{subject}' is of no stream in the batch.");
        }
    }
}
