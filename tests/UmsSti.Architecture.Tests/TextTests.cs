using UmsSti.Architecture.Tests.Rules;
using Xunit;

namespace UmsSti.Architecture.Tests;

/// <summary>What stands in the files of this repository. Specimens are put together here so that no rule trips over its own test.</summary>
public sealed class TextTests
{
    private static readonly string[] Program = [".cs", ".fs", ".fsx"];

    [Fact]
    public void SQL_lives_in_sql_files() =>
        Judge.NoViolation(SourceFiles.Under("src", Program).SelectMany(TextRules.SqlInStrings));

    [Theory]
    [InlineData("var sql = \"SELECT id FROM users\";", true)]
    [InlineData("var sql = \"\"\"\n    INSERT INTO users VALUES (1)\n    \"\"\";", true)]
    [InlineData("run(\"update users set name = 'x'\")", true)]
    [InlineData("run(\"CREATE VIRTUAL TABLE t USING fts5(x)\")", true)]
    [InlineData("run(\"DELETE FROM users\")", true)]
    [InlineData("run(\"PRAGMA synchronous=FULL\")", false)]
    [InlineData("method == \"DELETE\"", false)]
    [InlineData("say(\"Select a user\")", false)]
    public void Specimen_SQL_in_a_string_is_flagged(string text, bool flagged) =>
        Assert.Equal(flagged, TextRules.SqlInStrings(new SourceFile("specimen.cs", text)).Count > 0);

    [Fact]
    public void No_feed_address_stands_in_a_file() =>
        Judge.NoViolation(SourceFiles.Tracked.SelectMany(TextRules.FeedAddresses));

    [Theory]
    [InlineData("source https", "://api.", "nuget", ".org/v3")]
    [InlineData("  remote: ", "https", "://feed.example", "/packages")]
    [InlineData("<add value=\"https", "://feed.example/v3", "/index.js", "on\" />")]
    public void Specimen_a_feed_address_is_flagged(string first, string second, string third, string fourth) =>
        Assert.Single(TextRules.FeedAddresses(new SourceFile("specimen", first + second + third + fourth)));

    [Fact]
    public void A_lock_file_that_names_the_variable_passes() =>
        Assert.Empty(TextRules.FeedAddresses(new SourceFile("paket.lock", "NUGET\n  remote: %NUGET_SOURCE%\n")));

    [Fact]
    public void No_path_of_one_machine_stands_in_a_file() =>
        Judge.NoViolation(SourceFiles.Tracked.SelectMany(TextRules.MachinePaths));

    [Theory]
    [InlineData("work")]
    [InlineData("tmp")]
    [InlineData("home")]
    public void Specimen_a_machine_path_is_flagged(string folder) =>
        Assert.Single(TextRules.MachinePaths(new SourceFile("specimen", $"cd /{folder}/somewhere")));

    [Fact]
    public void Tests_do_not_sleep() =>
        Judge.NoViolation(SourceFiles.Under("tests", Program).SelectMany(TextRules.Sleeps));

    [Theory]
    [InlineData("Thread.", "Sleep(10);")]
    [InlineData("await Task.", "Delay(10);")]
    [InlineData("do! Async.", "Sleep 10")]
    public void Specimen_a_sleep_is_flagged(string first, string second) =>
        Assert.Single(TextRules.Sleeps(new SourceFile("specimen.cs", first + second)));

    [Fact]
    public void Nothing_unfinished_is_called_done() =>
        Judge.NoViolation(new[] { "src", "tests", "build" }.SelectMany(folder => SourceFiles.Under(folder, Program))
            .SelectMany(TextRules.Stubs));

    [Theory]
    [InlineData("throw new NotImplemented", "Exception();")]
    [InlineData("// TO", "DO: later")]
    public void Specimen_a_stub_is_flagged(string first, string second) =>
        Assert.Single(TextRules.Stubs(new SourceFile("specimen.cs", first + second)));

    [Fact]
    public void A_file_holds_one_idea() =>
        Judge.NoViolation(new[] { "src", "build" }.SelectMany(folder => SourceFiles.Under(folder, Program)).SelectMany(TextRules.TooLong));

    [Fact]
    public void Specimen_a_file_that_is_too_long_is_flagged()
    {
        var longest = string.Concat(Enumerable.Repeat("line\n", TextRules.MaxLines));
        Assert.Empty(TextRules.TooLong(new SourceFile("longest.cs", longest)));
        Assert.Single(TextRules.TooLong(new SourceFile("specimen.cs", longest + "line\n")));
    }
}
