using System.Text.RegularExpressions;
using UmsSti.Server.Tests.Support;

namespace UmsSti.Server.Tests;

/// <summary>The README's tour, pasted as it stands into a shell beside a real server.</summary>
public sealed partial class ReadmeTourTests
{
    [Fact]
    public async Task The_tour_works_as_written()
    {
        var output = await Pasted(readme => string.Join('\n', Tour.Blocks(readme, "tour")));
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

    [Fact]
    public async Task The_second_tour_works_as_written()
    {
        var output = await Pasted(readme => Tour.Blocks(readme, "tour")[0] + string.Join('\n', Tour.Blocks(readme, "tour2")));
        Assert.Contains("\"depth\":7", output, StringComparison.Ordinal);
        Assert.Contains("\"moved\":[", output, StringComparison.Ordinal);
        // A member there, and nothing above; granted, explained, withdrawn, and still known from the past.
        Assert.Matches(
            new Regex("\"accessType\":\"role\".*\"allowed\":false.*\"type\":\"\\w*PermissionGranted\".*\"lost\":\\[\"team.members.invite\"\\].*\"step\":\"grant-permission\".*\"accessType\":\"grant\"", RegexOptions.Singleline),
            output);
        Assert.Contains("\"violations\":[]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_of_the_permissions_page_works_as_written()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "permissions.md"));
        var output = await Pasted(readme => Tour.Blocks(readme, "tour")[0] + string.Join('\n', Tour.Blocks(page, "example")));
        Assert.Matches(new Regex("\"accessType\":\"role\".*\"allowed\":false.*\"step\":\"join-team\".*\"kind\":\"role\",\"name\":\"curator\"", RegexOptions.Singleline), output);
    }

    /// <summary>Pastes a script made from the README beside a fresh server; what it prints, without any problem in it.</summary>
    private static async Task<string> Pasted(Func<string, string> scriptOf)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var (email, password) = BootstrapOf(readme);
        using var folder = new TempFolder();
        var port = ServerProcess.FreePort();
        await using var server = await ServerProcess.Start(
            folder.Path, port, ("Ums__Bootstrap__Email", email), ("Ums__Bootstrap__Password", password));

        var (code, output) = await Tour.Run(Tour.Adapted(scriptOf(readme), port), folder.Path, TimeSpan.FromMinutes(2), ("Ums__DataDirectory", folder.Path));

        Assert.True(code == 0, output);
        Assert.DoesNotContain("urn:ums:problem", output, StringComparison.Ordinal);
        return output;
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
