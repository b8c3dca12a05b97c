using UmsSti.Kernel;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.EventLog;

/// <summary>One read-only connection to a log with its statements and names. Used by one read at a time.</summary>
internal sealed class LogReader : IDisposable
{
    /// <summary>Stream names a reader keeps, by id modulo this number (a power of two; about 150 bytes each).</summary>
    private const int KeptNames = 16_384;

    private const string Sql = "Sql/EventLog/";

    private readonly Database _database;
    private readonly Statement _readAll, _loadStream, _loadSnapshot, _streamName;
    private readonly CommandRows _commands;
    private readonly (long Id, StreamName Name)[] _names = new (long, StreamName)[KeptNames];
    private string[] _types = [];

    private LogReader(Database database)
    {
        _database = database;
        _readAll = database.Prepare(Sql + "read_all");
        _loadStream = database.Prepare(Sql + "load_stream");
        _commands = new CommandRows(database);
        _loadSnapshot = database.Prepare(Sql + "load_snapshot");
        _streamName = database.Prepare(Sql + "find_stream_name");
    }

    public Database Database => _database;

    public static LogReader Open(string path, EventLogOptions options)
    {
        var database = Database.Open(path, readOnly: true);
        try
        {
            Pragmas.Apply(database, options.ReaderSettings);
            return new LogReader(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The events after a position up to and with another one.</summary>
    public RecordedEvent[] ReadAll(long after, long upTo, CancellationToken ct)
    {
        var events = new RecordedEvent[upTo - after];
        var count = 0;
        _readAll.Bind(1, after).Bind(2, upTo);
        try
        {
            while (_readAll.Step())
            {
                ct.ThrowIfCancellationRequested();
                events[count] = Event(_readAll, NameOf(_readAll.Int64(1)));
                count++;
            }
        }
        finally
        {
            _readAll.Reset();
        }

        // Positions have no gaps, so the number of rows is known; anything else is damage and must not be skipped over.
        if (count != events.Length)
        {
            throw new SqliteFault(
                SQLitePCL.raw.SQLITE_CORRUPT, $"positions {after + 1} to {upTo} hold {count} events; run 'ums verify'");
        }

        return events;
    }

    /// <summary>The events of a stream from an index on, as far as the head.</summary>
    public RecordedEvent[] LoadStream(StreamName stream, long fromIndex, long head, CancellationToken ct)
    {
        var events = new List<RecordedEvent>();
        _loadStream.Bind(1, stream.Value).Bind(2, fromIndex);
        try
        {
            while (_loadStream.Step() && _loadStream.Int64(0) <= head)
            {
                ct.ThrowIfCancellationRequested();
                events.Add(Event(_loadStream, stream));
            }
        }
        finally
        {
            _loadStream.Reset();
        }

        return [.. events];
    }

    public RememberedCommand? FindCommand(CommandIndex index, string commandId, long notBefore) =>
        index.Find(_commands, commandId, CommandRows.Key(commandId), notBefore);

    /// <summary>The snapshot of a stream if its checksum holds, or null.</summary>
    public Snapshot? LoadSnapshot(StreamName stream)
    {
        _loadSnapshot.Bind(1, stream.Value);
        try
        {
            if (!_loadSnapshot.Step())
                return null;
            var snapshot = new Snapshot(_loadSnapshot.Int64(0), _loadSnapshot.Text(1), _loadSnapshot.Blob(3).ToArray());
            return _loadSnapshot.Blob(2).SequenceEqual(SnapshotRows.Checksum(snapshot)) ? snapshot : null;
        }
        finally
        {
            _loadSnapshot.Reset();
        }
    }

    public void Dispose() => _database.Dispose();

    /// <summary>Makes the event of the current row; hash, data and metadata share one array.</summary>
    private RecordedEvent Event(Statement row, StreamName stream)
    {
        var hash = row.Blob(7);
        var data = row.Blob(8);
        var meta = row.Blob(9);
        var bytes = GC.AllocateUninitializedArray<byte>(hash.Length + data.Length + meta.Length);
        hash.CopyTo(bytes);
        data.CopyTo(bytes.AsSpan(hash.Length));
        meta.CopyTo(bytes.AsSpan(hash.Length + data.Length));
        return new RecordedEvent(
            row.Int64(0),
            stream,
            row.Int64(2),
            row.Int64(3),
            TypeOf(row.Int64(4)),
            (int)row.Int64(5),
            bytes.AsMemory(hash.Length, data.Length),
            bytes.AsMemory(hash.Length + data.Length),
            row.Int64(6),
            bytes.AsMemory(0, hash.Length));
    }

    public StreamName NameOf(long id)
    {
        ref var kept = ref _names[id & (KeptNames - 1)];
        if (kept.Id == id)
            return kept.Name;
        _streamName.Bind(1, id);
        try
        {
            if (!_streamName.Step())
                throw new SqliteFault(SQLitePCL.raw.SQLITE_CORRUPT, $"stream {id} has no name; run 'ums verify'");
            kept = (id, StreamName.Trust(_streamName.Text(0)));
        }
        finally
        {
            _streamName.Reset();
        }

        return kept.Name;
    }

    public string TypeOf(long id)
    {
        // Ids are 1, 2, 3, ... so the list's place is the id.
        if (id > _types.Length)
            _types = ReadTypes();
        if (id < 1 || id > _types.Length)
            throw new SqliteFault(SQLitePCL.raw.SQLITE_CORRUPT, $"event type {id} has no name; run 'ums verify'");
        return _types[id - 1];
    }

    private string[] ReadTypes()
    {
        using var types = _database.Once(Sql + "list_event_types");
        var names = new List<string>();
        while (types.Step())
            names.Add(types.Text(1));
        return [.. names];
    }
}
