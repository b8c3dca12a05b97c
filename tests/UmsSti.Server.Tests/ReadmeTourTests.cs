using System.Text.RegularExpressions;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The README's tour, pasted as it stands into a shell beside a real server.</summary>
public sealed partial class ReadmeTourTests
{
    [Fact]
    public async Task The_tour_works_as_written()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var (email, password) = BootstrapOf(readme);
        using var folder = new TempFolder();
        var port = ServerProcess.FreePort();
        await using var server = await ServerProcess.Start(
            folder.Path, port, ("Ums__Bootstrap__Email", email), ("Ums__Bootstrap__Password", password));

        var (code, output) = await Tour.Run(Tour.Of(readme, port), folder.Path, TimeSpan.FromMinutes(2), ("Ums__DataDirectory", folder.Path));

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

    [GeneratedRegex(@"Ums__Bootstrap__Email=(\S+) Ums__Bootstrap__Password='([^']+)'")]
    private static partial Regex Bootstrap();
}
