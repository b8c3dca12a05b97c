using System.Diagnostics.CodeAnalysis;

namespace UmsSti.ReadModels.Users;

/// <summary>An order of the directory: a column, up or down; users of equal keys by registration.</summary>
internal sealed record UserSort(string Name, string Column, bool IsDescending, bool IsText)
{
    private static readonly UserSort[] Known =
    [
        .. from sort in new[]
           {
               (Name: "createdAt", Column: "created_at", IsText: false),
               (Name: "name", Column: "name_key", IsText: true),
               (Name: "lastLoginAt", Column: "last_login_at", IsText: false),
           }
           from isDown in new[] { false, true }
           select new UserSort((isDown ? "-" : "") + sort.Name, sort.Column, isDown, sort.IsText),
    ];

    /// <summary>Every order there is.</summary>
    public static IReadOnlyList<UserSort> All => Known;

    public static bool TryParse(string text, [NotNullWhen(true)] out UserSort? sort)
    {
        sort = Array.Find(Known, known => known.Name == text);
        return sort is not null;
    }

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

/// <summary>Where a user stands in an order.</summary>
internal readonly record struct SortKey(string? Text, long Number, long Key);
