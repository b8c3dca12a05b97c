namespace UmsSti.ReadModels.History;

/// <summary>Writes changes of state of one generation. Writing one twice changes nothing.</summary>
public sealed class StateHistoryRows(int generation, int cachedRows)
{
    private readonly List<(string UserId, StandingRow Standing, StateChange Change)> _batch = [];
    private readonly Standings _standings = new(cachedRows);

    /// <summary>Changes in the batch that is not written yet.</summary>
    public int Pending => _batch.Count;

    /// <summary>Where a user stood before a position; null before he was registered.</summary>
    public StandingRow? Find(WriteSession session, string userId, long position) =>
        _standings.Find(userId, () => session.Connection.Get("History/newest", generation).Bind(1, userId).Bind(2, position));

    /// <summary>Notes a change and where it leaves the user.</summary>
    public void Add(string userId, StandingRow standing, StateChange change)
    {
        _batch.Add((userId, standing, change));
        _standings.Put(userId, standing);
    }

    /// <summary>Writes the batch.</summary>
    public void Flush(WriteSession session)
    {
        var insert = session.Connection.Get("History/insert", generation);
        foreach (var (userId, standing, change) in _batch)
            insert.Bind(1, userId).Bind(2, change.Position).Bind(3, change.Version).Bind(4, change.At.ToUnixTimeMilliseconds())
                .Bind(5, change.EventId).Bind(6, change.Type).Bind(7, standing.UserType)
                .Bind(8, change.FromSubState).Bind(9, change.FromState).Bind(10, change.ToSubState).Bind(11, change.ToState)
                .Bind(12, standing.RegisteredAt.ToUnixTimeMilliseconds()).Bind(13, standing.ActivatedAt?.ToUnixTimeMilliseconds())
                .Bind(14, change.Actor).Bind(15, change.Reason).Bind(16, change.CommandId).Bind(17, change.CorrelationId).Run();
        session.OnCommitted(Written);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard()
    {
        _batch.Clear();
        _standings.Discard();
    }

    private void Written()
    {
        _batch.Clear();
        _standings.Written();
    }
}
