using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Applies batches to one generation: rows, checkpoint, count and checksum in one transaction, so every event counts once
/// in effect. A stream that fails is tried again, then parked with its error and its later events held; the others flow on.
/// For one caller at a time.
/// </summary>
internal sealed partial class ProjectionSink
{
    private readonly ReadModelDatabase _database;
    private readonly IProjector _projector;
    private readonly int _generation;
    private readonly IProjectionRows _rows;
    private readonly ProjectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, ParkedStream> _parked = new(StringComparer.Ordinal);
    private long _savedPosition;

    private ProjectionSink(
        ReadModelDatabase database, IProjector projector, int generation, IProjectionRows rows, ProjectionOptions options, TimeProvider time, ILogger logger)
    {
        (_database, _projector, _generation, _rows) = (database, projector, generation, rows);
        (_options, _time, _logger) = (options, time, logger);
    }

    /// <summary>Where it stands; moves only when a transaction is committed, or over events that hold nothing for it.</summary>
    public Checkpoint Checkpoint { get; private set; }

    public int ParkedCount => _parked.Count;

    /// <summary>A sink that goes on where the generation's checkpoint stands.</summary>
    public static async Task<ProjectionSink> Open(
        ReadModelDatabase database, IProjector projector, int generation, bool isBuilding, ProjectionOptions options, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        var rows = projector.Open(database, generation, isBuilding, options.CachedRows);
        var sink = new ProjectionSink(database, projector, generation, rows, options, time, logger);
        await database.WriteAsync(sink.Load, ct).ConfigureAwait(false);
        return sink;
    }

    /// <summary>Applies a batch. What it throws is no stream's fault: nothing of the batch is kept, and the sink is to be opened anew.</summary>
    public async Task Apply(Batch batch, CancellationToken ct)
    {
        if (batch.After > Checkpoint.Position)
            throw new InvalidOperationException($"{_projector.Name} stands at {Checkpoint.Position}; a batch after {batch.After} would leave a gap.");
        if (batch.Position <= Checkpoint.Position)
            return;
        if (batch.Deliveries.Count == 0)
            await PassOver(batch, ct).ConfigureAwait(false);
        else
            await ApplyWithTries(batch, ct).ConfigureAwait(false);
    }

    /// <summary>Saves a checkpoint that has only moved over events without rows.</summary>
    public async Task SavePosition(CancellationToken ct)
    {
        if (_savedPosition == Checkpoint.Position)
            return;
        await _database.WriteAsync(session => session.SaveCheckpoint(_projector.Name, _generation, Checkpoint), ct).ConfigureAwait(false);
        _savedPosition = Checkpoint.Position;
    }

    private async Task PassOver(Batch batch, CancellationToken ct)
    {
        Checkpoint = Checkpoint with { Position = batch.Position, EventId = batch.EventId };
        if (Checkpoint.Position - _savedPosition >= _options.IdleCheckpointEvents)
            await SavePosition(ct).ConfigureAwait(false);
    }

    private async Task ApplyWithTries(Batch batch, CancellationToken ct)
    {
        var faults = new StreamFaults(maxTries: _options.StreamRetryDelays.Count + 1);
        while (!await TryApply(batch, faults, ct).ConfigureAwait(false))
            if (faults.AnyToRetry)
                await Task.Delay(_options.StreamRetryDelays[faults.Tries - 1], _time, ct).ConfigureAwait(false);
    }

    private async Task<bool> TryApply(Batch batch, StreamFaults faults, CancellationToken ct)
    {
        faults.BeginPass();
        try
        {
            var pass = new Pass(this, batch, faults);
            await _database.WriteAsync(pass.Run, ct).ConfigureAwait(false);
            pass.Committed();
            return true;
        }
        catch (PassFailedException)
        {
            _rows.Discard();
            return false;
        }
        catch
        {
            _rows.Discard();
            throw;
        }
    }

    private void Load(WriteSession session)
    {
        Checkpoint = session.FindCheckpoint(_projector.Name, _generation) ?? default;
        _savedPosition = Checkpoint.Position;
        foreach (var parked in session.Parked(_projector.Name, _generation))
            _parked.Add(parked.Stream, parked);
    }

    /// <summary>Rolls the transaction of a pass back; the faults of the pass are noted.</summary>
    private sealed class PassFailedException : Exception;

    /// <summary>One try at a batch, in one transaction.</summary>
    private sealed class Pass(ProjectionSink sink, Batch batch, StreamFaults faults)
    {
        private readonly Dictionary<string, ParkedStream> _held = new(StringComparer.Ordinal);
        private Checkpoint _next;

        public void Run(WriteSession session)
        {
            _next = sink.Checkpoint;
            foreach (var delivery in batch.Deliveries)
                if (delivery.Recorded.Position > sink.Checkpoint.Position)
                    Take(session, delivery);
            if (faults.AnyThisPass)
                throw new PassFailedException();
            Flush(session);
            foreach (var parked in _held.Values)
                session.Park(sink._projector.Name, sink._generation, parked);
            _next = _next with { Position = batch.Position, EventId = batch.EventId };
            session.SaveCheckpoint(sink._projector.Name, sink._generation, _next);
        }

        public void Committed()
        {
            foreach (var (stream, parked) in _held)
            {
                if (!sink._parked.ContainsKey(stream))
                    LogParked(sink._logger, sink._projector.Name, stream, parked.FromPosition, parked.Tries, faults.ErrorOf(StreamName.Trust(stream)));
                sink._parked[stream] = parked;
            }
            sink.Checkpoint = _next;
            sink._savedPosition = _next.Position;
        }

        private void Take(WriteSession session, in Delivery delivery)
        {
            var recorded = delivery.Recorded;
            _next = _next with { Seen = _next.Seen + 1 };
            if (faults.FailedThisPass(recorded.Stream))
                return;
            if (sink._parked.ContainsKey(recorded.Stream.Value) || faults.IsGivenUp(recorded.Stream, recorded.Index))
            {
                Hold(recorded);
                return;
            }
            try
            {
                sink._rows.Apply(session, recorded, sink.DecodedOf(delivery));
                _next = _next with { Applied = _next.Applied + 1, Checksum = AppliedChecksum.Add(_next.Checksum, recorded.Position, recorded.EventId) };
            }
            catch (Exception fault) when (IsOfStream(fault))
            {
                faults.Add(recorded.Stream, recorded.Index, fault);
            }
        }

        private void Hold(RecordedEvent recorded)
        {
            var stream = recorded.Stream.Value;
            var parked = _held.GetValueOrDefault(stream) ?? sink._parked.GetValueOrDefault(stream)
                ?? new ParkedStream(stream, recorded.Index, recorded.Position, Describe(faults.ErrorOf(recorded.Stream)),
                    sink._options.StreamRetryDelays.Count + 1, sink._time.GetUtcNow(), Held: 0);
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

        // A refused row is the sum of its events; which of them is to blame cannot be told.
        private RecordedEvent FirstOf(string subject)
        {
            foreach (var delivery in batch.Deliveries)
                if (delivery.Recorded.Position > sink.Checkpoint.Position && delivery.Recorded.Stream.Id.Value == subject)
                    return delivery.Recorded;
            throw new InvalidOperationException($"{sink._projector.Name}: the refused row of '{subject}' is of no stream in the batch.");
        }
    }

    // A body that could not be decoded ahead is decoded again here: the key or the codec may be well by now.
    private object? DecodedOf(in Delivery delivery) => delivery.Fault is null ? delivery.Decoded : _projector.Decode(delivery.Recorded);

    // The database's own trouble (disk, locks) is nobody's stream.
    private static bool IsOfStream(Exception fault) => fault is not (ReadModelException or OperationCanceledException or OutOfMemoryException);

    private static string Describe(Exception error) => $"{error.GetType().Name}: {error.Message}";

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Projector} parked stream {Stream} at position {Position} after {Tries} tries; its later events are held.")]
    private static partial void LogParked(ILogger logger, string projector, string stream, long position, int tries, Exception error);
}
