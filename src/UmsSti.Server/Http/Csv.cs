using System.Text;

namespace UmsSti.Server.Http;

/// <summary>
/// Writes CSV (RFC 4180: comma, CRLF, quotes doubled), UTF-8. A text that a spreadsheet would take for a formula gets an
/// apostrophe before it, so that opening an export never runs what somebody wrote into a reason or user agent.
/// </summary>
public static class Csv
{
    /// <summary>The media type of exports, without parameters.</summary>
    public const string MediaType = "text/csv";

    // As OWASP lists them, with their full-width twins, which some programs read alike.
    private const string Formula = "=+-@\t\r\n＝＋－＠";

    /// <summary>Adds a row.</summary>
    public static void AppendRow(StringBuilder text, IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            AppendCell(text, cells[i]);
        }

        text.Append("\r\n");
    }

    private static void AppendCell(StringBuilder text, string? cell)
    {
        if (string.IsNullOrEmpty(cell))
        {
            return;
        }

        var isFormula = Formula.Contains(cell[0], StringComparison.Ordinal);
        if (!isFormula && cell.AsSpan().IndexOfAny("\",\r\n") < 0)
        {
            text.Append(cell);
            return;
        }

        text.Append('"').Append(isFormula ? "'" : "").Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
