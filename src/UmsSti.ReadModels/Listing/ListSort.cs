namespace UmsSti.ReadModels.Listing;

/// <summary>An order of a list: a column, up or down; rows of equal keys as they came.</summary>
internal sealed record ListSort(string Name, string Column, bool IsDescending, bool IsText)
{
    /// <summary>What a name is ordered by: case does not count. Empty when the name is erased.</summary>
    public static string NameKey(string? name) => name?.ToLowerInvariant() ?? "";

    public int Compare(in SortKey left, in SortKey right)
    {
        var order = IsText ? CompareUtf8(left.Text!, right.Text!) : left.Number.CompareTo(right.Number);
        if (order == 0)
            order = left.Key.CompareTo(right.Key);
        return IsDescending ? -order : order;
    }

    // As SQLite compares text: by code points. UTF-16 order differs for characters beyond the first plane.
    private static int CompareUtf8(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        var (a, b) = (left[common], right[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}

/// <summary>Where a row stands in an order.</summary>
internal readonly record struct SortKey(string? Text, long Number, long Key);
