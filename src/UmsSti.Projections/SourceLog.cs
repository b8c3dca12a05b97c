namespace UmsSti.Projections;

/// <summary>Which log a projector reads. The numbers are stored.</summary>
public enum SourceLog
{
    /// <summary><c>events.db</c></summary>
    Domain = 1,

    /// <summary><c>activity.db</c></summary>
    Activity = 2,
}
