using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Security;

namespace UmsSti.Projections.Security;

/// <summary>
/// Security events of the activity log (RM-12): denials, bypasses, failed sign-ins, the operator's hand; and what became of
/// those of either log.
/// </summary>
internal sealed class ActivitySecurityProjector : IProjector
{
    public string Name => ViewProjectors.SecurityActivity;

    public ReadModelLayout Model => ReadModelLayout.SecurityEvents;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Activity;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder>
    {
        [AccessStream.Category] = SealedDecoders.Activity,
        [AccessDecisionStream.Category] = SealedDecoders.Activity,
        [OperatorStream.Category] = SealedDecoders.Operators,
    };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new SecurityRows(generation));

    private sealed class Rows(SecurityRows rows) : IProjectionRows
    {
        private readonly ActivitySecurityFacts _facts = new();

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var account = recorded.Stream.Id.Value;
            _facts.StreamId = account;
            _facts.FailuresBefore = () => rows.AddFailure(
                session, account, recorded.Timestamp, recorded.Position, SignInFailures.Window, SignInFailures.MostCounted(Actors.isUser(account)));
            var fact = decoded switch
            {
                null => null,
                Operator.Events.Event byOperator => Operator.Reactions.dispatch(_facts, byOperator),
                var access => Access.Reactions.dispatch(_facts, (Access.Events.Event)access),
            };
            if (fact is { } known)
                rows.Add(known.ToRow(recorded, SourceLog.Activity));
            if (decoded is Operator.Events.Event.SecurityEventResolved { Item: var resolved } && SecurityResolutions.Of(recorded, resolved) is { } resolution)
                rows.Add(resolution);
        }

        public int Pending => rows.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();
    }
}
