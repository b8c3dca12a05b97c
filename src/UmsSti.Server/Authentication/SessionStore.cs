using UmsSti.Store;

namespace UmsSti.Server.Authentication;

/// <summary>Sessions in the vault. A closed session is out of memory as well before this answers.</summary>
public sealed class SessionStore(Vault vault, SessionCache cache)
{
    /// <summary>Keeps a session and makes its token, which is shown this once.</summary>
    public async Task<string> Open(string userId, string sessionId, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var (token, hash) = Secrets.Make(Secrets.SessionPrefix);
        await vault.InsertSession(new SessionToken(hash, sessionId, userId, now, expiresAt), ct);
        return token;
    }

    /// <summary>The session of a token's hash; null when there is none or it has ended.</summary>
    public Task<SessionToken?> Find(byte[] tokenHash, CancellationToken ct) => vault.FindSession(tokenHash, ct);

    /// <summary>The session of a public id; null when there is none or it has ended.</summary>
    public Task<SessionToken?> FindById(string sessionId, CancellationToken ct) => vault.FindSessionById(sessionId, ct);

    public async Task Close(string sessionId, CancellationToken ct)
    {
        await vault.DeleteSession(sessionId, ct);
        cache.Forget(sessionId);
    }

    /// <summary>The user's sessions that have not ended, oldest first.</summary>
    public Task<SessionToken[]> OfUser(string userId, CancellationToken ct) => vault.ListSessions(userId, ct);
}
