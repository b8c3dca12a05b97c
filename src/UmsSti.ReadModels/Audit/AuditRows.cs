using UmsSti.ReadModels.Listing;

namespace UmsSti.ReadModels.Audit;

/// <summary>Writes facts of one generation of the audit view. Writing one twice changes nothing.</summary>
public sealed class AuditRows(int generation)
{
    private readonly List<AuditRow> _batch = [];

    /// <summary>Facts that are not written yet.</summary>
    public int Pending => _batch.Count;

    /// <summary>Notes a fact.</summary>
    public void Add(AuditRow row) => _batch.Add(row);

    /// <summary>Writes the batch.</summary>
    public void Flush(WriteSession session)
    {
        var insert = session.Connection.Get("Audit/insert", generation);
        foreach (var row in _batch)
            insert.Bind(1, TimedKey.Of(row.Log, row.Position)).Bind(2, row.At.ToUnixTimeMilliseconds()).Bind(3, row.EventId)
                .Bind(4, row.Type).Bind(5, row.Action).Bind(6, row.Outcome).Bind(7, row.Actor).Bind(8, row.OnBehalfOf)
                .Bind(9, row.Subject).Bind(10, row.ResourceType).Bind(11, row.ResourceId).Bind(12, row.Reason).Bind(13, row.SealedBy)
                .Bind(14, row.Client).Bind(15, row.ClientSubject).Bind(16, row.CommandId).Bind(17, row.CorrelationId)
                .Bind(18, row.CausationId).Bind(19, row.Detail.Span).Run();
        session.OnCommitted(_batch.Clear);
    }

    /// <summary>Forgets the batch after a failure.</summary>
    public void Discard() => _batch.Clear();
}
