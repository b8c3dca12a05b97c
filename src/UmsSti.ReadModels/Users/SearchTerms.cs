using System.Globalization;
using System.Text;

namespace UmsSti.ReadModels.Users;

/// <summary>Turns what a person typed into a full-text query: every word quoted, so that nothing typed is an operator.</summary>
internal static class SearchTerms
{
    /// <summary>Longest search text, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>Most words of one search.</summary>
    public const int MaxTerms = 16;

    /// <summary>The query, or null when nothing in the text can match (no letter or digit).</summary>
    public static string? ToMatch(string search)
    {
        if (search.Length > MaxLength)
            throw new InvalidListQueryException("search", $"must have at most {MaxLength} characters");
        var words = search.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(Clean).Where(HasToken).ToArray();
        if (words.Length > MaxTerms)
            throw new InvalidListQueryException("search", $"must have at most {MaxTerms} words");
        return words.Length == 0 ? null : string.Join(' ', words.Select(word => $"\"{word}\"*"));
    }

    // FTS5 ends its query at a NUL and pairs quotes; neither is part of a word anyhow.
    private static string Clean(string word) => word.Replace('\0', ' ').Replace('"', ' ').Trim();

    // What unicode61 takes for part of a word: letters, digits, private use.
    private static bool HasToken(string word) => word.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse => true,
        _ => false,
    });
}
