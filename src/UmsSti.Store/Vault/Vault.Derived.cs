using System.Security.Cryptography;
using System.Text;

namespace UmsSti.Store;

/// <summary>Secrets that are made from the vault's own, so that making one again gives the same.</summary>
public sealed partial class Vault
{
    /// <summary>
    /// 256 bits made from a secret of this vault, a purpose and a text: the same for the life of the vault, and without the vault not to be
    /// guessed. Each purpose has a key of its own, so that one purpose's secrets say nothing about another's.
    /// </summary>
    public byte[] Derive(string purpose, string text)
    {
        CheckText(purpose, nameof(purpose));
        CheckText(text, nameof(text));
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, _pepper, HMACSHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes(purpose));
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>As <see cref="InsertVerification"/>; a token that is there already stays as it is, with the time it had.</summary>
    public Task EnsureVerification(byte[] tokenHash, string userId, string purpose, DateTimeOffset expiresAt, CancellationToken ct)
    {
        CheckHash(tokenHash);
        CheckText(userId, nameof(userId));
        CheckText(purpose, nameof(purpose));
        return _writer.Do(
            session =>
            {
                session.Statement("ensure_verification")
                    .Bind(1, tokenHash).Bind(2, userId).Bind(3, purpose).Bind(4, expiresAt.ToUnixTimeMilliseconds()).Run();
                return true;
            },
            ct);
    }
}
