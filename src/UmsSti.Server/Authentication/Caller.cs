namespace UmsSti.Server.Authentication;

/// <summary>Who sent a request, as far as the token tells. What he may do is decided behind the door.</summary>
/// <param name="UserId">The user's id, or <see cref="AnonymousId"/>.</param>
/// <param name="UserType">standard, admin or system; empty for anonymous.</param>
/// <param name="SessionId">The session the token belongs to; empty for anonymous.</param>
/// <param name="ExpiresAt">When the session ends.</param>
public sealed record Caller(string UserId, string UserType, string SessionId, DateTimeOffset ExpiresAt)
{
    /// <summary>The actor of requests without a token.</summary>
    public const string AnonymousId = "anonymous";

    public static readonly Caller Anonymous = new(AnonymousId, "", "", DateTimeOffset.MaxValue);

    public bool IsAnonymous => ReferenceEquals(this, Anonymous);
}
