namespace UmsSti.ReadModels.Dues;

/// <summary>What a time in the table of dues is about. The names are stored.</summary>
public static class DueKind
{
    /// <summary>A verification link that runs out; the id is the user's.</summary>
    public const string Verification = "verification";

    /// <summary>A link that has run out; the id is the user's, the time is when.</summary>
    public const string Expired = "expired";

    /// <summary>A suspension that ends; the id is the user's.</summary>
    public const string Suspension = "suspension";

    /// <summary>The next action of a process; the id is the process's.</summary>
    public const string Process = "process";

    /// <summary>A process that stands until an operator looks at it; the time is since when.</summary>
    public const string Standing = "standing";
}

/// <summary>Something whose time has come.</summary>
/// <param name="Id">Of the user or process.</param>
/// <param name="At">When its time came.</param>
public sealed record Due(string Id, DateTimeOffset At);
