using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>Parked streams: another try, or going on without what fails.</summary>
internal sealed partial class Sink
{
    /// <summary>
    /// Applies what a parked stream holds up to the checkpoint and lets it flow again: all at once, and when that fails one
    /// event at a time, so that it stays parked at the very event that fails.
    /// </summary>
    public async Task<ParkedRetry> Retry(IEventLog log, string stream, CancellationToken ct)
    {
        if (_checkpoints.ParkedOf(stream) is not { } parked)
            return new ParkedRetry(ParkedRetryOutcome.NotParked, null);
        var held = await Held(log, parked, ct).ConfigureAwait(false);
        if (await TryOnce(session => ApplyHeld(session, stream, held), ct).ConfigureAwait(false) is null)
        {
            _checkpoints.Released(stream);
            return new ParkedRetry(ParkedRetryOutcome.Released, null);
        }
        return await RetryEach(stream, held, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Goes on without the event a parked stream fails at, or without all it holds. What is passed by is recorded, and a
    /// rebuild passes it by as well.
    /// </summary>
    public async Task<ParkedSkip> Skip(IEventLog log, string stream, SkipExtent extent, CancellationToken ct)
    {
        if (_checkpoints.ParkedOf(stream) is null)
            return new ParkedSkip(ParkedRetryOutcome.NotParked, [], null);
        if (extent == SkipExtent.FailingEvent)
        {
            var retry = await Retry(log, stream, ct).ConfigureAwait(false);
            if (retry.Outcome == ParkedRetryOutcome.Released)
                return new ParkedSkip(retry.Outcome, [], null); // it is well by itself
        }
        var parked = _checkpoints.ParkedOf(stream)!;
        var held = await Held(log, parked, ct).ConfigureAwait(false);
        var skipped = held.Take(extent == SkipExtent.FailingEvent ? 1 : held.Length).Select(recorded => Skipped(recorded, parked)).ToArray();
        var rest = held[skipped.Length..];
        await _runtime.Database.WriteAsync(session => Record(session, parked, skipped, rest), ct).ConfigureAwait(false);
        foreach (var each in skipped)
            _checkpoints.Skipped(each.EventId);
        _checkpoints.Moved(Checkpoint);
        if (rest.Length == 0)
        {
            _checkpoints.Released(stream);
            return new ParkedSkip(ParkedRetryOutcome.Released, skipped, null);
        }
        _checkpoints.Parked(From(parked, rest));
        var after = await Retry(log, stream, ct).ConfigureAwait(false);
        return new ParkedSkip(after.Outcome, skipped, after.Error);
    }

    // What came after the checkpoint comes with the next batch.
    private async Task<RecordedEvent[]> Held(IEventLog log, ParkedStream parked, CancellationToken ct)
    {
        var events = await log.LoadStream(StreamName.Trust(parked.Stream), parked.FromIndex, ct).ConfigureAwait(false);
        return [.. events.TakeWhile(recorded => recorded.Position <= Checkpoint.Position)];
    }

    private async Task<ParkedRetry> RetryEach(string stream, RecordedEvent[] held, CancellationToken ct)
    {
        for (var i = 0; i < held.Length; i++)
        {
            var (recorded, rest) = (held[i], held[(i + 1)..]);
            if (await TryOnce(session => ApplyOne(session, stream, recorded, rest), ct).ConfigureAwait(false) is { } fault)
                return await StayParked(stream, fault, ct).ConfigureAwait(false);
            if (rest.Length > 0)
                _checkpoints.Parked(From(_checkpoints.ParkedOf(stream)!, rest));
        }
        _checkpoints.Released(stream);
        return new ParkedRetry(ParkedRetryOutcome.Released, null);
    }

    // Null when it is committed; otherwise the fault of the stream.
    private async Task<Exception?> TryOnce(Func<WriteSession, Checkpoint> work, CancellationToken ct)
    {
        try
        {
            _checkpoints.Moved(await _runtime.Database.WriteAsync(work, ct).ConfigureAwait(false));
            return null;
        }
        catch (Exception fault) when (IsOfStream(fault))
        {
            _rows.Discard();
            return fault;
        }
        catch
        {
            _rows.Discard();
            throw;
        }
    }

    private Checkpoint ApplyHeld(WriteSession session, string stream, RecordedEvent[] held)
    {
        var next = Checkpoint;
        foreach (var recorded in held)
            next = ApplyHeld(session, next, recorded);
        _rows.Flush(session);
        _checkpoints.Release(session, stream);
        _checkpoints.Write(session, next, []);
        return next;
    }

    private Checkpoint ApplyOne(WriteSession session, string stream, RecordedEvent recorded, RecordedEvent[] rest)
    {
        var next = ApplyHeld(session, Checkpoint, recorded);
        _rows.Flush(session);
        if (rest.Length == 0)
            _checkpoints.Release(session, stream);
        _checkpoints.Write(session, next, rest.Length == 0 ? [] : [From(_checkpoints.ParkedOf(stream)!, rest)]);
        return next;
    }

    private Checkpoint ApplyHeld(WriteSession session, in Checkpoint checkpoint, RecordedEvent recorded)
    {
        if (_checkpoints.IsSkipped(recorded.EventId))
            return checkpoint;
        _rows.Apply(session, recorded, _projector.Decode(recorded));
        return Counted(checkpoint, recorded);
    }

    private async Task<ParkedRetry> StayParked(string stream, Exception fault, CancellationToken ct)
    {
        var parked = _checkpoints.ParkedOf(stream)!;
        var again = parked with { Error = Describe(fault), Tries = parked.Tries + 1, At = _runtime.Time.GetUtcNow() };
        await _runtime.Database.WriteAsync(session => _checkpoints.Write(session, Checkpoint, [again]), ct).ConfigureAwait(false);
        _checkpoints.Parked(again);
        return new ParkedRetry(ParkedRetryOutcome.StillFailing, again.Error);
    }

    private void Record(WriteSession session, ParkedStream parked, SkippedPlace[] skipped, RecordedEvent[] rest)
    {
        foreach (var each in skipped)
            _checkpoints.Skip(session, each);
        if (rest.Length == 0)
            _checkpoints.Release(session, parked.Stream);
        _checkpoints.Write(session, Checkpoint, rest.Length == 0 ? [] : [From(parked, rest)]);
    }

    private SkippedPlace Skipped(RecordedEvent recorded, ParkedStream parked) =>
        new(recorded.EventId, recorded.Stream.Value, recorded.Index, recorded.Position, recorded.EventType, parked.Error, _runtime.Time.GetUtcNow());

    private static ParkedStream From(ParkedStream parked, RecordedEvent[] rest) =>
        parked with { FromIndex = rest[0].Index, FromPosition = rest[0].Position, Held = rest.Length };
}
