using Microsoft.Extensions.Logging;
using SQLitePCL;
using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>A stream as the writer knows it; <see cref="Id"/> is 0 while the stream has no row.</summary>
internal sealed class StreamState(long id, long version)
{
    public long Id = id;

    /// <summary>Number of events.</summary>
    public long Version = version;
}

/// <summary>
/// The writer's connection: statements, and what it knows of the file (head, last hash, stream versions) so that an append needs no
/// reading. After anything went wrong <see cref="Reload"/> makes that knowledge equal to the file again. One thread only.
/// </summary>
internal sealed class LogSession : IWriteSession
{
    public const string SchemaFolder = "Sql/EventLog/Schema";
    private const string Sql = "Sql/EventLog/";

    /// <summary>Times the limit of the WAL at which the writer does not trust the checkpointer to get its turn any more.</summary>
    private const int MaxWalOverLimit = 4;

    private readonly Database _database;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _time;
    private readonly HashChain _chain = new();
    private readonly byte[] _lastHash = new byte[HashChain.HashBytes];
    private readonly RecentCache<string, StreamState> _streams;
    private readonly Dictionary<string, long> _types = [];
    private readonly Statement _begin, _commit, _insertEvent, _insertStream, _insertType, _findStream, _newestVersion,
        _insertCommand, _insertCommandKey, _saveSnapshot;
    private readonly CommandRows _commandRows;
    private StreamState[] _scratch = [];

    private readonly Checkpointer _checkpointer;
    private long _lastStreamId;
    private long _pagesInWal;
    private uint _pagesWritten;
    private long _expiry;

    private LogSession(Database database, EventLogOptions options, TimeProvider time, ILogger logger)
    {
        _database = database;
        _options = options;
        _time = time;
        _streams = new RecentCache<string, StreamState>(options.CachedStreams);
        _begin = database.Control("BEGIN IMMEDIATE");
        _commit = database.Control("COMMIT");
        _insertEvent = database.Prepare(Sql + "insert_event");
        _insertStream = database.Prepare(Sql + "insert_stream");
        _insertType = database.Prepare(Sql + "insert_event_type");
        _findStream = database.Prepare(Sql + "find_stream");
        _newestVersion = database.Prepare(Sql + "newest_version_of_stream");
        _insertCommand = database.Prepare(Sql + "insert_command");
        _insertCommandKey = database.Prepare(Sql + "insert_command_key");
        _saveSnapshot = database.Prepare(Sql + "save_snapshot");
        _commandRows = new CommandRows(database);
        Commands = new CommandIndex(options.CommandsPerSegment);
        _checkpointer = new Checkpointer(database.Path, logger);
    }

    /// <summary>Position of the last event written, committed or not.</summary>
    public long Head { get; private set; }

    public Database Database => _database;

    /// <summary>Finds remembered commands; readers share it with this session.</summary>
    public CommandIndex Commands { get; }

    /// <summary>Opens the file, brings its schema up to date and reads the head.</summary>
    public static LogSession Open(string path, EventLogOptions options, TimeProvider time, ILogger logger)
    {
        var database = Database.Open(path);
        try
        {
            Pragmas.Apply(database, options.WriterSettings);
            Pragmas.EnterWal(database);
            Schema.Upgrade(database, SchemaFolder, time);
            var session = new LogSession(database, options, time, logger);
            session.Commands.Load(database);
            session.Reload();
            return session;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Begin()
    {
        _begin.Run();
        _expiry = (_time.GetUtcNow() - _options.CommandRetention).ToUnixTimeMilliseconds();
    }

    public void Commit()
    {
        Commands.WriteSlice(_database, _insertCommandKey);
        _commit.Run();
        Commands.Committed();
    }

    /// <inheritdoc />
    public void Abandon()
    {
        if (_database.InTransaction)
            _database.Execute("ROLLBACK");
        Reload();
    }

    /// <inheritdoc />
    public void Reload()
    {
        _streams.Clear();
        _types.Clear();
        Head = 0;
        Array.Clear(_lastHash);
        using (var head = _database.Once(Sql + "find_head"))
        {
            if (head.Step())
            {
                Head = head.Int64(0);
                if (head.Blob(1).Length != HashChain.HashBytes)
                    throw new SqliteFault(raw.SQLITE_CORRUPT, $"the hash at position {Head} is not {HashChain.HashBytes} bytes long");
                head.Blob(1).CopyTo(_lastHash);
            }
        }

        using (var types = _database.Once(Sql + "list_event_types"))
        {
            while (types.Step())
                _types.Add(types.Text(1), types.Int64(0));
        }

        using var newest = _database.Once(Sql + "newest_stream");
        _lastStreamId = newest.Scalar() ?? 0;
        Commands.RolledBack(_database);
    }

    public StreamState Stream(StreamName name)
    {
        if (_streams.TryGet(name.Value, out var state))
            return state;
        var id = _findStream.Bind(1, name.Value).Scalar() ?? 0;
        var newest = id == 0 ? null : _newestVersion.Bind(1, id).Scalar();
        state = new StreamState(id, newest + 1 ?? 0);
        _streams.Set(name.Value, state);
        return state;
    }

    /// <summary>Room for the streams of the append in work, so that each is looked up once.</summary>
    public Span<StreamState> Scratch(int streams)
    {
        if (_scratch.Length < streams)
            _scratch = new StreamState[Math.Max(streams, 2 * _scratch.Length)];
        return _scratch.AsSpan(0, streams);
    }

    /// <summary>Adds one event at the end of the log.</summary>
    public void Insert(StreamName stream, StreamState state, EventData e)
    {
        if (state.Id == 0)
        {
            _insertStream.Bind(1, _lastStreamId + 1).Bind(2, stream.Value).Run();
            state.Id = ++_lastStreamId;
        }

        var position = Head + 1;
        var time = e.Timestamp.ToUnixTimeMilliseconds();
        _chain.Link(
            _lastHash, position, state.Version, e.EventId, time, e.SchemaVersion, stream.Value, e.EventType, e.Data.Span, e.Meta.Span,
            _lastHash);
        _insertEvent
            .Bind(1, position)
            .Bind(2, state.Id)
            .Bind(3, state.Version)
            .Bind(4, e.EventId)
            .Bind(5, TypeId(e.EventType))
            .Bind(6, e.SchemaVersion)
            .Bind(7, time)
            .Bind(8, _lastHash)
            .Bind(9, e.Data.Span)
            .Bind(10, e.Meta.Span)
            .Run();
        state.Version++;
        Head = position;
    }

    /// <summary>The command as remembered within the retention, or null.</summary>
    public RememberedCommand? FindCommand(string commandId, long key) => Commands.Find(_commandRows, commandId, key, _expiry);

    public void Remember(RememberedCommand command, long key, long position) =>
        _insertCommand
            .Bind(1, Commands.Add(key))
            .Bind(2, key)
            .Bind(3, command.CommandId)
            .Bind(4, command.Fingerprint.Span)
            .Bind(5, command.Answer.Span)
            .Bind(6, command.At.ToUnixTimeMilliseconds())
            .Bind(7, position)
            .Run();

    public void SaveSnapshot(StreamName stream, Snapshot snapshot, byte[] checksum) =>
        _saveSnapshot
            .Bind(1, stream.Value)
            .Bind(2, snapshot.Version)
            .Bind(3, snapshot.Fingerprint)
            .Bind(4, checksum)
            .Bind(5, snapshot.Data.Span)
            .Run();

    /// <summary>The largest event id among the last events; 0 when there is none.</summary>
    public long NewestEventId(int among)
    {
        using var newest = _database.Once(Sql + "newest_event_id");
        return newest.Bind(1, among).Scalar() ?? 0;
    }

    /// <summary>Forgets one slice of expired commands; when none is left, moves the WAL into the file and refreshes statistics.</summary>
    public bool KeepHouse()
    {
        if (PruneCommands())
            return true;
        _database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        _database.Execute("PRAGMA optimize");
        return false;
    }

    /// <summary>
    /// Keeps the WAL near its limit. While readers hold it back it cannot begin anew; then the next try is half a limit later.
    /// </summary>
    public void AfterBatch()
    {
        var written = _database.PagesWritten();
        _pagesInWal += unchecked(written - _pagesWritten);
        _pagesWritten = written;
        if (_pagesInWal < _options.WalCheckpointPages)
            return;
        if (!_checkpointer.TakeFinished())
        {
            _checkpointer.Request();
            if (_pagesInWal < (long)_options.WalCheckpointPages * MaxWalOverLimit)
                return;
        }

        var (frames, moved) = _database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        _pagesInWal = frames >= 0 && frames == moved ? 0 : Math.Min(_pagesInWal, _options.WalCheckpointPages) / 2;
    }

    /// <inheritdoc />
    public void Finish()
    {
        _checkpointer.Dispose();
        _database.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
    }

    public void Dispose()
    {
        _checkpointer.Dispose();
        _database.Dispose();
        _chain.Dispose();
    }

    private bool PruneCommands()
    {
        Begin();
        using var expired = _database.Once(Sql + "find_expired_commands");
        var last = expired.Bind(1, _expiry).Bind(2, _options.PruneSlice).Scalar();
        if (last is { } id)
        {
            using var delete = _database.Once(Sql + "delete_commands");
            delete.Bind(1, id).Run();
        }

        var pruned = last is not null || Commands.PruneSegment(_database, _options.PruneSlice);
        Commit();
        return pruned;
    }

    private long TypeId(string eventType)
    {
        if (_types.TryGetValue(eventType, out var id))
            return id;
        id = _types.Count + 1;
        _insertType.Bind(1, id).Bind(2, eventType).Run();
        _types.Add(eventType, id);
        return id;
    }
}
