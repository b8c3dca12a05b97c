namespace UmsSti.ReadModels.Users;

/// <summary>An active user who has not been seen for long.</summary>
/// <param name="Id">The user.</param>
/// <param name="LastSeenAt">Newest sign-in, activation or, before both, registration.</param>
/// <param name="Cursor">Where the next page begins.</param>
public sealed record InactiveUser(string Id, DateTimeOffset LastSeenAt, InactiveCursor Cursor);

/// <summary>A place in the list of inactive users of one type.</summary>
/// <param name="LastLoginAt">Unix milliseconds; 0 for those who never signed in.</param>
/// <param name="Key">Orders users of equal sign-ins.</param>
public readonly record struct InactiveCursor(long LastLoginAt, long Key)
{
    /// <summary>Before everybody.</summary>
    public static readonly InactiveCursor Start = new(long.MinValue, 0);
}

/// <summary>Candidates for inactivity (US-22).</summary>
public sealed class InactiveUsers(ReadModelDatabase database)
{
    /// <summary>Active users of a type who were neither seen nor activated since a time, the longest away first.</summary>
    public async Task<IReadOnlyList<InactiveUser>> PageAsync(string type, DateTimeOffset since, InactiveCursor after, int limit, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Users/inactive_page")
            .Bind(1, type).Bind(2, since.ToUnixTimeMilliseconds()).Bind(3, after.LastLoginAt).Bind(4, after.Key).Bind(5, limit);
        var found = new List<InactiveUser>();
        while (statement.Step())
            found.Add(new InactiveUser(
                statement.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(1)), new InactiveCursor(statement.Int64(2), statement.Int64(3))));
        statement.Reset();
        return found;
    }
}
