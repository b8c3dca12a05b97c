namespace UmsSti.Projections.Outbox;

/// <summary>The embedded SQL files of this room, named by their path below <c>Sql/</c> without extension.</summary>
internal static class OutboxSql
{
    public static string Read(string name)
    {
        using var stream = typeof(OutboxSql).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no embedded SQL file '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Names of the files in a folder, in order.</summary>
    public static IReadOnlyList<string> InFolder(string folder) =>
        [.. typeof(OutboxSql).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
