using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections.Tests;

/// <summary>A projector that does as another one, unless a test has something else in mind.</summary>
public sealed class Meddling(IProjector inner) : IProjector
{
    private int _decoded;

    /// <summary>Called before each event is applied; may throw.</summary>
    public Action<ITimelineEvent>? BeforeApply { get; set; }

    /// <summary>Called with a batch written and not committed; may throw.</summary>
    public Action? AfterFlush { get; set; }

    /// <summary>How many events were decoded.</summary>
    public int Decoded => _decoded;

    public string Name => inner.Name;

    public ReadModelLayout Model => inner.Model;

    public SourceLog Log => inner.Log;

    public IReadOnlyDictionary<string, EventDecoder> Reads => field ??= inner.Reads.ToDictionary(each => each.Key, each => new EventDecoder(recorded =>
    {
        Interlocked.Increment(ref _decoded);
        return each.Value.Decode(recorded);
    }));

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(this, inner.Open(database, generation, isBuilding, cachedRows));

    /// <summary>Wraps the projector of one name and leaves the others.</summary>
    public static (Func<IProjector, IProjector> Change, Func<Meddling> Get) With(string name)
    {
        Meddling? made = null;
        return (projector => projector.Name == name ? made = new Meddling(projector) : projector, () => made!);
    }

    private sealed class Rows(Meddling outer, IProjectionRows inner) : IProjectionRows
    {
        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            outer.BeforeApply?.Invoke(recorded);
            inner.Apply(session, recorded, decoded);
        }

        public void Flush(WriteSession session)
        {
            inner.Flush(session);
            outer.AfterFlush?.Invoke();
        }

        public int Pending => inner.Pending;

        public long PendingBytes => inner.PendingBytes;

        public bool WritesThrough => inner.WritesThrough;

        public void Rest() => inner.Rest();

        public void FlushSlice(WriteSession session, int maxRows) => inner.FlushSlice(session, maxRows);

        public void Discard() => inner.Discard();
    }
}
