namespace UmsSti.ReadModels;

/// <summary>A set of tables built and swapped together. Raise <see cref="Layout"/> with every change of its scripts: the model is then built anew.</summary>
public sealed record ReadModelLayout(string Name, int Layout, string Folder)
{
    /// <summary>The user directory: rows, sign-ins, teams, counts, full text.</summary>
    public static readonly ReadModelLayout Users = new("users", 1, "Users");

    /// <summary>What happened to each user, readable.</summary>
    public static readonly ReadModelLayout UserTimeline = new("user-timeline", 1, "Timeline");

    /// <summary>Every model of this program.</summary>
    public static readonly IReadOnlyList<ReadModelLayout> All = [Users, UserTimeline];
}
