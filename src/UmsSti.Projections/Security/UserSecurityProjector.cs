using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Security;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Security;

/// <summary>Security events of the domain log (RM-12).</summary>
internal sealed class UserSecurityProjector : IProjector
{
    public string Name => ViewProjectors.SecurityDomain;

    public ReadModelLayout Model => ReadModelLayout.SecurityEvents;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads => SealedDecoders.OfUsers;

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new SecurityRows(generation));

    private sealed class Rows(SecurityRows rows) : IProjectionRows
    {
        private readonly UserSecurityFacts _facts = new();

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            _facts.UserId = recorded.Stream.Id.Value;
            if (decoded is not null && Reactions.dispatch(_facts, (UserFact)decoded) is { } fact)
                rows.Add(fact.ToRow(recorded, SourceLog.Domain));
        }

        public int Pending => rows.Pending;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();
    }
}
