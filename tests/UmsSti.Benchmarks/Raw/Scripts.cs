using System.Reflection;

namespace UmsSti.Benchmarks.Raw;

/// <summary>Embedded texts: the benchmarks' own, and the Store's, which the raw side runs as they are.</summary>
internal static class Scripts
{
    /// <summary>A statement of the benchmarks.</summary>
    public static string Own(string name) => Read(Assembly.GetExecutingAssembly(), $"Sql/{name}.sql");

    /// <summary>The statement our log itself runs.</summary>
    public static string OfTheLog(string name) => Store.Sqlite.Scripts.Read("Sql/EventLog/" + name);

    /// <summary>A script for wrk.</summary>
    public static string ForWrk(string name) => Read(Assembly.GetExecutingAssembly(), $"Wrk/{name}.lua");

    private static string Read(Assembly home, string name)
    {
        using var stream = home.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The program carries no '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
