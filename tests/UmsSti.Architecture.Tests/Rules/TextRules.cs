using System.Text.RegularExpressions;

namespace UmsSti.Architecture.Tests.Rules;

/// <summary>What may stand in a file of this repository, judged on its text.</summary>
public static partial class TextRules
{
    /// <summary>Lines a file of src or build may have before it is more than one idea.</summary>
    public const int MaxLines = 450;

    /// <summary>SQL lives in named .sql files: no string of a program begins with a statement (PRAGMA is a setting, and allowed).</summary>
    public static IReadOnlyList<string> SqlInStrings(SourceFile file) =>
        [.. SqlString().Matches(file.Text).Select(match => $"{file.Path}:{LineOf(file, match.Index)}: {match.Value.ReplaceLineEndings(" ")}")];

    /// <summary>No package feed is named: each machine brings its own.</summary>
    public static IReadOnlyList<string> FeedAddresses(SourceFile file) => MatchingLines(file, FeedAddress());

    /// <summary>No path of one machine is named.</summary>
    public static IReadOnlyList<string> MachinePaths(SourceFile file) => MatchingLines(file, MachinePath());

    /// <summary>Tests await a position or a condition; they never sleep.</summary>
    public static IReadOnlyList<string> Sleeps(SourceFile file) => MatchingLines(file, Sleep());

    /// <summary>Nothing is left unfinished and called done.</summary>
    public static IReadOnlyList<string> Stubs(SourceFile file) => MatchingLines(file, Stub());

    public static IReadOnlyList<string> TooLong(SourceFile file)
    {
        var lines = file.Text.TrimEnd('\n').Split('\n').Length;
        return lines > MaxLines ? [$"{file.Path} has {lines} lines, more than {MaxLines}"] : [];
    }

    private static string[] MatchingLines(SourceFile file, Regex forbidden) =>
        [.. file.Lines().Where(line => forbidden.IsMatch(line.Text)).Select(line => $"{file.Path}:{line.Number}: {line.Text.Trim()}")];

    private static int LineOf(SourceFile file, int index) => 1 + file.Text.AsSpan(0, index).Count('\n');

    [GeneratedRegex("""
        "\s*(?:SELECT\s|INSERT\s+(?:INTO|OR)\b|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\b|WITH\s+\w+\s+AS\b
        |(?:CREATE|DROP|ALTER)\s+(?:TABLE|INDEX|UNIQUE|VIRTUAL|TRIGGER|VIEW|TEMP)\b)
        |"\s*(?:select\s|insert\s+(?:into|or)\b|update\s+\w+\s+set\b|delete\s+from\b|with\s+\w+\s+as\b
        |(?:create|drop|alter)\s+(?:table|index|unique|virtual|trigger|view|temp)\b)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex SqlString();

    [GeneratedRegex(@"(nuget|npmjs|debian)\.org|/v3/index\.js[o]n|^\s*remote:\s(?!%NUGET_SOURCE%$)|^\s*source\s(?!%NUGET_SOURCE%$)h", RegexOptions.IgnoreCase)]
    private static partial Regex FeedAddress();

    [GeneratedRegex(@"(^|[^A-Za-z0-9_.])/(work|tmp|farm|home|Users)/[a-z]")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"(Thread\.|Async\.)[S]leep|Task\.[D]elay")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"NotImplemented[E]xception|\b[T]ODO\b|\b[F]IXME\b|throw new NotSupported[E]xception\(\)")]
    private static partial Regex Stub();
}
