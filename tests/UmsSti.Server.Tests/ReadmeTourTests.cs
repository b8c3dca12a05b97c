using System.Diagnostics;
using System.Text.RegularExpressions;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The README's tour, pasted as it stands into a shell beside a real server.</summary>
public sealed partial class ReadmeTourTests
{
    private const string DocumentedUrl = "http://localhost:5080";
    private const string DocumentedProgram = "src/UmsSti.Server/bin/Release/net10.0/ums.dll";

    [Fact]
    public async Task The_tour_works_as_written()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var (email, password) = BootstrapOf(readme);
        using var folder = new TempFolder();
        var port = ServerProcess.FreePort();
        await using var server = await ServerProcess.Start(
            folder.Path, port, ("Ums__Bootstrap__Email", email), ("Ums__Bootstrap__Password", password));

        var script = TourOf(readme)
            .Replace(DocumentedUrl, $"http://127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace(DocumentedProgram, Path.Combine(AppContext.BaseDirectory, "ums.dll"), StringComparison.Ordinal);
        var (code, output) = await Shell("set -e\n" + script, folder.Path);

        Assert.True(code == 0, output);
        Assert.DoesNotContain("urn:ums:problem", output, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"pending\"", output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"Ada Lovelace\"", output, StringComparison.Ordinal);
        Assert.Contains("\"accepted\":true", output, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Replayed: true", output, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"UserSuspended\"", output, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"rebuild\"", output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"user-directory\"", output, StringComparison.Ordinal);
        Assert.Contains("chain unbroken", output, StringComparison.Ordinal);
        // As she was: the answer to asOf shows the old name after the new one was shown.
        Assert.Matches(new Regex("Ada Lovelace.*\"name\":\"Ada\"", RegexOptions.Singleline), output);
    }

    private static (string Email, string Password) BootstrapOf(string readme)
    {
        var match = Bootstrap().Match(readme);
        Assert.True(match.Success, "The README does not show the bootstrap variables.");
        return (match.Groups[1].Value, match.Groups[2].Value);
    }

    private static string TourOf(string readme)
    {
        var tour = readme[readme.IndexOf("<!-- tour:begin -->", StringComparison.Ordinal)..readme.IndexOf("<!-- tour:end -->", StringComparison.Ordinal)];
        var blocks = Block().Matches(tour).Select(block => block.Groups[1].Value).ToArray();
        Assert.NotEmpty(blocks);
        return string.Join('\n', blocks);
    }

    private static async Task<(int Code, string Output)> Shell(string script, string dataFolder)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Ums__DataDirectory"] = dataFolder;
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync();
        var errors = shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (shell.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"Ums__Bootstrap__Email=(\S+) Ums__Bootstrap__Password='([^']+)'")]
    private static partial Regex Bootstrap();

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
