using System.CommandLine;
using System.Runtime.InteropServices;
using UmsSti.Server.Hosting;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums serve</c>: the HTTP server.</summary>
internal static class ServeVerb
{
    private const string Description =
        """
        Serve the HTTP API until stopped (SIGTERM or Ctrl+C finish what has begun).

        Keys are read from appsettings.json in the working folder and from the environment (Ums__Urls, Ums__RateLimit__PerUser, ...).

        Examples:
          ums serve
          Ums__Urls=http://0.0.0.0:8080 ums serve --data /var/lib/ums
        """;

    /// <summary>
    /// SIGXFSZ on Linux and macOS. A write beyond the process's limit on file sizes raises it, and unheard it ends the process; heard, the
    /// write fails and the server treats it as a full disk.
    /// </summary>
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    public static Command Create(CommonOptions common)
    {
        var verb = new Command("serve", Description);
        verb.SetAction((parsed, ct) => Run(common, parsed, ct));
        return verb;
    }

    public static async Task<int> Run(CommonOptions common, ParseResult parsed, CancellationToken ct)
    {
        var options = Configuration.Read(parsed.GetValue(common.Data));
        using var sizeLimit = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileSizeExceeded, signal => signal.Cancel = true);
        await using var server = await UmsServer.Start(options, TimeProvider.System, ct);
        // Standard error, because standard output is the log.
        await Console.Error.WriteLineAsync($"UMS-STI serves {string.Join(" and ", server.Urls)} from {options.DataDirectory}; the API is described at /docs. Ctrl+C stops it.");
        await server.Stopped;
        return ExitCodes.Ok;
    }
}
