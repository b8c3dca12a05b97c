using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace UmsSti.Server.Http;

/// <summary>The end of a page in a list ordered by position or version: which list with which filters, and the last number. Opaque to callers; gives no rights.</summary>
public static class PositionCursor
{
    private const int MaxLength = 2_048;
    private const char Separator = '\n';

    /// <summary>The cursor after a page that ended at <paramref name="last"/>.</summary>
    public static string Write(string list, long last) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{last}{Separator}{list}")));

    /// <summary>Where the page before ended. Throws <see cref="ProblemException"/> for a cursor of another list or other filters.</summary>
    public static long Read(string cursor, string list)
    {
        if (cursor.Length <= MaxLength && Base64Url.IsValid(cursor))
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
            var cut = text.IndexOf(Separator);
            if (cut > 0 && text.AsSpan(cut + 1).SequenceEqual(list) && long.TryParse(text.AsSpan(0, cut), NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                return last;
            }
        }

        throw new ProblemException(ProblemKinds.InvalidCursor, "Take nextCursor of the page before, with the same filters.");
    }
}
