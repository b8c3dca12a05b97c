using UmsSti.Kernel;
using UmsSti.ReadModels;

namespace UmsSti.Projections;

/// <summary>
/// Turns the events of some categories into rows of one model. A pure function of events: no clock, no ids, no IO but its
/// rows (PR-02). Events arrive in log order, each once in effect.
/// </summary>
public interface IProjector : IEventConsumer
{
    /// <summary>The tables it writes to; several projectors may share a model.</summary>
    ReadModelLayout Model { get; }

    /// <summary>How soon its rows follow the log.</summary>
    ProjectionPace Pace => ProjectionPace.AtOnce;

    /// <summary>Rows of one generation, for one sink.</summary>
    IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows);
}

/// <summary>How soon rows follow the log (PR-07, PR-08). Each pace has a live tail of its own, so that commands do not pay for views.</summary>
public enum ProjectionPace
{
    /// <summary>As soon as a commit wakes it: callers read these rows back.</summary>
    AtOnce,

    /// <summary>A little later, so that more events share a transaction: see <see cref="ProjectionOptions.GatherTime"/>. A read that waits makes it hurry.</summary>
    Gathered,
}

/// <summary>One projector's changes to one generation, a batch at a time.</summary>
public interface IProjectionRows
{
    /// <summary>Applies one event to the rows in memory. What it throws is the fault of the event's stream.</summary>
    void Apply(WriteSession session, ITimelineEvent recorded, object? decoded);

    /// <summary>Writes the batch. A row that is refused throws <see cref="RowRefusedException"/> with the id part of its stream.</summary>
    void Flush(WriteSession session);

    /// <summary>Rows that <see cref="Flush"/> would write.</summary>
    int Pending { get; }

    /// <summary>Memory of rows that wait, bytes, roughly.</summary>
    long PendingBytes => Pending * 1_000L;

    /// <summary>
    /// Whether a build writes the rows of every page with that page, because later events seldom touch them again. Otherwise they
    /// wait over many pages, so that each row is written once for all its events.
    /// </summary>
    bool WritesThrough => false;

    /// <summary>Writes some of the rows of a generation that nobody asks yet; the rest stays pending.</summary>
    void FlushSlice(WriteSession session, int maxRows) => Flush(session);

    /// <summary>A page of a build is applied: rows that wait may be kept in a smaller form.</summary>
    void Rest()
    {
    }

    /// <summary>Forgets the batch after its transaction was rolled back.</summary>
    void Discard();
}
