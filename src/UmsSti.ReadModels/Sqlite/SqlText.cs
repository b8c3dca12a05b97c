using System.Collections.Concurrent;

namespace UmsSti.ReadModels.Sqlite;

/// <summary>One SQL statement or script from an embedded file; the object is the key of prepared statements.</summary>
internal sealed class SqlText
{
    private static readonly ConcurrentDictionary<(string Name, int Generation), SqlText> Known = new();

    private SqlText(string name, string text, int generation) => (Name, Text, Generation) = (name, text, generation);

    /// <summary>File name below <c>Sql/</c>, without extension.</summary>
    public string Name { get; }

    public string Text { get; }

    /// <summary>The generation whose tables it names; 0 when it names none.</summary>
    public int Generation { get; }

    /// <summary>A file that names no generation.</summary>
    public static SqlText Get(string name) => Known.GetOrAdd((name, 0), static key => new(key.Name, Read(key.Name), 0));

    /// <summary>A template with the number of a generation put in.</summary>
    public static SqlText Get(string name, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        return Known.GetOrAdd((name, generation), static key =>
            new(key.Name, Read(key.Name).Replace("{g}", key.Generation.ToString(), StringComparison.Ordinal), key.Generation));
    }

    /// <summary>A statement put together from embedded pieces; never from anything a caller sent.</summary>
    public static SqlText Compose(string name, string text) => new(name, text, 0);

    /// <summary>The text of an embedded file.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(SqlText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no embedded SQL file '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }

    /// <summary>Names of the embedded files in a folder, in order.</summary>
    public static IReadOnlyList<string> InFolder(string folder) =>
        [.. typeof(SqlText).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
