using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace UmsSti.Store.Sqlite;

/// <summary>
/// Moves pages from the WAL into the file beside the writer, on a thread and connection of its own, so that no commit waits for it.
/// Pages written meanwhile are left for the next pass; what is left after the last pass is so little that the writer moves it
/// itself, and the WAL begins anew.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    /// <summary>Passes over the WAL at most before the writer is asked to finish.</summary>
    private const int MaxPasses = 4;

    /// <summary>Pages the writer may be left with; fewer are not worth another pass.</summary>
    private const int FewPages = 500;

    private const int Idle = 0;
    private const int Working = 1;
    private const int Finished = 2;

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private int _state;
    private volatile bool _stopping;

    public Checkpointer(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _thread = new Thread(Run) { Name = $"checkpointer of {Path.GetFileName(path)}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Asks for a checkpoint; does nothing while one is going on.</summary>
    public void Request()
    {
        if (Interlocked.CompareExchange(ref _state, Working, Idle) == Idle)
            _wake.Set();
    }

    /// <summary>Whether a checkpoint asked for has ended; true once for each.</summary>
    public bool TakeFinished() => Interlocked.CompareExchange(ref _state, Idle, Finished) == Finished;

    /// <summary>Ends the thread, after the pass it is in.</summary>
    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        Database? database = null;
        while (true)
        {
            _wake.WaitOne();
            if (_stopping)
                break;
            try
            {
                database ??= Database.Open(_path);
                MovePages(database);
            }
            catch (SqliteFault fault)
            {
                _logger.LogWarning(fault, "The write-ahead log of {File} could not be moved into the file now.", Path.GetFileName(_path));
                database?.Dispose();
                database = null;
            }

            Interlocked.Exchange(ref _state, Finished);
        }

        database?.Dispose();
    }

    private void MovePages(Database database)
    {
        for (var pass = 0; pass < MaxPasses && !_stopping; pass++)
        {
            var (frames, moved) = database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
            if (frames - moved < FewPages)
                return;
        }
    }
}
