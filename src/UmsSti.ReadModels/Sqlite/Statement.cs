using System.Buffers;
using System.Text;
using SQLitePCL;

namespace UmsSti.ReadModels.Sqlite;

/// <summary>A prepared statement. Parameters are numbered from 1, columns from 0. Not for two threads at once.</summary>
internal sealed class Statement(sqlite3 db, sqlite3_stmt handle) : IDisposable
{
    private const int StackBytes = 512;

    /// <summary>Longest text that is compared with the one bound before, characters.</summary>
    private const int MaxCompared = 64;

    // What stands in each parameter: SQLite keeps it from one run to the next, and many columns of neighbouring rows are equal.
    private readonly string?[] _texts = new string?[raw.sqlite3_bind_parameter_count(handle) + 1];
    private readonly bool[] _hasValue = new bool[raw.sqlite3_bind_parameter_count(handle) + 1];

    public Statement Bind(int index, long value)
    {
        Holds(index, null);
        Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } known ? Bind(index, known) : BindNull(index);

    public Statement BindNull(int index)
    {
        if (!_hasValue[index])
            return this;
        Check(raw.sqlite3_bind_null(handle, index));
        (_hasValue[index], _texts[index]) = (false, null);
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
            return BindNull(index);
        if (_texts[index] == value)
            return this;
        Holds(index, null); // nothing to rely on until it is bound
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        Span<byte> buffer = most <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(value, buffer);
        var code = raw.sqlite3_bind_text(handle, index, buffer[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        Check(code);
        Holds(index, value.Length <= MaxCompared ? value : null);
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> utf8)
    {
        Holds(index, null);
        Check(raw.sqlite3_bind_text(handle, index, utf8));
        return this;
    }

    /// <summary>A value that sorts after every text.</summary>
    public Statement BindAboveText(int index)
    {
        Holds(index, null);
        Check(raw.sqlite3_bind_zeroblob(handle, index, 1));
        return this;
    }

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        raw.sqlite3_reset(handle);
        throw Sqlite.Failure(db, code);
    }

    /// <summary>Runs to the end and makes ready for the next use.</summary>
    public void Run()
    {
        while (Step())
        {
        }
        Reset();
    }

    /// <summary>The first column of the first row; 0 when there is none or it is NULL.</summary>
    public long Scalar()
    {
        var value = Step() ? Int64(0) : 0;
        Reset();
        return value;
    }

    /// <summary>Ends reading; an open statement keeps its view of the data and holds back checkpoints.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The text as it lies in the row; valid until the next step.</summary>
    public ReadOnlySpan<byte> Raw(int column) => raw.sqlite3_column_blob(handle, column);

    public byte[] Utf8(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    /// <summary>Whether the current rows of two statements with the same columns hold the same values.</summary>
    public bool EqualsRow(Statement other)
    {
        for (var column = 0; column < raw.sqlite3_column_count(handle); column++)
            if (CompareColumn(other, column) != 0)
                return false;
        return true;
    }

    /// <summary>Order of one column of the current rows, as SQLite orders them: NULL, numbers, text, blobs.</summary>
    public int CompareColumn(Statement other, int column)
    {
        var (mine, its) = (RankOf(column), other.RankOf(column));
        return mine != its ? mine.CompareTo(its) : mine switch
        {
            0 => 0,
            1 => raw.sqlite3_column_double(handle, column).CompareTo(raw.sqlite3_column_double(other.Handle, column)) is var order and not 0
                ? order
                : Int64(column).CompareTo(other.Int64(column)),
            _ => Raw(column).SequenceCompareTo(other.Raw(column)),
        };
    }

    /// <summary>A value for people.</summary>
    public string Shown(int column) => TextOrNull(column) ?? "NULL";

    private sqlite3_stmt Handle => handle;

    private int RankOf(int column) => raw.sqlite3_column_type(handle, column) switch
    {
        raw.SQLITE_NULL => 0,
        raw.SQLITE_INTEGER or raw.SQLITE_FLOAT => 1,
        raw.SQLITE_TEXT => 2,
        _ => 3,
    };

    public void Dispose() => handle.Dispose();

    private void Holds(int index, string? text) => (_hasValue[index], _texts[index]) = (true, text);

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Sqlite.Failure(db, code);
    }
}
