using System.Diagnostics;
using System.Text.RegularExpressions;

namespace UmsSti.Server.Tests.Support;

/// <summary>The shell blocks of a document, run as a reader pastes them.</summary>
internal static partial class Tour
{
    /// <summary>Where the documents say the server listens.</summary>
    public const string DocumentedUrl = "http://localhost:5080";

    private const string DocumentedProgram = "src/UmsSti.Server/bin/Release/net10.0/ums.dll";

    /// <summary>All bash blocks between the marks of the tour, with the program under test in place of the one they name, on another port.</summary>
    public static string Of(string document, int port) => Adapted(string.Join('\n', Blocks(document, "tour")), port);

    /// <summary>The bash blocks between the marks of a name.</summary>
    public static string[] Blocks(string document, string mark)
    {
        var part = document[document.IndexOf($"<!-- {mark}:begin -->", StringComparison.Ordinal)..document.IndexOf($"<!-- {mark}:end -->", StringComparison.Ordinal)];
        var blocks = Block().Matches(part).Select(block => block.Groups[1].Value).ToArray();
        Assert.NotEmpty(blocks);
        return blocks;
    }

    /// <summary>A script with the program under test in place of the one it names, on another port.</summary>
    public static string Adapted(string script, int port) => script
        .Replace(DocumentedUrl, $"http://127.0.0.1:{port}", StringComparison.Ordinal)
        .Replace(DocumentedProgram, Path.Combine(AppContext.BaseDirectory, "ums.dll"), StringComparison.Ordinal);

    /// <summary>Runs it; it stops at the first command that fails. What it leaves running ends with it.</summary>
    public static async Task<(int Code, string Output)> Run(string script, string folder, TimeSpan patience, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", "set -e; trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var shell = Process.Start(start)!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        try
        {
            await shell.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            Assert.Fail($"The tour did not end within {patience}: {await output}{await errors}");
        }

        return (shell.ExitCode, await output + await errors);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
