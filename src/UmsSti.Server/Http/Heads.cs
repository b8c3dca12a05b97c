using UmsSti.Kernel;

namespace UmsSti.Server.Http;

/// <summary>Positions of the last events of both logs at one moment.</summary>
public readonly record struct LogHeads(long Domain, long Activity);

/// <summary>Where the two logs stand.</summary>
public sealed class Heads(IEventLog domainLog, IEventLog activityLog)
{
    /// <summary>Position of the last event of the domain log: what X-Position speaks of.</summary>
    public long Domain => domainLog.Head;

    /// <summary>Both positions.</summary>
    public LogHeads Now => new(domainLog.Head, activityLog.Head);
}
