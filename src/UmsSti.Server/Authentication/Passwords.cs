using UmsSti.Store;

namespace UmsSti.Server.Authentication;

/// <summary>Hashes and checks passwords. The work is the same whether or not there is an account or a password.</summary>
internal sealed class Passwords(Vault vault, Argon2Passwords argon2)
{
    /// <summary>The PHC string of a new password.</summary>
    public Task<string> Hash(string password, CancellationToken ct) => argon2.Hash(password, ct);

    /// <summary>Whether it is the user's password; false, after the same work, when there is no such user (null) or he has none.</summary>
    public async Task<bool> Check(string? userId, string password, CancellationToken ct)
    {
        // A vault read for nobody as well, so that the time does not tell.
        var phc = await vault.FindPassword(userId ?? Caller.AnonymousId, ct);
        if (userId is null || phc is null || password.Length > PasswordPolicy.MaxLength)
        {
            await argon2.VerifyUnknown(password.Length > PasswordPolicy.MaxLength ? "" : password, ct);
            return false;
        }

        var check = await argon2.Verify(password, phc, ct);
        if (check is { Ok: true, NeedsRehash: true })
        {
            await vault.RehashPassword(userId, phc, await argon2.Hash(password, ct), ct);
        }

        return check.Ok;
    }
}
