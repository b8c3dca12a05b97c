namespace UmsSti.ReadModels.Dues;

/// <summary>Queries over what is due. What they find are candidates: the domain decides.</summary>
public sealed class DueDates(ReadModelDatabase database)
{
    /// <summary>Most items of one page.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>What is due by a time, the longest due first, after the last one of the page before.</summary>
    public async Task<IReadOnlyList<Due>> PageAsync(string kind, DateTimeOffset until, Due? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit, Math.Clamp(limit, 1, MaxLimit));
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        var statement = lease.Connection.Get("Dues/page")
            .Bind(1, kind).Bind(2, until.ToUnixTimeMilliseconds())
            .Bind(3, after?.At.ToUnixTimeMilliseconds() ?? long.MinValue).Bind(4, after?.Id ?? "").Bind(5, limit);
        var found = new List<Due>();
        while (statement.Step())
            found.Add(new Due(statement.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(1))));
        statement.Reset();
        return found;
    }

    /// <summary>How many there are of a kind, due or not.</summary>
    public async Task<long> CountAsync(string kind, CancellationToken ct)
    {
        using var lease = await database.Readers.Rent(ct).ConfigureAwait(false);
        return lease.Connection.Get("Dues/count").Bind(1, kind).Scalar();
    }
}
