using System.Text;
using UmsSti.Kernel;
using UmsSti.Store.Vaults;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>Sealing, and the life of data keys.</summary>
public sealed class VaultTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("ada@example.org")]
    [InlineData("Zoë 😀 ʘ")]
    public async Task What_is_sealed_opens_again(string plain)
    {
        await using var vault = await WithKey("u1");
        var text = vault.Seal("u1", 42, plain);
        Assert.Equal(plain, vault.Open("u1", 42, text));
        Assert.NotEqual(text, vault.Seal("u1", 42, plain));
        Assert.Matches("^[A-Za-z0-9_-]+$", text);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(100_000)]
    public async Task Long_text_opens_again(int length)
    {
        await using var vault = await WithKey("u1");
        var plain = new string('é', length);
        Assert.Equal(plain, vault.Open("u1", 1, vault.Seal("u1", 1, plain)));
    }

    [Fact]
    public async Task The_layout_is_the_documented_one()
    {
        await using var vault = await WithKey("u1");
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(vault.Seal("u1", 1, "abc"));
        Assert.Equal(1 + 4 + 12 + 3 + 16, bytes.Length);
        Assert.Equal([1, 0, 0, 0, 1], bytes[..5]);
    }

    [Fact]
    public async Task Another_event_another_subject_and_altered_text_do_not_open()
    {
        await using var vault = await WithKey("u1");
        await vault.Ensure("u2", TestFolder.Token);
        var text = vault.Seal("u1", 42, "ada");
        Assert.Throws<SealBrokenException>(() => vault.Open("u1", 43, text));
        Assert.Throws<SealBrokenException>(() => vault.Open("u2", 42, text));
        for (var i = 0; i < text.Length; i++)
        {
            var altered = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            if (System.Buffers.Text.Base64Url.IsValid(altered))
                Assert.Throws<SealBrokenException>(() => vault.Open("u1", 42, altered));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AQ")]
    [InlineData("plain text, never sealed")]
    [InlineData("AQAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA====")]
    [InlineData("AgAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Text_that_was_never_sealed_does_not_open(string text)
    {
        await using var vault = await WithKey("u1");
        Assert.Throws<SealBrokenException>(() => vault.Open("u1", 1, text));
    }

    [Fact]
    public async Task A_subject_without_a_key_seals_nothing_and_reads_as_erased()
    {
        await using var vault = await WithKey("u1");
        var text = vault.Seal("u1", 1, "ada");
        Assert.Equal("u2", Assert.Throws<SubjectKeyMissingException>(() => vault.Seal("u2", 1, "x")).Subject);
        Assert.Null(vault.Open("u2", 1, text));
    }

    [Fact]
    public async Task A_destroyed_key_is_gone_for_good()
    {
        var vault = await WithKey("u1");
        var text = vault.Seal("u1", 1, "ada");
        await vault.Destroy("u1", TestFolder.Token);
        await vault.Destroy("u1", TestFolder.Token);
        await vault.Destroy("never-seen", TestFolder.Token);
        await AssertGone();
        await vault.DisposeAsync();

        vault = Vault.Open(_folder.Folder, new VaultOptions());
        await AssertGone();
        await vault.DisposeAsync();

        async Task AssertGone()
        {
            Assert.Null(vault.Open("u1", 1, text));
            Assert.Throws<SubjectKeyMissingException>(() => vault.Seal("u1", 1, "x"));
            await Assert.ThrowsAsync<SubjectKeyMissingException>(() => vault.Ensure("u1", TestFolder.Token));
            await Assert.ThrowsAsync<SubjectKeyMissingException>(() => vault.Ensure("never-seen", TestFolder.Token));
        }
    }

    [Fact]
    public async Task Destroying_leaves_no_copy_of_the_key_nor_of_the_credentials_in_any_file()
    {
        await using var vault = await WithKey("u1");
        byte[] wrapped = [];
        await vault.SetPassword("u1", "$argon2id$the-password-hash-of-u1", TestFolder.Token);
        await vault.OnWriter(session =>
        {
            var find = session.Statement("find_subject_key").Bind(1, "u1");
            find.Step();
            wrapped = find.Blob(1).ToArray();
            find.Reset();
        });
        Assert.True(InFiles(wrapped) && InFiles("the-password-hash-of-u1"u8));
        await vault.Destroy("u1", TestFolder.Token);
        Assert.False(InFiles(wrapped));
        Assert.False(InFiles("the-password-hash-of-u1"u8));
    }

    [Fact]
    public async Task Keys_pepper_and_texts_survive_a_restart_and_no_file_holds_plain_text()
    {
        const string secret = "a-very-recognisable-secret@example.org";
        string text, index;
        await using (var vault = await WithKey("u1"))
        {
            text = vault.Seal("u1", 7, secret);
            index = vault.Compute(secret);
            await vault.SetPassword("u1", "$argon2id$x", TestFolder.Token);
            Assert.False(InFiles(Encoding.UTF8.GetBytes(secret)));
        }

        await using var again = Vault.Open(_folder.Folder, new VaultOptions());
        Assert.Equal(secret, again.Open("u1", 7, text));
        Assert.Equal(index, again.Compute(secret));
        Assert.Matches("^[0-9a-f]{64}$", index);
        Assert.NotEqual(index, again.Compute(secret + "x"));
        Assert.False(InFiles(Encoding.UTF8.GetBytes(secret)));
    }

    [Fact]
    public async Task Two_vaults_index_the_same_address_differently()
    {
        await using var vault = await WithKey("u1");
        using var folder = new TestFolder();
        await using var other = Vault.Open(folder.Folder, new VaultOptions());
        Assert.NotEqual(vault.Compute("ada@example.org"), other.Compute("ada@example.org"));
    }

    [Fact]
    public async Task Many_at_once_make_one_key_a_subject()
    {
        await using var vault = Vault.Open(_folder.Folder, new VaultOptions());
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => vault.Ensure("u" + i % 40, TestFolder.Token), TestFolder.Token)));
        var texts = Enumerable.Range(0, 40).Select(i => vault.Seal("u" + i, i, "text" + i)).ToArray();
        var ids = texts.Select(text => Convert.ToHexString(System.Buffers.Text.Base64Url.DecodeFromChars(text).AsSpan(1, 4))).ToArray();
        Assert.Equal(40, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_small_cache_changes_nothing_but_speed()
    {
        await using var vault = Vault.Open(_folder.Folder, new VaultOptions { KeyCacheBytes = 4 * KeyCache.BytesPerKey });
        for (var i = 0; i < 50; i++)
            await vault.Ensure("u" + i, TestFolder.Token);
        var texts = Enumerable.Range(0, 50).Select(i => vault.Seal("u" + i, i, "text" + i)).ToArray();
        await vault.Destroy("u3", TestFolder.Token);
        Parallel.For(0, 500, i => Assert.Equal(i % 50 == 3 ? null : "text" + i % 50, vault.Open("u" + i % 50, i % 50, texts[i % 50])));
        Assert.InRange(vault.CachedKeyCount, 1, 4);
    }

    [Fact]
    public void A_key_read_before_its_destruction_does_not_come_back()
    {
        var cache = new KeyCache(10 * KeyCache.BytesPerKey);
        var key = new DataKey("u1", 1, new byte[32]);
        var ticket = cache.Ticket();
        cache.Forget("u1");
        cache.Add("u1", key, ticket);
        Assert.False(cache.TryGet("u1", out _));
        cache.Add("u1", key, cache.Ticket());
        Assert.True(cache.TryGet("u1", out _));
    }

    [Fact]
    public void As_many_people_as_fit_are_served_from_memory_in_any_order()
    {
        var people = Enumerable.Range(0, 1_000).Select(i => "u" + i).ToArray();
        var cache = new KeyCache(people.Length * KeyCache.BytesPerKey);
        foreach (var person in people)
            cache.Add(person, new DataKey(person, 1, new byte[32]), cache.Ticket());
        for (var round = 0; round < 3; round++)
            Assert.All(people, person => Assert.True(cache.TryGet(person, out _)));
    }

    [Fact]
    public void Who_is_used_stays_while_others_pass_by()
    {
        var cache = new KeyCache(100 * KeyCache.BytesPerKey);
        cache.Add("often", new DataKey("often", 1, new byte[32]), cache.Ticket());
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(cache.TryGet("often", out _));
            cache.Add("u" + i, new DataKey("u" + i, 1, new byte[32]), cache.Ticket());
            Assert.InRange(cache.Count, 1, 100);
        }

        cache.Forget("often");
        Assert.False(cache.TryGet("often", out _));
        Assert.Equal(99, cache.Count);
    }

    [Fact]
    public void Nonces_never_repeat_across_threads_and_series()
    {
        var source = new NonceSource();
        var all = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 4, t =>
        {
            Span<byte> nonce = stackalloc byte[Aead.NonceBytes];
            for (var i = 0; i < 5_000; i++)
            {
                if (t == 0 && i == 2_500)
                    source.UseUp();
                source.Next(nonce);
                all.Add(Convert.ToHexString(nonce));
            }
        });
        Assert.Equal(20_000, all.Distinct().Count());
        Assert.InRange(all.Select(nonce => nonce[..16]).Distinct().Count(), 2, 3);
    }

    [Fact]
    public void Both_implementations_open_what_the_other_sealed()
    {
        var (key, nonce, associated, plain) = (new byte[32], new byte[12], "about"u8.ToArray(), "plain"u8.ToArray());
        Aead[] both = [new SodiumAead(), new BaseLibraryAead()];
        foreach (var (one, other) in new[] { (both[0], both[1]), (both[1], both[0]) })
        {
            var output = new byte[plain.Length + Aead.TagBytes];
            var opened = new byte[plain.Length];
            one.Seal(key, nonce, associated, plain, output);
            Assert.True(other.TryOpen(key, nonce, associated, output, opened));
            Assert.Equal(plain, opened);
            output[0] ^= 1;
            Assert.False(one.TryOpen(key, nonce, associated, output, opened));
            Assert.False(other.TryOpen(key, nonce, associated, output, opened));
        }
    }

    [Fact]
    public async Task A_full_disk_makes_no_key_that_would_not_last()
    {
        await using var vault = await WithKey("u1");
        await vault.OnWriter(session => session.Database.Execute("PRAGMA max_page_count=1"));
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await vault.Ensure("new" + i, TestFolder.Token);
            }
            catch (LogUnavailableException)
            {
                refused++;
                Assert.Throws<SubjectKeyMissingException>(() => vault.Seal("new" + i, 1, "x"));
            }
        }

        Assert.True(refused > 0);
        Assert.Equal("ada", vault.Open("u1", 1, vault.Seal("u1", 1, "ada")));
        await vault.OnWriter(session => session.Database.Execute("PRAGMA max_page_count=100000"));
        await vault.Ensure("new199", TestFolder.Token);
    }

    [Fact]
    public async Task The_self_check_of_a_vault_is_good()
    {
        await using var vault = await WithKey("u1");
        Assert.Empty(vault.Warnings);
        Assert.All(await StoreSelfCheck.Run(vault), result => Assert.True(result.Ok, $"{result.Name}: {result.Detail}"));
    }

    private async Task<Vault> WithKey(string subject)
    {
        var vault = Vault.Open(_folder.Folder, new VaultOptions());
        await vault.Ensure(subject, TestFolder.Token);
        return vault;
    }

    private bool InFiles(ReadOnlySpan<byte> bytes)
    {
        foreach (var file in Directory.GetFiles(_folder.Path, "vault.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            if (content.AsSpan().IndexOf(bytes) >= 0)
                return true;
        }

        return false;
    }
}
