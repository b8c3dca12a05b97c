using UmsSti.Application;
using UmsSti.Store;

namespace UmsSti.Server.Authentication;

/// <summary>The door's password hashes, kept in the vault.</summary>
internal sealed class Credentials(Vault vault) : ICredentials
{
    public Task Set(string userId, string phc, CancellationToken ct) => vault.SetPassword(userId, phc, ct);

    public Task Forget(string userId, CancellationToken ct) => vault.ForgetPasswords(userId, ct);
}
