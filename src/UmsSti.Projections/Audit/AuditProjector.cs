using UmsSti.Application;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Audit;

namespace UmsSti.Projections.Audit;

/// <summary>One row for every event of a log, known by name or not (RM-11, RE-12). Reads nothing personal: it has no key.</summary>
internal sealed class AuditProjector(string name, SourceLog log) : IProjector
{
    private readonly AuditCategory[] _categories = [.. AuditCategory.All.Where(category => category.Log == log)];

    public string Name => name;

    public ReadModelLayout Model => ReadModelLayout.Audit;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => log;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } =
        AuditCategory.All.Where(category => category.Log == log).ToDictionary(category => category.Name, category => category.Decoder);

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(this, new AuditRows(generation));

    private int IndexOf(StreamName stream)
    {
        for (var i = 0; i < _categories.Length; i++)
            if (stream.IsIn(_categories[i].Name))
                return i;
        throw new InvalidOperationException($"Stream {stream.Value} is of no category of {name}.");
    }

    private sealed class Rows(AuditProjector projector, AuditRows rows) : IProjectionRows
    {
        private readonly Func<string, object, AuditFact>[] _readers = [.. projector._categories.Select(category => category.Open())];

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var (index, id) = (projector.IndexOf(recorded.Stream), recorded.Stream.Id.Value);
            var fact = decoded is null ? AuditFact.Unknown(projector._categories[index].Name, id) : _readers[index](id, decoded);
            rows.Add(ToRow(recorded, fact, Metadata.stored(recorded)));
        }

        public int Pending => rows.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();

        private AuditRow ToRow(ITimelineEvent recorded, in AuditFact fact, StoredMeta meta) => new()
        {
            At = recorded.Timestamp,
            Log = (int)projector.Log,
            Position = recorded.Position,
            EventId = recorded.EventId,
            Type = recorded.EventType,
            Action = fact.Action,
            Outcome = fact.Outcome,
            Actor = fact.Actor ?? meta.Actor,
            OnBehalfOf = meta.OnBehalfOf,
            Subject = fact.Subject,
            ResourceType = fact.ResourceType,
            ResourceId = fact.ResourceId,
            Reason = fact.Reason,
            SealedBy = fact.SealedBy,
            Client = meta.Client,
            ClientSubject = meta.Client is null ? null : meta.ClientSubject,
            CommandId = meta.CommandId,
            CorrelationId = meta.CorrelationId,
            CausationId = meta.CausationId,
            Detail = fact.Detail,
        };
    }
}
