using UmsSti.Application;
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

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder>
    {
        [UserStream.Category] = SealedDecoders.Users,
        [TeamStream.Category] = SealedDecoders.Teams,
        [SettingsStream.Category] = SealedDecoders.Settings,
    };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new SecurityRows(generation));

    private sealed class Rows(SecurityRows rows) : IProjectionRows
    {
        private readonly UserSecurityFacts _facts = new();

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            _facts.UserId = recorded.Stream.Id.Value;
            if (Of(recorded, decoded) is { } fact)
                rows.Add(fact.ToRow(recorded, SourceLog.Domain));
        }

        private SecurityFact? Of(ITimelineEvent recorded, object? decoded) => decoded switch
        {
            UserFact fact => Reactions.dispatch(_facts, fact),
            Domain.Team.Events.Event.TeamOwnerAssigned { Item: var assigned } =>
                new(SecurityKind.ExecutiveAssigned, assigned.OwnerUserId, EventDetail.Of(("teamId", recorded.Stream.Id.Value))),
            Domain.SystemSettings.Events.Event { Item: var changed } =>
                new(SecurityKind.SystemSettingChanged, null, EventDetail.Of(("setting", changed.Key), ("oldValue", changed.OldValue?.Value), ("value", changed.NewValue))),
            _ => null,
        };

        public int Pending => rows.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();
    }
}
