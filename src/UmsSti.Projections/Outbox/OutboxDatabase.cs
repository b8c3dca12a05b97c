using System.Globalization;
using Microsoft.Data.Sqlite;

namespace UmsSti.Projections.Outbox;

/// <summary>The outbox cannot be used; the message is one line that says how to mend it.</summary>
public sealed class OutboxStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// <c>outbox.db</c>: what is to be done outside and how far each reactor has come. One connection, one user of it at a time; a
/// transaction is durable when it returns, because a delivery that is forgotten would repeat.
/// </summary>
public sealed class OutboxDatabase : IDisposable
{
    private const int BusyTimeoutMilliseconds = 5_000;
    private const string SchemaFolder = "Outbox/Schema/";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly OutboxSession _session;

    private OutboxDatabase(OutboxSession session, bool isNew) => (_session, IsNew) = (session, isNew);

    /// <summary>The file was not there.</summary>
    public bool IsNew { get; }

    /// <summary>Opens or creates the file. Throws <see cref="OutboxStartException"/> when it cannot be used.</summary>
    public static OutboxDatabase Open(string path, TimeProvider time)
    {
        var isNew = !File.Exists(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = BusyTimeoutMilliseconds / 1000 }.ToString());
        try
        {
            connection.Open();
            var session = new OutboxSession(connection);
            ApplySettings(session, path);
            ApplySchema(session, path, time.GetUtcNow());
            return new OutboxDatabase(session, isNew);
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw new OutboxStartException($"Outbox {path} cannot be opened ({failure.Message.ReplaceLineEndings(" ")}): check the disk and the rights of this account.", failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs work in one transaction; it is durable when this returns, or nothing of it is there when it throws.</summary>
    internal async Task<T> Write<T>(Func<OutboxSession, T> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return InTransaction(work);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs work that only reads.</summary>
    internal async Task<T> Read<T>(Func<OutboxSession, T> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return work(_session);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Wait();
        _session.Dispose();
        _turn.Dispose();
    }

    private T InTransaction<T>(Func<OutboxSession, T> work)
    {
        _session.Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work(_session);
            _session.Execute("COMMIT");
            return result;
        }
        catch
        {
            _session.RollBack();
            throw;
        }
    }

    // Read back, because a setting that SQLite ignores would be found out by a power cut only (DB-03).
    private static void ApplySettings(OutboxSession session, string path)
    {
        session.Execute($"PRAGMA busy_timeout = {BusyTimeoutMilliseconds.ToString(CultureInfo.InvariantCulture)}");
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        if (session.Text("PRAGMA journal_mode") is var mode and not "wal")
            throw new OutboxStartException($"Outbox {path}: journal mode is '{mode}' although WAL was asked for: the disk must allow shared memory.");
        if (session.Text("PRAGMA synchronous") is var synchronous and not "2")
            throw new OutboxStartException($"Outbox {path}: synchronous is '{synchronous}' although FULL was asked for.");
    }

    private static void ApplySchema(OutboxSession session, string path, DateTimeOffset now)
    {
        session.Execute(OutboxSql.Read("Outbox/schema_versions"));
        var scripts = OutboxSql.InFolder(SchemaFolder).Select(name => (Version: int.Parse(name.AsSpan(SchemaFolder.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture), Name: name)).ToArray();
        var stored = session.Scalar("schema_newest");
        if (stored > scripts[^1].Version)
            throw new OutboxStartException($"Outbox {path} has schema {stored}, this program knows {scripts[^1].Version}: use the newer program.");
        foreach (var script in scripts.Where(script => script.Version > stored))
        {
            session.Execute("BEGIN IMMEDIATE");
            session.Execute(OutboxSql.Read(script.Name));
            session.Run("schema_record", ("$version", script.Version), ("$now", now.ToUnixTimeMilliseconds()));
            session.Execute("COMMIT");
        }
    }
}
