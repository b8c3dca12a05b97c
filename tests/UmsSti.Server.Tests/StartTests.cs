using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>What keeps the program from starting: one clear line on standard error and exit code 1.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_folder_that_cannot_be_written()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("in-the-way"), "", TestContext.Current.CancellationToken);
        await Refuses(folder.File("in-the-way/data"), "in-the-way");
        await Refuses("/proc/ums", "/proc/ums");
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder()
    {
        using var folder = new TempFolder();
        await using var first = await ServerProcess.Start(folder.Path, ServerProcess.FreePort());
        await Refuses(folder.Path, "in use by another process");
    }

    [Fact]
    public async Task A_port_in_use()
    {
        using var folder = new TempFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await Refuses(folder.Path, "in use", ("Ums__Urls", $"http://127.0.0.1:{port}"));

        // The password of the first user was not spent on a start that failed.
        await using var second = await ServerProcess.Start(folder.Path, ServerProcess.FreePort());
        await new ApiClient(second.Http, null).SignIn(TestOptions.RootEmail, TestOptions.RootPassword);
    }

    [Fact]
    public async Task A_newer_schema()
    {
        using var folder = new TempFolder();
        await Once(folder.Path);
        foreach (var file in new[] { "events.db", "vault.db", "readmodel.db" })
        {
            var path = folder.File(file);
            var kept = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            await AddSchemaVersion(path);
            await Refuses(folder.Path, file);
            SqliteConnection.ClearAllPools();
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            await File.WriteAllBytesAsync(path, kept, TestContext.Current.CancellationToken);
        }

        await Once(folder.Path);
    }

    [Fact]
    public async Task A_missing_or_wrong_master_key()
    {
        using var folder = new TempFolder();
        await Once(folder.Path);
        await Refuses(folder.Path, "key", ("Ums__Vault__MasterKey", Convert.ToBase64String(new byte[32])));
        await Refuses(folder.Path, "32 bytes", ("Ums__Vault__MasterKey", "short"));
        await Refuses(folder.Path, "Ums__Vault__MasterKeyFile", ("Ums__Vault__MasterKeyFile", folder.File("no-such-file")));
        File.Move(folder.File("vault.key"), folder.File("elsewhere"));
        await Refuses(folder.Path, "vault.key");
        await using var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort(), ("Ums__Vault__MasterKeyFile", folder.File("elsewhere")));
    }

    [Theory]
    [InlineData("Ums__Urls", "nonsense")]
    [InlineData("Ums__Urls", "https://localhost:5080")]
    [InlineData("Ums__Urls", "http://localhost:99999")]
    [InlineData("Ums__RateLimit__PerUser", "-1")]
    [InlineData("Ums__RateLimit__PerSystemUser", "many")]
    [InlineData("Ums__Sqlite__Synchronous", "OFF")]
    [InlineData("Ums__Log__Level", "Loud")]
    [InlineData("Ums__Telemetry__OtlpEndpoint", "nowhere")]
    [InlineData("Ums__Bootstrap__Email", "no address")]
    [InlineData("Ums__Bootstrap__Password", "Short-1")]
    public async Task A_configuration_that_cannot_be(string key, string value)
    {
        using var folder = new TempFolder();
        await Refuses(folder.Path, key, (key, value));
    }

    [Fact]
    public async Task A_broken_settings_file()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("appsettings.json"), "{ broken", TestContext.Current.CancellationToken);
        var (code, output, errors) = await ServerProcess.RunIn(folder.Path, ["verify", "--data", folder.Path]);
        Assert.Equal((1, ""), (code, output));
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_stop_finishes_and_says_goodbye()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.Start(folder.Path, ServerProcess.FreePort());
        Assert.Equal(0, await server.Stop());
        Assert.All(server.Errors, line => Assert.StartsWith("UMS-STI serves ", line, StringComparison.Ordinal));
        Assert.False(File.Exists(folder.File("events.db-wal")) && new FileInfo(folder.File("events.db-wal")).Length > 0, "The log was not moved into its file.");
    }

    [Fact]
    public async Task A_first_start_without_a_password_shows_one_once()
    {
        using var folder = new TempFolder();
        var port = ServerProcess.FreePort();
        string password;
        await using (var first = await ServerProcess.Start(folder.Path, port, ("Ums__Bootstrap__Email", ""), ("Ums__Bootstrap__Password", "")))
        {
            var line = first.Errors.First(text => text.Contains("password", StringComparison.Ordinal));
            Assert.Contains("root@localhost", line, StringComparison.Ordinal);
            password = line.Split(' ')[^1];
            Assert.DoesNotContain(first.Output, text => text.Contains(password, StringComparison.Ordinal));
            await new ApiClient(first.Http, null).SignIn("root@localhost", password);
        }

        await using var second = await ServerProcess.Start(folder.Path, port, ("Ums__Bootstrap__Email", ""), ("Ums__Bootstrap__Password", ""));
        Assert.DoesNotContain(second.Errors, text => text.Contains("password", StringComparison.Ordinal));
        await new ApiClient(second.Http, null).SignIn("root@localhost", password);
    }

    private static async Task Once(string folder)
    {
        await using var server = await ServerProcess.Start(folder, ServerProcess.FreePort());
        Assert.Equal(0, await server.Stop());
    }

    private static async Task AddSchemaVersion(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE schema_versions SET version = 999 WHERE version = (SELECT max(version) FROM schema_versions)";
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private static async Task Refuses(string folder, string says, params (string Name, string Value)[] environment)
    {
        var (code, output, errors) = await ServerProcess.Run(
            ["serve", "--data", folder],
            [("Ums__Urls", $"http://127.0.0.1:{ServerProcess.FreePort()}"), ("Ums__Bootstrap__Email", TestOptions.RootEmail), ("Ums__Bootstrap__Password", TestOptions.RootPassword), .. environment]);
        Assert.Equal(1, code);
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.StartsWith("ums: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
