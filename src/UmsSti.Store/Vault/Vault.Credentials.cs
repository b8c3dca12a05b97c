using System.Security.Cryptography;

namespace UmsSti.Store;

/// <summary>Passwords and tokens. Only hashes come here; nothing of this can be turned back into a password or token.</summary>
public sealed partial class Vault
{
    /// <summary>Characters of an id, purpose or password hash at most.</summary>
    private const int MaxTextLength = 512;

    /// <summary>Makes a password hash (PHC string) the one in force; the last ones are kept as history.</summary>
    public Task SetPassword(string userId, string phc, CancellationToken ct)
    {
        CheckText(userId, nameof(userId));
        CheckText(phc, nameof(phc));
        return _writer.Do(
            session =>
            {
                session.SetPassword(userId, phc);
                return true;
            },
            ct);
    }

    /// <summary>The password hash in force, or null.</summary>
    public async Task<string?> FindPassword(string userId, CancellationToken ct) =>
        (await PasswordHistory(userId, ct).ConfigureAwait(false)).FirstOrDefault();

    /// <summary>The kept password hashes, newest (the one in force) first.</summary>
    public Task<string[]> PasswordHistory(string userId, CancellationToken ct) =>
        _readers.Read(userId, static (reader, userId, _) => reader.Passwords(userId), ct);

    /// <summary>Puts a stronger hash of the same password in place; false when the password was changed meanwhile.</summary>
    public Task<bool> RehashPassword(string userId, string oldPhc, string newPhc, CancellationToken ct)
    {
        CheckText(newPhc, nameof(newPhc));
        return _writer.Do(
            session =>
            {
                session.Statement("replace_password_hash").Bind(1, userId).Bind(2, oldPhc).Bind(3, newPhc).Run();
                return session.Database.Changes == 1;
            },
            ct);
    }

    /// <summary>Stores a session by the hash of its token.</summary>
    public Task InsertSession(SessionToken session, CancellationToken ct)
    {
        CheckHash(session.TokenHash);
        CheckText(session.SessionId, nameof(session));
        CheckText(session.UserId, nameof(session));
        return _writer.Do(
            vault =>
            {
                vault.Statement("insert_session")
                    .Bind(1, session.TokenHash)
                    .Bind(2, session.SessionId)
                    .Bind(3, session.UserId)
                    .Bind(4, session.CreatedAt.ToUnixTimeMilliseconds())
                    .Bind(5, session.ExpiresAt.ToUnixTimeMilliseconds())
                    .Run();
                return true;
            },
            ct);
    }

    /// <summary>The session of a token hash, or null when there is none or it has expired.</summary>
    public Task<SessionToken?> FindSession(byte[] tokenHash, CancellationToken ct)
    {
        CheckHash(tokenHash);
        return _readers.Read((tokenHash, Now), static (reader, q, _) => reader.FindSession(q.tokenHash, q.Now), ct);
    }

    /// <summary>The session of a public id; null when there is none or it has expired.</summary>
    public Task<SessionToken?> FindSessionById(string sessionId, CancellationToken ct) =>
        _readers.Read((sessionId, Now), static (reader, q, _) => reader.FindSessionById(q.sessionId, q.Now), ct);

    /// <summary>The sessions of a user that have not expired, oldest first.</summary>
    public Task<SessionToken[]> ListSessions(string userId, CancellationToken ct) =>
        _readers.Read((userId, Now), static (reader, q, _) => reader.Sessions(q.userId, q.Now), ct);

    /// <summary>Ends a session; false when it was not there.</summary>
    public Task<bool> DeleteSession(string sessionId, CancellationToken ct) => _writer.Do(
        session =>
        {
            session.Statement("delete_session").Bind(1, sessionId).Run();
            return session.Database.Changes == 1;
        },
        ct);

    /// <summary>Ends every session of a user; returns how many there were.</summary>
    public Task<int> DeleteSessionsOf(string userId, CancellationToken ct) => _writer.Do(
        session =>
        {
            session.Statement("delete_sessions_of_user").Bind(1, userId).Run();
            return session.Database.Changes;
        },
        ct);

    /// <summary>Stores a token for one use (verifying an address, resetting a password) by its hash.</summary>
    public Task InsertVerification(byte[] tokenHash, string userId, string purpose, DateTimeOffset expiresAt, CancellationToken ct)
    {
        CheckHash(tokenHash);
        CheckText(userId, nameof(userId));
        CheckText(purpose, nameof(purpose));
        return _writer.Do(
            session =>
            {
                session.Statement("insert_verification")
                    .Bind(1, tokenHash).Bind(2, userId).Bind(3, purpose).Bind(4, expiresAt.ToUnixTimeMilliseconds()).Run();
                return true;
            },
            ct);
    }

    /// <summary>
    /// Uses a token up: the user it was made for, or null when it is unknown, used, expired or for another purpose. Of many at once
    /// exactly one gets the user.
    /// </summary>
    public Task<string?> ConsumeVerification(byte[] tokenHash, string purpose, CancellationToken ct)
    {
        CheckHash(tokenHash);
        return _writer.Do(
            session =>
            {
                var consume = session.Statement("consume_verification").Bind(1, tokenHash).Bind(2, purpose).Bind(3, session.Now);
                try
                {
                    return consume.Step() ? consume.Text(0) : null;
                }
                finally
                {
                    consume.Reset();
                }
            },
            ct);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static void CheckHash(byte[] tokenHash)
    {
        if (tokenHash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException("A token hash is a SHA-256.", nameof(tokenHash));
    }

    private static void CheckText(string text, string name)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxTextLength)
            throw new ArgumentException($"It has 1 to {MaxTextLength} characters.", name);
    }
}
