using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace UmsSti.Server.Http;

/// <summary>Entity tags and what requests ask of them (RFC 9110, section 13). A tag is the version of the entity: <c>"17"</c>.</summary>
public static class Preconditions
{
    /// <summary>No version is asked for.</summary>
    public const long NoVersion = -1;

    /// <summary>The tag of a version.</summary>
    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// The version <c>If-Match</c> names, or <see cref="NoVersion"/> when there is no such header or it is <c>*</c>.
    /// A tag that can never match (weak, or not one of ours) is 412; what is no tag at all, or more than one, is 400.
    /// </summary>
    public static long IfMatch(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return NoVersion;
        }

        var text = header.Count == 1 ? header[0]!.Trim() : "";
        if (text == "*")
        {
            return NoVersion;
        }

        var weak = text.StartsWith("W/", StringComparison.Ordinal);
        var opaque = Opaque(weak ? text[2..] : text)
            ?? throw new ProblemException(ProblemKinds.InvalidHeader, "If-Match takes one entity tag, as in \"17\", or *.");
        return !weak && TryVersion(opaque, out var version)
            ? version
            : throw new ProblemException(ProblemKinds.VersionMismatch, "If-Match names a tag this entity never had.");
    }

    /// <summary>Whether <c>If-None-Match</c> names the version, so that 304 is the answer. Tags are compared weakly, as RFC 9110 asks.</summary>
    public static bool IsKnown(HttpContext http, long version)
    {
        var header = http.Request.Headers.IfNoneMatch;
        return header.Count > 0 && Names(header, Tag(version));
    }

    private static bool Names(StringValues header, string tag)
    {
        foreach (var line in header)
        {
            foreach (var part in line!.Split(','))
            {
                var text = part.Trim();
                if (text == "*" || text == tag || (text.StartsWith("W/", StringComparison.Ordinal) && text.AsSpan(2).SequenceEqual(tag)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string? Opaque(string text) =>
        text.Length >= 2 && text[0] == '"' && text[^1] == '"' && !text.AsSpan(1, text.Length - 2).Contains('"') ? text[1..^1] : null;

    private static bool TryVersion(string opaque, out long version) =>
        long.TryParse(opaque, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
