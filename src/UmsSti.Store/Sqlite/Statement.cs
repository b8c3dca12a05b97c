using System.Text;
using SQLitePCL;

namespace UmsSti.Store.Sqlite;

/// <summary>A prepared statement, kept for the life of its connection. Used by one thread at a time.</summary>
internal sealed class Statement : IDisposable
{
    /// <summary>Text up to this many UTF-8 bytes is encoded on the stack.</summary>
    private const int StackTextBytes = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _handle;

    public Statement(sqlite3 connection, string sql)
    {
        _connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle));
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span has no address and would be bound as NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, index, 0) : raw.sqlite3_bind_blob(_handle, index, value));
        return this;
    }

    /// <summary>Binds text. Throws <see cref="ArgumentException"/> for text that is not well-formed UTF-16.</summary>
    public Statement Bind(int index, string value)
    {
        if (value.Length * 3 <= StackTextBytes)
        {
            Span<byte> buffer = stackalloc byte[StackTextBytes];
            Check(raw.sqlite3_bind_text(_handle, index, buffer[..Utf8.GetBytes(value, buffer)]));
        }
        else
        {
            Check(raw.sqlite3_bind_text(_handle, index, Utf8.GetBytes(value)));
        }

        return this;
    }

    /// <summary>Advances; true when a row is there.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_handle);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result == raw.SQLITE_DONE)
            return false;
        throw Database.Fault(_connection, result);
    }

    /// <summary>Runs a statement that yields no rows, and makes it ready for the next use.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs a statement that yields at most one number; null when it yields no row or NULL.</summary>
    public long? Scalar()
    {
        try
        {
            return Step() && !IsNull(0) ? Int64(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends the current run (and its read transaction). Errors were reported by the step already.</summary>
    public void Reset() => raw.sqlite3_reset(_handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    public string Text(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string() ?? "";

    /// <summary>The bytes of a column, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_handle, column);

    public void Dispose() => _handle.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Database.Fault(_connection, result);
    }
}
