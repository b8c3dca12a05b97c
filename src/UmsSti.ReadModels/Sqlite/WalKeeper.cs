namespace UmsSti.ReadModels.Sqlite;

/// <summary>
/// Keeps the WAL near its limit. Its pages are moved into the file beside the writer, on a connection of its own, so that no
/// commit, and no read that waits for one, waits for the disk; the writer only moves the last few, and the WAL begins anew.
/// </summary>
internal sealed class WalKeeper(ReadModelOptions options, Connection writer) : IDisposable
{
    /// <summary>Passes over the WAL at most before the writer is asked to finish.</summary>
    private const int MaxPasses = 4;

    /// <summary>Pages the writer may be left with; fewer are not worth another pass.</summary>
    private const int FewPages = 500;

    /// <summary>Times the limit at which the writer moves pages itself, however long that takes.</summary>
    private const int MaxWalOverLimit = 4;

    private Task? _moving;
    private long _pages;

    /// <summary>Called by the writer after each commit. Never throws: what could not be moved is moved after a later one.</summary>
    public void AfterCommit()
    {
        _pages += writer.TakePagesWritten();
        if (_pages < options.WalCheckpointPages)
            return;
        if (_moving is null or { IsCompleted: false })
        {
            _moving ??= Task.Run(Move);
            if (_pages < (long)options.WalCheckpointPages * MaxWalOverLimit)
                return;
        }
        else
            _moving = null;
        var (frames, moved) = Moved(writer);
        _pages = frames >= 0 && frames == moved ? 0 : Math.Min(_pages, options.WalCheckpointPages) / 2; // readers hold it back: half a limit later
    }

    /// <summary>Waits for the pass that is going on.</summary>
    public void Dispose() => _moving?.Wait();

    private void Move()
    {
        try
        {
            using var connection = Connection.Open(options, readOnly: false);
            for (var pass = 0; pass < MaxPasses; pass++)
                if (Moved(connection) is var (frames, moved) && frames - moved < FewPages)
                    return;
        }
        catch (Exception failure) when (failure is ReadModelException or ReadModelStartException)
        {
            // The writer finds that nothing was moved and does it itself; a disk that is full refuses its next transaction.
        }
    }

    private static (int Frames, int Moved) Moved(Connection connection)
    {
        try
        {
            return connection.MoveWal();
        }
        catch (ReadModelException)
        {
            return (-1, 0); // as long as it cannot be moved the WAL grows, and what it grows beyond is refused with an error of its own
        }
    }
}
