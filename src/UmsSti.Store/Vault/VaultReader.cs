using UmsSti.Store.Sqlite;

namespace UmsSti.Store.Vaults;

/// <summary>One read-only connection to the vault. Used by one read at a time.</summary>
internal sealed class VaultReader : IDisposable
{
    private const string Sql = "Sql/Vault/";

    private readonly Database _database;
    private readonly Statement _findKey, _listPasswords, _findSession, _findSessionById, _listSessions;

    private VaultReader(Database database)
    {
        _database = database;
        _findKey = database.Prepare(Sql + "find_subject_key");
        _listPasswords = database.Prepare(Sql + "list_passwords");
        _findSession = database.Prepare(Sql + "find_session");
        _findSessionById = database.Prepare(Sql + "find_session_by_id");
        _listSessions = database.Prepare(Sql + "list_sessions_of_user");
    }

    public static VaultReader Open(string path, VaultOptions options)
    {
        var database = Database.Open(path, readOnly: true);
        try
        {
            Pragmas.Apply(database, options.Settings);
            return new VaultReader(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public DataKey? FindKey(string subject, MasterKey master) => SubjectKeys.Read(_findKey.Bind(1, subject), master, subject);

    /// <summary>Hashes of a user, newest first.</summary>
    public string[] Passwords(string userId)
    {
        var hashes = new List<string>();
        _listPasswords.Bind(1, userId);
        try
        {
            while (_listPasswords.Step())
                hashes.Add(_listPasswords.Text(0));
        }
        finally
        {
            _listPasswords.Reset();
        }

        return [.. hashes];
    }

    public SessionToken? FindSession(byte[] tokenHash, long now)
    {
        _findSession.Bind(1, tokenHash).Bind(2, now);
        try
        {
            return _findSession.Step()
                ? new SessionToken(tokenHash, _findSession.Text(0), _findSession.Text(1), Time(_findSession.Int64(2)), Time(_findSession.Int64(3)))
                : null;
        }
        finally
        {
            _findSession.Reset();
        }
    }

    public SessionToken? FindSessionById(string sessionId, long now)
    {
        _findSessionById.Bind(1, sessionId).Bind(2, now);
        try
        {
            return _findSessionById.Step()
                ? new SessionToken(
                    _findSessionById.Blob(0).ToArray(), sessionId, _findSessionById.Text(1), Time(_findSessionById.Int64(2)), Time(_findSessionById.Int64(3)))
                : null;
        }
        finally
        {
            _findSessionById.Reset();
        }
    }

    public SessionToken[] Sessions(string userId, long now)
    {
        var sessions = new List<SessionToken>();
        _listSessions.Bind(1, userId).Bind(2, now);
        try
        {
            while (_listSessions.Step())
            {
                sessions.Add(new SessionToken(
                    _listSessions.Blob(0).ToArray(), _listSessions.Text(1), userId, Time(_listSessions.Int64(2)), Time(_listSessions.Int64(3))));
            }
        }
        finally
        {
            _listSessions.Reset();
        }

        return [.. sessions];
    }

    public void Dispose() => _database.Dispose();

    private static DateTimeOffset Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
