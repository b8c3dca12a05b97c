using System.Globalization;
using System.Text;

namespace UmsSti.Benchmarks.Harness;

/// <summary>Rows as text: one line for the console, a Markdown table for the docs.</summary>
public static class Table
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static string OneLine(Row row)
    {
        if (row.NotMeasured is { } reason)
            return $"{row.Work}: not measured: {reason}";
        var against = row.Baseline.Count == 0 ? "" : $" against {Value(row.Baseline, row.Unit)} = {Ratio(row)}";
        return $"{row.Work}: {Value(row.Ours, row.Unit)}{against}; target {Limit(row)}: {Verdict(row)}";
    }

    /// <summary>The table with the settings of every row below it.</summary>
    public static string Markdown(RawResults results)
    {
        var text = new StringBuilder();
        text.AppendLine(Plain, $"Machine: {results.Machine.Describe()}.");
        text.AppendLine();
        text.AppendLine("| Work | Against | Ours (median, min-max) | Baseline | Ratio (min-max) | Target | Reached |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var row in results.Rows)
            text.AppendLine(Line(row));
        text.AppendLine();
        text.AppendLine("Settings, by benchmark:");
        text.AppendLine();
        foreach (var row in results.Rows)
        {
            var small = row.Quick ? " Small sizes (`--quick`): the figure means nothing." : "";
            text.AppendLine(Plain, $"- `{row.Benchmark}`, {row.Work} ({row.MeasuredAt:yyyy-MM-dd HH:mm} UTC, {row.Ours.Count} repetitions): {row.Settings}.{small}");
        }

        return text.ToString().TrimEnd();
    }

    private static string Line(Row row) => row.NotMeasured is { } reason
        ? $"| {row.Work} | {row.Against} | not measured: {reason} | | | {Limit(row)} | - |"
        : $"| {row.Work} | {row.Against} | {WithSpread(row.Ours, row.Unit)} | {WithSpread(row.Baseline, row.Unit)} | {Ratio(row)} | {Limit(row)} | {Verdict(row)} |";

    private static string Ratio(Row row)
    {
        var ratios = row.Ratios();
        if (row.Target.Judge == Judge.DifferenceAtMost)
            return $"{Signed(Statistics.Median(row.Ours) - Statistics.Median(row.Baseline))} {row.Unit}";
        return ratios.Count == 0 ? "" : string.Create(Plain, $"{Statistics.Median(ratios):0.00} ({ratios.Min():0.00}-{ratios.Max():0.00})");
    }

    private static string Limit(Row row) => row.Target.Judge switch
    {
        Judge.RatioAtLeast => string.Create(Plain, $">= {row.Target.Limit:0.##}"),
        Judge.RatioAtMost => string.Create(Plain, $"<= {row.Target.Limit:0.##}"),
        Judge.AtLeast => $">= {Number(row.Target.Limit)} {row.Unit}",
        Judge.AtMost => $"<= {Number(row.Target.Limit)} {row.Unit}",
        Judge.DifferenceAtMost => $"<= {Signed(row.Target.Limit)} {row.Unit}",
        _ => "-",
    };

    private static string Verdict(Row row) => row.Met() switch
    {
        true => "yes",
        false => "**no**",
        null => "-",
    };

    private static string Value(IReadOnlyList<double> values, string unit) => $"{Number(Statistics.Median(values))} {unit}";

    private static string WithSpread(IReadOnlyList<double> values, string unit) => values.Count switch
    {
        0 => "",
        1 => Value(values, unit),
        _ => $"{Value(values, unit)} ({Number(values.Min())}-{Number(values.Max())})",
    };

    private static string Signed(double value) => (value < 0 ? "-" : "+") + Number(Math.Abs(value));

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("N0", Plain),
        >= 100 => value.ToString("0", Plain),
        >= 10 => value.ToString("0.0", Plain),
        _ => value.ToString("0.00", Plain),
    };
}
