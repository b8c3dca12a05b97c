using System.Security.Cryptography;
using UmsSti.Store.Sqlite;

namespace UmsSti.Store.Vaults;

/// <summary>The writer's connection to the vault. One thread only.</summary>
internal sealed class VaultSession : IWriteSession
{
    public const string SchemaFolder = "Sql/Vault/Schema";
    private const string Sql = "Sql/Vault/";
    private const string CheckText = "the master key of this vault";
    private const int PepperBytes = 32;

    private readonly VaultOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Statement> _statements = [];
    private readonly Statement _begin, _commit;
    private uint _newestKeyId;

    private VaultSession(Database database, MasterKey master, VaultOptions options, TimeProvider time)
    {
        Database = database;
        Master = master;
        _options = options;
        _time = time;
        _begin = database.Control("BEGIN IMMEDIATE");
        _commit = database.Control("COMMIT");
    }

    public Database Database { get; }

    public MasterKey Master { get; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public static VaultSession Open(string path, MasterKey master, VaultOptions options, TimeProvider time)
    {
        var database = Database.Open(path);
        try
        {
            Pragmas.Apply(database, options.Settings);
            Pragmas.EnterWal(database);
            Schema.Upgrade(database, SchemaFolder, time);
            var session = new VaultSession(database, master, options, time);
            session.Reload();
            return session;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Proves the master key and reads the pepper; makes both in a new vault.</summary>
    public byte[] Unlock()
    {
        Begin();
        try
        {
            var pepper = FindSecret("check") is { } check ? Pepper(check) : NewSecrets();
            Commit();
            return pepper;
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void Abandon()
    {
        if (Database.InTransaction)
            Database.Execute("ROLLBACK");
        Reload();
    }

    public void Reload() => _newestKeyId = checked((uint)(Statement("newest_key_id").Scalar() ?? 0));

    /// <summary>Deletes a slice of expired tokens; when none is left, takes the WAL's copies of deleted secrets off the disk.</summary>
    public bool KeepHouse()
    {
        Begin();
        var deleted = DeleteExpired("delete_expired_sessions") + DeleteExpired("delete_expired_verifications");
        Commit();
        if (deleted > 0)
            return true;
        Database.Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_TRUNCATE);
        Database.Execute("PRAGMA optimize");
        return false;
    }

    /// <summary>The subject's key, made when there is none; without bytes when it was destroyed.</summary>
    public DataKey EnsureKey(string subject)
    {
        var find = Statement("find_subject_key").Bind(1, subject);
        if (SubjectKeys.Read(find, Master, subject) is { } existing)
            return existing;
        var key = new DataKey(subject, checked(_newestKeyId + 1), RandomNumberGenerator.GetBytes(Aead.KeyBytes));
        Statement("insert_subject_key")
            .Bind(1, subject).Bind(2, key.Id).Bind(3, Master.Wrap(SubjectKeys.Purpose(subject), key.Id, key.Bytes)).Bind(4, Now).Run();
        _newestKeyId = key.Id;
        return key;
    }

    /// <summary>Destroys key, passwords and tokens of a subject; a subject that never had a key can never get one either.</summary>
    public void DestroySubject(string subject)
    {
        Statement("destroy_subject_key").Bind(1, subject).Bind(2, _newestKeyId + 1).Bind(3, Now).Run();
        _newestKeyId++;
        Statement("delete_passwords_of_user").Bind(1, subject).Run();
        Statement("delete_sessions_of_user").Bind(1, subject).Run();
        Statement("delete_verifications_of_user").Bind(1, subject).Run();
    }

    public void SetPassword(string userId, string phc)
    {
        Statement("insert_password").Bind(1, userId).Bind(2, phc).Bind(3, Now).Run();
        Statement("trim_passwords").Bind(1, userId).Bind(2, _options.PasswordHistory).Run();
    }

    /// <summary>A statement of the vault, prepared once.</summary>
    public Statement Statement(string name)
    {
        if (!_statements.TryGetValue(name, out var statement))
            _statements.Add(name, statement = Database.Prepare(Sql + name));
        return statement;
    }

    public void AfterBatch()
    {
        // SQLite's own checkpoint at 1,000 pages is enough here.
    }

    public void Finish() => Database.Checkpoint(SQLitePCL.raw.SQLITE_CHECKPOINT_TRUNCATE);

    public void Dispose() => Database.Dispose();

    private long DeleteExpired(string name)
    {
        Statement(name).Bind(1, Now).Bind(2, _options.PruneSlice).Run();
        return Database.Changes;
    }

    private byte[]? FindSecret(string name)
    {
        var find = Statement("find_secret").Bind(1, name);
        try
        {
            return find.Step() ? find.Blob(0).ToArray() : null;
        }
        finally
        {
            find.Reset();
        }
    }

    private byte[] Pepper(byte[] check)
    {
        var opened = Master.Unwrap("check", 0, check);
        if (opened is null || System.Text.Encoding.UTF8.GetString(opened) != CheckText)
        {
            throw new StoreStartException(
                $"The master key does not belong to '{Database.Path}': put the {MasterKey.FileName} (or configured key) back that made this vault.");
        }

        return FindSecret("pepper") is { } wrapped && Master.Unwrap("pepper", 0, wrapped) is { } pepper
            ? pepper
            : throw new StoreStartException($"'{Database.Path}' is damaged (its pepper cannot be read): restore it from a backup.");
    }

    private byte[] NewSecrets()
    {
        var pepper = RandomNumberGenerator.GetBytes(PepperBytes);
        Insert("check", System.Text.Encoding.UTF8.GetBytes(CheckText));
        Insert("pepper", pepper);
        return pepper;

        void Insert(string name, byte[] secret) => Statement("insert_secret").Bind(1, name).Bind(2, Master.Wrap(name, 0, secret)).Run();
    }
}
