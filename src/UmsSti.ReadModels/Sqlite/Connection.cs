using SQLitePCL;

namespace UmsSti.ReadModels.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time; whoever rents or locks it sees to that.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Dictionary<SqlText, Statement> _statements = new(ReferenceEqualityComparer.Instance);
    private readonly sqlite3 _db;

    private Connection(sqlite3 db) => _db = db;

    public static Connection Open(ReadModelOptions options, bool readOnly)
    {
        Sqlite.EnsureLoaded();
        var mode = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var code = raw.sqlite3_open_v2(options.Path, out var db, mode | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new Connection(db);
        try
        {
            if (code != raw.SQLITE_OK)
                throw Sqlite.Failure(db, code);
            raw.sqlite3_extended_result_codes(db, 1);
            Pragmas.Apply(connection, options, readOnly);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Rows changed by the newest statement.</summary>
    public long Changes => raw.sqlite3_changes(_db);

    /// <summary>Rows changed since the connection was opened, by inserts, updates and deletes.</summary>
    public long TotalChanges => raw.sqlite3_total_changes(_db);

    /// <summary>Pages written to the WAL since this was asked last.</summary>
    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(_db, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    /// <summary>Moves pages of the WAL into the file, as far as that keeps nobody waiting.</summary>
    public (int Frames, int Moved) MoveWal()
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_db, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out var moved);
        return code is raw.SQLITE_OK or raw.SQLITE_BUSY ? (frames, moved) : throw Sqlite.Failure(_db, code);
    }

    /// <summary>Whether no transaction is open.</summary>
    public bool IsAutocommit => raw.sqlite3_get_autocommit(_db) != 0;

    /// <summary>Runs a script of one or more statements without parameters.</summary>
    public void Execute(string script)
    {
        var code = raw.sqlite3_exec(_db, script);
        if (code != raw.SQLITE_OK)
            throw Sqlite.Failure(_db, code);
    }

    public void Execute(SqlText script) => Execute(script.Text);

    /// <summary>The prepared statement for a text; prepared once a connection.</summary>
    public Statement Get(SqlText sql)
    {
        if (_statements.TryGetValue(sql, out var known))
            return known;
        var code = raw.sqlite3_prepare_v3(_db, sql.Text, raw.SQLITE_PREPARE_PERSISTENT, out var handle);
        if (code != raw.SQLITE_OK)
            throw new ReadModelException($"{sql.Name}: {Sqlite.Failure(_db, code).Message}", code);
        var statement = new Statement(_db, handle);
        _statements.Add(sql, statement);
        return statement;
    }

    public Statement Get(string name) => Get(SqlText.Get(name));

    public Statement Get(string name, int generation) => Get(SqlText.Get(name, generation));

    /// <summary>A statement for one use; never with anything a caller sent in it.</summary>
    public Statement Once(string text)
    {
        var code = raw.sqlite3_prepare_v2(_db, text, out var handle);
        return code == raw.SQLITE_OK ? new Statement(_db, handle) : throw Sqlite.Failure(_db, code);
    }

    /// <summary>Lets go of the statements of a generation whose tables are to be dropped.</summary>
    public void Forget(string folder, int generation)
    {
        foreach (var sql in _statements.Keys.Where(sql => sql.Generation == generation && sql.Name.StartsWith(folder + "/", StringComparison.Ordinal)).ToArray())
        {
            _statements.Remove(sql, out var statement);
            statement?.Dispose();
        }
    }

    /// <summary>The value a setting has now.</summary>
    public string Pragma(string name)
    {
        using var statement = Once($"PRAGMA {name}");
        return statement.Step() ? statement.Text(0) : "";
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _db.Dispose();
    }
}
