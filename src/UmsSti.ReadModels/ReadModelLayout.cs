namespace UmsSti.ReadModels;

/// <summary>A set of tables built and swapped together. Raise <see cref="Layout"/> with every change of its scripts: the model is then built anew.</summary>
public sealed record ReadModelLayout(string Name, int Layout, string Folder)
{
    /// <summary>Tables that hold work in passing instead of rows: two generations of the same events may differ in them. Without the number.</summary>
    public IReadOnlyList<string> Passing { get; init; } = [];

    /// <summary>
    /// Whether its indexes are sorted in files while they are built: for models that grow with the log instead of with the number of
    /// people, and hold nothing personal but sealed.
    /// </summary>
    public bool SortsOnDisk { get; init; }

    /// <summary>The user directory: rows, sign-ins, teams, counts, full text.</summary>
    public static readonly ReadModelLayout Users = new("users", 2, "Users") { Passing = ["user_search_backlog"] };

    /// <summary>One row for every fact of both logs (RM-11).</summary>
    public static readonly ReadModelLayout Audit = new("audit", 1, "Audit") { SortsOnDisk = true };

    /// <summary>What security wants to hear of (RM-12).</summary>
    public static readonly ReadModelLayout SecurityEvents = new("security-events", 2, "Security") { SortsOnDisk = true };

    /// <summary>Every change of a user's state (RM-08).</summary>
    public static readonly ReadModelLayout UserStateHistory = new("user-state-history", 1, "History");

    /// <summary>Counters, measured values and activity by day, of users and teams (RM-14).</summary>
    public static readonly ReadModelLayout Analytics = new("analytics", 2, "Analytics");

    /// <summary>What is to happen at a time.</summary>
    public static readonly ReadModelLayout Dues = new("dues", 1, "Dues");

    /// <summary>Teams, their tree, settings and states.</summary>
    public static readonly ReadModelLayout Teams = new("teams", 1, "Teams");

    /// <summary>Memberships, grants, roles and their histories: all that a decision about a right rests on.</summary>
    public static readonly ReadModelLayout Rights = new("rights", 2, "Rights");

    /// <summary>Every model of this program.</summary>
    public static readonly IReadOnlyList<ReadModelLayout> All = [Users, Audit, SecurityEvents, UserStateHistory, Analytics, Dues, Teams, Rights];
}
