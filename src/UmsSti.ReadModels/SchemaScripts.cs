using System.Globalization;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels;

/// <summary>The numbered scripts of the catalogue tables: applied once each, in order, recorded; a newer file is refused.</summary>
internal static class SchemaScripts
{
    public static void Apply(Connection connection, string path, DateTimeOffset now)
    {
        connection.Execute(SqlText.Get("Catalogue/schema_versions"));
        var scripts = SqlText.InFolder("Schema").Select(name => (Version: VersionOf(name), Name: name)).ToArray();
        var newest = scripts[^1].Version;
        var stored = connection.Get("Catalogue/schema_versions_latest").Scalar();
        if (stored > newest)
            throw new ReadModelStartException(
                $"Read model {path} has schema {stored}, this program knows {newest}: use the newer program, or delete the file to have it built again.");
        foreach (var script in scripts.Where(script => script.Version > stored))
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(SqlText.Get(script.Name));
            connection.Get("Catalogue/schema_versions_insert").Bind(1, script.Version).Bind(2, script.Name).Bind(3, now.ToUnixTimeMilliseconds()).Run();
            connection.Execute("COMMIT");
        }
    }

    // "Schema/0001_catalogue" -> 1
    private static int VersionOf(string name) => int.Parse(name.AsSpan("Schema/".Length, 4), NumberStyles.None, CultureInfo.InvariantCulture);
}
