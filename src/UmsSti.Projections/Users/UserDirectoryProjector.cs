using UmsSti.Domain.User;
using UmsSti.Kernel;
using UmsSti.ReadModels;
using UmsSti.ReadModels.Users;
using UserFact = UmsSti.Domain.User.Events.Event;

namespace UmsSti.Projections.Users;

/// <summary>One row per user, always at the version of the user's stream (PR-04, RM-01).</summary>
internal sealed class UserDirectoryProjector(EventDecoder users) : IProjector
{
    public string Name => UserProjectors.Directory;

    public ReadModelLayout Model => ReadModelLayout.Users;

    public SourceLog Log => SourceLog.Domain;

    public IReadOnlyDictionary<string, EventDecoder> Reads { get; } = new Dictionary<string, EventDecoder> { [Application.UserStream.Category] = users };

    public IProjectionRows Open(ReadModelDatabase database, int generation, bool isBuilding, int cachedRows) =>
        new Rows(new UserRows(database, generation, cachedRows, isBuilding));

    private sealed class Rows(UserRows users) : IProjectionRows
    {
        private readonly UserDirectoryChanges _changes = new();

        public void Apply(WriteSession session, ITimelineEvent recorded, object? decoded)
        {
            var id = recorded.Stream.Id.Value;
            _changes.User = users.Find(session, id) ?? Begin(recorded, id);
            if (recorded.Index < _changes.User.Version)
                return; // in the row already: a build that failed after some of its slices goes over them again
            if (decoded is not null)
                Reactions.dispatch(_changes, (UserFact)decoded);
            if (_changes.User.Type.Length == 0)
                throw new InvalidOperationException($"{recorded.EventType} registers nobody, and there is no user before it.");
            _changes.User.Version = recorded.Index + 1; // also for an event this program does not know: the version is the stream's
            _changes.User.Position = recorded.Position;
        }

        private UserDraft Begin(ITimelineEvent recorded, string id) => recorded.Index == 0
            ? users.Add(recorded.Position, id)
            : throw new InvalidOperationException($"Event {recorded.Index} of a user who has no row.");

        public int Pending => users.Pending;

        public long PendingBytes => users.PendingBytes;

        public void Rest() => users.Rest();

        public void Flush(WriteSession session) => users.Flush(session);

        public void FlushSlice(WriteSession session, int maxRows) => users.FlushSlice(session, maxRows);

        public void Discard() => users.Discard();
    }
}
