using UmsSti.Domain;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Users;
using AccessFact = UmsSti.Domain.Access.Events.Event;

namespace UmsSti.Projections.Users;

/// <summary>When each user signed in last. Sign-ins are in the activity log, so they have a projector and a checkpoint of their own.</summary>
internal sealed class UserLoginsProjector(EventDecoder access) : IProjector
{
    public string Name => UserProjectors.Logins;

    public ReadModelLayout Model => ReadModelLayout.Users;

    public SourceLog Log => SourceLog.Activity;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder> { [Application.AccessStream.Category] = access };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) => new Rows(new LoginRows(generation));

    private sealed class Rows(LoginRows logins) : IProjectionRows, Access.IEventVisitor<DateTimeOffset?>
    {
        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            if (decoded is not null && Access.Reactions.dispatch(this, (AccessFact)decoded) is { } at)
                logins.Record(recorded.Stream.Id.Value, at);
        }

        public int Pending => logins.Pending;

        public void Flush(WriteSession session) => logins.Flush(session);

        public void Discard() => logins.Discard();

        public DateTimeOffset? UserLoggedIn(Access.Events.UserLoggedIn e) => e.At;

        public DateTimeOffset? UserLoggedOut(Access.Events.UserLoggedOut e) => null;

        public DateTimeOffset? FailedLoginAttempt(Access.Events.FailedLoginAttempt e) => null;

        public DateTimeOffset? AccessDenied(Access.Events.AccessDenied e) => null;

        public DateTimeOffset? SystemBypass(Access.Events.SystemBypass e) => null;

        public DateTimeOffset? RegistrationRefused(Access.Events.RegistrationRefused e) => null;
    }
}
