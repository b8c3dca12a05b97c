using System.Security.Cryptography;
using System.Text;

namespace UmsSti.Store;

/// <summary>A session as the vault knows it: never the token, only its SHA-256.</summary>
/// <param name="TokenHash">SHA-256 of the token (<see cref="Tokens.Hash"/>).</param>
/// <param name="SessionId">Public id of the session.</param>
/// <param name="UserId">Whose session it is.</param>
/// <param name="CreatedAt">When it began, kept to the millisecond.</param>
/// <param name="ExpiresAt">When it ends, kept to the millisecond.</param>
public sealed record SessionToken(byte[] TokenHash, string SessionId, string UserId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>Opaque tokens: 256 random bits, shown once, stored as a hash.</summary>
public static class Tokens
{
    private const int RandomBytes = 32;

    /// <summary>A new token: a prefix that secret scanners can recognise, and 43 characters of base64url.</summary>
    public static string Create(string prefix) =>
        prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>SHA-256 of a token. A random token needs no salt and no slow hash.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
