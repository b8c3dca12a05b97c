using SQLitePCL;

namespace UmsSti.Benchmarks.Raw;

/// <summary>The least that stands between a benchmark and SQLite: what a baseline may use.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<sqlite3_stmt> _statements = [];

    static RawConnection() => Batteries_V2.Init();

    public RawConnection(string path)
    {
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        Check(raw.sqlite3_open_v2(path, out _handle, flags, null));
    }

    /// <summary>Runs statements that yield nothing of interest.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>A prepared statement that lives as long as the connection.</summary>
    public sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs a prepared statement that yields no row.</summary>
    public void Run(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE)
            throw Fault(result);
    }

    /// <summary>Whether a row is there.</summary>
    public bool Step(sqlite3_stmt statement) => raw.sqlite3_step(statement) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        var result => throw Fault(result),
    };

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _handle.Dispose();
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Fault(result);
    }

    private InvalidOperationException Fault(int result) => new($"SQLite {result}: {raw.sqlite3_errmsg(_handle).utf8_to_string()}");
}
