using System.Security.Cryptography;
using UmsSti.Application;
using UmsSti.Server.Http;

namespace UmsSti.Server.Authentication;

/// <summary>
/// From a bearer token to a caller. The session must exist, not have run out, and its user must be active now: every request asks
/// (a suspended user is out with the next one).
/// </summary>
public sealed class BearerAuthentication(SessionStore sessions, SessionCache cache, Gate gate, Heads heads)
{
    private const string Scheme = "Bearer ";

    /// <summary>The caller of a request. Throws <see cref="ProblemException"/> (401) for a bad token, and for none where one is required.</summary>
    public ValueTask<Caller> CallerOf(HttpContext http, bool required, DateTimeOffset now)
    {
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return required ? throw Refused() : new ValueTask<Caller>(Caller.Anonymous);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (header.Count != 1
            || !header[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !Secrets.TryHash(header[0].AsSpan(Scheme.Length).Trim(), Secrets.SessionPrefix, hash))
        {
            throw Refused();
        }

        var token = TokenKey.Of(hash);
        return cache.Find(token) is { } entry && entry.Caller.ExpiresAt > now && entry.ActiveAtHead == heads.Domain
            ? new ValueTask<Caller>(entry.Caller)
            : Check(token, now, http.RequestAborted);
    }

    private async ValueTask<Caller> Check(TokenKey token, DateTimeOffset now, CancellationToken ct)
    {
        var head = heads.Domain;
        var entry = cache.Find(token) ?? await Load(token, now, ct) ?? throw Refused();
        if (entry.Caller.ExpiresAt <= now || !await gate.IsActive(entry.Caller.UserId, ct))
        {
            throw Refused();
        }

        entry.ActiveAtHead = head;
        return entry.Caller;
    }

    private async ValueTask<SessionCache.Entry?> Load(TokenKey token, DateTimeOffset now, CancellationToken ct)
    {
        var generation = cache.Generation;
        var session = await sessions.Find(token.ToBytes(), ct);
        if (session is null || session.ExpiresAt <= now)
        {
            return null;
        }

        var principal = await gate.Describe(session.UserId, now, ct);
        if (principal.IsValueNone)
        {
            return null;
        }

        // Not yet known to be active: a head that no log ever has makes the first request ask.
        var entry = new SessionCache.Entry(new Caller(session.UserId, principal.Value.Type, session.SessionId, session.ExpiresAt), activeAtHead: -1);
        cache.Put(token, entry, generation);
        return entry;
    }

    private static ProblemException Refused() => new(ProblemKinds.Unauthenticated, "This needs a valid bearer token of an active user.");
}
