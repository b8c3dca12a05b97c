using System.Text.RegularExpressions;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The walk-through of <c>docs/operations.md</c>, pasted as it stands: a parked stream, a rebuild, a mail outage; with real servers in processes of their own.</summary>
public sealed class OperationsTourTests
{
    /// <summary>Five starts of the server and the waits of a mail outage, on a machine that may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>As many different ids as messages; how many mails of the days before still waited is left to chance.</summary>
    private const string Once = "messages: ([0-9]+), different: \\1\n";

    [Fact]
    public async Task The_walk_through_works_as_written()
    {
        Programs.Demand("curl", "sqlite3");
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations.md"), TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        var script = Tour.Of(page, ServerProcess.FreePort()).Replace("2525", ServerProcess.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var (code, output) = await Tour.Run(script, folder.Path, Patience, ("Ums__RateLimit__PerSystemUser", "0"), ("Ums__RateLimit__PerUser", "0"));

        Assert.True(code == 0, output);
        Assert.DoesNotContain("urn:ums:problem", output, StringComparison.Ordinal);
        InOrder(
            output,
            // a parked stream
            "\"result\":\"BAD\",\"detail\":\"position [0-9]+:", "exit code 1", "\"health\":\"degraded\"", "\"fromVersion\":1,.*\"held\":1}\\],\"nextCursor\":null,\"total\":1}",
            "\"name\":\"Robert\"", "\"released\":false", "chain unbroken", "\"released\":true", "\"health\":\"healthy\",\"findings\":\\[\\]",
            "\"check\":\"user-directory\",\"result\":\"ok\"", "\"check\":\"rows of audit\",\"result\":\"ok\"",
            // skipped
            "\"released\":true,\"error\":null,\"skipped\":\\[{", "\"reason\":\"lost on the disk, no backup holds it\"",
            // a rebuild
            "\"kind\":\"rebuild\",\"model\":\"users\",\"state\":\"succeeded\"",
            // a mail outage
            "202 in .*\n202 in .*\n202 in ", "\"attempts\":0,.*no connection to the mail server", "outbox_breaker_open.* 1", Once,
            "\"state\":\"dead\".*message size exceeds", Once, "{\"items\":\\[\\],\"nextCursor\":null,\"total\":0}");
    }

    private static void InOrder(string output, params string[] patterns)
    {
        var at = 0;
        foreach (var pattern in patterns)
        {
            var match = new Regex(pattern).Match(output, at);
            Assert.True(match.Success, $"'{pattern}' does not come where it should, in: {output}");
            at = match.Index + match.Length;
        }

        Assert.DoesNotMatch("\"check\":[^\n]*\"result\":\"BAD\"", output[output.IndexOf("exit code 1", StringComparison.Ordinal)..]);
    }
}
