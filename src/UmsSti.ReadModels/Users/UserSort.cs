using System.Diagnostics.CodeAnalysis;
using UmsSti.ReadModels.Listing;

namespace UmsSti.ReadModels.Users;

/// <summary>The orders of the directory.</summary>
internal static class UserSort
{
    private static readonly ListSort[] Known = KeyWalk.Sorts(("createdAt", "created_at", false), ("name", "name_key", true), ("lastLoginAt", "last_login_at", false));

    /// <summary>Every order there is.</summary>
    public static IReadOnlyList<ListSort> All => Known;

    public static bool TryParse(string text, [NotNullWhen(true)] out ListSort? sort)
    {
        sort = Array.Find(Known, known => known.Name == text);
        return sort is not null;
    }
}
