using UmsSti.Projections;

namespace UmsSti.Server.Webhooks;

/// <summary>One endpoint that is told of events (<c>Ums:Webhooks:{name}:*</c>).</summary>
/// <param name="Name">Its name in configuration, API and checkpoints: lower-case letters, digits and '-'.</param>
/// <param name="Url">Where events are posted to.</param>
/// <param name="Secret">Key of the signature.</param>
/// <param name="Types">Names of events it wants; <c>User*</c> is every name that begins so, <c>*</c> is all.</param>
/// <param name="Log">The log it hears of.</param>
/// <param name="AllowPrivateAddresses">It may stand in a private network or on this machine, and be reached without TLS.</param>
public sealed record WebhookOptions(string Name, Uri Url, byte[] Secret, IReadOnlyList<string> Types, SourceLog Log, bool AllowPrivateAddresses)
{
    /// <summary>Begins a secret as the Standard Webhooks specification writes it; base64 of the key follows.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>Shortest and longest key, in bytes (Standard Webhooks).</summary>
    public const int MinSecretBytes = 24, MaxSecretBytes = 64;

    /// <summary>Deliveries under way at once, for each endpoint.</summary>
    public const int MaxConcurrent = 4;

    /// <summary>Longest time of one delivery, from the search for its address to the head of the answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Whether it wants events of a name.</summary>
    public bool Wants(string eventType) => Types.Any(type => Matches(type, eventType));

    /// <summary>Whether an entry of <see cref="Types"/> takes in events of a name.</summary>
    internal static bool Matches(string type, string eventType) =>
        type.EndsWith('*') ? eventType.StartsWith(type[..^1], StringComparison.Ordinal) : eventType == type;
}
