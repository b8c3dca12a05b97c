using Xunit;

namespace UmsSti.Architecture.Tests.Rules;

/// <summary>How a rule speaks when it is broken: all violations, one a line, none cut short.</summary>
public static class Judge
{
    public static void NoViolation(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
