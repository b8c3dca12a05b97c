using System.Security.Cryptography;
using UmsSti.Application;

namespace UmsSti.Server.CommandLine;

/// <summary>Who acts when a verb works on the folder itself: the operator at the terminal, whom the program knows by no other name.</summary>
internal static class CommandLineActor
{
    /// <summary>The actor of everything the command line does.</summary>
    public const string Id = "system:command-line";

    /// <summary>A request of his, now.</summary>
    public static Envelope Envelope() => new(
        Id, null, [], Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), null, null, null, TimeProvider.System.GetUtcNow(), UmsSti.Application.Envelope.AnyVersion);
}
