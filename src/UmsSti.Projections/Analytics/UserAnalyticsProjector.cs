using UmsSti.Application;
using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.Projections.History;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Analytics;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Analytics;

/// <summary>Figures of the domain log: registrations, activations and how long they took, actions of users (RE-30...35).</summary>
internal sealed class UserAnalyticsProjector : IProjector
{
    public string Name => ViewProjectors.AnalyticsDomain;

    public ReadModelLayout Model => ReadModelLayout.Analytics;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads => SealedDecoders.OfUsers;

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(new AnalyticsRows(generation, cachedRows));

    private sealed class Rows(AnalyticsRows rows) : IProjectionRows
    {
        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var actor = Metadata.actor(recorded);
            if (Actors.isUser(actor))
            {
                rows.AddActivity(actor, recorded.Timestamp, sessions: 0, actions: 1);
                rows.Add(Metrics.Actions, recorded.Timestamp);
            }
            if (decoded is UserFact fact && StandingModule.mayMove(fact))
                Follow(session, recorded, fact, actor);
        }

        public int Pending => rows.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();

        private void Follow(WriteSession session, ITimelineEvent recorded, UserFact fact, string actor)
        {
            var userId = recorded.Stream.Id.Value;
            var before = rows.Find(session, userId);
            if (UserStanding.After(before, fact) is not { } standing)
                return;
            var after = standing.ToRow();
            if (after == before)
                return;
            rows.Put(userId, after);
            if (before is null)
                Registered(after.UserType, SourceOf(actor), recorded.Timestamp);
            if (before?.ActivatedAt is null && after.ActivatedAt is { } at)
                Activated(MethodOf(fact), at - after.RegisteredAt, recorded.Timestamp);
        }

        private void Registered(string type, string source, DateTimeOffset at)
        {
            rows.Add(Metrics.Registrations, at);
            rows.Add(Metrics.ByType(type), at);
            rows.Add(Metrics.BySource(source), at);
        }

        // A clock that was set back makes no negative durations.
        private void Activated(string method, TimeSpan took, DateTimeOffset at)
        {
            rows.Add(Metrics.Activations, at);
            rows.Add(Metrics.ByActivation(method), at);
            rows.Add(Metrics.ActivationTime, at, Math.Max(0, (long)took.TotalMinutes));
        }

        // RE-33 without the user agent: that is personal, and gone from a rebuild after an erasure.
        private static string SourceOf(string actor) =>
            actor == Actors.Anonymous ? "web" : Actors.isSystem(actor) ? "system" : "admin_panel";

        private static string MethodOf(UserFact fact) => fact switch
        {
            UserFact.UserActivated { Item: var activated } => activated.Method,
            UserFact.UserEmailVerified => "email",
            _ => "admin",
        };
    }
}
