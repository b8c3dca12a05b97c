using System.Globalization;

namespace UmsSti.Server.Http;

/// <summary>How fresh a read must be (design 7).</summary>
/// <param name="Strong">Wait until the read model has passed the head that stood when the request arrived.</param>
/// <param name="MinPosition">Wait until the read model has reached this position; 0 when none was asked for.</param>
public readonly record struct WantedFreshness(bool Strong, long MinPosition);

/// <summary>The request headers every operation understands.</summary>
public static class RequestHeaders
{
    public const string Position = "X-Position";
    public const string ConsistencyLevel = "X-Consistency-Level";
    public const string MinPosition = "X-Min-Position";
    public const string IdempotencyKey = "Idempotency-Key";
    public const string IdempotencyReplayed = "Idempotency-Replayed";

    /// <summary>Longest idempotency key, in characters.</summary>
    public const int MaxIdempotencyKeyLength = 128;

    /// <summary>
    /// The freshness a read asks for. Strong is the default; <c>eventual</c> takes what is there; with a minimum position alone
    /// the read waits for that position only.
    /// </summary>
    public static WantedFreshness FreshnessOf(HttpContext http)
    {
        var headers = http.Request.Headers;
        var level = headers[ConsistencyLevel];
        var min = headers[MinPosition];
        if (level.Count == 0 && min.Count == 0)
        {
            return new WantedFreshness(Strong: true, 0);
        }

        var strong = level.Count switch
        {
            0 => false,
            1 when string.Equals(level[0], "strong", StringComparison.OrdinalIgnoreCase) => true,
            1 when string.Equals(level[0], "eventual", StringComparison.OrdinalIgnoreCase) => false,
            _ => throw new ProblemException(ProblemKinds.InvalidHeader, $"{ConsistencyLevel} is strong or eventual."),
        };
        var position = 0L;
        if (min.Count > 1 || (min.Count == 1 && !long.TryParse(min[0], NumberStyles.None, CultureInfo.InvariantCulture, out position)))
        {
            throw new ProblemException(ProblemKinds.InvalidHeader, $"{MinPosition} is a position of the log, as in 17.");
        }

        return new WantedFreshness(strong, position);
    }

    /// <summary>The idempotency key of a command, or null when there is none.</summary>
    public static string? IdempotencyKeyOf(HttpContext http)
    {
        var header = http.Request.Headers[IdempotencyKey];
        if (header.Count == 0)
        {
            return null;
        }

        if (header.Count == 1 && header[0] is { Length: > 0 and <= MaxIdempotencyKeyLength } key && !key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return key;
        }

        throw new ProblemException(ProblemKinds.InvalidIdempotencyKey, $"{IdempotencyKey} takes 1 to {MaxIdempotencyKeyLength} printable ASCII characters.");
    }

    /// <summary>Says which position of the log an answer shows.</summary>
    public static void SetPosition(HttpResponse response, long position) =>
        response.Headers[Position] = position.ToString(CultureInfo.InvariantCulture);
}
