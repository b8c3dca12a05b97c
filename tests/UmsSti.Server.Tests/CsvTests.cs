using System.Text;
using UmsSti.Server.Http;

namespace UmsSti.Server.Tests;

/// <summary>CSV that every reader takes as it was meant, and no spreadsheet runs.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+4915155", "\"'+4915155\"")]
    [InlineData("-2", "\"'-2\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("=cmd|' /C calc'!\"A1\"", "\"'=cmd|' /C calc'!\"\"A1\"\"\"")]
    [InlineData("{\"a\":1}", "\"{\"\"a\"\":1}\"")]
    public void A_cell_is_quoted_where_it_must_be_and_is_never_a_formula(string? cell, string expected)
    {
        var text = new StringBuilder();
        Csv.AppendRow(text, [cell, "end"]);
        Assert.Equal(expected + ",end\r\n", text.ToString());
    }
}
