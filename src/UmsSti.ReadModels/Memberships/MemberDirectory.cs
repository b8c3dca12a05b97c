using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Memberships;

/// <summary>Queries over memberships (QY-07, QY-08). Each sees one moment.</summary>
public sealed class MemberDirectory(ReadModelDatabase database)
{
    /// <summary>Most teams of one person that are answered at once.</summary>
    public const int MaxTeamsOfUser = 10_000;

    /// <summary>The membership of a person in a team, whatever became of it; null when there never was one.</summary>
    public async Task<MemberRow?> FindAsync(string teamId, string userId, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        return Read(lease.Connection.Get("Rights/member").Bind(1, teamId).Bind(2, userId)).SingleOrDefault();
    }

    /// <summary>
    /// One page of a team's memberships. Nobody is a member of a team because of another one (CX-14). Throws
    /// <see cref="InvalidListQueryException"/> for a sort or limit out of bounds and <see cref="InvalidCursorException"/>
    /// for a cursor of another list.
    /// </summary>
    public async Task<MemberPage> ListAsync(string teamId, MemberListQuery query, CancellationToken ct)
    {
        var sort = MemberListReader.Sorts.FirstOrDefault(known => known.Name == query.Sort)
            ?? throw new InvalidListQueryException("sort", "must be joinedAt, with a '-' before it for descending");
        KeyWalk.CheckLimit(query.Limit, MemberListQuery.MaxLimit);
        var cursor = new KeyCursor("members", teamId, query.Role, query.State);
        var after = cursor.Read(query.Cursor, sort);
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        return new MemberListReader(lease.Connection, teamId, query, sort).Read(cursor, after);
    }

    /// <summary>The memberships of a person, at most <see cref="MaxTeamsOfUser"/>, by team id.</summary>
    public async Task<IReadOnlyList<MemberRow>> OfUserAsync(string userId, string? state, string? role, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var rows = Read(lease.Connection.Get("Rights/members_of_user").Bind(1, userId).Bind(2, state).Bind(3, role).Bind(4, MaxTeamsOfUser));
        rows.Sort(static (left, right) => string.CompareOrdinal(left.TeamId, right.TeamId));
        return rows;
    }

    /// <summary>
    /// How many active members a team had at a time and position of the log, as its history says: people who were forgotten since are
    /// not in it.
    /// </summary>
    public async Task<long> CountAtAsync(string teamId, DateTimeOffset at, long position, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        return lease.Connection.Get("Rights/member_count_at").Bind(1, teamId).Bind(2, at.ToUnixTimeMilliseconds()).Bind(3, position).Scalar();
    }

    private static List<MemberRow> Read(Statement statement)
    {
        var rows = new List<MemberRow>();
        while (statement.Step())
            rows.Add(MemberColumns.ReadRow(statement));
        statement.Reset();
        return rows;
    }
}
