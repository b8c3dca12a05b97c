using UmsSti.Store.Sqlite;
using Xunit;

namespace UmsSti.Store.Tests;

/// <summary>The master key: where it comes from, and that a vault never gets a wrong or new one silently.</summary>
public sealed class MasterKeyTests : IDisposable
{
    private static readonly string KeyA = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly string KeyB = Convert.ToBase64String(Enumerable.Repeat((byte)2, 32).ToArray());

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string KeyFile => Path.Combine(_folder.Path, "vault.key");

    [Fact]
    public async Task The_first_start_makes_a_key_file_for_its_owner_alone()
    {
        await Open().DisposeAsync();
        Assert.Equal(32, Convert.FromBase64String(File.ReadAllText(KeyFile).Trim()).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task A_vault_without_its_key_file_never_gets_a_new_key()
    {
        await Open().DisposeAsync();
        var key = await File.ReadAllTextAsync(KeyFile, TestFolder.Token);
        File.Delete(KeyFile);
        Refused("missing", () => Open());
        Assert.False(File.Exists(KeyFile));
        await WriteKeyFile(key);
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task Another_key_file_is_refused()
    {
        await Open().DisposeAsync();
        await WriteKeyFile(KeyB);
        Refused("does not belong", () => Open());
    }

    [Fact]
    public async Task A_key_file_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        await Open().DisposeAsync();
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Refused("chmod 600", () => Open());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    public async Task A_key_file_that_holds_no_key_is_refused(string content)
    {
        await Open().DisposeAsync();
        await WriteKeyFile(content);
        Refused("is not base64 of 32 bytes", () => Open());
    }

    [Fact]
    public async Task A_configured_key_needs_no_file_and_must_stay_the_same()
    {
        await Open(KeyA).DisposeAsync();
        Assert.False(File.Exists(KeyFile));
        await Open(KeyA).DisposeAsync();
        Refused("does not belong", () => Open(KeyB));
        Refused("is not base64", () => Open("short"));
        Refused("missing", () => Open());
    }

    [Fact]
    public async Task A_newer_vault_is_refused()
    {
        await Open().DisposeAsync();
        using (var database = Database.Open(_folder.Folder.File(DataFolder.VaultFile)))
            database.Execute("INSERT INTO schema_versions VALUES (999, 'future', 'now')");
        Refused("schema version 999", () => Open());
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_by_name() =>
        Refused("KeyCacheBytes", () => Vault.Open(_folder.Folder, new VaultOptions { KeyCacheBytes = 0 }));

    private Vault Open(string? key = null) => Vault.Open(_folder.Folder, new VaultOptions { MasterKey = key });

    private async Task WriteKeyFile(string content)
    {
        await File.WriteAllTextAsync(KeyFile, content, TestFolder.Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static void Refused(string says, Func<object> open)
    {
        var refused = Assert.Throws<StoreStartException>(open);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
