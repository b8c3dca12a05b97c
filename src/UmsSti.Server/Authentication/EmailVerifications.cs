using System.Security.Cryptography;
using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.Store;

namespace UmsSti.Server.Authentication;

/// <summary>
/// Tokens that prove an e-mail address: 256 bits, kept as a hash, bound to user and address, for 24 hours and one use. Until there is
/// mail they can be read in the log of the Development environment alone.
/// </summary>
internal sealed partial class EmailVerifications(Vault vault, UserStreams users, bool isDevelopment, ILogger<EmailVerifications> log)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Makes a token for the user's present address, unless that is confirmed or gone. The command it belongs to is stored already, so
    /// a vault that takes no writes now costs the token alone (it can be sent again) and is logged: 503 would deny what has happened.
    /// </summary>
    public async Task Issue(UserView user, DateTimeOffset now, CancellationToken ct)
    {
        if (user.EmailVerified || await IndexOf(user.Id, ct) is not { } index)
        {
            return;
        }

        var (token, hash) = Secrets.Make(Secrets.VerificationPrefix);
        try
        {
            await vault.InsertVerification(hash, user.Id, PurposeOf(index), now + Lifetime, ct);
        }
        catch (LogUnavailableException unavailable)
        {
            NotIssued(log, user.Id, unavailable);
            return;
        }

        if (isDevelopment)
        {
            Issued(log, user.Id, token);
        }
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

    [LoggerMessage(2, LogLevel.Error, "User {User} got no e-mail verification token: the vault takes no writes now. It can be sent again.")]
    private static partial void NotIssued(ILogger logger, string user, Exception unavailable);
}
