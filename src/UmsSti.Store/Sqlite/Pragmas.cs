using System.Globalization;

namespace UmsSti.Store.Sqlite;

/// <summary>One setting of a connection with the value it has to read back as.</summary>
internal sealed record Pragma(string Name, string Value, string ReadsBackAs);

/// <summary>Applies the settings of DB-02 to a connection and reads each one back (DB-03).</summary>
internal static class Pragmas
{
    /// <summary>Bytes of a page; four event rows of common size fit one, and it is the unit of every WAL write.</summary>
    public const int PageBytes = 4096;

    /// <summary>What a connection gets. WAL itself belongs to the file and is set by <see cref="EnterWal"/>.</summary>
    public static IReadOnlyList<Pragma> For(ConnectionSettings settings) =>
    [
        new("busy_timeout", Text(settings.BusyTimeoutMilliseconds), Text(settings.BusyTimeoutMilliseconds)),
        new("synchronous", settings.Synchronous == Synchronous.Full ? "FULL" : "NORMAL", settings.Synchronous == Synchronous.Full ? "2" : "1"),
        new("cache_size", Text(-settings.CacheKibibytes), Text(-settings.CacheKibibytes)),
        new("mmap_size", Text(settings.MmapBytes), Text(settings.MmapBytes)),
        new("temp_store", "MEMORY", "2"),
        new("foreign_keys", "ON", "1"),
        new("secure_delete", settings.SecureDelete ? "ON" : "OFF", settings.SecureDelete ? "1" : "0"),
        new("wal_autocheckpoint", Text(settings.WalAutoCheckpointPages), Text(settings.WalAutoCheckpointPages)),
    ];

    public static void Apply(Database database, ConnectionSettings settings)
    {
        foreach (var pragma in For(settings))
            database.Execute($"PRAGMA {pragma.Name}={pragma.Value}");
    }

    /// <summary>The settings that do not read back as asked: name, wanted, actual.</summary>
    public static IReadOnlyList<(string Name, string Wanted, string Actual)> Mismatches(Database database, ConnectionSettings settings) =>
        [.. For(settings)
            .Select(pragma => (pragma.Name, Wanted: pragma.ReadsBackAs, Actual: database.QueryText($"PRAGMA {pragma.Name}") ?? "nothing"))
            .Where(pragma => pragma.Wanted != pragma.Actual)];

    /// <summary>Switches the file to WAL; without it readers would block the writer, so anything else is refused.</summary>
    public static void EnterWal(Database database)
    {
        database.Execute($"PRAGMA page_size={PageBytes}");
        var mode = database.QueryText("PRAGMA journal_mode=WAL");
        if (mode != "wal")
        {
            throw new StoreStartException(
                $"'{database.Path}' cannot use write-ahead logging (journal mode is '{mode}'): put the data folder on a local disk.");
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
