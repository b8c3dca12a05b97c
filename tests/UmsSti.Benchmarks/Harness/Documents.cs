using System.Globalization;

namespace UmsSti.Benchmarks.Harness;

/// <summary>Writes the table into <c>docs/benchmarks.md</c>, between its markers, and the samples beside it.</summary>
public static class Documents
{
    private const string Begin = "<!-- table: written by the benchmarks, do not edit -->";
    private const string End = "<!-- end of table -->";

    public static void Write(Machine machine, IReadOnlyList<Row> rows, IReadOnlyList<string> benchmarks)
    {
        var docs = Path.Combine(RepositoryRoot(), "docs");
        var samples = Directory.CreateDirectory(Path.Combine(docs, "benchmarks")).FullName;
        var newest = Directory.GetFiles(samples, "raw-*.json").Order(StringComparer.Ordinal).LastOrDefault();
        var results = new RawResults(machine, rows).Over(newest is null ? null : RawResults.Read(newest), benchmarks);
        var date = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var raw = Path.Combine(samples, $"raw-{date}.json");
        results.Write(raw);

        var page = Path.Combine(docs, "benchmarks.md");
        var table = $"{Table.Markdown(results)}\n\nEvery sample: [raw-{date}.json](benchmarks/raw-{date}.json).";
        File.WriteAllText(page, Replace(File.ReadAllText(page), table));
        Console.WriteLine($"Wrote {Path.GetRelativePath(Environment.CurrentDirectory, page)} and {Path.GetRelativePath(Environment.CurrentDirectory, raw)}.");
    }

    private static string Replace(string page, string table)
    {
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        var to = page.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from)
            throw new InvalidOperationException($"docs/benchmarks.md has lost its markers '{Begin}' and '{End}'.");
        return page[..(from + Begin.Length)] + "\n" + table + "\n" + page[to..];
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "UmsSti.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The benchmarks do not run from a clone of the repository, so there is no docs folder to write.");
    }
}
