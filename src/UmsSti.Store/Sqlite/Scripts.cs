using System.Reflection;

namespace UmsSti.Store.Sqlite;

/// <summary>The embedded .sql files of this room, named by their path without extension: <c>Sql/EventLog/insert_event</c>.</summary>
internal static class Scripts
{
    private static readonly Assembly Home = typeof(Scripts).Assembly;

    public static string Read(string name)
    {
        using var stream = Home.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program carries no script '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The numbered scripts of a folder in order: number and name.</summary>
    public static IReadOnlyList<(int Number, string Name)> Numbered(string folder) =>
        [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(name => (Number: int.Parse(name.AsSpan(folder.Length + 1, 3), System.Globalization.CultureInfo.InvariantCulture), name))
            .OrderBy(script => script.Number)];
}
