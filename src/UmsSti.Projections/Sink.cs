using Microsoft.Extensions.Logging;
using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Applies batches to one generation: rows, checkpoint, count and checksum in one transaction, so every event counts once
/// in effect. A stream that fails is tried again, then parked with its error and its later events held; the others flow on.
/// For one caller at a time.
/// </summary>
internal sealed partial class Sink
{
    private readonly ProjectionRuntime _runtime;
    private readonly IProjector _projector;
    private readonly IProjectionRows _rows;
    private readonly Checkpoints _checkpoints;
    private readonly ILogger _logger;

    private Sink(ProjectionRuntime runtime, IProjector projector, int generation, IProjectionRows rows)
    {
        (_runtime, _projector, _rows) = (runtime, projector, rows);
        _checkpoints = new Checkpoints(projector.Name, generation);
        _logger = runtime.Loggers.CreateLogger<Sink>();
    }

    public IProjector Projector => _projector;

    /// <summary>Where it stands; moves only when a transaction is committed, or over events that hold nothing for it.</summary>
    public Checkpoint Checkpoint => _checkpoints.Current;

    public int ParkedCount => _checkpoints.ParkedCount;

    /// <summary>Whether the rows hold every event up to the checkpoint.</summary>
    public bool IsWhole => _checkpoints.IsWhole;

    /// <summary>A sink that goes on where the generation's checkpoint stands.</summary>
    public static async Task<Sink> Open(ProjectionRuntime runtime, IProjector projector, int generation, bool isBuilding, CancellationToken ct)
    {
        var rows = projector.Open(runtime.Database, generation, isBuilding, runtime.Options.CachedRows);
        var sink = new Sink(runtime, projector, generation, rows);
        await runtime.Database.WriteAsync(sink._checkpoints.Load, ct).ConfigureAwait(false);
        return sink;
    }

    /// <summary>Whether events between the checkpoint and the batch would be left out.</summary>
    public bool IsBehind(Batch batch) => batch.After > Checkpoint.Position;

    /// <summary>Takes a batch in that holds nothing for it; false when there is something to be written.</summary>
    public async ValueTask<bool> PassOver(Batch batch, CancellationToken ct)
    {
        if (batch.Position <= Checkpoint.Position)
            return true;
        if (!batch.Of(_projector).IsEmpty)
            return false;
        _checkpoints.PassOver(batch);
        if (_checkpoints.Unsaved >= _runtime.Options.IdleCheckpointEvents)
            await SavePosition(ct).ConfigureAwait(false);
        return true;
    }

    /// <summary>One try at a batch, to be run in a transaction that others may share.</summary>
    public Pass Begin(Batch batch, StreamFaults faults)
    {
        if (IsBehind(batch))
            throw new InvalidOperationException($"{_projector.Name} stands at {Checkpoint.Position}; a batch after {batch.After} would leave a gap.");
        return new Pass(this, batch, faults);
    }

    /// <summary>
    /// Applies a batch in transactions of its own, with tries and parking. What it throws is no stream's fault: nothing of
    /// the batch is kept, and the sink is to be opened anew.
    /// </summary>
    public async Task Apply(Batch batch, StreamFaults faults, CancellationToken ct)
    {
        if (await PassOver(batch, ct).ConfigureAwait(false))
            return;
        while (true)
        {
            if (faults.AnyToRetry)
                await Task.Delay(_runtime.Options.StreamRetryDelays[faults.Tries - 1], _runtime.Time, ct).ConfigureAwait(false);
            if (await TryApply(batch, faults, ct).ConfigureAwait(false))
                return;
        }
    }

    /// <summary>As <see cref="Apply"/>, once: false when a stream failed, with the faults noted and nothing kept.</summary>
    public async Task<bool> TryApply(Batch batch, StreamFaults faults, CancellationToken ct)
    {
        if (await PassOver(batch, ct).ConfigureAwait(false))
            return true;
        var pass = Begin(batch, faults);
        try
        {
            await _runtime.Database.WriteAsync(pass.Run, ct).ConfigureAwait(false);
        }
        catch (PassFailedException)
        {
            pass.RolledBack();
            return false;
        }
        catch
        {
            pass.RolledBack();
            throw;
        }
        pass.Committed();
        _runtime.Reach(FaultPoint.Committed, _projector.Name);
        return true;
    }

    /// <summary>Saves a checkpoint that has only moved over events without rows.</summary>
    public Task SavePosition(CancellationToken ct) => _checkpoints.Save(_runtime.Database, ct);

    // A body that could not be decoded ahead is decoded again here: the key or the codec may be well by now.
    private object? DecodedOf(in Delivery delivery) => delivery.Fault is null ? delivery.Decoded : _projector.Decode(delivery.Recorded);

    // The database's own trouble (disk, locks) is nobody's stream.
    private static bool IsOfStream(Exception fault) => fault is not (ReadModelException or OperationCanceledException or OutOfMemoryException);

    private static Checkpoint Counted(in Checkpoint checkpoint, RecordedEvent recorded) => checkpoint with
    {
        Applied = checkpoint.Applied + 1,
        Checksum = AppliedChecksum.Add(checkpoint.Checksum, recorded.Position, recorded.EventId),
    };

    private static string Describe(Exception error) => $"{error.GetType().Name}: {error.Message}";

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Projector} parked stream {Stream} at position {Position} after {Tries} tries; its later events are held.")]
    private static partial void LogParked(ILogger logger, string projector, string stream, long position, int tries, Exception error);
}
