using System.Threading.Channels;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Building: rows change in memory over many batches and are written once, in slices, before they grow too many.</summary>
internal sealed partial class ProjectionSink
{
    private readonly Dictionary<string, ParkedStream> _heldWhileGathering = new(StringComparer.Ordinal);
    private Checkpoint _gathered;

    /// <summary>
    /// Takes everything in. Returns null at the end; or the position of an event that failed, with the checkpoint where it
    /// was last written and nothing after it kept.
    /// </summary>
    public async Task<long?> Gather(ChannelReader<Batch> batches, Action<long> advance, CancellationToken ct)
    {
        _gathered = Checkpoint;
        try
        {
            while (await batches.WaitToReadAsync(ct).ConfigureAwait(false))
                while (batches.TryRead(out var batch))
                {
                    await _database.WriteAsync(session => Gather(session, batch), ct).ConfigureAwait(false);
                    if (_rows.Pending >= _options.RebuildCachedRows)
                        await WriteGathered(ct).ConfigureAwait(false);
                    advance(batch.Position - batch.After);
                }
            await WriteGathered(ct).ConfigureAwait(false);
            return null;
        }
        catch (GatheringFailedException failure)
        {
            advance(Checkpoint.Position - _gathered.Position);
            _rows.Discard();
            _heldWhileGathering.Clear();
            return failure.Position;
        }
    }

    private void Gather(WriteSession session, Batch batch)
    {
        var next = _gathered;
        foreach (var delivery in batch.Deliveries)
        {
            var recorded = delivery.Recorded;
            next = next with { Seen = next.Seen + 1 };
            if (_parked.Count > 0 && _parked.TryGetValue(recorded.Stream.Value, out var parked))
            {
                parked = _heldWhileGathering.GetValueOrDefault(recorded.Stream.Value) ?? parked;
                _heldWhileGathering[recorded.Stream.Value] = parked with { Held = parked.Held + 1 };
                continue;
            }
            try
            {
                _rows.Apply(session, recorded, DecodedOf(delivery));
            }
            catch (Exception fault) when (IsOfStream(fault))
            {
                throw new GatheringFailedException(recorded.Position, fault);
            }
            next = next with { Applied = next.Applied + 1, Checksum = AppliedChecksum.Add(next.Checksum, recorded.Position, recorded.EventId) };
        }
        _gathered = next with { Position = batch.Position, EventId = batch.EventId };
    }

    private async Task WriteGathered(CancellationToken ct)
    {
        while (_rows.Pending > _options.RebuildSliceRows)
            await _database.WriteAsync(session => Guarded(() => _rows.FlushSlice(session, _options.RebuildSliceRows)), ct).ConfigureAwait(false);
        await _database.WriteAsync(session => Guarded(() =>
        {
            _rows.Flush(session);
            foreach (var parked in _heldWhileGathering.Values)
                session.Park(_projector.Name, _generation, parked);
            session.SaveCheckpoint(_projector.Name, _generation, _gathered);
        }), ct).ConfigureAwait(false);
        foreach (var (stream, parked) in _heldWhileGathering)
            _parked[stream] = parked;
        _heldWhileGathering.Clear();
        Checkpoint = _gathered;
        _savedPosition = Checkpoint.Position;
    }

    // Which event is to blame for a refused row comes out when the stretch is gone through batch by batch.
    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (RowRefusedException refused)
        {
            throw new GatheringFailedException(_gathered.Position, refused);
        }
    }

    private sealed class GatheringFailedException(long position, Exception fault) : Exception(fault.Message, fault)
    {
        public long Position => position;
    }
}
