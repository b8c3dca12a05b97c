namespace UmsSti.ReadModels.Users;

/// <summary>Newest sign-ins, coalesced a batch. They go to the row of the user as well, in every generation that is alive.</summary>
public sealed class LoginRows(int generation)
{
    private readonly Dictionary<string, long> _batch = new(StringComparer.Ordinal);

    /// <summary>Users in the batch that is not written yet.</summary>
    public int Pending => _batch.Count;

    /// <summary>Notes a sign-in; only the newest counts.</summary>
    public void Record(string userId, DateTimeOffset at) =>
        _batch[userId] = Math.Max(_batch.GetValueOrDefault(userId), at.ToUnixTimeMilliseconds());

    /// <summary>Writes the batch.</summary>
    public void Flush(WriteSession session)
    {
        foreach (var (userId, at) in _batch)
        {
            session.Connection.Get("Users/login_upsert", generation).Bind(1, userId).Bind(2, at).Run();
            session.Connection.Get("Users/login_user", generation).Bind(1, userId).Bind(2, at).Run();
        }
        session.OnCommitted(_batch.Clear);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard() => _batch.Clear();
}
