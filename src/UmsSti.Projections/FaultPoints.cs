namespace UmsSti.Projections;

/// <summary>Steps between which a process may die. In the order in which a batch, then a rebuild, passes them.</summary>
public enum FaultPoint
{
    /// <summary>A page was read from the log.</summary>
    Read,

    /// <summary>Its events are decoded.</summary>
    Decoded,

    /// <summary>The transaction of the batch is open, nothing of the projector in it yet.</summary>
    Begun,

    /// <summary>The events are applied to the rows in memory.</summary>
    Applied,

    /// <summary>The rows are written, the checkpoint is not.</summary>
    RowsWritten,

    /// <summary>Rows and checkpoint are written and not committed.</summary>
    CheckpointWritten,

    /// <summary>The transaction is committed; nobody who waits knows yet.</summary>
    Committed,

    /// <summary>A generation was begun beside the one that answers.</summary>
    BuildBegun,

    /// <summary>A slice of its rows is committed.</summary>
    SliceWritten,

    /// <summary>All its rows are committed, with their checkpoint.</summary>
    RowsBuilt,

    /// <summary>It has its indexes and full text.</summary>
    IndexesBuilt,

    /// <summary>It has taken the place of the one that answered; that transaction is open.</summary>
    Swapping,

    /// <summary>It answers; the old one is still to be dropped.</summary>
    Swapped,
}

/// <summary>Where tests let a process die. In production nothing happens at any point.</summary>
public interface IFaultPoints
{
    /// <summary>A consumer, or a rebuild of a model, has reached a step. May throw; must not block for long.</summary>
    void Reach(FaultPoint point, string name);
}

/// <summary>No faults.</summary>
public sealed class NoFaultPoints : IFaultPoints
{
    public static readonly NoFaultPoints Instance = new();

    /// <inheritdoc />
    public void Reach(FaultPoint point, string name)
    {
    }
}
