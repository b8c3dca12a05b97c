using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace UmsSti.ReadModels.Listing;

/// <summary>
/// The end of a page, as opaque text: which list, order and filters it belongs to, and the last key. It gives no right to
/// anything: a forged one asks for another place in the same list.
/// </summary>
internal static class TimedCursor
{
    /// <summary>Longest cursor read, in characters.</summary>
    private const int MaxLength = 256;

    public static string Write(string list, TimedQuery query, in TimedKey last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{list} {Digest(query)} {last.At} {last.Key}")));

    /// <summary>Throws <see cref="InvalidCursorException"/> for anything this list with these filters did not give out.</summary>
    public static TimedKey Read(string cursor, string list, TimedQuery query)
    {
        var parts = cursor.Length <= MaxLength && Base64Url.IsValid(cursor)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ')
            : [];
        if (parts.Length == 4 && parts[0] == list && parts[1] == Digest(query) && Number(parts[2], out var at) && Number(parts[3], out var key))
            return new TimedKey(at, key);
        throw new InvalidCursorException();
    }

    // Lengths stand before the texts so that no two sets of filters read alike.
    private static string Digest(TimedQuery query)
    {
        var text = new StringBuilder();
        foreach (var value in query.Values)
            text.Append(value is null ? "-;" : $"{value.Length}:{value};");
        text.Append(CultureInfo.InvariantCulture, $"{query.From?.ToUnixTimeMilliseconds()};{query.To?.ToUnixTimeMilliseconds()};{query.NewestFirst}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    private static bool Number(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
