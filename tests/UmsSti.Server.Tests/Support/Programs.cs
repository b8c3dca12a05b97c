namespace UmsSti.Server.Tests.Support;

/// <summary>Programs of the machine that a test needs beside the .NET SDK.</summary>
internal static class Programs
{
    /// <summary>Fails with a line that says what to install when one is not there.</summary>
    public static void Demand(params string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var name in names)
        {
            Assert.True(
                folders.Any(folder => File.Exists(Path.Combine(folder, name))),
                $"This test needs the program '{name}', which is not on the path. 'dotnet fsi build.fsx test' installs what is missing on Debian; elsewhere see build/Tools.fs for its package.");
        }
    }
}
