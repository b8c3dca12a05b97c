using UmsSti.ReadModels;

namespace UmsSti.Projections;

internal sealed partial class Sink
{
    /// <summary>Begins to build: rows change in memory over many batches and are written once, in slices, before they grow too many.</summary>
    public Gathering Gather() => new(this);

    /// <summary>
    /// What a build has in memory. An event that fails ends it (<see cref="FailedAt"/>): nothing after the last write is
    /// kept, and the stretch is to be gone through batch by batch, with tries.
    /// </summary>
    internal sealed class Gathering(Sink sink)
    {
        private readonly Dictionary<string, ParkedStream> _held = new(StringComparer.Ordinal);
        private Checkpoint _gathered = sink.Checkpoint;

        public Sink Sink => sink;

        /// <summary>Position up to which the stretch is to be gone through slowly; null while all is well.</summary>
        public long? FailedAt { get; private set; }

        /// <summary>Rows that wait to be written.</summary>
        public int Pending => sink._rows.Pending;

        /// <summary>Their memory, bytes, roughly.</summary>
        public long PendingBytes => sink._rows.PendingBytes;

        private bool WritesThrough => FailedAt is null && sink._rows.WritesThrough;

        /// <summary>Applies a batch in memory.</summary>
        public void Take(WriteSession session, Batch batch)
        {
            var next = _gathered;
            foreach (var delivery in batch.Of(sink._projector))
            {
                var recorded = delivery.Recorded;
                if (recorded.Position <= _gathered.Position)
                    continue;
                next = next with { Seen = next.Seen + 1 };
                if (sink._checkpoints.IsSkipped(recorded.EventId) || IsHeld(recorded.Stream.Value, recorded.Index))
                    continue;
                try
                {
                    sink._rows.Apply(session, recorded, sink.DecodedOf(delivery));
                }
                catch (Exception fault) when (IsOfStream(fault))
                {
                    Fail(recorded.Position);
                    return;
                }
                next = Counted(next, recorded);
            }
            sink._rows.Rest();
            _gathered = next with { Position = batch.Position, EventId = batch.EventId };
        }

        /// <summary>
        /// Writes what was taken, with its checkpoint, where rows do not wait. Throws <see cref="RowRefusedException"/> after it has
        /// failed: the transaction is to be rolled back, and run again for the others.
        /// </summary>
        public void WriteThrough(WriteSession session)
        {
            if (!WritesThrough)
                return;
            try
            {
                WriteLast(session);
            }
            catch (RowRefusedException)
            {
                Fail(_gathered.Position);
                throw;
            }
        }

        /// <summary>What was written through is committed.</summary>
        public void Committed()
        {
            if (!WritesThrough)
                return;
            Moved();
            sink._runtime.Reach(FaultPoint.SliceWritten, sink._projector.Name);
        }

        /// <summary>Writes what is pending, in bounded transactions; the checkpoint with the last.</summary>
        public async Task Write(CancellationToken ct)
        {
            var (database, options, name) = (sink._runtime.Database, sink._runtime.Options, sink._projector.Name);
            while (FailedAt is null && sink._rows.Pending > options.RebuildSliceRows)
            {
                if (await Guarded(session => sink._rows.FlushSlice(session, options.RebuildSliceRows), database, ct).ConfigureAwait(false))
                    sink._runtime.Reach(FaultPoint.SliceWritten, name);
            }
            if (FailedAt is null && await Guarded(WriteLast, database, ct).ConfigureAwait(false))
                Moved();
        }

        private void WriteLast(WriteSession session)
        {
            sink._rows.Flush(session);
            sink._checkpoints.Write(session, _gathered, _held.Values);
        }

        private void Moved()
        {
            foreach (var parked in _held.Values)
                sink._checkpoints.Parked(parked);
            _held.Clear();
            sink._checkpoints.Moved(_gathered);
        }

        // Which event is to blame for a refused row comes out when the stretch is gone through batch by batch.
        private async Task<bool> Guarded(Action<WriteSession> write, ReadModelDatabase database, CancellationToken ct)
        {
            try
            {
                await database.WriteAsync(write, ct).ConfigureAwait(false);
                return true;
            }
            catch (RowRefusedException)
            {
                Fail(_gathered.Position);
                return false;
            }
        }

        private bool IsHeld(string stream, long index)
        {
            if (sink._checkpoints.ParkedOf(stream) is not { } parked || index < parked.FromIndex)
                return false;
            var held = _held.GetValueOrDefault(stream) ?? parked;
            _held[stream] = held with { Held = held.Held + 1 };
            return true;
        }

        private void Fail(long position)
        {
            FailedAt = position;
            sink._rows.Discard();
            _held.Clear();
        }
    }
}
