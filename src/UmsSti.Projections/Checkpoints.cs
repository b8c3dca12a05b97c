using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Where one projector stands in one generation: position, count, checksum, the streams it holds back and the events it was
/// told to skip. Read once; changed in memory only after the transaction that changed it in the tables is committed.
/// </summary>
internal sealed class Checkpoints(string projector, int generation)
{
    private readonly Dictionary<string, ParkedStream> _parked = new(StringComparer.Ordinal);
    private HashSet<long> _skipped = [];
    private long _saved;

    public Checkpoint Current { get; private set; }

    public int ParkedCount => _parked.Count;

    /// <summary>Whether nothing was held back and nothing left out: the rows hold every event up to the position.</summary>
    public bool IsWhole => _parked.Count == 0 && _skipped.Count == 0;

    /// <summary>Reads what is stored.</summary>
    public void Load(WriteSession session)
    {
        Current = session.FindCheckpoint(projector, generation) ?? default;
        _saved = Current.Position;
        foreach (var parked in session.Parked(projector, generation))
            _parked.Add(parked.Stream, parked);
        _skipped = [.. session.Skipped(projector).Select(skipped => skipped.EventId)];
    }

    public ParkedStream? ParkedOf(string stream) => _parked.Count == 0 ? null : _parked.GetValueOrDefault(stream);

    /// <summary>Whether an operator said that the projector is to go on without this event, for good.</summary>
    public bool IsSkipped(long eventId) => _skipped.Count > 0 && _skipped.Contains(eventId);

    /// <summary>Writes a checkpoint and what became of parked streams, in the transaction of the rows.</summary>
    public void Write(WriteSession session, in Checkpoint next, IEnumerable<ParkedStream> parked)
    {
        foreach (var stream in parked)
            session.Park(projector, generation, stream);
        session.SaveCheckpoint(projector, generation, next);
    }

    /// <summary>Lets a stream flow again, in the transaction of the rows.</summary>
    public void Release(WriteSession session, string stream) => session.Release(projector, generation, stream);

    /// <summary>Records that an event is passed by, in the transaction of the rows.</summary>
    public void Skip(WriteSession session, SkippedPlace skipped) => session.Skip(projector, skipped);

    /// <summary>The transaction is committed.</summary>
    public void Moved(in Checkpoint next)
    {
        Current = next;
        _saved = next.Position;
    }

    public void Parked(ParkedStream stream) => _parked[stream.Stream] = stream;

    public void Released(string stream) => _parked.Remove(stream);

    public void Skipped(long eventId) => _skipped.Add(eventId);

    /// <summary>Moves over events that hold nothing for the projector, in memory.</summary>
    public void PassOver(Batch batch) => Current = Current with { Position = batch.Position, EventId = batch.EventId };

    /// <summary>How far the position in memory is ahead of the stored one.</summary>
    public long Unsaved => Current.Position - _saved;

    /// <summary>Saves a position that has only moved over events without rows.</summary>
    public async Task Save(ReadModelDatabase database, CancellationToken ct)
    {
        if (Unsaved == 0)
            return;
        await database.WriteAsync(session => session.SaveCheckpoint(projector, generation, Current), ct).ConfigureAwait(false);
        _saved = Current.Position;
    }
}
