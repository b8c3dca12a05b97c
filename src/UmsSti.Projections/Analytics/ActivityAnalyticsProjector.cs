using UmsSti.Application;
using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Analytics;

namespace UmsSti.Projections.Analytics;

/// <summary>Figures of the activity log: sign-ins, failures, denials, bypasses (RE-30...35).</summary>
internal sealed class ActivityAnalyticsProjector : IProjector
{
    public string Name => ViewProjectors.AnalyticsActivity;

    public ReadModelLayout Model => ReadModelLayout.Analytics;

    public ProjectionPace Pace => ProjectionPace.Gathered;

    public SourceLog Log => SourceLog.Activity;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder>
    {
        [AccessStream.Category] = SealedDecoders.Activity,
        [AccessDecisionStream.Category] = SealedDecoders.Activity,
    };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(new AnalyticsRows(generation, cachedRows));

    // The visitor's answer says nothing: each event adds its figures itself.
    private sealed class Rows(AnalyticsRows rows) : IProjectionRows, Access.IEventVisitor<bool>
    {
        private string _account = "";
        private DateTimeOffset _at;

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            (_account, _at) = (recorded.Stream.Id.Value, recorded.Timestamp);
            if (decoded is not null)
                Access.Reactions.dispatch(this, (Access.Events.Event)decoded);
        }

        public int Pending => rows.Pending;

        public bool WritesThrough => true;

        public void Flush(WriteSession session) => rows.Flush(session);

        public void Discard() => rows.Discard();

        public bool UserLoggedIn(Access.Events.UserLoggedIn e)
        {
            rows.AddActivity(_account, _at, sessions: 1, actions: 0);
            return Count(Metrics.LogIns) && Count(Metrics.ByLogIn(e.Method)) && Count(Metrics.Sessions);
        }

        public bool UserLoggedOut(Access.Events.UserLoggedOut e) => true;

        public bool FailedLoginAttempt(Access.Events.FailedLoginAttempt e) => Count(Metrics.FailedLogIns);

        // A registration that did not happen is no registration; security hears of it.
        public bool RegistrationRefused(Access.Events.RegistrationRefused e) => true;

        public bool AccessDenied(Access.Events.AccessDenied e) => Count(Metrics.Denials);

        public bool SystemBypass(Access.Events.SystemBypass e) => Count(Metrics.Bypasses);

        private bool Count(string metric)
        {
            rows.Add(metric, _at);
            return true;
        }
    }
}
