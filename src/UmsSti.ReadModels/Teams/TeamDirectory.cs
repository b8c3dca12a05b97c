using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Users;

namespace UmsSti.ReadModels.Teams;

/// <summary>Queries over the teams (QY-05, QY-18). Each sees one moment of one generation.</summary>
public sealed class TeamDirectory(ReadModelDatabase database)
{
    private static readonly ListSort ByTime = new("at", "at", false, false);

    /// <summary>The team with an id, or null.</summary>
    public Task<TeamRow?> FindAsync(string id, CancellationToken ct) => FindAsync("Teams/find", id, ct);

    /// <summary>The team that holds a slug, or null.</summary>
    public Task<TeamRow?> FindBySlugAsync(string slug, CancellationToken ct) => FindAsync("Teams/find_by_slug", slug, ct);

    /// <summary>
    /// One page of teams. Throws <see cref="InvalidListQueryException"/> for a sort, limit or search out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list.
    /// </summary>
    public async Task<TeamPage> ListAsync(TeamListQuery query, CancellationToken ct)
    {
        var sort = TeamListSql.Sorts.FirstOrDefault(known => known.Name == query.Sort)
            ?? throw new InvalidListQueryException("sort", "must be name or createdAt, with a '-' before it for descending");
        KeyWalk.CheckLimit(query.Limit, TeamListQuery.MaxLimit);
        var cursor = new KeyCursor("teams", query.Type, query.State, query.Parent, query.Search);
        var after = cursor.Read(query.Cursor, sort);
        var match = query.Search is null ? null : SearchTerms.ToMatch(query.Search);
        if ((query.Search is not null && match is null) || query.Scope is { Count: 0 })
            return new TeamPage([], null, 0);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        return new TeamListReader(lease.Connection, query, sort, match).Read(cursor, after);
    }

    /// <summary>A team's settings with who set them, by key (TM-22).</summary>
    public async Task<IReadOnlyList<TeamSettingRow>> SettingsAsync(string id, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Teams/settings").Bind(1, id);
        var settings = new List<TeamSettingRow>();
        while (statement.Step())
            settings.Add(new(statement.Text(0), statement.Text(1), DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(2)), statement.Text(3)));
        statement.Reset();
        return settings;
    }

    /// <summary>One page of the states a team went through, oldest first. Throws as <see cref="ListAsync"/> does.</summary>
    public async Task<TeamStatePage> HistoryAsync(string id, int limit, string? cursor, CancellationToken ct)
    {
        KeyWalk.CheckLimit(limit, TeamListQuery.MaxLimit);
        var place = new KeyCursor("team-history", id);
        var after = place.Read(cursor, ByTime) ?? new SortKey(null, long.MinValue, 0);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Teams/history").Bind(1, id).Bind(2, after.Number).Bind(3, after.Key).Bind(4, limit + 1L);
        var changes = new List<TeamStateChange>();
        while (statement.Step())
            changes.Add(new(
                DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(0)), statement.Int64(1), statement.Text(2),
                statement.TextOrNull(3), statement.Text(4), statement.Text(5), statement.TextOrNull(6)));
        statement.Reset();
        if (changes.Count <= limit)
            return new TeamStatePage(changes, null);
        changes.RemoveAt(limit);
        var last = changes[^1];
        return new TeamStatePage(changes, place.Write(ByTime, new SortKey(null, last.At.ToUnixTimeMilliseconds(), last.Position)));
    }

    private async Task<TeamRow?> FindAsync(string file, string key, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get(file).Bind(1, key);
        var row = statement.Step() ? TeamColumns.ReadRow(statement) : null;
        statement.Reset();
        return row;
    }
}
