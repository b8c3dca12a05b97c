using System.Text.Json;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Timeline;
using AccessFact = UmsSti.Domain.Access.Events.Event;

namespace UmsSti.Projections.Users;

/// <summary>The session facts of the timeline, from the activity log.</summary>
internal sealed class UserSessionsProjector(EventDecoder access) : IProjector
{
    public string Name => UserProjectors.TimelineSessions;

    public ReadModelLayout Model => ReadModelLayout.UserTimeline;

    public SourceLog Log => SourceLog.Activity;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder> { [Application.AccessStream.Category] = access };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new TimelineRows(generation));

    private sealed class Rows(TimelineRows facts) : IProjectionRows, Access.IEventVisitor<Fact?>
    {
        private string _actor = "";

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            if (decoded is null)
                return;
            _actor = ActorOf(recorded);
            if (Access.Reactions.dispatch(this, (AccessFact)decoded) is { } fact)
                facts.Add(recorded.Stream.Id.Value, fact.ToRow(recorded, SourceLog.Activity));
        }

        public int Pending => facts.Pending;

        public void Flush(WriteSession session) => facts.Flush(session);

        public void Discard() => facts.Discard();

        public Fact? UserLoggedIn(Access.Events.UserLoggedIn e) =>
            Fact.Session(_actor, ("sessionId", e.SessionId), ("method", e.Method), ("expiresAt", Fact.Time(e.ExpiresAt)));

        public Fact? UserLoggedOut(Access.Events.UserLoggedOut e) => Fact.Session(_actor, ("sessionId", e.SessionId), ("method", e.Method));

        public Fact? FailedLoginAttempt(Access.Events.FailedLoginAttempt e) => Fact.Session(_actor, ("reason", e.Reason));

        // What was asked of somebody's rights is the audit view's business, not his history.
        public Fact? AccessDenied(Access.Events.AccessDenied e) => null;

        public Fact? SystemBypass(Access.Events.SystemBypass e) => null;

        // Bodies of this category do not say who acted; the metadata does.
        private static string ActorOf(ITimelineEvent recorded)
        {
            var reader = new Utf8JsonReader(recorded.Meta.Span);
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("actor"u8) && reader.Read())
                    return reader.GetString() ?? throw new InvalidOperationException("The actor of the event is null.");
            throw new InvalidOperationException("The event's metadata names no actor.");
        }
    }
}
