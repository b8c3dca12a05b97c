using UmsSti.ReadModels.Listing;
using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.Users;

/// <summary>Queries over the users (QY-01, QY-02, QY-04). Each sees one moment of one generation.</summary>
public sealed class UserDirectory(ReadModelDatabase database)
{
    private static readonly SqlText FindById = SqlText.Get("Users/find");
    private static readonly SqlText FindByEmail = SqlText.Get("Users/find_by_email");

    /// <summary>The user with an id, or null.</summary>
    public ValueTask<UserRow?> FindAsync(string id, CancellationToken ct) => FindAsync(FindById, id, ct);

    /// <summary>The user who holds a normalised e-mail address, or null.</summary>
    public ValueTask<UserRow?> FindByEmailAsync(string normalised, CancellationToken ct) => FindAsync(FindByEmail, normalised, ct);

    /// <summary>
    /// One page of users. Throws <see cref="InvalidListQueryException"/> for a sort, limit or search out of bounds and
    /// <see cref="InvalidCursorException"/> for a cursor of another list.
    /// </summary>
    public async ValueTask<UserPage> ListAsync(UserListQuery query, CancellationToken ct)
    {
        if (!UserSort.TryParse(query.Sort, out var sort))
            throw new InvalidListQueryException("sort", "must be createdAt, name or lastLoginAt, with a '-' before it for descending");
        if (query.Limit is < 1 or > UserListQuery.MaxLimit)
            throw new InvalidListQueryException("limit", $"must be 1 to {UserListQuery.MaxLimit}");
        var cursor = new KeyCursor("users", query.Type, query.State, query.Search, query.Team);
        var after = cursor.Read(query.Cursor, sort);
        var match = query.Search is null ? null : SearchTerms.ToMatch(query.Search);
        if (query.Search is not null && match is null)
            return new UserPage([], null, 0);

        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        if (match is not null)
            await database.SearchIndex.CatchUp(lease.Connection, ct).ConfigureAwait(false);
        return UserListReader.Read(lease.Connection, query, sort, cursor, after, match, database.Options.SortedMatches);
    }

    private ValueTask<UserRow?> FindAsync(SqlText sql, string key, CancellationToken ct)
    {
        var rent = database.Readers.Rent(ct);
        return rent.IsCompletedSuccessfully ? new(Find(rent.Result, sql, key)) : Queued(rent, sql, key);
    }

    private static async ValueTask<UserRow?> Queued(ValueTask<ReadPool.Lease> rent, SqlText sql, string key) =>
        Find(await rent.ConfigureAwait(false), sql, key);

    private static UserRow? Find(ReadPool.Lease lease, SqlText sql, string key)
    {
        using (lease)
        {
            var statement = lease.Connection.Get(sql).Bind(1, key);
            try
            {
                return statement.Step() ? UserColumns.ReadRow(statement) : null;
            }
            finally
            {
                statement.Reset();
            }
        }
    }
}
