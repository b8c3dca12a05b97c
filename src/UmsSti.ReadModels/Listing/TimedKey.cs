namespace UmsSti.ReadModels.Listing;

/// <summary>Where a row stands in a list ordered by time: its time, and among equal times its place in the logs.</summary>
/// <param name="At">Unix milliseconds, UTC.</param>
/// <param name="Key">See <see cref="Of"/>.</param>
internal readonly record struct TimedKey(long At, long Key)
{
    /// <summary>The key of a fact: the two logs do not get in each other's way, and within one the order is the log's.</summary>
    /// <param name="log">1: domain log, 2: activity log.</param>
    /// <param name="position">Position in that log, from 1.</param>
    public static long Of(int log, long position) => (2 * position) + (log - 1);

    /// <summary>The log a key belongs to.</summary>
    public static int LogOf(long key) => (int)(key & 1) + 1;

    /// <summary>The position in that log.</summary>
    public static long PositionOf(long key) => key >> 1;
}
