using UmsSti.Kernel;
using UmsSti.Store;

namespace UmsSti.EventLog.Acceptance;

/// <summary>A real log in a folder of its own.</summary>
public sealed class SqliteLogUnderTest : ILogUnderTest
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), "ums-acceptance-" + Guid.NewGuid().ToString("N"));
    private readonly DataFolder _folder;
    private readonly SqliteEventLog _log;

    public SqliteLogUnderTest(EventLogOptions options)
    {
        _folder = DataFolder.Open(_path);
        _log = SqliteEventLog.Open(_folder, DataFolder.EventsFile, options);
    }

    public IEventLog Log => _log;

    public ICommandMemory Commands => _log;

    public ISnapshotStore Snapshots => _log;

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}

/// <summary>The contract on SQLite as it is shipped.</summary>
public sealed class SqliteFullTests : EventLogContract
{
    protected override ILogUnderTest Open() => new SqliteLogUnderTest(new EventLogOptions());
}

/// <summary>The contract on SQLite that waits for the disk at checkpoints only.</summary>
public sealed class SqliteNormalTests : EventLogContract
{
    protected override ILogUnderTest Open() => new SqliteLogUnderTest(new EventLogOptions { Synchronous = Synchronous.Normal });
}

/// <summary>The contract with every limit so small that each of them is met: tiny batches, one reader, two remembered streams, a checkpoint a commit.</summary>
public sealed class SqliteTightTests : EventLogContract
{
    protected override ILogUnderTest Open() => new SqliteLogUnderTest(new EventLogOptions
    {
        Synchronous = Synchronous.Normal,
        MaxBatchAppends = 3,
        MaxBatchEvents = 4,
        CachedStreams = 2,
        CommandsPerSegment = 2,
        ReaderConnections = 1,
        WalCheckpointPages = 10,
        WriterSpin = TimeSpan.Zero,
        CommitOnCallersThread = false,
    });
}
