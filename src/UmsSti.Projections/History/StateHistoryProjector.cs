using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.History;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.History;

/// <summary>One row for each change of a user's sub-state, with from and to (RM-08, US-24). Follows the domain's own fold.</summary>
internal sealed class StateHistoryProjector : IProjector
{
    public string Name => ViewProjectors.StateHistory;

    public ReadModelLayout Model => ReadModelLayout.UserStateHistory;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads => SealedDecoders.OfUsers;

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(new StateHistoryRows(generation, cachedRows));

    private sealed class Rows(StateHistoryRows rows) : IProjectionRows
    {
        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            if (decoded is not UserFact fact || !StandingModule.mayMove(fact))
                return;
            var userId = recorded.Stream.Id.Value;
            var before = rows.Find(session, userId, recorded.Position);
            if (UserStanding.After(before, fact) is { } after && (after.ToRow() != before))
                rows.Add(userId, after.ToRow(), Change(recorded, before, after.SubState, StateReasons.Of(fact)));
        }

        public int Pending => rows.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();

        private static StateChange Change(ITimelineEvent recorded, StandingRow? before, SubState after, Personal? reason)
        {
            var meta = Metadata.stored(recorded);
            return new StateChange
            {
                Position = recorded.Position,
                Version = recorded.Index + 1,
                At = recorded.Timestamp,
                EventId = recorded.EventId,
                Type = recorded.EventType,
                FromSubState = before?.SubState,
                FromState = before is not null && SubState.TryParse(before.SubState, out var from) ? from.State.Name : null,
                ToSubState = after.Name,
                ToState = after.State.Name,
                Actor = meta.Actor,
                Reason = reason is not null && reason.TryGet(out var text) ? text : null,
                CommandId = meta.CommandId,
                CorrelationId = meta.CorrelationId,
            };
        }
    }
}
