namespace UmsSti.ReadModels;

/// <summary>
/// Short texts that many rows have in common (who changed them, field names), so that rows in memory share one copy of each.
/// Never for what a person said of himself: it stays here until another text takes its place. Bounded. Safe for all threads.
/// </summary>
internal static class TextPool
{
    /// <summary>Texts kept (a power of two).</summary>
    private const int Places = 4_096;

    /// <summary>Longest text that is kept, characters: longer ones are seldom shared.</summary>
    private const int MaxLength = 40;

    private static readonly string?[] Texts = new string?[Places];

    /// <summary>An equal text, the kept one where there is one.</summary>
    public static string Of(string text)
    {
        if (text.Length > MaxLength)
            return text;
        ref var place = ref Texts[string.GetHashCode(text, StringComparison.Ordinal) & (Places - 1)];
        if (Volatile.Read(ref place) is { } kept && kept == text)
            return kept;
        Volatile.Write(ref place, text);
        return text;
    }

    /// <summary>As <see cref="Of(string)"/>; null stays null.</summary>
    public static string? OfOrNull(string? text) => text is null ? null : Of(text);
}
