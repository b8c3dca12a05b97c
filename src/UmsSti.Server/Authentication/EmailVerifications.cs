using System.Security.Cryptography;
using UmsSti.Application;
using UmsSti.Store;

namespace UmsSti.Server.Authentication;

/// <summary>
/// Tokens that prove an e-mail address: 256 bits, kept as a hash, bound to user and address, for 24 hours and one use. Made when the
/// message is written, from a secret of the vault and the message's key, so that a repeated message carries the same one.
/// </summary>
internal sealed partial class EmailVerifications(Vault vault, UserStreams users, bool isDevelopment, TimeProvider time, ILogger<EmailVerifications> log)
{
    private const string Purpose = "e-mail verification link";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The token of one message to a user about an address (normalised); made and kept when it is not there yet.</summary>
    public async Task<string> TokenFor(string userId, string address, string messageKey, CancellationToken ct)
    {
        var (token, hash) = Secrets.Of(Secrets.VerificationPrefix, vault.Derive(Purpose, messageKey));
        await vault.EnsureVerification(hash, userId, PurposeOf(vault.Compute(address)), time.GetUtcNow() + Lifetime, ct);
        if (isDevelopment)
        {
            Issued(log, userId, token);
        }

        return token;
    }

    /// <summary>
    /// Uses a token up. The blind index of the address it proves, so that no other is confirmed when the address changes meanwhile;
    /// null when the token is unknown, used, expired, or not of this user and his present address.
    /// </summary>
    public async Task<string?> Consume(string token, string userId, CancellationToken ct) =>
        HashOf(token) is { } hash && await IndexOf(userId, ct) is { } index && await vault.ConsumeVerification(hash, PurposeOf(index), ct) == userId ? index : null;

    /// <summary>Like <see cref="Consume"/>, but uses nothing up.</summary>
    public async Task<string?> Find(string token, string userId, CancellationToken ct) =>
        HashOf(token) is { } hash && await IndexOf(userId, ct) is { } index && await vault.FindVerification(hash, PurposeOf(index), ct) == userId ? index : null;

    private async ValueTask<string?> IndexOf(string userId, CancellationToken ct)
    {
        var index = await users.TryAddressIndex(userId, ct);
        return index.IsValueSome ? index.Value : null;
    }

    private static string PurposeOf(string addressIndex) => "email:" + addressIndex;

    private static byte[]? HashOf(string token)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        return Secrets.TryHash(token, Secrets.VerificationPrefix, hash) ? hash : null;
    }

    [LoggerMessage(1, LogLevel.Information, "E-mail verification of user {User}: POST /api/v1/users/{User}/email/verify with token {Token} (shown in the Development environment only).")]
    private static partial void Issued(ILogger logger, string user, string token);
}
