namespace UmsSti.ReadModels.Dues;

/// <summary>Writes the dues of one generation. Only the last word of a batch on each is written.</summary>
public sealed class DueRows(int generation)
{
    private readonly Dictionary<(string Kind, string Id), DateTimeOffset?> _batch = [];

    /// <summary>Rows in the batch that is not written yet.</summary>
    public int Pending => _batch.Count;

    /// <summary>When something is due, after everything noted so far; null when it is not.</summary>
    public DateTimeOffset? Find(WriteSession session, string kind, string id)
    {
        if (_batch.TryGetValue((kind, id), out var noted))
            return noted;
        var statement = session.Connection.Get("Dues/find", generation).Bind(1, kind).Bind(2, id);
        DateTimeOffset? found = statement.Step() ? DateTimeOffset.FromUnixTimeMilliseconds(statement.Int64(0)) : null;
        statement.Reset();
        return found;
    }

    /// <summary>It is due then, and no longer at any other time.</summary>
    public void Put(string kind, string id, DateTimeOffset at) => _batch[(kind, id)] = at;

    /// <summary>It is not due any more.</summary>
    public void Remove(string kind, string id) => _batch[(kind, id)] = null;

    /// <summary>Writes the batch.</summary>
    public void Flush(WriteSession session)
    {
        foreach (var ((kind, id), at) in _batch)
            if (at is { } time)
                session.Connection.Get("Dues/put", generation).Bind(1, kind).Bind(2, id).Bind(3, time.ToUnixTimeMilliseconds()).Run();
            else
                session.Connection.Get("Dues/remove", generation).Bind(1, kind).Bind(2, id).Run();
        session.OnCommitted(_batch.Clear);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard() => _batch.Clear();
}
