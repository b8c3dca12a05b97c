using System.Globalization;

namespace UmsSti.Server.Api;

/// <summary>Names a security event by its place: <c>{log}-{position}</c>, as in <c>activity-1200</c>.</summary>
internal static class SecurityEventId
{
    /// <summary>The id of what stands at a position of a log (1: domain log, 2: activity log).</summary>
    public static string Text(int log, long position) => string.Create(CultureInfo.InvariantCulture, $"{AuditEntry.LogName(log)}-{position}");

    /// <summary>The place an id names; null for text that <see cref="Text"/> does not write.</summary>
    public static (int Log, long Position)? Parse(string text)
    {
        for (var log = 1; log <= ViewShapes.Logs.Count; log++)
        {
            var digits = text.AsSpan(Math.Min(text.Length, AuditEntry.LogName(log).Length + 1));
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && Text(log, position) == text)
            {
                return (log, position);
            }
        }

        return null;
    }
}
