using UmsSti.ReadModels.Sqlite;

namespace UmsSti.ReadModels.History;

/// <summary>Standings of a batch and, of what was written lately, those the next event will ask for. Bounded but for the batch.</summary>
internal sealed class Standings(int cachedRows)
{
    private readonly Dictionary<string, StandingRow> _batch = new(StringComparer.Ordinal);
    private readonly RowCache<StandingRow> _cache = new(cachedRows);

    /// <summary>What changed in the batch.</summary>
    public IReadOnlyDictionary<string, StandingRow> Batch => _batch;

    /// <summary>Where a user stands; null before he is registered.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="stored">Looks him up in the rows; columns are type, sub-state, registration, activation.</param>
    public StandingRow? Find(string userId, Func<Statement> stored)
    {
        if (_batch.TryGetValue(userId, out var standing) || _cache.TryGet(userId, out standing))
            return standing;
        var statement = stored();
        var found = statement.Step()
            ? new StandingRow(statement.Text(0), statement.Text(1), Time(statement.Int64(2)), statement.Int64OrNull(3) is { } at ? Time(at) : null)
            : null;
        statement.Reset();
        if (found is not null)
            _cache.Put(userId, found);
        return found;
    }

    public void Put(string userId, StandingRow standing) => _batch[userId] = standing;

    /// <summary>The batch is in the rows.</summary>
    public void Written()
    {
        foreach (var (userId, standing) in _batch)
            _cache.Put(userId, standing);
        _batch.Clear();
    }

    /// <summary>Forgets the batch, and what may have been ahead of the rows.</summary>
    public void Discard()
    {
        _batch.Clear();
        _cache.Clear();
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
