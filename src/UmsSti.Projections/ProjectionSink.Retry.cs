using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>What became of another try of a parked stream; <paramref name="Error"/> when it failed again.</summary>
public sealed record ParkedRetry(ParkedRetryOutcome Outcome, string? Error);

/// <summary>See <see cref="ParkedRetry"/>.</summary>
public enum ParkedRetryOutcome
{
    /// <summary>Everything held is applied; the stream flows again.</summary>
    Released,

    /// <summary>It failed again and stays parked.</summary>
    StillFailing,

    /// <summary>The stream is not parked.</summary>
    NotParked,
}

internal sealed partial class ProjectionSink
{
    /// <summary>Applies what a parked stream holds up to the checkpoint, in one transaction, and lets it flow again.</summary>
    public async Task<ParkedRetry> Retry(IEventLog log, string stream, CancellationToken ct)
    {
        if (!_parked.TryGetValue(stream, out var parked))
            return new ParkedRetry(ParkedRetryOutcome.NotParked, null);
        var held = await log.LoadStream(StreamName.Trust(stream), parked.FromIndex, ct).ConfigureAwait(false);
        try
        {
            Checkpoint = await _database.WriteAsync(session => Release(session, parked, held), ct).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsOfStream(fault))
        {
            _rows.Discard();
            return await StayParked(parked, fault, ct).ConfigureAwait(false);
        }
        catch
        {
            _rows.Discard();
            throw;
        }
        _savedPosition = Checkpoint.Position;
        _parked.Remove(stream);
        return new ParkedRetry(ParkedRetryOutcome.Released, null);
    }

    private Checkpoint Release(WriteSession session, ParkedStream parked, RecordedEvent[] held)
    {
        var next = Checkpoint;
        foreach (var recorded in held)
        {
            if (recorded.Position > Checkpoint.Position)
                break; // comes with the next batch
            _rows.Apply(session, recorded, _projector.Decode(recorded));
            next = next with { Applied = next.Applied + 1, Checksum = AppliedChecksum.Add(next.Checksum, recorded.Position, recorded.EventId) };
        }
        _rows.Flush(session);
        session.Release(_projector.Name, _generation, parked.Stream);
        session.SaveCheckpoint(_projector.Name, _generation, next);
        return next;
    }

    private async Task<ParkedRetry> StayParked(ParkedStream parked, Exception fault, CancellationToken ct)
    {
        var again = parked with { Error = Describe(fault), Tries = parked.Tries + 1, At = _time.GetUtcNow() };
        await _database.WriteAsync(session => session.Park(_projector.Name, _generation, again), ct).ConfigureAwait(false);
        _parked[parked.Stream] = again;
        return new ParkedRetry(ParkedRetryOutcome.StillFailing, again.Error);
    }
}
