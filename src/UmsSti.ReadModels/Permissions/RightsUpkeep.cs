namespace UmsSti.ReadModels.Permissions;

/// <summary>What gives nothing any more and whose event is still to come (PE-24, XR-01...09), everywhere or around one person, team or role.</summary>
public sealed class RightsUpkeep(ReadModelDatabase database)
{
    /// <summary>A page of one search, in the order of ids; what expires later than <paramref name="now"/> is left out.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="now">The time of the run.</param>
    /// <param name="requestLife">How long a request waits for a decision.</param>
    /// <param name="after">The last item of the page before, or null.</param>
    /// <param name="limit">Most items of the page.</param>
    /// <param name="ct">Gives up.</param>
    public Task<IReadOnlyList<UpkeepItem>> PageAsync(
        UpkeepSearch search, DateTimeOffset now, TimeSpan requestLife, UpkeepItem? after, int limit, CancellationToken ct) =>
        PageAsync("upkeep_" + NameOf(search), rows => BindTimes(rows, search, now, requestLife), after, limit, ct);

    /// <summary>A page of what a search finds around a person, a team or a role, by its id.</summary>
    public Task<IReadOnlyList<UpkeepItem>> PageAroundAsync(UpkeepSearch search, UpkeepSubject subject, string id, UpkeepItem? after, int limit, CancellationToken ct) =>
        PageAsync($"upkeep_{NameOf(search)}_of_{subject.ToString().ToLowerInvariant()}", statement => statement.Bind(1, id), after, limit, ct);

    private async Task<IReadOnlyList<UpkeepItem>> PageAsync(string name, Action<Sqlite.Statement> bindFirst, UpkeepItem? after, int limit, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var rows = lease.Connection.Get("Rights/" + name);
        bindFirst(rows);
        rows.Bind(2, after?.UserId ?? "").Bind(3, after?.TeamId ?? GivenColumns.NoTeam).Bind(4, after?.Name ?? "").Bind(5, limit);
        var items = new List<UpkeepItem>();
        while (rows.Step())
            items.Add(new(KindOf(rows.Text(0)), rows.Text(1), NullIfEmpty(rows.Text(2)), rows.Text(3), rows.Text(4), rows.Int64(5) != 0));
        rows.Reset();
        return items;
    }

    private static void BindTimes(Sqlite.Statement rows, UpkeepSearch search, DateTimeOffset now, TimeSpan requestLife)
    {
        rows.Bind(1, now.ToUnixTimeMilliseconds());
        if (search == UpkeepSearch.Requests)
            rows.Bind(6, (now - requestLife).ToUnixTimeMilliseconds());
    }

    private static string NameOf(UpkeepSearch search) => search.ToString().ToLowerInvariant();

    private static UpkeepKind KindOf(string name) => name switch
    {
        "expired" => UpkeepKind.Expired,
        "membership" => UpkeepKind.Membership,
        "grant" => UpkeepKind.Grant,
        "role" => UpkeepKind.Role,
        _ => throw new InvalidOperationException($"'{name}' is no kind of upkeep."),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>What is looked for.</summary>
public enum UpkeepSearch
{
    /// <summary>Grants and roles whose time has run out, one line for each person and scope. Everywhere only.</summary>
    Expired,

    /// <summary>Open memberships of people or teams that are archived or gone.</summary>
    Members,

    /// <summary>Grants and roles in teams of people or teams that are archived or gone.</summary>
    Rights,

    /// <summary>Grants that the suspension of an admin took. Everywhere or of a user.</summary>
    Dropped,

    /// <summary>Assignments of retired roles. Everywhere or of a role.</summary>
    Retired,

    /// <summary>Invitations whose time has run out. Everywhere only.</summary>
    Invitations,

    /// <summary>Requests for a permission that nobody decided in time. Everywhere only.</summary>
    Requests,
}

/// <summary>Around what it is looked for.</summary>
public enum UpkeepSubject
{
    /// <summary>A person.</summary>
    User,

    /// <summary>A team.</summary>
    Team,

    /// <summary>A role.</summary>
    Role,
}

/// <summary>What a line is about.</summary>
public enum UpkeepKind
{
    /// <summary>Everything of a person in one scope that has run out.</summary>
    Expired,

    /// <summary>A membership.</summary>
    Membership,

    /// <summary>A grant of one permission.</summary>
    Grant,

    /// <summary>An assignment of one role.</summary>
    Role,
}

/// <summary>One thing to be put on record.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="UserId">Whose it was.</param>
/// <param name="TeamId">Null: outside teams.</param>
/// <param name="Name">The permission, or the name of the role within its scope; empty otherwise.</param>
/// <param name="State">Of the membership, grant or assignment.</param>
/// <param name="IsGone">The person of the membership is purged.</param>
public sealed record UpkeepItem(UpkeepKind Kind, string UserId, string? TeamId, string Name, string State, bool IsGone);
