using System.Globalization;

namespace UmsSti.Store.Sqlite;

/// <summary>
/// Brings a file to the schema of this program by numbered scripts (001_..., 002_...), each run once, in a transaction, and
/// recorded in <c>schema_versions</c>. A file that is newer than the program is refused (DB-09).
/// </summary>
internal static class Schema
{
    private const string Folder = "Sql/Schema/";

    /// <summary>The newest script number this program carries for a folder.</summary>
    public static int Newest(string folder) => Scripts.Numbered(folder)[^1].Number;

    public static void Upgrade(Database database, string folder, TimeProvider time)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            database.Execute(Scripts.Read(Folder + "create_schema_versions"));
            var stored = Stored(database);
            var newest = Newest(folder);
            if (stored > newest)
            {
                throw new StoreStartException(
                    $"'{database.Path}' has schema version {stored}, newer than this program knows ({newest}): start the newer program or restore an older backup.");
            }

            foreach (var (number, name) in Scripts.Numbered(folder).Where(script => script.Number > stored))
            {
                database.Execute(Scripts.Read(name));
                using var record = database.Once(Folder + "record_schema_version");
                record.Bind(1, number).Bind(2, name).Bind(3, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)).Run();
            }

            database.Execute("COMMIT");
        }
        catch
        {
            if (database.InTransaction)
                database.Execute("ROLLBACK");
            throw;
        }
    }

    private static long Stored(Database database)
    {
        using var newest = database.Once(Folder + "newest_schema_version");
        return newest.Scalar() ?? 0;
    }
}
