namespace UmsSti.ReadModels.Permissions;

/// <summary>What gives nothing any more and whose event is still to come (PE-24, XR-01, XR-02, XR-04).</summary>
public sealed class RightsUpkeep(ReadModelDatabase database)
{
    /// <summary>Grants and roles whose time has run out, one line for each person and scope.</summary>
    public const string Expired = "expired";

    /// <summary>Memberships, invitations and requests of people or teams that are archived or gone.</summary>
    public const string Members = "members";

    /// <summary>Grants that the suspension of an admin took.</summary>
    public const string Dropped = "dropped";

    /// <summary>Invitations whose time has run out.</summary>
    public const string Invitations = "invitations";

    /// <summary>Requests for a permission that nobody decided in time.</summary>
    public const string Requests = "requests";

    /// <summary>Every kind.</summary>
    public static readonly IReadOnlyList<string> Kinds = [Expired, Members, Dropped, Invitations, Requests];

    /// <summary>A page of one kind, in the order of ids; what expires later than <paramref name="now"/> is left out.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="now">The time of the run.</param>
    /// <param name="requestLife">How long a request waits for a decision.</param>
    /// <param name="after">The last item of the page before, or null.</param>
    /// <param name="limit">Most items of the page.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<UpkeepItem>> PageAsync(
        string kind, DateTimeOffset now, TimeSpan requestLife, UpkeepItem? after, int limit, CancellationToken ct)
    {
        if (!Kinds.Contains(kind))
            throw new ArgumentException($"'{kind}' is no kind of upkeep.", nameof(kind));
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var rows = lease.Connection.Get("Rights/upkeep_" + kind)
            .Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, after?.UserId ?? "").Bind(3, after?.TeamId ?? GivenColumns.NoTeam).Bind(4, after?.Detail ?? "").Bind(5, limit);
        if (kind == Requests)
            rows.Bind(6, (now - requestLife).ToUnixTimeMilliseconds());
        var items = new List<UpkeepItem>();
        while (rows.Step())
            items.Add(new(rows.Text(0), NullIfEmpty(rows.Text(1)), NullIfEmpty(rows.Text(2))));
        rows.Reset();
        return items;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>One thing to be put on record.</summary>
/// <param name="UserId">Whose right it was.</param>
/// <param name="TeamId">Null: outside teams.</param>
/// <param name="Detail">The permission of a grant, or the state of a membership.</param>
public sealed record UpkeepItem(string UserId, string? TeamId, string? Detail);
