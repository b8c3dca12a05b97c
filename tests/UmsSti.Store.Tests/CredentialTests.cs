using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>Passwords, sessions and single-use tokens in the vault; and the hashing of passwords.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_newest_password_is_in_force_and_the_last_five_are_kept()
    {
        await using var vault = Open();
        Assert.Null(await vault.FindPassword("u1", TestFolder.Token));
        for (var i = 1; i <= 7; i++)
            await vault.SetPassword("u1", "hash" + i, TestFolder.Token);
        await vault.SetPassword("u2", "other", TestFolder.Token);
        Assert.Equal("hash7", await vault.FindPassword("u1", TestFolder.Token));
        Assert.Equal(["hash7", "hash6", "hash5", "hash4", "hash3"], await vault.PasswordHistory("u1", TestFolder.Token));
        Assert.Equal(["other"], await vault.PasswordHistory("u2", TestFolder.Token));
    }

    [Fact]
    public async Task A_rehash_takes_the_place_of_the_hash_it_was_made_from_only()
    {
        await using var vault = Open();
        await vault.SetPassword("u1", "old", TestFolder.Token);
        await vault.SetPassword("u1", "weak", TestFolder.Token);
        Assert.True(await vault.RehashPassword("u1", "weak", "strong", TestFolder.Token));
        Assert.False(await vault.RehashPassword("u1", "weak", "stronger", TestFolder.Token));
        Assert.False(await vault.RehashPassword("u1", "old", "new", TestFolder.Token));
        Assert.Equal(["strong", "old"], await vault.PasswordHistory("u1", TestFolder.Token));
    }

    [Fact]
    public async Task A_session_is_found_by_its_token_until_it_ends_or_expires()
    {
        await using var vault = Open();
        var token = Tokens.Create("ums_");
        var session = await Session(vault, token, "s1", "u1");
        var found = await vault.FindSession(Tokens.Hash(token), TestFolder.Token);
        Assert.NotNull(found);
        Assert.Equal(session with { TokenHash = found.TokenHash }, found);
        Assert.Equal(session.TokenHash, found.TokenHash);
        var byId = await vault.FindSessionById("s1", TestFolder.Token);
        Assert.NotNull(byId);
        Assert.Equal(session with { TokenHash = byId.TokenHash }, byId);
        Assert.Equal(session.TokenHash, byId.TokenHash);
        Assert.Null(await vault.FindSessionById("s2", TestFolder.Token));
        Assert.Null(await vault.FindSession(Tokens.Hash(token + "x"), TestFolder.Token));

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await vault.FindSession(Tokens.Hash(token), TestFolder.Token));
        Assert.Null(await vault.FindSessionById("s1", TestFolder.Token));
        Assert.Empty(await vault.ListSessions("u1", TestFolder.Token));
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_all_of_a_user()
    {
        await using var vault = Open();
        for (var i = 1; i <= 3; i++)
        {
            await Session(vault, "t" + i, "s" + i, "u1");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Session(vault, "t4", "s4", "u2");
        Assert.Equal(["s1", "s2", "s3"], (await vault.ListSessions("u1", TestFolder.Token)).Select(session => session.SessionId));
        Assert.True(await vault.DeleteSession("s2", TestFolder.Token));
        Assert.False(await vault.DeleteSession("s2", TestFolder.Token));
        Assert.Null(await vault.FindSession(Tokens.Hash("t2"), TestFolder.Token));
        Assert.Equal(2, await vault.DeleteSessionsOf("u1", TestFolder.Token));
        Assert.NotNull(await vault.FindSession(Tokens.Hash("t4"), TestFolder.Token));
    }

    [Fact]
    public async Task A_token_that_is_made_again_is_the_same_and_keeps_its_time()
    {
        byte[] first;
        await using (var vault = Open())
        {
            first = vault.Derive("link", "mail:1:42:0");
            Assert.NotEqual(first, vault.Derive("link", "mail:1:42:1"));
            Assert.NotEqual(first, vault.Derive("other", "mail:1:42:0"));
            await vault.EnsureVerification(Tokens.Hash("t"), "u1", "p", _time.GetUtcNow().AddHours(1), TestFolder.Token);
            await vault.EnsureVerification(Tokens.Hash("t"), "u1", "p", _time.GetUtcNow().AddHours(9), TestFolder.Token);
        }

        await using var again = Open();
        Assert.Equal(first, again.Derive("link", "mail:1:42:0"));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await again.ConsumeVerification(Tokens.Hash("t"), "p", TestFolder.Token));
    }

    [Fact]
    public async Task A_verification_token_is_good_once_for_its_purpose_and_time()
    {
        await using var vault = Open();
        var hash = Tokens.Hash("token");
        await vault.InsertVerification(hash, "u1", "verify-email", _time.GetUtcNow().AddHours(1), TestFolder.Token);
        Assert.Null(await vault.ConsumeVerification(hash, "reset-password", TestFolder.Token));
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => vault.ConsumeVerification(hash, "verify-email", TestFolder.Token), TestFolder.Token)));
        Assert.Single(results, "u1");
        Assert.Equal(19, results.Count(result => result is null));

        await vault.InsertVerification(hash, "u1", "verify-email", _time.GetUtcNow().AddHours(1), TestFolder.Token);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await vault.ConsumeVerification(hash, "verify-email", TestFolder.Token));
    }

    [Fact]
    public async Task Destroying_a_subject_takes_passwords_and_tokens_along()
    {
        await using var vault = Open();
        await vault.SetPassword("u1", "hash", TestFolder.Token);
        await Session(vault, "t1", "s1", "u1");
        await vault.InsertVerification(Tokens.Hash("v"), "u1", "p", _time.GetUtcNow().AddHours(1), TestFolder.Token);
        await vault.Destroy("u1", TestFolder.Token);
        Assert.Null(await vault.FindPassword("u1", TestFolder.Token));
        Assert.Null(await vault.FindSession(Tokens.Hash("t1"), TestFolder.Token));
        Assert.Null(await vault.ConsumeVerification(Tokens.Hash("v"), "p", TestFolder.Token));
    }

    [Fact]
    public async Task Expired_tokens_are_deleted_in_slices()
    {
        await using var vault = Vault.Open(_folder.Folder, new VaultOptions { PruneSlice = 3 }, _time);
        for (var i = 0; i < 10; i++)
        {
            await Session(vault, "t" + i, "s" + i, "u1");
            await vault.InsertVerification(Tokens.Hash("v" + i), "u1", "p", _time.GetUtcNow().AddHours(1), TestFolder.Token);
        }

        _time.Advance(TimeSpan.FromMinutes(30));
        await Session(vault, "young", "young", "u1");
        _time.Advance(TimeSpan.FromMinutes(30));
        _time.FireTimers();
        await TestFolder.Until(async () =>
        {
            string? left = null;
            await vault.OnWriter(session => left = session.Database.QueryText(
                "SELECT (SELECT count(*) FROM session_tokens) || ' ' || (SELECT count(*) FROM verification_tokens)"));
            return left == "1 0";
        });
    }

    [Fact]
    public void Tokens_are_long_random_and_recognisable()
    {
        var made = Enumerable.Range(0, 100).Select(_ => Tokens.Create("ums_s_")).ToArray();
        Assert.Equal(100, made.Distinct().Count());
        Assert.All(made, token => Assert.Matches("^ums_s_[A-Za-z0-9_-]{43}$", token));
    }

    [Fact]
    public async Task A_password_is_verified_against_its_own_hash_only()
    {
        var passwords = new Argon2Passwords();
        var hash = await passwords.Hash("correct horse", TestFolder.Token);
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", hash, StringComparison.Ordinal);
        Assert.NotEqual(hash, await passwords.Hash("correct horse", TestFolder.Token));
        Assert.Equal(new PasswordCheck(true, false), await passwords.Verify("correct horse", hash, TestFolder.Token));
        Assert.Equal(new PasswordCheck(false, false), await passwords.Verify("correct  horse", hash, TestFolder.Token));
        Assert.Equal(new PasswordCheck(false, false), await passwords.VerifyUnknown("correct horse", TestFolder.Token));
    }

    [Fact]
    public async Task A_hash_with_other_settings_is_understood_and_to_be_renewed()
    {
        var passwords = new Argon2Passwords();
        var weak = new Argon2Passwords(new Argon2Options { MemoryKibibytes = 64, Passes = 3 });
        var hash = await weak.Hash("ä€😀", TestFolder.Token);
        Assert.Contains("m=64,t=3,p=1", hash, StringComparison.Ordinal);
        Assert.Equal(new PasswordCheck(true, true), await passwords.Verify("ä€😀", hash, TestFolder.Token));
        Assert.Equal(new PasswordCheck(false, false), await passwords.Verify("other", hash, TestFolder.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("$argon2i$v=19$m=64,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=99999999,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=64,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$argon2id$v=19$m=64,t=3,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_hash_is_an_error_and_not_a_wrong_password(string phc) =>
        await Assert.ThrowsAsync<FormatException>(() => new Argon2Passwords().Verify("x", phc, TestFolder.Token));

    [Fact]
    public async Task Too_many_passwords_at_once_are_refused_and_the_rest_is_served()
    {
        var passwords = new Argon2Passwords(new Argon2Options { Width = 1, MaxQueued = 2 });
        var tasks = Enumerable.Range(0, 12).Select(_ => passwords.Hash("x", TestFolder.Token)).ToArray();
        var refused = 0;
        foreach (var task in tasks)
        {
            try
            {
                await task;
            }
            catch (HashingBusyException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 9);
        Assert.NotEmpty(await passwords.Hash("x", TestFolder.Token));
    }

    private Vault Open() => Vault.Open(_folder.Folder, new VaultOptions(), _time);

    private async Task<SessionToken> Session(Vault vault, string token, string sessionId, string userId)
    {
        var session = new SessionToken(Tokens.Hash(token), sessionId, userId, _time.GetUtcNow(), _time.GetUtcNow().AddHours(1));
        await vault.InsertSession(session, TestFolder.Token);
        return session;
    }
}
