using System.Diagnostics.CodeAnalysis;
using Mono.Cecil;
using UmsSti.Architecture.Tests.Rules;
using Xunit;

namespace UmsSti.Architecture.Tests;

/// <summary>Domain is pure: now, ids and actor are arguments.</summary>
public sealed class PurityTests
{
    [Fact]
    public void Domain_reads_no_clock_no_randomness_and_does_no_IO()
    {
        using var module = House.OpenAssembly(House.Room("UmsSti.Domain"));
        Judge.NoViolation(PurityRule.Violations(module.Types));
    }

    [Theory]
    [InlineData(nameof(Specimen.ReadsTheUtcClock), "System.DateTimeOffset.get_UtcNow")]
    [InlineData(nameof(Specimen.ReadsTheLocalClock), "System.DateTime.get_Now")]
    [InlineData(nameof(Specimen.MakesAnId), "System.Guid.CreateVersion7")]
    [InlineData(nameof(Specimen.MakesARandomId), "System.Guid.NewGuid")]
    [InlineData(nameof(Specimen.RollsADie), "System.Random")]
    [InlineData(nameof(Specimen.ReadsAFile), "System.IO.File")]
    [InlineData(nameof(Specimen.Waits), "System.Threading.Tasks.Task")]
    public void Specimen_each_impure_member_is_flagged(string member, string use)
    {
        using var module = ModuleDefinition.ReadModule(typeof(Specimen).Assembly.Location);
        var type = module.GetType(typeof(PurityTests).FullName).NestedTypes.Single(nested => nested.Name == nameof(Specimen));
        Assert.Contains(PurityRule.Violations([type]), found =>
            found.Contains($"Specimen.{member} ", StringComparison.Ordinal) && found.EndsWith(use, StringComparison.Ordinal));
    }

    [Fact]
    public void Specimen_pure_code_passes()
    {
        using var module = ModuleDefinition.ReadModule(typeof(PureSpecimen).Assembly.Location);
        var type = module.GetType(typeof(PurityTests).FullName).NestedTypes.Single(nested => nested.Name == nameof(PureSpecimen));
        Assert.Empty(PurityRule.Violations([type]));
    }

    [SuppressMessage("Security", "CA5394", Justification = "A specimen the rule must flag.")]
    private static class Specimen
    {
        public static DateTimeOffset ReadsTheUtcClock() => DateTimeOffset.UtcNow;
        public static DateTime ReadsTheLocalClock() => DateTime.Now;
        public static Guid MakesAnId() => Guid.CreateVersion7();
        public static Guid MakesARandomId() => Guid.NewGuid();
        public static int RollsADie() => new Random(1).Next(6);
        public static string ReadsAFile(string path) => File.ReadAllText(path);
        public static Task Waits(Task earlier) => earlier;
    }

    private static class PureSpecimen
    {
        public static bool IsPast(DateTimeOffset now, DateTimeOffset until) => now > until;
        public static Guid? Parse(string text) => Guid.TryParse(text, out var id) ? id : null;
    }
}
