using SQLitePCL;

namespace UmsSti.ReadModels.Sqlite;

/// <summary>What every use of SQLite here shares.</summary>
internal static class Sqlite
{
    static Sqlite() => Batteries_V2.Init();

    /// <summary>Loads the engine; may be called any number of times.</summary>
    public static void EnsureLoaded() => raw.sqlite3_libversion_number();

    /// <summary>The newest error of a connection as an exception.</summary>
    public static ReadModelException Failure(sqlite3 db, int code)
    {
        var extended = raw.sqlite3_extended_errcode(db);
        var message = raw.sqlite3_errmsg(db).utf8_to_string();
        return new ReadModelException($"SQLite {(extended == 0 ? code : extended)}: {message}", extended == 0 ? code : extended);
    }
}
