namespace UmsSti.ReadModels.Sqlite;

/// <summary>The settings of DB-02, applied to every connection and read back (DB-03).</summary>
internal static class Pragmas
{
    public static void Apply(Connection connection, ReadModelOptions options, bool readOnly)
    {
        connection.Execute($"PRAGMA busy_timeout = {options.BusyTimeoutMilliseconds}");
        if (!readOnly)
            connection.Execute("PRAGMA journal_mode = WAL");
        foreach (var (name, value) in Settings(options, readOnly))
            connection.Execute($"PRAGMA {name} = {value}");
        Verify(connection, options, readOnly);
    }

    /// <summary>
    /// Lets the sort of a new index use a bounded piece of memory, files beside the database, and a second thread. Such files are
    /// gone when they are closed, but what was in them may stay on the disk: not for what is personal.
    /// </summary>
    public static void SortOnDisk(Connection connection, ReadModelOptions options)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path))!.Replace("'", "''", StringComparison.Ordinal);
        connection.Execute($"PRAGMA temp_store_directory = '{folder}'; PRAGMA temp_store = FILE; PRAGMA threads = 1; PRAGMA cache_size = -{options.SortKiB}");
    }

    /// <summary>Takes <see cref="SortOnDisk"/> back.</summary>
    public static void SortInMemory(Connection connection, ReadModelOptions options) =>
        connection.Execute($"PRAGMA temp_store = MEMORY; PRAGMA threads = 0; PRAGMA cache_size = -{options.BuildCacheKiB}");

    /// <summary>The page cache of the writing connection, KiB.</summary>
    public static void ResizeCache(Connection connection, int kibibytes) => connection.Execute($"PRAGMA cache_size = -{kibibytes}");

    private static void Verify(Connection connection, ReadModelOptions options, bool readOnly)
    {
        if (connection.Pragma("journal_mode") is var mode and not "wal")
            throw new ReadModelStartException($"Read model {options.Path}: journal mode is '{mode}' although WAL was asked for.");
        foreach (var (name, value) in Settings(options, readOnly))
            if (connection.Pragma(name) is var actual && actual != value)
                throw new ReadModelStartException($"Read model {options.Path}: {name} is '{actual}' although {value} was asked for.");
    }

    // Values as SQLite reads them back. synchronous 1 = NORMAL: what a power cut takes from here is built again from the log.
    private static IEnumerable<(string Name, string Value)> Settings(ReadModelOptions options, bool readOnly) =>
    [
        ("synchronous", "1"),
        ("secure_delete", "1"),
        ("cache_size", $"-{(readOnly ? options.ReaderCacheKiB : options.WriterCacheKiB)}"),
        ("temp_store", "2"),
        ("mmap_size", $"{options.MappedBytes}"),
        ("foreign_keys", "1"),
        ("wal_autocheckpoint", "0"), // see WalKeeper
        ("journal_size_limit", $"{options.WalSizeLimitBytes}"),
        ("query_only", readOnly ? "1" : "0"),
    ];
}
