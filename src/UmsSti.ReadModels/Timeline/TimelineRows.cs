namespace UmsSti.ReadModels.Timeline;

/// <summary>Writes facts of one generation of the timeline. Writing one twice changes nothing.</summary>
public sealed class TimelineRows(int generation)
{
    private readonly List<(string UserId, TimelineRow Row)> _batch = [];

    /// <summary>Facts in the batch that is not written yet.</summary>
    public int Pending => _batch.Count;

    /// <summary>Notes a fact about a user.</summary>
    public void Add(string userId, TimelineRow row) => _batch.Add((userId, row));

    /// <summary>Writes the batch.</summary>
    public void Flush(WriteSession session)
    {
        var insert = session.Connection.Get("Timeline/insert", generation);
        foreach (var (userId, row) in _batch)
            insert.Bind(1, userId).Bind(2, row.At.ToUnixTimeMilliseconds()).Bind(3, row.Log).Bind(4, row.Position)
                .Bind(5, row.Kind).Bind(6, row.Type).Bind(7, row.Actor).Bind(8, row.Detail.Span).Run();
        session.OnCommitted(_batch.Clear);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard() => _batch.Clear();
}
