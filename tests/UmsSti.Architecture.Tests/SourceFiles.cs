using System.Diagnostics;

namespace UmsSti.Architecture.Tests;

/// <summary>A text of the repository with its path from the top of the clone ('/' between folders).</summary>
public sealed record SourceFile(string Path, string Text)
{
    public IEnumerable<(int Number, string Text)> Lines() => Text.Split('\n').Select((line, index) => (index + 1, line));
}

/// <summary>The files git tracks (or would track): what a reader of the repository gets.</summary>
public static class SourceFiles
{
    private static readonly string[] Binary = [".png", ".ico", ".jpg", ".woff2", ".db"];
    private static readonly Lazy<IReadOnlyList<SourceFile>> All = new(ReadAll);

    public static IReadOnlyList<SourceFile> Tracked => All.Value;

    public static IEnumerable<SourceFile> Under(string folder, params string[] extensions) =>
        Tracked.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)
            && extensions.Any(extension => file.Path.EndsWith(extension, StringComparison.Ordinal)));

    private static List<SourceFile> ReadAll() =>
        [.. ListPaths()
            .Where(path => !Binary.Contains(Path.GetExtension(path)) && File.Exists(Path.Combine(House.Root, path)))
            .Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(House.Root, path))))];

    private static string[] ListPaths()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        {
            WorkingDirectory = House.Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"git ls-files ended with {git.ExitCode}.");
    }
}
