using Microsoft.Extensions.Logging;
using UmsSti.Server.Hosting;
using UmsSti.Server.Http;
using UmsSti.Server.Mail;

namespace UmsSti.Server.Tests.Support;

/// <summary>Options of servers under test: a folder of their own, a free port, a known first user.</summary>
internal static class TestOptions
{
    public const string RootEmail = "root@example.org";
    public const string RootPassword = "Correct-Horse-Battery-1";
    public const string UserPassword = "SecurePassword123!";

    public static ServerOptions For(string folder) => new()
    {
        DataDirectory = folder,
        Urls = ["http://127.0.0.1:0"],
        Bootstrap = new BootstrapOptions(RootEmail, RootPassword),
        RateLimit = RequestLimits.None,
        Synchronous = "FULL",
        MasterKey = null,
        MasterKeyFile = null,
        MaxTeamDepth = 8,
        LogLevel = LogLevel.Critical,
        OtlpEndpoint = null,
        PublicUrl = "http://ums.test",
        Mail = MailOptions.Default,
        Webhooks = [],
        IsDevelopment = false,
    };
}

/// <summary>A folder that is gone when the test is.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ums-server-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
