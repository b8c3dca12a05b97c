namespace UmsSti.Store;

/// <summary>What the edge asks beside using tokens up and destroying persons.</summary>
public sealed partial class Vault
{
    /// <summary>The user a token was made for, as <see cref="ConsumeVerification"/> would answer; uses nothing up. For dry runs.</summary>
    public Task<string?> FindVerification(byte[] tokenHash, string purpose, CancellationToken ct)
    {
        CheckHash(tokenHash);
        return _writer.Do(
            session =>
            {
                var find = session.Statement("find_verification").Bind(1, tokenHash).Bind(2, purpose).Bind(3, session.Now);
                try
                {
                    return find.Step() ? find.Text(0) : null;
                }
                finally
                {
                    find.Reset();
                }
            },
            ct);
    }

    /// <summary>Takes away every password hash of a user, the kept ones too. Idempotent.</summary>
    public Task ForgetPasswords(string userId, CancellationToken ct)
    {
        CheckText(userId, nameof(userId));
        return _writer.Do(
            session =>
            {
                session.Statement("delete_passwords_of_user").Bind(1, userId).Run();
                return true;
            },
            ct);
    }
}
