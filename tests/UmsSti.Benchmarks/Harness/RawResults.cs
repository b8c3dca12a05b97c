using System.Text.Json;
using System.Text.Json.Serialization;

namespace UmsSti.Benchmarks.Harness;

/// <summary>Everything that was measured: kept beside the table, so that every figure of it can be worked out again.</summary>
public sealed record RawResults(Machine Machine, IReadOnlyList<Row> Rows)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static RawResults? Read(string path) => JsonSerializer.Deserialize<RawResults>(File.ReadAllText(path), Json);

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>
    /// These results with the rows of earlier ones whose benchmark was not measured now, in the order of <paramref name="benchmarks"/>.
    /// Figures of another machine are not carried over.
    /// </summary>
    public RawResults Over(RawResults? earlier, IReadOnlyList<string> benchmarks)
    {
        if (earlier is null || earlier.Machine != Machine)
            return this;
        var measured = Rows.Select(row => row.Benchmark).ToHashSet();
        var kept = earlier.Rows.Where(row => !measured.Contains(row.Benchmark) && benchmarks.Contains(row.Benchmark));
        return this with { Rows = [.. Rows.Concat(kept).OrderBy(row => benchmarks.ToList().IndexOf(row.Benchmark))] };
    }
}
