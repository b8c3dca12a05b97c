using UmsSti.Store.Sqlite;

namespace UmsSti.Store;

/// <summary>One check of <c>ums check</c>: what was looked at, whether it is well, what was seen.</summary>
public sealed record CheckResult(string Name, bool Ok, string Detail);

/// <summary>Looks at an open log or vault the way DB-06 asks: basic query, WAL, settings of writer and reader, reading while a write is open.</summary>
public static class StoreSelfCheck
{
    /// <summary>The oldest engine with everything this program needs (DB-01).</summary>
    public static Version OldestEngine { get; } = new(3, 45);

    /// <summary>Runs every check; one that throws is reported as failed.</summary>
    public static async Task<IReadOnlyList<CheckResult>> Run(SqliteEventLog log)
    {
        var file = System.IO.Path.GetFileName(log.Path);
        return
        [
            await Check($"{file}: basic query", () => log.OnReader(reader => EngineVersion(reader.Database))).ConfigureAwait(false),
            await Check($"{file}: write-ahead log", () => log.OnReader(reader => JournalMode(reader.Database))).ConfigureAwait(false),
            await Check($"{file}: settings of the writer", () => WriterSettings(log)).ConfigureAwait(false),
            await Check(
                $"{file}: settings of the readers",
                () => log.OnReader(reader => Settings(reader.Database, log.Options.ReaderSettings))).ConfigureAwait(false),
            await Check($"{file}: reading while a write is open", () => ReadDuringWrite(log)).ConfigureAwait(false),
        ];
    }

    /// <summary>Runs the checks of the vault.</summary>
    public static async Task<IReadOnlyList<CheckResult>> Run(Vault vault)
    {
        var file = System.IO.Path.GetFileName(vault.Path);
        return
        [
            await Check($"{file}: basic query", () => OnWriter(vault, EngineVersion)).ConfigureAwait(false),
            await Check($"{file}: write-ahead log", () => OnWriter(vault, JournalMode)).ConfigureAwait(false),
            await Check($"{file}: settings", () => OnWriter(vault, database => Settings(database, vault.Options.Settings))).ConfigureAwait(false),
        ];
    }

    private static async Task<(bool Ok, string Detail)> OnWriter(Vault vault, Func<Database, (bool Ok, string Detail)> look)
    {
        var seen = (Ok: false, Detail: "");
        await vault.OnWriter(session => seen = look(session.Database)).ConfigureAwait(false);
        return seen;
    }

    private static async Task<CheckResult> Check(string name, Func<Task<(bool Ok, string Detail)>> check)
    {
        try
        {
            var (ok, detail) = await check().ConfigureAwait(false);
            return new CheckResult(name, ok, detail);
        }
        catch (Exception e)
        {
            return new CheckResult(name, false, e.Message.ReplaceLineEndings(" "));
        }
    }

    private static (bool Ok, string Detail) EngineVersion(Database database)
    {
        using var version = database.Once("Sql/EventLog/read_engine_version");
        var text = version.Step() ? version.Text(0) : "";
        return (Version.TryParse(text, out var engine) && engine >= OldestEngine, $"SQLite {text}");
    }

    private static (bool Ok, string Detail) JournalMode(Database database)
    {
        var mode = database.QueryText("PRAGMA journal_mode");
        return (mode == "wal", $"journal mode is {mode}");
    }

    private static (bool Ok, string Detail) Settings(Database database, ConnectionSettings settings)
    {
        var wrong = Pragmas.Mismatches(database, settings);
        return wrong.Count == 0
            ? (true, string.Join(", ", Pragmas.For(settings).Select(pragma => $"{pragma.Name}={pragma.Value}")))
            : (false, string.Join(", ", wrong.Select(pragma => $"{pragma.Name} is {pragma.Actual}, {pragma.Wanted} was asked for")));
    }

    private static async Task<(bool Ok, string Detail)> WriterSettings(SqliteEventLog log)
    {
        var seen = (Ok: false, Detail: "");
        await log.OnWriter(session => seen = Settings(session.Database, log.Options.WriterSettings)).ConfigureAwait(false);
        return seen;
    }

    private static async Task<(bool Ok, string Detail)> ReadDuringWrite(SqliteEventLog log)
    {
        var seen = (Ok: false, Detail: "");
        await log.OnWriter(session =>
        {
            // The writer's transaction is open here; a reader must neither wait for it nor fail.
            using var reader = EventLog.LogReader.Open(log.Path, log.Options);
            var mode = JournalMode(reader.Database);
            var (ok, engine) = EngineVersion(reader.Database);
            var head = log.Head;
            var events = head == 0 ? 0 : reader.ReadAll(head - 1, head, CancellationToken.None).Length;
            seen = (ok && mode.Ok && session.Database.InTransaction && events == Math.Min(head, 1), $"head {head} was read, {engine}");
        }).ConfigureAwait(false);
        return seen;
    }
}
