using System.Diagnostics.Metrics;

namespace UmsSti.Server.Telemetry;

/// <summary>The instruments of this room; commands are measured by the Application. Tags are results, never ids.</summary>
internal static class ServerMeter
{
    public const string Name = "UmsSti.Server";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> SignIns = Meter.CreateCounter<long>("session.sign_ins", "{attempt}", "Attempts to sign in, by result.");
    private static readonly Counter<long> Replays = Meter.CreateCounter<long>("idempotency.edge_replays", "{request}", "Repeats answered by the edge, beside those of the door.");

    /// <summary>Counts an attempt to sign in; the result is <c>success</c> or the code of the refusal.</summary>
    public static void SignIn(string result) => SignIns.Add(1, new KeyValuePair<string, object?>("result", result));

    public static void Replayed() => Replays.Add(1);
}
