namespace UmsSti.Store;

/// <summary>When SQLite waits for the disk.</summary>
public enum Synchronous
{
    /// <summary>
    /// At checkpoints only: power loss may take the last commits, at most those since the last checkpoint (the file stays whole, an
    /// ended process loses nothing). A loss window to choose, not to inherit.
    /// </summary>
    Normal,

    /// <summary>At every commit: acknowledged survives power loss. The default; group commit makes it affordable.</summary>
    Full,
}
