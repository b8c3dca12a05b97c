using System.CommandLine;
using System.Globalization;
using UmsSti.Server.Hosting;
using UmsSti.Store;

namespace UmsSti.Server.CommandLine;

/// <summary><c>ums verify</c>: is the log what was written, and does everything derived agree with it.</summary>
internal static class VerifyVerb
{
    private const string Description =
        """
        Check that both logs are what was written: positions and versions without gaps, the hash chain, SQLite's pages. Works beside a
        running server. With --full (server stopped) also open every event and hold every read model against the log.

        Examples:
          ums verify
          ums verify --full --data /var/lib/ums --json
        """;

    public static Command Create(CommonOptions common)
    {
        var full = new Option<bool>("--full") { Description = "Also open every event and compare the read models." };
        var verb = new Command("verify", Description) { full };
        verb.SetAction((parsed, ct) => Run(common, parsed, parsed.GetValue(full), ct));
        return verb;
    }

    private static async Task<int> Run(CommonOptions common, ParseResult parsed, bool full, CancellationToken ct)
    {
        var options = Configuration.Read(parsed.GetValue(common.Data));
        var report = new Report(parsed.GetValue(common.Json));
        var rows = new List<string[]>();
        foreach (var file in new[] { DataFolder.EventsFile, DataFolder.ActivityFile })
        {
            rows.Add(await Chain(options, file, report, ct));
        }

        if (full)
        {
            rows.AddRange(await FullCheck.Run(options, report, ct));
        }

        report.Table(["check", "result", "detail"], rows);
        return rows.All(row => row[1] == FullCheck.Good) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<string[]> Chain(ServerOptions options, string file, Report report, CancellationToken ct)
    {
        var path = Path.Combine(options.DataDirectory, file);
        var found = await report.Progress($"chain of {file}", tell => Task.Run(
            () => ChainVerifier.Verify(path, new Told(tell), ct), ct));
        return found.Break is { } damage
            ? [file, FullCheck.Bad, string.Create(CultureInfo.InvariantCulture, $"position {damage.Position}: {damage.Reason}")]
            : [file, FullCheck.Good, string.Create(CultureInfo.InvariantCulture, $"{found.Events} events, chain unbroken")];
    }

    /// <summary>Reports on the verifying thread; <see cref="Progress{T}"/> would post to others and arrive late.</summary>
    private sealed class Told(Action<long, long> tell) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value) => tell(value.Position, value.Head);
    }
}
