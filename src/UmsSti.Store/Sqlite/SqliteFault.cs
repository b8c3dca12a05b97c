using SQLitePCL;

namespace UmsSti.Store.Sqlite;

/// <summary>SQLite refused or failed. <see cref="Code"/> is the primary result code, <see cref="ExtendedCode"/> the full one.</summary>
public sealed class SqliteFault(int extendedCode, string message) : Exception($"SQLite {extendedCode}: {message}")
{
    public int ExtendedCode { get; } = extendedCode;

    public int Code => ExtendedCode & 0xff;

    /// <summary>The file cannot be written (or read) now, whatever the statement was: disk full, IO error, damaged file, lock held.</summary>
    public bool ConcernsTheFile => Code is
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN or
        raw.SQLITE_READONLY or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL or raw.SQLITE_PERM;

    /// <summary>The bytes in the file are not what SQLite wrote.</summary>
    public bool IsDamage => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;
}
